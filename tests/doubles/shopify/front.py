"""A shop's own storefront, at http://<name>.localhost:<port>/: a plain theme, with the blocks that it holds of our app.

French at /, English at /en. A purchase there makes an order, which is told as any other.
"""

import json
import mimetypes
from html import escape
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from tests.doubles.shopify.store import Node, number_of
from tests.doubles.shopify.theme import BUILT, EXTENSION
from tests.doubles.storefront import STYLE, WORDS

if TYPE_CHECKING:
    from tests.doubles.shopify.server import Reply, ShopRequest

HTML = {"Content-Type": "text/html; charset=utf-8"}
MOST_SHOWN = 12
# Shopify's Customer Privacy API, as far as a theme extension asks it; the choice is kept in a cookie of the shop's.
PRIVACY = """
(() => {
  const said = () => document.cookie.match(/(?:^|; )_tracking_consent=(\\w+)/)?.[1] || "";
  const api = {
    analyticsProcessingAllowed: () => said() === "yes",
    preferencesProcessingAllowed: () => said() === "yes",
    shouldShowBanner: () => !said(),
    setTrackingConsent: (choice, done) => {
      document.cookie = `_tracking_consent=${choice.analytics ? "yes" : "no"}; path=/; SameSite=Lax`;
      document.dispatchEvent(new CustomEvent("visitorConsentCollected", { detail: choice }));
      done?.();
    },
  };
  window.Shopify = { designMode: DESIGN, routes: { root: "ROOT" }, loadFeatures: (wanted, done) => {
    window.Shopify.customerPrivacy = api;
    done();
  } };
})();
"""


def reply(request: "ShopRequest") -> "Reply":
    """Answer a page of the storefront."""
    parts = [part for part in request.rest.split("/") if part]
    locale = "en" if parts[:1] == ["en"] else "fr"
    parts = parts[1:] if locale == "en" else parts
    if parts[:1] == ["assets"]:
        return _asset(parts[-1])
    if not is_let_in(request):
        return _password(request)
    if not parts:
        return 200, HTML, _page(request, locale, _home(request, locale)).encode()
    number = parts[-1].removesuffix(".js")
    product = request.shop.store.find(f"gid://shopify/Product/{number}") if parts[0] == "products" else None
    if product is None or product["status"] != "ACTIVE":
        return 404, HTML, _page(request, locale, f"<p>{WORDS[locale]['none']}</p>").encode()
    if parts[-1].endswith(".js"):
        return _told(request, product)
    if request.method == "POST":
        request.shop.store.add_order([(product["variants"][0], 1)], sourceName="web")
        return 303, {"Location": f"{_root(locale)}products/{parts[-1]}?bought=1"}, b""
    return 200, HTML, _page(request, locale, _product(request, locale, product)).encode()


def _asset(name: str) -> "Reply":
    """Answer a file of the theme app extension, as it was deployed: our last build lies in it."""
    file = {one.name: one for one in (*(EXTENSION / "assets").iterdir(), *BUILT.iterdir())}.get(name)
    if file is None:
        return 404, {}, b"Not Found"
    return 200, {"Content-Type": mimetypes.types_map[file.suffix]}, file.read_bytes()


def is_let_in(request: "ShopRequest") -> bool:
    """Say whether the storefront is open to whoever asks: behind a password it is to those who entered it."""
    return request.shop.password in ("", _cookie(request, "storefront_digest"))


def _cookie(request: "ShopRequest", name: str) -> str | None:
    found = SimpleCookie(request.headers.get("Cookie") or "").get(name)
    return found.value if found else None


def _password(request: "ShopRequest") -> "Reply":
    """Lead to the page that asks for the password, and on from there."""
    if request.rest != "password":
        return 302, {"Location": "/password"}, b""
    if dict(parse_qsl(request.body.decode())).get("password") == request.shop.password:
        return 303, {"Location": "/", "Set-Cookie": f"storefront_digest={request.shop.password}; Path=/; HttpOnly"}, b""
    form = "<form method=post><label>Password <input name=password type=password></label><button>Enter</button></form>"
    return 200, HTML, f"<!doctype html><title>Opening soon</title>{form}".encode()


def _told(request: "ShopRequest", product: Node) -> "Reply":
    """Answer what a product's .js tells of it: its price for this visit, in hundredths, which browsers may keep."""
    shop, key = request.shop, product["id"]
    price = shop.market_prices.get(key, product["variants"][0]["price"])
    if _cookie(request, "company_location"):
        price = shop.company_prices.get(key, price)
    told = {"id": number_of(product), "title": product["title"], "price": price and round(float(price) * 100)}
    headers = {"Content-Type": "application/json", "Cache-Control": "private, max-age=300"}
    return 200, headers, json.dumps(told).encode()


