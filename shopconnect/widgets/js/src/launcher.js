import { call } from "./call.js";
import { productCard } from "./card.js";
import { mayTellCart } from "./consent.js";
import { icon, make, shadow } from "./dom.js";
import { track } from "./events.js";
import css from "./launcher.css";
import { customer, languageOf, settings, wordsFor } from "./settings.js";
import { read, TALK, VISIT } from "./store.js";
import { cart } from "./trail.js";

const PANEL = "shopconnect-chat-panel";
const BUBBLE = "M20 11.5a7.5 7.5 0 0 1-7.9 7.5 9 9 0 0 1-3-.6L4.5 20l1.4-3.8A7.3 7.3 0 0 1 4 11.5 7.7 7.7 0 0 1 12 4a7.7 7.7 0 0 1 8 7.5Z";

let loading;

// The panel is a second file, fetched on the first click; the browser checks that it is the file this loader was made for.
function panelCode() {
  loading ||= new Promise((resolve, reject) => {
    const failed = () => {
      loading = null;
      reject();
    };
    const script = make("script", { type: "module", crossorigin: "anonymous", integrity: settings.integrity, onload: resolve, onerror: failed });
    script.src = settings.chat;
    document.head.append(script);
  });
  return loading;
}

// The chat's button. It speaks to nobody and stores nothing before it is clicked.
export class Launcher extends HTMLElement {
  connectedCallback() {
    if (this.button) return;
    this.words = wordsFor(this);
    this.root = shadow(this, css);
    this.button = make("button", {
      type: "button", "aria-label": this.words.open, "aria-haspopup": "dialog", "aria-expanded": "false",
      title: this.words.open, onclick: () => this.toggle(),
    }, icon(BUBBLE));
    this.root.append(this.button);
    document.addEventListener("shopconnect:consent", () => mayTellCart() || forgetCart());
  }

  async toggle() {
    if (this.panel?.open) return this.panel.close();
    this.button.setAttribute("aria-busy", "true");
    try {
      await panelCode();
      this.panel ||= this.bring();
      this.panel.show();
      track("chat_open");
      this.button.setAttribute("aria-expanded", "true");
    } catch {
      this.button.title = this.words.away;
      this.button.setAttribute("aria-label", `${this.words.open}. ${this.words.away}`);
    } finally {
      this.button.removeAttribute("aria-busy");
    }
  }

  bring() {
    const panel = document.createElement(PANEL);
    const card = (item) => productCard(item, this, null, make("div", {}, String(item.stock)));
    const inCart = () => (mayTellCart() ? cart().join() : null);
    panel.setUp({ call, card, customer, inCart, words: this.words, language: languageOf(this), name: settings.name });
    panel.addEventListener("closed", () => {
      this.button.setAttribute("aria-expanded", "false");
      this.button.focus();
    });
    this.root.prepend(panel);
    return panel;
  }
}

// Whoever no longer agrees to be remembered has their cart let go of, with which a conversation of this visit was told.
function forgetCart() {
  const conversation = read(TALK, VISIT);
  if (conversation) call("cart", { body: { conversation, customer } });
}
