import { Consent } from "./consent.js";
import { listen } from "./events.js";
import { Launcher } from "./launcher.js";
import { applyMark } from "./non_shopper.js";
import { settings } from "./settings.js";
import { Shelf } from "./shelf.js";

// A page that is only made ready, should somebody click, is nobody's visit yet: nothing is asked, kept or told there.
if (document.prerendering) document.addEventListener("prerenderingchange", begin, { once: true });
else begin();

function begin() {
  applyMark();
  const served = { "shopconnect-shelf": Shelf, "shopconnect-consent": Consent };
  if (settings.has.includes("chat")) served["shopconnect-chat"] = Launcher;
  for (const name in served) if (!customElements.get(name)) customElements.define(name, served[name]);
  if (settings.has.includes("events")) listen();
}
