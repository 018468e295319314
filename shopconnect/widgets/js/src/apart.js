import { drop, keep, kept, VISIT } from "./store.js";

const PLACE = "shopconnect.apart";
const STAFF = "s";
const PREVIEW = "p";
const PREVIEW_BARS = "#preview-bar-iframe, #PBarNextFrame";
const STAFF_BARS = "#admin-bar-iframe, #wpadminbar";

const asked = new URLSearchParams(location.search);

// Whether this browser counts at all is said by a link of the merchant's own; a second one takes it back.
if (asked.get("shopconnect") === "uncounted") keep(PLACE, STAFF);
if (asked.get("shopconnect") === "counted") for (const where of [undefined, VISIT]) drop(PLACE, where);

// Why this visit is none of a shopper's, in one letter: s for staff, p for a preview of the page; else nothing. What one
// page shows of that holds for the rest of the visit, where the web pixel reads it too.
export function apart() {
  const shown = shownHere();
  if (shown) keep(PLACE, shown, VISIT);
  return kept(PLACE) || shown || kept(PLACE, VISIT);
}

function shownHere() {
  const { designMode, theme } = window.Shopify || {};
  const isOther = theme?.role && theme.role !== "main"; // a theme that is not published
  const isDraft = asked.get("preview") === "true" || asked.has("customize_changeset_uuid");
  if (designMode || isOther || isDraft || document.querySelector(PREVIEW_BARS)) return PREVIEW;
  return document.querySelector(STAFF_BARS) ? STAFF : "";
}
