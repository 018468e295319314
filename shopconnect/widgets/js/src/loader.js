import { Consent } from "./consent.js";
import { listen } from "./events.js";
import { Launcher } from "./launcher.js";
import { settings } from "./settings.js";
import { Shelf } from "./shelf.js";

const served = { "shopconnect-shelf": Shelf, "shopconnect-consent": Consent };
if (settings.has.includes("chat")) served["shopconnect-chat"] = Launcher;
for (const name in served) if (!customElements.get(name)) customElements.define(name, served[name]);
if (settings.has.includes("events")) listen();
