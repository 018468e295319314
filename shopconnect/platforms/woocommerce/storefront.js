// By what a page of WordPress tells that no shopper looks at it: a draft, the customizer, somebody who is signed in to write.
// What stands in an address, or in a review, anybody may have put there: it takes WordPress's own bar or script as well.
export function isPreview() {
  const query = new URLSearchParams(location.search);
  return Boolean((query.get("preview") === "true" && isStaff()) || (query.has("customize_changeset_uuid") && window.wp?.customize));
}

export const isStaff = () => Boolean(document.querySelector("body > #wpadminbar"));
