// The tag that brought us, asked of Document itself: a picture in a review that is named currentScript hides the document's own.
export const tag = Object.getOwnPropertyDescriptor(Document.prototype, "currentScript").get.call(document);

// What the server says of this shop: whoever brings this file from elsewhere hangs it on the tag, else the server puts one
// JSON object in the place of the name below.
export const settings = tag?.settings || SHOPCONNECT_SETTINGS;

// Who is signed in, as the shop's own server signed it: empty where the shop's platform tells us, undefined for nobody.
export const customer = tag?.dataset.customer;

const here = tag ? tag.src : document.baseURI;
settings.base = new URL(settings.base, settings.proxied ? location.origin : here).href;
settings.chat = new URL(settings.chat, here).href;

// The language of an element: its own `lang`, else that of what it stands in, else the shop's first.
export function languageOf(element) {
  const near = element.closest("[lang]");
  const language = (near ? near.lang : document.documentElement.lang).slice(0, 2).toLowerCase();
  return language in settings.words ? language : settings.language;
}

export const wordsFor = (element) => settings.words[languageOf(element)];
