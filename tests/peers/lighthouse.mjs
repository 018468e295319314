// Prints Lighthouse's score of a page, 0 to 100, in the Chromium at a port: speed, on a phone of the middle range.
import lighthouse from "lighthouse";

const [port, page] = process.argv.slice(2);
const { lhr } = await lighthouse(page, { port: Number(port), logLevel: "error", onlyCategories: ["performance"] });
if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
process.stdout.write(String(100 * lhr.categories.performance.score));
