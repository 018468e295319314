"""Shopify's admin around the app: the frame, App Bridge, the page on which a merchant agrees, the app proxy."""

import base64
import urllib.error
import urllib.request
from collections.abc import Mapping
from email.message import Message
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from tests.doubles.shopify.tokens import signed_proxy, signed_query
from tests.waiting import PATIENCE_SECONDS

if TYPE_CHECKING:
    from tests.doubles.shopify.server import ShopRequest

# What the app proxy hands on of a shopper's request, beside where it came from.
PASSED = ("Content-Type", "Accept", "Accept-Language", "User-Agent", "Sec-GPC")
# What Shopify's own script does, as far as our pages use it.
APP_BRIDGE = """
(() => {
  const script = document.currentScript;
  const key = script.dataset.apiKey || document.querySelector('meta[name="shopify-api-key"]')?.content;
  // The frame has no storage of its own where browsers keep strangers out: the admin around it knows the shop.
  const named = new URLSearchParams(location.search).get("shop");
  const shopOf = named ? Promise.resolve(named) : new Promise((found) => {
    addEventListener("message", ({ data }) => { if (data.shop) found(data.shop); });
    parent.postMessage({ asks: "shop" }, "*");
  });
  const admin = new URL(script.src).origin;
  const plain = window.fetch.bind(window);
  const idToken = async () => (await plain(`${admin}/${await shopOf}/id-token?client_id=${key}`)).text();
  window.shopify = {
    config: { apiKey: key, shop: named },
    idToken,
    toast: { show: (text) => parent.postMessage({ toast: text }, "*") },
    scopes: {
      query: async () => (await plain(`${admin}/${await shopOf}/scopes`)).json(),
      request: async (optional) => {
        const asked = { method: "POST", body: JSON.stringify(optional) };
        return (await plain(`${admin}/${await shopOf}/scopes`, asked)).json();
      },
    },
  };
  window.fetch = async (input, options = {}) => {
    const request = new Request(input, options);
    if (new URL(request.url).origin !== location.origin) return plain(request);
    const headers = new Headers(request.headers);
    if (!headers.has("Authorization")) headers.set("Authorization", `Bearer ${await idToken()}`);
    const answer = await plain(new Request(request, { headers }));
    if (answer.status !== 401 || !answer.headers.get("X-Shopify-Retry-Invalid-Session-Request")) return answer;
    headers.set("Authorization", `Bearer ${await idToken()}`);
    return plain(new Request(request, { headers }));
  };
  // What is unsaved of forms that bear data-save-bar stands in a bar of the admin, with buttons of its own.
  let unsaved;
  const saveBar = (form) => { unsaved = form; parent.postMessage({ saveBar: Boolean(form) }, "*"); };
  document.addEventListener("change", ({ target }) => {
    if (target.form?.matches("[data-save-bar]")) saveBar(target.form);
  });
  document.addEventListener("submit", () => saveBar(null));
  addEventListener("message", ({ data }) => {
    if (data.save) unsaved?.requestSubmit();
    if (data.discard) { unsaved?.reset(); saveBar(null); }
  });
  window.shopify.saveBar = {
    leaveConfirmation: () => new Promise((leave) => {
      if (!unsaved?.isConnected) return leave();
      if (!confirm("Leave page with unsaved changes?")) return;
      saveBar(null);
      leave();
    }),
  };
  const reload = new URLSearchParams(location.search).get("shopify-reload");
  if (reload) {
    Promise.all([idToken(), shopOf]).then(([token, shop]) => {
      const there = new URL(reload, location.origin);
      there.searchParams.set("id_token", token);
      there.searchParams.set("shop", shop);
      location.replace(there);
    });
  }
  customElements.define("ui-nav-menu", class extends HTMLElement {
    connectedCallback() {
      setTimeout(() => {
        const links = [...this.querySelectorAll("a:not([rel=home])")];
        parent.postMessage({ links: links.map((link) => [link.getAttribute("href"), link.textContent]) }, "*");
      });
    }
  });
  addEventListener("message", ({ data }) => {
    const link = data.go && document.querySelector(`ui-nav-menu a[href="${data.go}"]`);
    link?.dispatchEvent(new Event("shopify:navigate", { bubbles: true, cancelable: true }));
  });
})();
"""

SAVE_BAR = (
    '<div class="save-bar" role=region aria-label="Unsaved changes" hidden>Unsaved changes '
    "<button class=discard>Discard</button> <button class=save>Save</button></div>"
)
# The admin shows the links of the app's ui-nav-menu beside it, and tells the app when one is pressed.
NAVIGATION = """
  for (const deed of ["save", "discard"]) {
    document.querySelector(`.save-bar .${deed}`).addEventListener("click", () => {
      frames["app-iframe"].postMessage({ [deed]: true }, "*");
    });
  }
  addEventListener("message", ({ data, source }) => {
    if (data.asks === "shop") source.postMessage({ shop: document.title }, "*");
    if ("saveBar" in data) document.querySelector(".save-bar").hidden = !data.saveBar;
    if (!data.links) return;
    document.querySelector("nav").replaceChildren(...data.links.map(([href, text]) => {
      const button = Object.assign(document.createElement("button"), { textContent: text });
      button.addEventListener("click", () => frames["app-iframe"].postMessage({ go: href }, "*"));
      return button;
    }));
  });
"""


