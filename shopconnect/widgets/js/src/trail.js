import { mayPersonalise } from "./consent.js";
import { customer } from "./settings.js";
import { drop, keep, read, VISIT } from "./store.js";

const VIEWED = "shopconnect.viewed";
const LESS = "shopconnect.less";
const MOST = 10;
let less = [];

const listed = (text) => (text || "").split(",").filter(Boolean);
const newest = (name, ids) => [...new Set([name, ...ids])].slice(0, MOST);

// What was looked at, the newest first, once the shopper has said yes; before, nobody follows from page to page.
export const views = () => (mayPersonalise() ? listed(read(VIEWED)) : []);

// What the shopper wants less of: for this visit after a yes, else on this page.
export const disliked = () => [...new Set([...less, ...(mayPersonalise() ? listed(read(LESS, VISIT)) : [])])];

// Whether somebody is signed in whose orders may count: after a yes only.
export const signedIn = () => (mayPersonalise() && customer !== undefined ? ["customer"] : []);

// What lies in the cart, as the page tells.
export const cart = () => listed(document.querySelector("[data-shopconnect-cart]")?.dataset.shopconnectCart);

export function noteView(product) {
  if (mayPersonalise()) keep(VIEWED, newest(product, views()));
}

export function wantLess(product) {
  less = newest(product, disliked());
  if (mayPersonalise()) keep(LESS, less, VISIT);
}

export function forgetTrail() {
  drop(VIEWED);
  drop(LESS, VISIT);
}