def _home(request: "ShopRequest", locale: str) -> str:
    """Show one product of each department, or what was searched for, and the shelf of the home page."""
    words = dict(parse_qsl(request.query)).get("q", "").casefold().split()
    active = [one for one in request.shop.store.all("Product") if one["status"] == "ACTIVE"]
    found = [one for one in active if all(word in title_of(one, locale).casefold() for word in words)]
    shown = found if words else list({_department(one): one for one in reversed(found)}.values())[::-1]
    cards = "".join(_card(one, locale) for one in shown[:MOST_SHOWN])
    listed = f"<ul class=grid>{cards}</ul>" if cards else f"<p>{WORDS[locale]['none']}</p>"
    return f"<h1>{WORDS[locale]['home']}</h1>{listed}" + request.shop.block("index", locale)


def _department(product: Node) -> str:
    return (product["category"] or {"fullName": product["title"]})["fullName"].partition(" > ")[0]


def _card(product: Node, locale: str) -> str:
    where = f"{_root(locale)}products/{number_of(product)}"
    return (
        f'<li><a href="{where}">{_picture(product)}<b>{escape(title_of(product, locale))}</b>'
        f"<span>{price_of(product, locale)}</span></a></li>"
    )


def _product(request: "ShopRequest", locale: str, product: Node) -> str:
    words, title = WORDS[locale], escape(title_of(product, locale))
    said = (product["words"].get(locale) or {}).get("body_html") or product["description"]
    levels = [
        one["available"] for variant in product["variants"] for one in variant["inventoryItem"]["inventoryLevels"]
    ]
    is_out = bool(levels) and sum(levels) <= 0
    buy = words["out"] if is_out else f"<form method=post><button>{words['buy']}</button></form>"
    thanks = f"<p class=bought role=status>{words['bought']}</p>" if "bought" in request.pairs else ""
    shelf = request.shop.block("product", locale, {"id": number_of(product)})
    return (
        f"{thanks}<article class=product>{_picture(product)}<div><h1>{title}</h1><p>{price_of(product, locale)}</p>"
        f"<p>{escape(said)}</p>{buy}</div></article>{shelf}"
    )


def _page(request: "ShopRequest", locale: str, content: str) -> str:
    """Put a page's content into the theme, with the embed and the footer's block."""
    words, root = WORDS[locale], _root(locale)
    other, name = ("en" if locale == "fr" else "fr"), escape(request.shop.store.shop["name"])
    there = _root(other) + request.rest.removeprefix("en").lstrip("/")
    privacy = PRIVACY.replace("DESIGN", "true" if "design" in request.pairs else "false").replace("ROOT", root)
    return (
        f'<!doctype html><html lang="{locale}"><meta charset=utf-8><title>{name}</title>'
        f'<meta name=viewport content="width=device-width, initial-scale=1"><link rel=icon href="data:,">'
        f"<style>{STYLE}</style><script>{privacy}</script>"
        f'<header><b><a href="{root}">{name}</a></b><form action="{root}" role=search>'
        f'<input name=q type=search aria-label="{words["search"]}" placeholder="{words["search"]}"></form>'
        f'<a href="{there}" lang="{other}">{words["other"]}</a></header>'
        f'<main aria-label="{words["main"]}">{content}</main>{request.shop.block("footer", locale)}'
        f"<footer><p>{words['invented']}</p>"
        f"<button class=link type=button data-shopconnect-consent>{words['privacy']}</button>"
        f'<a href="{request.double.url}/store/{request.shop.name}/themes/current/editor">{words["editor"]}</a>'
        f"</footer>{request.shop.block('embed', locale)}</html>"
    )


def _picture(product: Node) -> str:
    media = product["featuredMedia"]
    source = media["preview"]["image"]["url"] if media else "data:,"
    return f'<img src="{escape(source)}" alt="" width=400 height=400 loading=lazy>'


def _root(locale: str) -> str:
    return "/" if locale == "fr" else f"/{locale}/"


def title_of(product: Node, locale: str) -> str:
    """Return a product's title in a language, else the shop's own."""
    return str((product["words"].get(locale) or {}).get("title") or product["title"])


def price_of(product: Node, locale: str) -> str:
    """Return a price as people write it."""
    price = product["variants"][0]["price"]
    return f"€{price}" if locale == "en" else f"{price.replace('.', ',')}\u00a0€"
