import { make, shadow } from "./dom.js";
import css from "./consent.css";
import { tag, wordsFor } from "./settings.js";
import { keep, kept } from "./store.js";

const PLACE = "shopconnect.consent";

// Where a tool of the page's own asks, our script's tag says what it was told ("granted", "denied", or "ask" while
// nothing was said) and later answers come as events; the choice is that tool's to keep.
let told = tag?.dataset.consent;
document.addEventListener("shopconnect:consent", (event) => {
  if (told) told = event.detail.choice;
});

// What the shopper said: "granted", "denied", or "" while nothing was said. A browser that asks for privacy has said no.
export function choice() {
  if (navigator.globalPrivacyControl) return "denied";
  if (told) return told === "ask" ? "" : told;
  try {
    return JSON.parse(kept(PLACE)).choice || "";
  } catch {
    return "";
  }
}

// Asks before we remember. Both answers look alike, and nothing lies on the device until one of them is given.
export class Consent extends HTMLElement {
  connectedCallback() {
    this.root ||= shadow(this, css);
    this.again ||= (event) => event.target.closest?.("[data-shopconnect-consent]") && this.show();
    this.heard ||= () => { this.hidden = true; };
    document.addEventListener("click", this.again);
    document.addEventListener("shopconnect:consent", this.heard);
    if (choice()) this.hidden = true;
    else this.show();
  }

  disconnectedCallback() {
    document.removeEventListener("click", this.again);
    document.removeEventListener("shopconnect:consent", this.heard);
  }

  show() {
    if (navigator.globalPrivacyControl) return;
    const words = wordsFor(this);
    const button = (said, text) => make("button", { type: "button", onclick: () => say(said) }, text);
    this.root.querySelector("section")?.remove();
    this.root.append(make("section", { "aria-label": words.consent_label },
      make("p", {}, words.consent),
      make("div", {}, button("denied", words.refuse), button("granted", words.accept)),
    ));
    this.hidden = false;
  }
}

function say(said) {
  if (!told) keep(PLACE, JSON.stringify({ choice: said, at: new Date().toISOString() }));
  document.dispatchEvent(new CustomEvent("shopconnect:consent", { detail: { choice: said } }));
}
