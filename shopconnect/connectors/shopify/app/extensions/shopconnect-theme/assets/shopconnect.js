// Brings ShopConnect's loader, which lies beside this file, and tells it what Shopify's Customer Privacy API says.
// The loader remembers nothing unless it was told "granted"; in the theme editor it never is.
(() => {
  const WAIT = 3000;
  const MOST_WRITES = 5; // in a page: another app may answer each of ours with one of its own
  if (document.querySelector("script[data-shopconnect]")) return;

  // Asked of Document itself: a picture in a review that is named currentScript hides the document's own.
  const here = Object.getOwnPropertyDescriptor(Document.prototype, "currentScript").get.call(document).src;
  const place = document.querySelector("[data-shopconnect-proxy]")?.dataset.shopconnectProxy.trim() || "/apps/shopconnect";
  // Of this site, whoever else wrote a place into the page: a review may hold such an attribute.
  const proxy = `${location.origin}/${place.replace(/^\/+|\/+$/g, "")}`;
  const asked = fetch(`${proxy}/settings.json`).then((answer) => answer.json()).catch(() => ({}));
  let script;
  let loading;
  let said = {};

  const privacy = () => window.Shopify?.customerPrivacy;

  // To what is told of a visit, and to what is shown by it.
  function answer() {
    if (!privacy() || window.Shopify.designMode) return { choice: "denied" };
    const preferences = privacy().preferencesProcessingAllowed?.() ? "granted" : "denied";
    if (privacy().analyticsProcessingAllowed()) return { choice: "granted", preferences };
    return { choice: privacy().shouldShowBanner?.() ? "ask" : "denied" };
  }

  function keep(now) {
    said = now;
    if (!script) return;
    script.dataset.consent = now.choice;
    script.dataset.preferences = now.preferences || "";
  }

  function bring(src, more) {
    script = Object.assign(document.createElement("script"), { async: true, src, ...more });
    script.dataset.shopconnect = "";
    script.dataset.events = "widgets"; // our web pixel tells of the page
    // Shopify tells us who is signed in, where our loader asks in their name.
    if (document.querySelector("[data-shopconnect-customer]")) script.dataset.customer = "";
    keep(said);
    document.head.append(script);
  }

  // Where the extension is not of the server's build, the one it names is not there: then the server's own comes.
  async function bringLoader() {
    const settings = await asked;
    const bringServers = () => bring(`${proxy}/loader.js`);
    if (settings.loader) bring(new URL(settings.loader, here), { settings, onerror: bringServers });
    else bringServers();
  }

  // What was answered stands on the loader's tag until the loader runs, and is an event from then on.
  function settle(now) {
    if (now.choice === said.choice && now.preferences === said.preferences) return;
    keep(now);
    if (!loading) loading = bringLoader();
    else if (now.choice !== "ask") document.dispatchEvent(new CustomEvent("shopconnect:consent", { detail: now }));
  }

  document.addEventListener("visitorConsentCollected", () => settle(answer()));
  // What was answered in our own consent line is Shopify's to keep.
  document.addEventListener("shopconnect:consent", ({ detail }) => {
    if (detail === said) return;
    const allowed = detail.choice === "granted";
    keep(allowed ? { choice: "granted", preferences: "granted" } : { choice: "denied" });
    privacy()?.setTrackingConsent({ analytics: allowed, preferences: allowed }, () => {});
  });

  // Which arm of a trial a page is in goes with the order: its letter, signed, on the cart, where there is one.
  const cart = document.querySelector("[data-shopconnect-cart]")?.dataset;
  const cartAddress = (file) => `${window.Shopify?.routes?.root || "/"}${file}`;
  let arm;
  let writes = 0;

  function writeArm() {
    if (!arm || !cart?.shopconnectCart || arm === cart.shopconnectArm || window.Shopify?.designMode) return;
    if (++writes > MOST_WRITES) return;
    cart.shopconnectArm = arm;
    fetch(cartAddress("cart/update.js"), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ attributes: { _shopconnect_arm: arm } }),
    }).catch(() => {});
  }

  document.addEventListener("shopconnect:arm", ({ detail }) => {
    arm = detail.signed;
    writeArm();
  });

  // What the theme or another app did to the cart, by Shopify's standard events: what lies in it now is for the shelves,
  // and a letter that went with the attributes which somebody replaced is written again.
  async function readCart({ promise }) {
    if (!cart) return;
    await promise;
    const { items, attributes } = await (await fetch(cartAddress("cart.js"))).json();
    cart.shopconnectCart = [...new Set(items.map((item) => item.product_id))].join();
    cart.shopconnectArm = attributes?._shopconnect_arm || "";
    document.dispatchEvent(new CustomEvent("shopconnect:cart"));
    writeArm();
  }
  for (const what of ["lines", "attributes"]) {
    document.addEventListener(`shopify:cart:${what}-update`, (event) => readCart(event).catch(() => {}));
  }

  // A shelf needs no consent, so it does not wait for an answer for ever.
  const late = setTimeout(() => settle({ choice: "denied" }), WAIT);
  const ready = (error) => {
    clearTimeout(late);
    settle(error ? { choice: "denied" } : answer());
  };
  try {
    window.Shopify.loadFeatures([{ name: "consent-tracking-api", version: "0.1" }], ready);
  } catch (error) {
    ready(error);
  }
})();
