import { call } from "./call.js";
import { productCard } from "./card.js";
import { make, shadow } from "./dom.js";
import { knownVisitor, track } from "./events.js";
import { nonShopper } from "./non_shopper.js";
import css from "./shelf.css";
import { customer, languageOf, wordsFor } from "./settings.js";
import { cart, disliked, signedIn, views, wantLess } from "./trail.js";

const CARDS = 4;
const AHEAD = "800px";
const PATH = 200;
const ATTRIBUTES = ["shelf", "product", "category", "listed", "country", "currency"];

// What a shelf cannot do without: any of these.
const NEEDS = { recent: [views], viewed: [views], cart: [cart], again: [signedIn], "for-you": [views, cart, signedIn] };

// A row of suggestions. It holds its final height from the start and leaves without a trace when there is nothing to show.
export class Shelf extends HTMLElement {
  static observedAttributes = [...ATTRIBUTES, "lang", "heading"];

  get name() {
    return this.getAttribute("shelf") || "";
  }

  connectedCallback() {
    this.words = wordsFor(this);
    this.root ||= shadow(this, css);
    this.list = make("ul", {}, ...Array.from({ length: CARDS }, bones));
    this.caption = make("h2", {}, this.getAttribute("heading") || (this.name ? "" : this.words.shelf));
    this.caption.hidden = !this.caption.textContent; // its header keeps the height
    this.frame = make("section", { "aria-busy": "true" }, make("header", {}, this.caption), this.list);
    this.root.querySelector("section")?.remove();
    this.root.append(this.frame);
    this.text = this.button = null;
    const product = this.getAttribute("product");
    this.hidden = NEEDS[this.name]?.every((known) => known().every((id) => id === product)) || false;
    this.changed ||= () => this.restart();
    this.refused ||= ({ detail }) => detail.choice === "denied" && NEEDS[this.name] && this.restart();
    document.addEventListener("shopconnect:consent", this.refused);
    if (this.name === "cart") document.addEventListener("shopconnect:cart", this.changed);
    this.watcher = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && this.fill(), { rootMargin: AHEAD });
    if (!this.hidden) this.watcher.observe(this);
  }

  disconnectedCallback() {
    document.removeEventListener("shopconnect:consent", this.refused);
    document.removeEventListener("shopconnect:cart", this.changed);
    this.watcher?.disconnect();
  }

  // Half of it on the screen counts as seen, once; what is seen before a yes counts when it is still seen after.
  tellWhenSeen(items, { shelf, model }) {
    const payload = {
      product: this.getAttribute("product") || "",
      products: items.map((item) => String(item.id)),
      shelf,
      model,
      reasons: items.map((item) => [].concat(item.keys || []).join()),
    };
    this.watcher = new IntersectionObserver((seen) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      this.watcher.disconnect();
      if (!track("widget_impression", payload)) document.addEventListener("shopconnect:consent", again, { once: true });
    }, { threshold: 0.5 });
    const again = () => this.watcher.observe(this);
    again();
  }

  attributeChangedCallback(name, before, now) {
    if (this.isConnected && this.frame && before !== now) this.restart();
  }

  restart() {
    this.disconnectedCallback();
    this.connectedCallback();
  }

  // What is asked: what the page says of itself, in an address that is alike for all, or, where anything is known of the
  // visit, that too: then in a form, for addresses stay in logs.
  query() {
    const page = { lang: languageOf(this), limit: CARDS, page: location.pathname.slice(0, PATH), apart: nonShopper() };
    for (const name of ATTRIBUTES) page[name] = this.getAttribute(name);
    const visit = { visitor: knownVisitor(), disliked: disliked() };
    // What "buy again" shows on this page, "for you" leaves to it.
    if (this.name === "for-you" && document.querySelector("shopconnect-shelf[shelf=again]:not([hidden])")) page.beside = "again";
    if (this.name) Object.assign(visit, { views: views(), cart: cart() });
    if (signedIn().length) Object.assign(visit, { customer, consent: "granted" });
    const known = filled(visit);
    return Object.keys(known).length ? { form: { ...filled(page), ...known } } : { query: filled(page) };
  }

  async fill() {
    this.watcher.disconnect();
    const frame = this.frame;
    const { status, data } = await call("shelf", this.query());
    if (frame !== this.frame) return; // the page asked for another product meanwhile
    if (data.arm) document.dispatchEvent(new CustomEvent("shopconnect:arm", { detail: { arm: data.arm, signed: data.signed_arm } }));
    const items = status === 200 && Array.isArray(data.items) ? data.items.filter((item) => item?.title).slice(0, CARDS) : [];
    this.hidden = !items.length;
    if (!items.length) return;
    if (data.title && !this.hasAttribute("heading")) this.caption.textContent = data.title;
    this.caption.hidden = !this.caption.textContent;
    this.list.replaceChildren(...items.map((item) => card(item, this, data.shelf)));
    this.explain(data.why);
    frame.removeAttribute("aria-busy");
    this.tellWhenSeen(items, data);
  }

  // "Why am I seeing this?": how the shelf is made, all reasons of each product, and a way to see less like it.
  explain(why) {
    this.text ||= make("p", { "aria-live": "polite" });
    this.button ||= make("button", { type: "button", "aria-expanded": "false", onclick: () => this.open(!this.frame.hasAttribute("open")) }, this.words.why);
    this.text.textContent = why || "";
    if (!this.button.isConnected) {
      this.caption.after(this.button);
      this.list.before(this.text);
      this.open(false);
    }
  }

  open(isOpen) {
    this.frame.toggleAttribute("open", isOpen);
    this.button.setAttribute("aria-expanded", String(isOpen));
  }

  async less(item) {
    wantLess(String(item.id));
    this.button.focus();
    await this.fill();
    this.text.textContent = `${this.words.noted} ${this.text.textContent}`;
  }
}

// Only what is said: neither nothing nor an empty list.
const filled = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value?.length !== 0 && value));

function bones() {
  const text = make("div", { class: "text" }, make("i"), make("i"), make("i"));
  return make("li", { "aria-hidden": "true" }, make("div", { class: "bone" }, make("div", { class: "picture" }), text));
}

function card(item, shelf, name) {
  const { words } = shelf;
  const [reason = "", ...others] = [].concat(item.reasons || []);
  const clicked = () => track("recommendation_click", { product: String(item.id), shelf: name });
  return make("li", {},
    productCard(item, shelf, clicked, make("div", { class: "reason" }, String(reason))),
    make("div", { class: "more" },
      ...others.map((one) => make("div", {}, String(one))),
      make("button", { type: "button", "aria-label": `${words.less} (${item.title})`, onclick: () => shelf.less(item) }, words.less),
    ),
  );
}
