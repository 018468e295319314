import { make, shadow } from "./dom.js";
import css from "./consent.css";
import { wordsFor } from "./settings.js";

const PLACE = "shopconnect.consent";

// What the shopper said: "granted", "denied", or "" while nothing was said. A browser that asks for privacy has said no.
export function choice() {
  if (navigator.globalPrivacyControl) return "denied";
  try {
    return JSON.parse(localStorage.getItem(PLACE)).choice || "";
  } catch {
    return "";
  }
}

// Asks before we remember. Both answers look alike, and nothing lies on the device until one of them is given.
export class Consent extends HTMLElement {
  connectedCallback() {
    this.root ||= shadow(this, css);
    this.again ||= (event) => event.target.closest?.("[data-shopconnect-consent]") && this.show();
    document.addEventListener("click", this.again);
    if (choice()) this.hidden = true;
    else this.show();
  }

  disconnectedCallback() {
    document.removeEventListener("click", this.again);
  }

  show() {
    if (navigator.globalPrivacyControl) return;
    const words = wordsFor(this);
    const button = (said, text) => make("button", { type: "button", onclick: () => this.say(said) }, text);
    this.root.querySelector("section")?.remove();
    this.root.append(make("section", { "aria-label": words.consent_label },
      make("p", {}, words.consent),
      make("div", {}, button("denied", words.refuse), button("granted", words.accept)),
    ));
    this.hidden = false;
  }

  say(said) {
    try {
      localStorage.setItem(PLACE, JSON.stringify({ choice: said, at: new Date().toISOString() }));
    } catch {
      // a browser that keeps nothing is asked again on the next page
    }
    this.hidden = true;
    document.dispatchEvent(new CustomEvent("shopconnect:consent", { detail: { choice: said } }));
  }
}
