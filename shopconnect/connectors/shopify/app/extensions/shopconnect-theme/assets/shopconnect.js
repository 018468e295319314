// Brings ShopConnect's loader, through the shop's own address, and tells it what Shopify's Customer Privacy API says.
// The loader remembers nothing unless it was told "granted"; in the theme editor it never is.
(() => {
  const WAIT = 3000;
  if (document.querySelector("script[data-shopconnect]")) return;

  const script = document.createElement("script");
  script.async = true;
  script.dataset.shopconnect = "";
  script.dataset.events = "widgets"; // our web pixel tells of the page
  // Shopify tells us who is signed in, where our loader asks in their name.
  if (document.querySelector("[data-shopconnect-customer]")) script.dataset.customer = "";
  let said = "";

  const privacy = () => window.Shopify?.customerPrivacy;

  function answer() {
    if (!privacy() || window.Shopify.designMode) return "denied";
    if (privacy().analyticsProcessingAllowed()) return "granted";
    return privacy().shouldShowBanner?.() ? "ask" : "denied";
  }

  // What was answered stands on the loader's tag until the loader runs, and is an event from then on.
  function settle(now) {
    if (now === said) return;
    said = script.dataset.consent = now;
    if (script.isConnected) {
      if (now !== "ask") document.dispatchEvent(new CustomEvent("shopconnect:consent", { detail: { choice: now } }));
      return;
    }
    const place = document.querySelector("[data-shopconnect-proxy]")?.dataset.shopconnectProxy.trim() || "/apps/shopconnect";
    // Of this site, whoever else wrote a place into the page: a review may hold such an attribute.
    script.src = `${location.origin}/${place.replace(/^\/+|\/+$/g, "")}/loader.js`;
    document.head.append(script);
  }

  document.addEventListener("visitorConsentCollected", () => settle(answer()));
  // What was answered in our own consent line is Shopify's to keep.
  document.addEventListener("shopconnect:consent", ({ detail: { choice } }) => {
    if (choice === said) return;
    said = script.dataset.consent = choice;
    const allowed = choice === "granted";
    privacy()?.setTrackingConsent({ analytics: allowed, preferences: allowed }, () => {});
  });

  // Which arm of a trial a page is in goes with the order: its letter, signed, on the cart, where there is one.
  const cart = document.querySelector("[data-shopconnect-cart]")?.dataset;
  let arm = cart?.shopconnectArm;
  document.addEventListener("shopconnect:arm", ({ detail }) => {
    if (!cart?.shopconnectCart || detail.signed === arm || window.Shopify?.designMode) return;
    arm = detail.signed;
    fetch(`${window.Shopify?.routes?.root || "/"}cart/update.js`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ attributes: { _shopconnect_arm: arm } }),
    }).catch(() => {});
  });

  // A shelf needs no consent, so it does not wait for an answer for ever.
  const late = setTimeout(() => settle("denied"), WAIT);
  const ready = (error) => {
    clearTimeout(late);
    settle(error ? "denied" : answer());
  };
  try {
    window.Shopify.loadFeatures([{ name: "consent-tracking-api", version: "0.1" }], ready);
  } catch (error) {
    ready(error);
  }
})();
