// A stand-in for Shopify's pixel sandbox: plays what stands in a JSON on stdin to the pixel, prints what it posts.
import { pathToFileURL } from "node:url";

const [script] = process.argv.slice(2);
let text = "";
for await (const part of process.stdin) text += part;
const play = JSON.parse(text);

// The sandbox's time stands still but where the play moves it, so that a busy machine plays it alike.
const SOME_WHILE = 1_000_000;
let moment = Date.now();
const timers = [];
globalThis.Date.now = () => moment;
globalThis.setTimeout = (done, milliseconds = 0) => timers.push({ at: moment + milliseconds, done });
const settled = () => new Promise((done) => setImmediate(done)); // whatever goes on without a timer has gone on

async function pass(milliseconds) {
  const end = moment + milliseconds;
  for (await settled(); ; await settled()) {
    const next = timers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
    if (!next) break;
    timers.splice(timers.indexOf(next), 1);
    moment = next.at;
    next.done();
  }
  moment = end;
}

const posted = [];
let played = 0;
globalThis.fetch = async (url, options) => {
  posted.push({ url, played, keepalive: options.keepalive, headers: options.headers, body: JSON.parse(options.body) });
  await later(play.answers_after);
  if (play.away) throw new TypeError("Failed to fetch");
  const name = play.names?.[posted.filter((one) => one.url === url).length - 1];
  return { ok: true, json: async () => (url.endsWith("/events") && name ? { visitor: name } : {}) };
};

const heard = {};
const kept = new Map(Object.entries(play.kept || {}));
const later = (wait = play.slow || 0) => new Promise((done) => setTimeout(done, wait)); // the page answers in the order of asking
const localStorage = {
  getItem: async (name) => (await later(), kept.get(name) ?? null),
  setItem: async (name, value) => (await later(), void kept.set(name, value)),
  removeItem: async (name) => (await later(), void kept.delete(name)),
};
const analytics = { subscribe: (name, hear) => (heard[name] = hear) };
const customerPrivacy = { subscribe: (name, hear) => (heard[name] = hear) };
const { listen } = await import(pathToFileURL(script).href);
listen({ analytics, browser: { localStorage, sessionStorage: localStorage }, settings: play.settings, init: play.init, customerPrivacy });
for (const [name, event] of play.events) {
  played += 1;
  heard[name]?.(event);
  if (event.then_wait) await pass(event.then_wait);
}
await pass(SOME_WHILE);
process.stdout.write(JSON.stringify({ posted, kept: Object.fromEntries(kept), heard: Object.keys(heard) }));
