// Tells ShopConnect what a shopper does, in the words of GA4 and as little as serves: no address, no name, no price of
// a single thing, no page of a checkout. Shopify runs this only while analytics is allowed; a later no is heard too.
const VISITOR = "shopconnect.visitor";
const VISIT = "shopconnect.visit";
const APART = "shopconnect.apart"; // what the theme's script says of a visit that is none of a shopper's
const QUIET = 30 * 60 * 1000; // a visit ends when nothing was done for so long
const SOON = 100; // a page's first events come together
const MOST = 50;

const ofVariant = (variant) => ({ product: idOf(variant?.product?.id) });
const ofLine = ({ cartLine }) => ofVariant(cartLine?.merchandise);
const ofVariants = (variants) => ({ products: [...new Set((variants || []).map((one) => idOf(one?.product?.id)).filter(Boolean))].slice(0, MOST) });
const ofCheckout = ({ checkout }) => ({
  ...ofVariants(checkout?.lineItems?.map((line) => line.variant)),
  value: checkout?.totalPrice?.amount,
  currency: checkout?.currencyCode,
});

// Of a purchase the order's number too, and a digest of what the checkout's page alone knows: it counts once Shopify
// tells us of such an order, of the same checkout.
const ofPurchase = (data) => ({
  ...ofCheckout(data),
  order: idOf(data.checkout?.order?.id),
  checkout: data.checkout?.token ? digits(data.checkout.token) : "",
});

// Shopify's standard events: what we call each, and what of it we tell.
const EVENTS = {
  page_viewed: ["page_view", () => ({})],
  product_viewed: ["view_item", ({ productVariant }) => ofVariant(productVariant)],
  collection_viewed: ["view_item_list", ({ collection }) => ofVariants(collection?.productVariants)],
  search_submitted: ["search", ({ searchResult }) => ({ query: searchResult?.query })],
  product_added_to_cart: ["add_to_cart", ofLine],
  product_removed_from_cart: ["remove_from_cart", ofLine],
  cart_viewed: ["view_cart", ({ cart }) => ofVariants(cart?.lines?.map((line) => line.merchandise))],
  checkout_started: ["begin_checkout", ofCheckout],
  checkout_shipping_info_submitted: ["add_shipping_info", ofCheckout],
  payment_info_submitted: ["add_payment_info", ofCheckout],
  checkout_completed: ["purchase", ofPurchase],
};

export function listen({ analytics, browser, settings, init, customerPrivacy }) {
  const seen = new Set();
  let allowed = init?.customerPrivacy?.analyticsProcessingAllowed !== false;
  let noes = 0; // what began before a no is not gone on with after it
  let batch = [];
  let timer;

  const post = (url, body) => fetch(url, { method: "POST", body: JSON.stringify(body), keepalive: true, credentials: "omit" }).catch(() => {});

  // A device without a name is given one with the answer. Nothing waits for it, for the page may be left meanwhile: a visit
  // is given the same name again.
  async function send() {
    const before = noes;
    await sendAs((await browser.localStorage.getItem(VISITOR)) || "", before);
    if (batch.length) timer ||= setTimeout(send, SOON);
  }

  async function sendAs(visitor, before) {
    const visit = batch.length ? await visitName(before) : "";
    timer = 0;
    const apart = (await browser.localStorage.getItem(APART)) || (await browser.sessionStorage.getItem(APART)) || "";
    if (noes !== before || !batch.length) return;
    const events = batch.splice(0, MOST).sort((one, other) => one.seq - other.seq).map(({ event }) => event);
    const answer = await post(settings.endpoint, { consent: "granted", visit, visitor, apart, events });
    const { visitor: name } = (await answer?.json?.().catch(() => ({}))) || {};
    if (!name || name === (await browser.localStorage.getItem(VISITOR))) return;
    const isAllowed = noes === before;
    if (isAllowed) await browser.localStorage.setItem(VISITOR, name);
    await post(consentUrl(), { visitor: name, choice: isAllowed ? "granted" : "denied", source: "pixel" });
  }

  async function visitName(before) {
    const [known, last] = ((await browser.localStorage.getItem(VISIT)) || "").split(" ");
    if (noes !== before) return "";
    const name = known && Date.now() - Number(last) < QUIET ? known : uuid7(Date.now(), chance());
    await browser.localStorage.setItem(VISIT, `${name} ${Date.now()}`);
    return name;
  }

  async function forget() {
    noes += 1;
    batch = [];
    const name = await browser.localStorage.getItem(VISITOR);
    await browser.localStorage.removeItem(VISITOR);
    await browser.localStorage.removeItem(VISIT);
    if (name) await post(consentUrl(), { visitor: name, choice: "denied", source: "pixel" });
  }

  const consentUrl = () => settings.endpoint.replace(/events$/, "consent");

  for (const [theirs, [name, read]] of Object.entries(EVENTS)) {
    analytics.subscribe(theirs, (event) => {
      if (!allowed || seen.has(event.id)) return;
      seen.add(event.id);
      // The same event has the same id whenever and wherever it is told again, so that we store it once.
      const id = uuid7(Date.parse(event.timestamp) || Date.now(), digits(event.id));
      batch.push({ seq: event.seq || 0, event: { id, name, page: pageOf(event.context), ...read(event.data || {}) } });
      timer ||= setTimeout(send, SOON);
    });
  }

  customerPrivacy?.subscribe("visitorConsentCollected", (event) => {
    allowed = event.customerPrivacy?.analyticsProcessingAllowed === true;
    if (!allowed) return forget();
  });
}

// "gid://shopify/Product/7" and 7 are both "7".
function idOf(id) {
  return id == null ? "" : String(id).split("/").pop();
}

// The page's path; what follows /checkouts/, /orders/ or /account/ opens something that is the shopper's alone.
function pageOf(context) {
  return String(context?.document?.location?.pathname || "").replace(/\/(checkouts|orders|account)\/.*$/, "/$1");
}

function uuid7(milliseconds, rest) {
  const time = milliseconds.toString(16).padStart(12, "0");
  const variant = "89ab"[parseInt(rest[0], 16) & 3];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(1, 4)}-${variant}${rest.slice(4, 7)}-${rest.slice(7, 19)}`;
}

function chance() {
  return Array.from({ length: 24 }, () => Math.floor(Math.random() * 16).toString(16)).join("");
}

// 24 hexadecimal digits of a text, always the same (FNV-1a, three times): to know it again, not to hide it.
function digits(text) {
  return [0x811c9dc5, 0x01000193, 0x9e3779b9].map((seed) => {
    let hash = seed;
    for (const letter of String(text)) hash = Math.imul(hash ^ letter.codePointAt(0), 0x01000193);
    return (hash >>> 0).toString(16).padStart(8, "0");
  }).join("");
}
