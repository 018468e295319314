// Builds src/ into a folder (dist/ unless named): loader-<version>.js and panel-<version>.js, and manifest.json that names them.
// What a platform's pages show, its folder says: each platforms/<name>/storefront.js is taken in.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] || join(here, "dist");

const styles = {
  name: "styles",
  setup(plugin) {
    plugin.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

const platforms = join(here, "..", "..", "platforms");

const storefronts = {
  name: "storefronts",
  setup(plugin) {
    plugin.onResolve({ filter: /^shopconnect:storefronts$/ }, ({ path }) => ({ path, namespace: "storefronts" }));
    plugin.onLoad({ filter: /.*/, namespace: "storefronts" }, () => {
      const files = readdirSync(platforms).sort().map((name) => join(platforms, name, "storefront.js")).filter(existsSync);
      const imports = files.map((file, number) => `import * as one${number} from ${JSON.stringify(file)};`).join("\n");
      const names = files.map((_, number) => `one${number}`).join(", ");
      return { contents: `${imports}\nexport const storefronts = [${names}];`, resolveDir: platforms };
    });
  },
};

async function bundle(entry, format) {
  const { outputFiles } = await build({
    entryPoints: [join(here, "src", entry)], bundle: true, minify: true, format, target: ["chrome111", "firefox113", "safari16.4"],
    legalComments: "none", charset: "utf8", write: false, plugins: [styles, storefronts],
  });
  return outputFiles[0].contents;
}

const loader = await bundle("loader.js", "iife");
const panel = await bundle("panel.js", "esm");
const version = createHash("sha256").update(loader).update(panel).digest("hex").slice(0, 12);
const names = { loader: `loader-${version}.js`, panel: `panel-${version}.js` };
const integrity = `sha384-${createHash("sha384").update(panel).digest("base64")}`;

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
writeFileSync(join(out, names.loader), loader);
writeFileSync(join(out, names.panel), panel);
writeFileSync(join(out, "manifest.json"), `${JSON.stringify({ ...names, integrity }, null, 2)}\n`);
