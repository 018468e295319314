import { storefronts } from "shopconnect:storefronts";
import { drop, keep, read, VISIT } from "./store.js";

const PLACE = "shopconnect.apart";
const STAFF = "s";
const PREVIEW = "p";

// Whether this browser counts at all is said by a link of the merchant's own, whose mark the server has signed, so that
// nobody else's link says it of others; a second one takes it back.
export function applyMark() {
  const mark = new URLSearchParams(location.search).get("shopconnect") || "";
  if (/^s\.\d+\.\w+$/.test(mark)) keep(PLACE, mark);
  if (mark === "counted") for (const where of [undefined, VISIT]) drop(PLACE, where);
}

// Why this visit is none of a shopper's: a signed mark, or s for staff, p for a preview of the page; else nothing. What one
// page shows of that holds for the rest of the visit, where the web pixel reads it too.
export function nonShopper() {
  const shown = shownHere();
  if (shown) keep(PLACE, shown, VISIT);
  return read(PLACE) || shown || read(PLACE, VISIT);
}

// Each platform knows its own signs (platforms/<name>/storefront.js); a preview that staff look at is a preview.
function shownHere() {
  if (storefronts.some((one) => one.isPreview())) return PREVIEW;
  return storefronts.some((one) => one.isStaff()) ? STAFF : "";
}
