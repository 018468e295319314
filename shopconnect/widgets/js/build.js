// Builds src/ into a folder (dist/ unless named): loader.js, panel.<hash>.js, and manifest.json that names them.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

async function bundle(entry, format) {
  const { outputFiles } = await build({
    entryPoints: [join(here, "src", entry)], bundle: true, minify: true, format, target: ["chrome111", "firefox113", "safari16.4"],
    legalComments: "none", charset: "utf8", write: false, plugins: [styles],
  });
  return outputFiles[0].contents;
}

const loader = await bundle("loader.js", "iife");
const panel = await bundle("panel.js", "esm");
const hash = createHash("sha256").update(panel).digest("hex").slice(0, 12);
const integrity = `sha384-${createHash("sha384").update(panel).digest("base64")}`;

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
writeFileSync(join(out, "loader.js"), loader);
writeFileSync(join(out, `panel-${hash}.js`), panel);
writeFileSync(join(out, "manifest.json"), `${JSON.stringify({ loader: "loader.js", panel: `panel-${hash}.js`, integrity }, null, 2)}\n`);
