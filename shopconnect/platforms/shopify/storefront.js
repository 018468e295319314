// By what a page of Shopify's tells that no shopper looks at it: the theme editor, a theme that is not published, staff.
// Its bars are frames, which no review holds. Shopify describes roles and designMode, and nowhere the ids of its bars.
export function isPreview() {
  const { designMode, theme } = window.Shopify || {};
  const isUnpublished = theme?.role && theme.role !== "main";
  return Boolean(designMode || isUnpublished || document.querySelector("iframe#preview-bar-iframe, iframe#PBarNextFrame"));
}

export const isStaff = () => Boolean(document.querySelector("iframe#admin-bar-iframe"));
