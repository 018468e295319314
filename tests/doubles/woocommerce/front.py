"""A shop's own storefront: a plain theme with our plugin in it. French at its root, English below /en/.

A purchase there makes an order, which is told as any other. Whoever looks shares one session.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from shopconnect.connectors.woocommerce.plugin_zip import FOLDER
from tests.doubles.storefront import STYLE, WORDS
from tests.doubles.woocommerce.errors import Reply
from tests.doubles.woocommerce.plugin import BLOCKS
from tests.doubles.woocommerce.store import Row

if TYPE_CHECKING:
    from tests.doubles.woocommerce.double import WooShop

HTML, JSON = {"Content-Type": "text/html; charset=utf-8"}, {"Content-Type": "application/json"}
SCRIPT = "wp-content/plugins/shopconnect/assets/storefront.js"
MOST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Visit:
    """What a browser asks of the storefront, at a path below its root."""

    method: str
    path: str
    pairs: Mapping[str, str]
    body: bytes

    @property
    def locale(self) -> str:
        """The language of the page."""
        return "en" if self.path.startswith("/en/") else "fr"


def answer(shop: "WooShop", visit: Visit) -> Reply:
    """Answer a page of the storefront, or what the plugin's script asks there."""
    if visit.path == f"/{SCRIPT}":
        return 200, {"Content-Type": "text/javascript"}, (FOLDER / "shopconnect/assets/storefront.js").read_bytes()
    if "wc-ajax" in visit.pairs:
        return _told_late(shop, visit)
    path = visit.path.removeprefix("/en")
    if path == "/":
        return 200, HTML, _page(shop, visit, _home(shop, visit), "")
    number = path.removeprefix("/product/")
    product = shop.store.kinds["product"].get(int(number)) if number.isdecimal() else None
    if product is None or product["status"] != "publish":
        return 404, HTML, _page(shop, visit, f"<p>{WORDS[visit.locale]['none']}</p>", "")
    if visit.method == "POST":
        shop.session.add(next(iter(shop.store.variations_of(product)), product))
        shop.session.check_out(BLOCKS, "guest@customers.example")
        return 303, {"Location": "?bought=1"}, b""
    mark = f'data-shopconnect-view="{product["id"]}"'
    return 200, HTML, _page(shop, visit, _product(shop, visit, product), mark)


def _told_late(shop: "WooShop", visit: Visit) -> Reply:
    """Say who looks, which no page does, or hear the letter for the order."""
    if visit.pairs["wc-ajax"] == "shopconnect_visitor":
        return 200, JSON, b'{"customer": "", "cart": [], "arm": "", "nonce": "fresh"}'
    shop.session.extend_cart(json.loads(visit.body)["data"]["arm"])
    return 200, JSON, b"{}"


def _home(shop: "WooShop", visit: Visit) -> str:
    """Show what was searched for, else one product of each category."""
    words = visit.pairs.get("s", "").casefold().split()
    sold = [one for one in shop.store.alive("product") if one["status"] == "publish"]
    found = [one for one in sold if all(word in one["name"].casefold() for word in words)]
    shown = found if words else list({str(one["categories"] or one["id"]): one for one in found}.values())
    cards = "".join(_card(shop, visit, one) for one in shown[:MOST_SHOWN])
    listed = f"<ul class=grid>{cards}</ul>" if cards else f"<p>{WORDS[visit.locale]['none']}</p>"
    return f"<h1>{WORDS[visit.locale]['home']}</h1>{listed}{_ours(shop, '<shopconnect-shelf shelf=trending>', 'shelf')}"


def _card(shop: "WooShop", visit: Visit, product: Row) -> str:
    where = f"{_root(shop, visit.locale)}product/{product['id']}"
    name = escape(product["name"])
    return f'<li><a href="{where}">{_picture(product)}<b>{name}</b><span>{_price(visit, product)}</span></a></li>'


def _product(shop: "WooShop", visit: Visit, product: Row) -> str:
    words = WORDS[visit.locale]
    is_out = product["stock_status"] == "outofstock"
    buy = words["out"] if is_out else f"<form class=cart method=post><button>{words['buy']}</button></form>"
    thanks = f"<p class=bought role=status>{words['bought']}</p>" if "bought" in visit.pairs else ""
    shelf = _ours(shop, f'<shopconnect-shelf product="{product["id"]}">', "shelf")
    return (
        f"{thanks}<article class=product>{_picture(product)}<div><h1>{escape(product['name'])}</h1>"
        f"<p>{_price(visit, product)}</p><p>{escape(product['description'])}</p>{buy}</div></article>{shelf}"
    )


def _page(shop: "WooShop", visit: Visit, content: str, mark: str) -> bytes:
    """Put a page's content into the theme, with the plugin's script, consent and assistant once it has its key."""
    words, root, name = WORDS[visit.locale], _root(shop, visit.locale), escape(shop.title)
    other, plugin = ("en" if visit.locale == "fr" else "fr"), shop.plugin
    there = _root(shop, other) + visit.path.removeprefix("/en").lstrip("/")
    script = (
        f'<script defer src="{shop.front}{SCRIPT}" data-loader="{plugin.service}/w/{plugin.given["key"]}.js" '
        f'data-late="{shop.front}?wc-ajax=shopconnect_visitor" {mark} '
        f'data-cart-address="{shop.front}?wc-ajax=shopconnect_letter"></script>'
        if plugin.given
        else ""
    )
    return (
        f'<!doctype html><html lang="{visit.locale}"><meta charset=utf-8><title>{name}</title>'
        f'<meta name=viewport content="width=device-width, initial-scale=1"><link rel=icon href="data:,">'
        f'<style>{STYLE}</style><header><b><a href="{root}">{name}</a></b><form action="{root}" role=search>'
        f'<input name=s type=search aria-label="{words["search"]}" placeholder="{words["search"]}"></form>'
        f'<a href="{there}" lang="{other}">{words["other"]}</a></header>'
        f'<main aria-label="{words["main"]}">{content}</main>'
        f"{_ours(shop, '<shopconnect-consent>', 'consent')}<footer><p>{words['invented']}</p></footer>"
        f"{_ours(shop, '<shopconnect-chat>', 'chat')}{script}</html>"
    ).encode()


def _ours(shop: "WooShop", opening: str, name: str) -> str:
    """Return a block of the plugin, nothing before it has its key."""
    return f"{opening}</shopconnect-{name}>" if shop.plugin.given else ""


def _picture(product: Row) -> str:
    source = product["images"][0]["src"] if product["images"] else "data:,"
    return f'<img src="{escape(source)}" alt="" width=400 height=400 loading=lazy>'


def _root(shop: "WooShop", locale: str) -> str:
    return shop.front if locale == "fr" else f"{shop.front}{locale}/"


def _price(visit: Visit, product: Row) -> str:
    price = str(product["price"])
    return f"€{price}" if visit.locale == "en" else f"{price.replace('.', ',')}\u00a0€"
