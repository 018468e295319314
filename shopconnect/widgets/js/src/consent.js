import { make, shadow } from "./dom.js";
import css from "./consent.css";
import { tag, wordsFor } from "./settings.js";
import { keep, read } from "./store.js";

const PLACE = "shopconnect.consent";
const WORDING = 2; // of our question: since 2 it names the cart and the chat

// Where a tool of the page's own asks, our script's tag says what it heard ("granted", "denied", or "ask" while
// nothing was said) and later answers come as events; the choice is that tool's to keep. One that asks of preferences
// by themselves says what it heard of those too; elsewhere a yes is to both.
let { consent: toolChoice, preferences } = tag?.dataset || {};
document.addEventListener("shopconnect:consent", ({ detail }) => {
  if (!toolChoice) return;
  toolChoice = detail.choice;
  preferences = detail.preferences;
});

// What the shopper said: "granted", "denied", or "" while nothing was said. A browser that asks for privacy has said no.
export function choice() {
  if (navigator.globalPrivacyControl) return "denied";
  if (toolChoice) return toolChoice === "ask" ? "" : toolChoice;
  return kept().choice || "";
}

function kept() {
  try {
    return JSON.parse(read(PLACE)) || {};
  } catch {
    return {};
  }
}

// A yes to an earlier wording holds for what that one named; the question is asked again for the rest.
const isPartial = () => choice() === "granted" && !toolChoice && kept().wording !== WORDING;

// Whether what is shown may go by what this shopper viewed, bought and wants less of.
export const mayPersonalise = () => choice() === "granted" && preferences !== "denied";

// Whether the shop's team may see what lies in this shopper's cart.
export const mayTellCart = () => mayPersonalise() && !isPartial();

// Asks before we remember. Both answers look alike, and nothing lies on the device until one of them is given.
export class Consent extends HTMLElement {
  connectedCallback() {
    this.root ||= shadow(this, css);
    this.again ||= (event) => event.target.closest?.("[data-shopconnect-consent]") && this.showAgain();
    this.heard ||= () => { this.hidden = true; };
    document.addEventListener("click", this.again);
    document.addEventListener("shopconnect:consent", this.heard);
    if (choice() && !isPartial()) this.hidden = true;
    else this.show();
  }

  disconnectedCallback() {
    document.removeEventListener("click", this.again);
    document.removeEventListener("shopconnect:consent", this.heard);
  }

  show() {
    if (navigator.globalPrivacyControl) return;
    const words = wordsFor(this);
    const button = (chosen, text) => make("button", { type: "button", onclick: () => say(chosen) }, text);
    this.root.querySelector("section")?.remove();
    this.root.append(make("section", { "aria-label": words.consent_label },
      make("p", {}, words.consent),
      make("div", {}, button("denied", words.refuse), button("granted", words.accept)),
    ));
    this.hidden = false;
  }

  // Whoever asked for the question may have done so at the other end of the page.
  showAgain() {
    this.show();
    this.root.querySelector("button")?.focus();
  }
}

function say(chosen) {
  if (!toolChoice) keep(PLACE, JSON.stringify({ choice: chosen, wording: WORDING, at: new Date().toISOString() }));
  document.dispatchEvent(new CustomEvent("shopconnect:consent", { detail: { choice: chosen } }));
}
