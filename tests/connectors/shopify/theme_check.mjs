// Runs Shopify's own linter over a theme app extension and prints the rule and the file of what it finds.
import { createRequire } from "node:module";
import { join } from "node:path";

const { themeCheckRun } = createRequire(join(process.cwd(), "package.json"))("@shopify/theme-check-node");
const folder = process.argv[2];
const { offenses } = await themeCheckRun(folder, join(folder, ".theme-check.yml"), () => {});
process.stdout.write(JSON.stringify(offenses.map(({ check, uri }) => [check, uri])));
