// By what a page of Shopify's tells that no shopper looks at it: the theme editor, a theme that is not published, staff.
// Its bars are frames, which no review holds. Shopify describes roles and designMode, and nowhere the ids of its bars.
export function isPreview() {
  const { designMode, theme } = window.Shopify || {};
  const isUnpublished = theme?.role && theme.role !== "main";
  return Boolean(designMode || isUnpublished || document.querySelector("iframe#preview-bar-iframe, iframe#PBarNextFrame"));
}

export const isStaff = () => Boolean(document.querySelector("iframe#admin-bar-iframe"));

// What a product costs this visit, in its market or by the list of its company, as the shop's own page tells: amounts
// come in hundredths, whatever the currency. What an earlier visit was told is not asked of the browser's cache: whoever
// has signed in for a company since has other prices at the same address.
export async function priceOf(href, language, currency) {
  const answer = await fetch(`${location.origin}${new URL(href).pathname}.js`, { cache: "no-store" });
  const { price } = await answer.json();
  if (!Number.isFinite(price)) throw new TypeError("no price");
  return new Intl.NumberFormat(language, { style: "currency", currency }).format(price / 100);
}
