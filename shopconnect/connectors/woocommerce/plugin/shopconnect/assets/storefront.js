// Brings ShopConnect's loader, and tells it what no page may say, because pages are cached: who is signed in, what lies in
// the cart, country and currency, and what the shop's banner of consent heard. Nothing is told of a visitor before a yes.
(() => {
  const WAIT = 3000;
  const MOST_WRITES = 5; // of a page's arm to the cart
  const ARM = "shopconnect.arm";
  const [STATISTICS, PREFERENCES] = ["statistics", "preferences"]; // categories of WP Consent API

  // Asked of Document itself: a picture in a review that is named currentScript hides the document's own.
  const tag = Object.getOwnPropertyDescriptor(Document.prototype, "currentScript").get.call(document);
  if (!tag?.dataset.loader) return;
  const page = tag.dataset;
  let script;
  let said = {};
  let visitor = {};
  let writes = 0;
  let isPassingOn = false; // what our own question heard, to the shop's banner

  const cookie = (name) => document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) || "";
  const dispatch = (name, detail) => document.dispatchEvent(new CustomEvent(`shopconnect:${name}`, { detail }));

  // --- consent ---

  // What was heard of a category: "allow", "deny", "" for nothing yet. Where no banner says by which rules it asks, the
  // API allows everything; then only what somebody has chosen counts.
  function heard(category) {
    const kept = cookie(`${window.consent_api?.cookie_prefix || "wp_consent"}_${category}`);
    const hasBanner = window.wp_consent_type || (window.wp_fallback_consent_type && !window.waitfor_consent_hook);
    return kept || (hasBanner && window.wp_has_consent(category) ? "allow" : "");
  }

  // Nothing where the shop has no such API: then our own question keeps its answer itself.
  function answer() {
    if (!window.wp_has_consent) return {};
    const statistics = heard(STATISTICS);
    if (statistics === "allow") return { choice: "granted", preferences: heard(PREFERENCES) === "allow" ? "granted" : "denied" };
    return { choice: statistics === "deny" ? "denied" : "ask" };
  }

  // What was answered stands on the loader's tag until the loader runs, and is an event from then on.
  function settle() {
    if (isPassingOn) return;
    const now = answer();
    if (now.choice === said.choice && now.preferences === said.preferences) return;
    said = now;
    if (!script) return;
    script.dataset.consent = now.choice;
    script.dataset.preferences = now.preferences || "";
    if (now.choice !== "ask") dispatch("consent", now);
  }

  for (const name of ["wp_consent_type_defined", "wp_listen_for_consent_change"]) document.addEventListener(name, settle);

  document.addEventListener("shopconnect:consent", ({ detail }) => {
    if (detail.choice === "denied") keepArm("");
    else setTimeout(tellPage); // once the loader has heard it as well
    if (detail === said || !window.wp_set_consent) return;
    // What was answered in our own question is the shop's to keep.
    isPassingOn = true;
    for (const category of [STATISTICS, PREFERENCES]) window.wp_set_consent(category, detail.choice === "granted" ? "allow" : "deny");
    isPassingOn = false;
    said = answer();
  });

  // --- what holds for this visitor only ---

  const isAsked = () => document.querySelector("shopconnect-shelf") || cookie("woocommerce_items_in_cart")
    || document.body.classList.contains("logged-in") || "shopconnectOrder" in page;

  async function learn() {
    const url = new URL(page.late, location.href);
    if ("shopconnectOrder" in page) {
      url.searchParams.set("order", location.pathname.match(/(\d+)\/?$/)?.[1] || "");
      url.searchParams.set("key", new URLSearchParams(location.search).get("key") || "");
    }
    const reply = await fetch(url, { credentials: "same-origin", cache: "no-store" });
    if (reply.ok) visitor = await reply.json();
    page.shopconnectCart = visitor.cart?.join() || "";
    for (const shelf of document.querySelectorAll("shopconnect-shelf")) {
      for (const name of ["country", "currency"]) if (visitor[name] && !shelf.hasAttribute(name)) shelf.setAttribute(name, visitor[name]);
    }
  }

  // --- the arm of an experiment goes with the cart to the order ---

  function keptArm() {
    try {
      return sessionStorage.getItem(ARM) || "";
    } catch {
      return "";
    }
  }

  // Nobody is in an arm before a yes; a no forgets it here and in the cart.
  function keepArm(signed) {
    try {
      if (signed) sessionStorage.setItem(ARM, signed);
      else sessionStorage.removeItem(ARM);
    } catch { /* A browser that keeps nothing. */ }
    writeArm(signed);
  }

  async function writeArm(arm) {
    if (!visitor.nonce || !visitor.cart?.length || arm === visitor.arm || ++writes > MOST_WRITES) return;
    visitor.arm = arm;
    await fetch(page.cartAddress, {
      method: "POST",
      credentials: "same-origin",
      headers: { "content-type": "application/json", nonce: visitor.nonce },
      body: JSON.stringify({ namespace: "shopconnect", data: { arm } }),
    }).catch(() => {});
  }

  document.addEventListener("shopconnect:arm", ({ detail }) => keepArm(detail.signed));

  // --- what is done ---

  const tell = (name, payload) => dispatch("event", { name, ...payload });

  // Told when the loader is there, and again after a yes: it drops what comes before one.
  function tellPage() {
    const { cart, order } = visitor;
    if ("shopconnectCheckout" in page && cart?.length) tell("begin_checkout", { products: cart, currency: visitor.currency });
    if (order) tell("purchase", order);
  }

  let added = "";
  document.addEventListener("submit", ({ target }) => {
    if (!target.matches("form.cart")) return;
    added = page.shopconnectView || "";
    if (added) tell("add_to_cart", { product: added });
  });

  // Classic themes and blocks each have a word of their own for it.
  async function cartChanged() {
    const before = visitor.cart || [];
    await learn();
    for (const product of visitor.cart || []) {
      if (!before.includes(product) && product !== added) tell("add_to_cart", { product });
    }
    added = "";
    dispatch("cart");
    const arm = keptArm();
    if (arm) await writeArm(arm);
  }
  const heardOfCart = () => cartChanged().catch(() => {});

  // --- the beginning ---

  function bring() {
    script = Object.assign(document.createElement("script"), { async: true, src: page.loader, onload: tellPage });
    if (visitor.customer) script.dataset.customer = visitor.customer;
    if (said.choice) script.dataset.consent = said.choice;
    if (said.preferences) script.dataset.preferences = said.preferences;
    document.head.append(script);
    const arm = keptArm();
    if (arm) writeArm(arm);
  }

  async function begin() {
    window.jQuery?.(document.body).on("added_to_cart removed_from_cart", heardOfCart);
    for (const name of ["added_to", "removed_from"]) document.body.addEventListener(`wc-blocks_${name}_cart`, heardOfCart);
    settle();
    const late = new Promise((resolve) => setTimeout(resolve, WAIT));
    if (isAsked()) await Promise.race([learn().catch(() => {}), late]);
    bring();
  }

  const ready = () => {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin, { once: true });
    else begin();
  };
  // A page that is only made ready, should somebody click, is nobody's visit yet.
  if (document.prerendering) document.addEventListener("prerenderingchange", ready, { once: true });
  else ready();
})();
