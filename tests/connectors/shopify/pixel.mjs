// A stand-in for Shopify's pixel sandbox: plays what stands in a JSON on stdin to the pixel, prints what it posts.
import { pathToFileURL } from "node:url";

const [script] = process.argv.slice(2);
let text = "";
for await (const part of process.stdin) text += part;
const play = JSON.parse(text);
const posted = [];
globalThis.fetch = async (url, options) => {
  posted.push({ url, keepalive: options.keepalive, headers: options.headers, body: JSON.parse(options.body) });
  if (play.away) throw new TypeError("Failed to fetch");
  return { ok: true };
};

const heard = {};
const kept = new Map(Object.entries(play.kept || {}));
const localStorage = {
  getItem: async (name) => kept.get(name) ?? null,
  setItem: async (name, value) => void kept.set(name, value),
  removeItem: async (name) => void kept.delete(name),
};
const analytics = { subscribe: (name, hear) => (heard[name] = hear) };
const customerPrivacy = { subscribe: (name, hear) => (heard[name] = hear) };
const { listen } = await import(pathToFileURL(script).href);
listen({ analytics, browser: { localStorage }, settings: play.settings, init: play.init, customerPrivacy });
for (const [name, event] of play.events) {
  heard[name]?.(event);
  if (event.then_wait) await new Promise((done) => setTimeout(done, event.then_wait));
}
await new Promise((done) => setTimeout(done, 250));
process.stdout.write(JSON.stringify({ posted, kept: Object.fromEntries(kept), heard: Object.keys(heard) }));
