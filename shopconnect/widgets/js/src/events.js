import { credentials } from "./call.js";
import { choice } from "./consent.js";
import { nonShopper } from "./non_shopper.js";
import { customer, settings, tag } from "./settings.js";
import { drop, keep, read } from "./store.js";
import { forgetTrail, noteView } from "./trail.js";

const VISITOR = "shopconnect.visitor";
const VISIT = "shopconnect.visit";
const FORGET = "shopconnect.forget";
const QUIET = 30 * 60 * 1000; // a visit ends when nothing was done for so long
const MOST = 50;
const SOON = 2000;

// Whether somebody else tells what is done on the page's own parts (a web pixel); then we tell of our widgets only.
const ofWidgetsOnly = tag?.dataset.events === "widgets";

const here = {}; // names on a device that keeps nothing: they hold as long as the page
let batch = [];
let timer;
let last = 0;
let isPageTracked = false;
let isNaming = false; // while the shop's server makes a name for the device

// A random id that begins with the time (UUIDv7), by which the same event is known again; later ones are greater.
function uuid7() {
  last = Math.max(Date.now(), last + 1);
  const time = last.toString(16).padStart(12, "0");
  const chance = [...crypto.getRandomValues(new Uint8Array(11))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const variant = "89ab"[parseInt(chance[21], 16) & 3];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${chance.slice(0, 3)}-${variant}${chance.slice(3, 6)}-${chance.slice(6, 18)}`;
}

// Tells what the shopper did, once they have said yes; before, it is not even noted down. True when it is told.
export function track(name, payload = {}) {
  if (choice() !== "granted") return false;
  batch.push({ id: uuid7(), name, page: location.pathname, ...payload });
  if (batch.length >= MOST) send();
  else timer ||= setTimeout(send, knownVisitor() ? SOON : 0); // without delay where a name is yet to be given
  return true;
}

// Sends what is waiting. While the device gets its name, what follows waits for it, unless the page is left: the server
// gives a visit the same name again.
async function send(isLeaving = false) {
  const waits = isNaming && !isLeaving;
  clearTimeout(timer);
  timer = waits ? setTimeout(send, SOON) : 0;
  const events = waits ? [] : batch.splice(0, MOST);
  if (!events.length || choice() !== "granted") return;
  const known = knownVisitor();
  isNaming ||= !known;
  const { visitor } = await tell("events", { consent: "granted", visit: visit(), visitor: known, apart: nonShopper(), events });
  if (!known) isNaming = false;
  if (visitor && visitor !== knownVisitor()) take(visitor);
}

// Keeps the name that the server has given and signed, also in the place of one that it does not know.
function take(visitor) {
  keep(VISITOR, (here.visitor = visitor));
  if (choice() === "granted") tell("consent", { visitor, choice: "granted", source: "storefront" });
  else forget();
}

// Posts in plain text, which needs no question beforehand and outlives the page. Says what came back, and whether it was
// heard; what is refused is dropped: the shop goes on. A choice names who is signed in, so that a no lets go of what shelves know of them.
function tell(name, body) {
  const isNamed = name === "consent";
  const payload = JSON.stringify(isNamed ? { customer, ...body } : body);
  return fetch(new URL(name, settings.base), { method: "POST", body: payload, keepalive: true, credentials: credentials(isNamed) })
    .then(async (answer) => ({ ...(await answer.json().catch(() => ({}))), isHeard: answer.ok }))
    .catch(() => ({}));
}

// The device's name where it has one and may: by it a visitor stays in one arm of an experiment.
export const knownVisitor = () => (choice() === "granted" && (read(VISITOR) || here.visitor)) || "";

function visit() {
  const [name, last] = (read(VISIT) || here.visit || "").split(" ");
  const goes = name && Date.now() - Number(last) < QUIET;
  here.visit = `${goes ? name : uuid7()} ${Date.now()}`;
  keep(VISIT, here.visit);
  return here.visit.split(" ")[0];
}

// Takes every name off the device, and says so to the shop until it was heard.
async function forget() {
  batch = [];
  const name = read(VISITOR) || here.visitor || read(FORGET);
  drop(VISITOR);
  drop(VISIT);
  forgetTrail();
  delete here.visitor;
  delete here.visit;
  if (!name) return;
  keep(FORGET, name);
  if ((await tell("consent", { visitor: name, choice: "denied", source: "storefront" })).isHeard) drop(FORGET);
}

function tellPage() {
  for (const one of document.querySelectorAll("[data-shopconnect-view]")) noteView(one.dataset.shopconnectView);
  if (isPageTracked || ofWidgetsOnly) return;
  isPageTracked = true;
  const query = new URLSearchParams(location.search);
  const from = Object.fromEntries(["source", "medium", "campaign"].map((part) => [part, query.get(`utm_${part}`) || undefined]));
  track("page_view", from);
  for (const one of document.querySelectorAll("[data-shopconnect-view]")) track("view_item", { product: one.dataset.shopconnectView });
  for (const one of document.querySelectorAll("[data-shopconnect-search]")) track("search", { query: one.dataset.shopconnectSearch });
}

function answered() {
  const chosen = choice();
  if (chosen === "granted") tellPage();
  else if (chosen === "denied") forget();
}

export function listen() {
  document.addEventListener("shopconnect:consent", answered);
  document.addEventListener("shopconnect:event", ({ detail: { name, ...payload } }) => track(name, payload));
  document.addEventListener("submit", ({ target }) => {
    const product = target.closest?.("[data-shopconnect-add]")?.dataset.shopconnectAdd;
    if (product && !ofWidgetsOnly) track("add_to_cart", { product });
  });
  addEventListener("pagehide", () => send(true));
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && send(true));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", answered);
  else answered();
}
