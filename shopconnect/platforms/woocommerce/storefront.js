// By what a page of WordPress tells that no shopper looks at it: a draft, the customizer, somebody who is signed in to write.
export function isPreview() {
  const query = new URLSearchParams(location.search);
  return query.get("preview") === "true" || query.has("customize_changeset_uuid");
}

export const isStaff = () => Boolean(document.querySelector("#wpadminbar"));
