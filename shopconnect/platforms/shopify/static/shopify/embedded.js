// Inside Shopify's admin no cookie reaches us. App Bridge knows who looks: its token goes along with what a page fetches,
// so links and forms are fetched and put in place here, where a load of the page would have to ask for a token first.
const TOKENS = ["id_token", "again", "hmac", "timestamp", "session"];

const ours = (url) => url.origin === location.origin;
const withoutTokens = (url) => { for (const name of TOKENS) url.searchParams.delete(name); return url; };

let latest = 0;

async function go(address, { method = "GET", body, keeps = false } = {}) {
  const turn = ++latest;
  const url = withoutTokens(new URL(address, location.href));
  root().setAttribute("aria-busy", "true");
  try {
    const answer = await ask(url, { method, body });
    if (turn !== latest) return;
    const kind = answer.headers.get("Content-Type") ?? "";
    if (!kind.startsWith("text/html")) return load(url);
    const there = withoutTokens(new URL(answer.url));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!ours(there) || turn !== latest) return;
    const isSame = there.href === location.href;
    if (!keeps && !isSame) history.pushState(null, "", there);
    show(page, there.hash, keeps || isSame);
  } catch {
    if (method === "GET") return load(url);
    sayFailed();
  } finally {
    root().removeAttribute("aria-busy");
  }
}

async function ask(url, { method, body }, triesAgain = true) {
  const headers = { Authorization: `Bearer ${await window.shopify.idToken()}`, Accept: "text/html" };
  const answer = await fetch(url, { method, body, headers, credentials: "omit" });
  const isOver = answer.status === 401 && answer.headers.get("X-Shopify-Retry-Invalid-Session-Request");
  return isOver && triesAgain ? ask(url, { method, body }, false) : answer;
}

// Goes to another page, if nothing is left unsaved on this one, or the merchant lets go of it. The admin's own bar shows
// what is unsaved of forms that bear data-save-bar.
async function leaveFor(address) {
  await window.shopify.saveBar?.leaveConfirmation();
  return go(address);
}

// A file, or a page that could not be fetched: the browser loads it by itself, with a token in the address.
async function load(url) {
  url.searchParams.set("id_token", await window.shopify.idToken());
  location.assign(url);
}

const root = () => document.documentElement;

// What was typed stays, and can be sent again.
function sayFailed() {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  const main = document.getElementById("content");
  main.querySelector(":scope > .failed")?.remove();
  const said = Object.assign(document.createElement("p"), { className: "notice bad failed", textContent: main.dataset.failed });
  said.setAttribute("role", "alert");
  main.prepend(said);
  said.scrollIntoView({ block: "nearest" });
}

function show(page, hash, keepsPlace) {
  const place = scrollY;
  document.title = page.title;
  root().lang = page.documentElement.lang;
  document.body.replaceWith(document.adoptNode(page.body));
  for (const script of page.head.querySelectorAll("script[src]")) {
    if ([...document.scripts].some((one) => one.src === new URL(script.src, location.href).href)) continue;
    document.head.append(Object.assign(document.createElement("script"), { type: script.type, src: script.src }));
  }
  document.dispatchEvent(new Event("page"));
  if (keepsPlace) return scrollTo(0, place);
  scrollTo(0, 0);
  (document.getElementById(hash.slice(1)) ?? document.getElementById("content"))?.focus({ preventScroll: !hash });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const url = new URL(link.href);
  if (link.target && link.target !== "_self") return;
  if (!ours(url)) return leave(event, url);
  if (url.pathname + url.search === location.pathname + location.search && url.hash) return;
  event.preventDefault();
  if (link.hasAttribute("download")) load(url); else leaveFor(url);
});

// Other sites do not stand in the admin's frame: they take the whole window.
function leave(event, url) {
  if (!url.protocol.startsWith("http")) return;
  event.preventDefault();
  open(url, "_top");
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (form.dataset.askScopes) return askScopes(event);
  const url = new URL(submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", location.href);
  if (event.defaultPrevented || !ours(url)) return;
  event.preventDefault();
  const data = new FormData(form, submitter);
  if (form.method === "post") return go(url, { method: "POST", body: form.enctype === "multipart/form-data" ? data : new URLSearchParams(data) });
  url.search = new URLSearchParams(data);
  go(url);
});

// What a merchant allows us beyond what they installed is asked for in the admin; the form then says that it was.
async function askScopes(event) {
  const { target: form } = event;
  event.preventDefault();
  const scopes = form.dataset.askScopes.split(" ");
  const { result } = await window.shopify.scopes.request(scopes);
  delete form.dataset.sent;
  if (result !== "granted-all") return;
  delete form.dataset.askScopes;
  form.requestSubmit();
}

// The admin's own navigation, the browser's way back, and a page that looks again by itself.
document.addEventListener("shopify:navigate", (event) => {
  event.preventDefault();
  leaveFor(event.target.getAttribute("href"));
});
addEventListener("popstate", () => go(location.href, { keeps: true }));
document.addEventListener("page:again", (event) => {
  event.preventDefault();
  if (!root().hasAttribute("aria-busy")) go(location.href, { keeps: true }); // else what comes looks again by itself
});

history.replaceState(null, "", withoutTokens(new URL(location.href)));
