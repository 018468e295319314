import { call } from "./call.js";
import { make, safeUrl, shadow } from "./dom.js";
import { track } from "./events.js";
import css from "./shelf.css";
import { languageOf, wordsFor } from "./settings.js";

const CARDS = 4;
const AHEAD = "800px";

// A row of suggestions. It holds its final height from the start and leaves without a trace when there is nothing to show.
export class Shelf extends HTMLElement {
  static observedAttributes = ["product", "lang", "heading"];

  get links() {
    return this.getAttribute("links");
  }

  // Where the pages of this language begin, as "/en": a product's own address leads to the shop's first language.
  get languageRoot() {
    return (this.getAttribute("root") || "").replace(/\/$/, "");
  }

  get base() {
    return this.getAttribute("base") || "";
  }

  connectedCallback() {
    this.words = wordsFor(this);
    this.root ||= shadow(this, css);
    this.list = make("ul", {}, ...Array.from({ length: CARDS }, bones));
    this.caption = make("h2", {}, this.getAttribute("heading") || this.words.shelf);
    this.frame = make("section", { "aria-busy": "true" }, make("header", {}, this.caption), this.list);
    this.root.querySelector("section")?.remove();
    this.root.append(this.frame);
    this.hidden = false;
    this.watcher = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && this.fill(), { rootMargin: AHEAD });
    this.watcher.observe(this);
  }

  disconnectedCallback() {
    this.watcher?.disconnect();
  }

  // Half of it on the screen counts as seen, once.
  tellWhenSeen(products) {
    this.watcher = new IntersectionObserver((seen) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      this.watcher.disconnect();
      track("widget_impression", { product: this.getAttribute("product") || "", products });
    }, { threshold: 0.5 });
    this.watcher.observe(this);
  }

  attributeChangedCallback(name, before, now) {
    if (this.isConnected && this.frame && before !== now) {
      this.disconnectedCallback();
      this.connectedCallback();
    }
  }

  async fill() {
    this.watcher.disconnect();
    const frame = this.frame;
    const product = this.getAttribute("product");
    const query = { lang: languageOf(this), limit: CARDS, ...(product && { product }) };
    const { status, data } = await call("shelf", { query });
    if (frame !== this.frame) return; // the page asked for another product meanwhile
    const items = status === 200 && Array.isArray(data.items) ? data.items.filter((item) => item?.title).slice(0, CARDS) : [];
    this.hidden = !items.length;
    if (!items.length) return;
    if (data.title && !this.hasAttribute("heading")) this.caption.textContent = data.title;
    this.list.replaceChildren(...items.map((item) => card(item, this)));
    this.explain();
    frame.removeAttribute("aria-busy");
    this.tellWhenSeen(items.map((item) => String(item.id)));
  }

  // "Why am I seeing this?": the general answer; each card bears its own reason.
  explain() {
    const text = make("p", { hidden: true }, this.words.why_answer);
    const button = make("button", {
      type: "button",
      "aria-expanded": "false",
      onclick: () => {
        text.hidden = !text.hidden;
        button.setAttribute("aria-expanded", String(!text.hidden));
      },
    }, this.words.why);
    this.caption.after(button);
    this.list.before(text);
  }
}

function bones() {
  const text = make("div", { class: "text" }, make("i"), make("i"), make("i"));
  return make("li", { "aria-hidden": "true" }, make("div", { class: "bone" }, make("div", { class: "picture" }), text));
}

// `links` says where the page keeps its products, as /products/{id}; without it a product's own address holds.
function card(item, { links, base, languageRoot }) {
  const own = String(item.url || "").replace(/^(https?:\/\/[^/]+)?\//, `$1${languageRoot}/`);
  const href = safeUrl(links ? links.replace("{id}", encodeURIComponent(item.id)) : own, base);
  const reason = [].concat(item.reasons || [])[0] || "";
  return make("li", {}, make("a", { href: href || null, onclick: () => track("recommendation_click", { product: String(item.id) }) },
    picture(item, base),
    make("div", { class: "text" },
      make("div", { class: "title" }, String(item.title)),
      make("div", { class: "price" }, String(item.price || "")),
      make("div", { class: "reason" }, String(reason)),
    ),
  ));
}

function picture(item, base) {
  const letter = () => make("span", { "aria-hidden": "true" }, [...String(item.title)][0] || "");
  const frame = make("div", { class: "picture" });
  const src = safeUrl(item.image, base);
  if (src) frame.append(make("img", { src, alt: "", loading: "lazy", decoding: "async", onerror: () => frame.replaceChildren(letter()) }));
  else frame.append(letter());
  return frame;
}