WORDS = {
    "fr": {
        "front": "La boutique",
        "editor": "Éditeur de thème",
        "uninstall": "Désinstaller",
        "install": "Installer",
        "gone": "ShopConnect n’est pas installé sur cette boutique.",
        "asks": "ShopConnect demande :",
    },
    "en": {
        "front": "The storefront",
        "editor": "Theme editor",
        "uninstall": "Uninstall",
        "install": "Install",
        "gone": "ShopConnect is not installed on this shop.",
        "asks": "ShopConnect asks for:",
    },
}
CHROME = """<meta name=viewport content="width=device-width, initial-scale=1"><link rel=icon href="data:,"><style>
body{display:flex;flex-direction:column;min-height:100vh;margin:0;font:14px/1.4 system-ui;color:#303030;background:#fff}
*{box-sizing:border-box}header{display:flex;flex-wrap:wrap;align-items:center;gap:4px 16px;min-height:46px;
padding:4px 12px;background:#1a1a1a;color:#fff}header b{margin-right:auto}header a{color:inherit}header form{margin:0}
nav{display:flex;gap:8px;padding:8px;height:44px;background:#ebebeb;overflow-x:auto}nav button{flex:none}
button{font:inherit;min-height:28px;padding:0 12px;border:1px solid #8a8a8a;border-radius:8px;background:#fff;
color:#303030;cursor:pointer}:focus-visible{outline:2px solid #005bd3;outline-offset:1px}
.app{flex:1;border:0;width:100%}.page{max-width:640px;margin:0 auto;padding:24px}
</style>"""


def locale_of(request: "ShopRequest") -> str:
    """Return the language of the admin's pages: what the address says, else the browser, else French."""
    said = request.pairs.get("locale") or request.headers.get("Accept-Language") or "fr"
    return "en" if said.lower().startswith("en") else "fr"


def frame(request: "ShopRequest", path: str, locale: str) -> str:
    """Return the admin's page with the app in it."""
    double, shop = request.double, request.shop
    host = base64.b64encode(f"admin.shopify.com/store/{shop.name}".encode()).decode().rstrip("=")
    query = signed_query(
        double.secret,
        {
            "embedded": "1",
            "host": host,
            "locale": locale,
            "session": "s1",
            "shop": shop.domain,
            "timestamp": str(request.moment),
        },
    )
    source = f"{double.app_url}{path}?{urlencode({**query, 'id_token': shop.session_token()})}"
    return (
        f"{_head(request, locale[:2], _button(request, 'uninstall', locale[:2]))}"
        f"<nav></nav>{SAVE_BAR}<script>{NAVIGATION}</script>"
        f"<iframe class=app name=app-iframe src='{escape(source, quote=True)}'></iframe></html>"
    )


def install_page(request: "ShopRequest", locale: str) -> str:
    """Return the page on which a merchant agrees to what the app's toml asks for."""
    words = WORDS[locale]
    scopes = "".join(f"<li>{escape(scope)}</li>" for scope in request.double.scopes.split(","))
    return (
        f"{_head(request, locale)}<div class=page><h1>{words['gone']}</h1><p>{words['asks']}</p><ul>{scopes}</ul>"
        f"{_button(request, 'install', locale)}</div></html>"
    )


def _head(request: "ShopRequest", locale: str, more: str = "") -> str:
    words, domain = WORDS[locale], escape(request.shop.domain)
    editor = f"{request.double.url}/store/{request.shop.name}/themes/current/editor"
    return (
        f"<!doctype html><html lang={locale}><meta charset=utf-8><title>{domain}</title>{CHROME}<header><b>{domain}</b>"
        f"<a href='{request.shop.front}' target=_blank>{words['front']}</a>"
        f"<a href='{editor}'>{words['editor']}</a>{more}</header>"
    )


def _button(request: "ShopRequest", verb: str, locale: str) -> str:
    action = f"{request.double.url}/{request.shop.domain}/admin/{verb}"
    return f"<form method=post action='{action}'><button>{WORDS[locale][verb]}</button></form>"


def agreed(query: dict[str, str], secret: str, shop: str, code: str, moment: int) -> str:
    """Return where a merchant who agreed is sent: back to the app, with a code and a signed query."""
    back = signed_query(secret, {"code": code, "shop": shop, "state": query.get("state", ""), "timestamp": str(moment)})
    return f"{query.get('redirect_uri', '')}?{urlencode(back)}"


def proxied(
    proxy_url: str,
    secret: str,
    shop: str,
    rest: str,
    query: str,
    method: str,
    body: bytes,
    headers: Mapping[str, str],
    customer: str,
    moment: int,
) -> tuple[int, dict[str, str], bytes]:
    """Hand a storefront's request on to the app, signed; cookies pass in neither direction."""
    pairs = [
        *parse_qsl(query, keep_blank_values=True),
        ("shop", shop),
        ("logged_in_customer_id", customer),
        ("path_prefix", "/apps/shopconnect"),
        ("timestamp", str(moment)),
    ]
    url = f"{proxy_url}/{rest}?{urlencode(signed_proxy(secret, pairs))}"
    passed = {name: headers[name] for name in PASSED if headers.get(name)}
    passed["X-Forwarded-For"] = headers.get("X-Forwarded-For", "192.0.2.7")
    request = urllib.request.Request(url, data=body or None, method=method, headers=passed)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            return answer.status, _kept(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, _kept(error.headers), error.read()
    except OSError:
        return 502, {}, b""


def _kept(headers: Message) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() != "set-cookie"}
