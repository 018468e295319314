"""The theme editor of the admin, small: a switch a block, the storefront beside them, and nothing holds unsaved."""

from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from tests.doubles.shopify.admin import CHROME, locale_of
from tests.doubles.shopify.front import HTML
from tests.doubles.shopify.theme import PLACES, block_of, text_of

if TYPE_CHECKING:
    from tests.doubles.shopify.server import Reply, ShopRequest

WORDS: dict[str, dict[str, Any]] = {
    "fr": {
        "title": "Éditeur de thème",
        "save": "Enregistrer",
        "saved": "Enregistré.",
        "back": "Retour à ShopConnect",
        "unsaved": "Une modification n’est pas encore enregistrée.",
        "shop": "La boutique",
        "gone": "ShopConnect n’est pas installé : le thème n’a aucun de ses blocs.",
        "places": {
            "embed": "Intégrations d’applications",
            "product": "Fiche produit",
            "index": "Page d’accueil",
            "footer": "Pied de page",
        },
    },
    "en": {
        "title": "Theme editor",
        "save": "Save",
        "saved": "Saved.",
        "back": "Back to ShopConnect",
        "unsaved": "A change is not saved yet.",
        "shop": "The storefront",
        "gone": "ShopConnect is not installed: the theme has none of its blocks.",
        "places": {"embed": "App embeds", "product": "Product page", "index": "Home page", "footer": "Footer"},
    },
}
STYLE = """main{display:grid;grid-template-columns:320px 1fr;flex:1}section{padding:16px}
h1{font-size:20px;margin:0}h2{font-size:14px;margin:16px 0 4px}label{display:flex;gap:8px;padding:4px 0}
small{display:block;color:#616161}small,.more{margin-left:21px}p{margin:8px 0}
iframe{border:0;width:100%;height:100%;min-height:480px}
@media(max-width:700px){main{grid-template-columns:1fr}}"""


def reply(request: "ShopRequest") -> "Reply":
    """Show the editor, with what the address asks for ticked but not saved; or save what is ticked."""
    locale, theme = locale_of(request), request.shop.theme
    if request.method == "POST":
        ticked = parse_qs(request.body.decode())
        theme.change(frozenset(ticked.get("block", ())), shows_chat="chat" in ticked)
        return 303, {"Location": f"editor?saved=1&show={ticked.get('show', ['index'])[0]}&locale={locale}"}, b""
    wanted = _asked_for(request.pairs)
    page = _page(request, locale, theme.filled | wanted, is_changed=not wanted <= theme.filled)
    return 200, HTML, page.encode()


def _asked_for(query: dict[str, str]) -> frozenset[str]:
    """Return the place that a deep link fills: activateAppId names the embed, addAppBlockId a block with its place."""
    block = (query.get("activateAppId") or query.get("addAppBlockId") or "").rpartition("/")[2]
    in_footer = query.get("target", "").startswith("sectionGroup:footer")
    place = "footer" if in_footer else query.get("template", "index") if "addAppBlockId" in query else "embed"
    return frozenset({place}) if PLACES.get(place) == block else frozenset()


def _page(request: "ShopRequest", locale: str, ticked: frozenset[str], *, is_changed: bool) -> str:
    words, root = WORDS[locale], "" if locale == "fr" else "en/"
    shown = "product" if "product" in (request.pairs.get("template"), request.pairs.get("show")) else "index"
    product = next((one for one in request.shop.store.all("Product") if one["status"] == "ACTIVE"), None)
    path = f"products/{product['id'].rpartition('/')[2]}" if shown == "product" and product else ""
    state = words["unsaved"] if is_changed else words["saved"] if "saved" in request.pairs else ""
    switches = "".join(_switch(place, locale, ticked, request.shop.theme.shows_chat) for place in PLACES)
    form = (
        f"<p>{words['gone']}</p>"
        if request.shop.grants.is_left
        else (
            f"<form method=post action='editor?locale={locale}'>{switches}<input type=hidden name=show value={shown}>"
            f"<p role=status>{state}</p><p><button>{words['save']}</button></p></form>"
        )
    )
    return (
        f"<!doctype html><html lang={locale}><meta charset=utf-8><title>{words['title']}</title>{CHROME}"
        f"<style>{STYLE}</style><header><b>{escape(request.shop.domain)}</b>"
        f"<a href='{request.double.url}/store/{request.shop.name}'>{words['back']}</a></header>"
        f"<main><section><h1>{words['title']}</h1>{form}</section>"
        f"<iframe title='{words['shop']}' src='{request.shop.front}/{root}{path}?design=1'></iframe></main></html>"
    )


def _switch(place: str, locale: str, ticked: frozenset[str], shows_chat: bool) -> str:
    schema = block_of(PLACES[place])[1]
    tick = "checked" if place in ticked else ""
    more = ""
    for one in schema["settings"]:
        if one["type"] == "checkbox":
            more = (
                f"<label class=more><input type=checkbox name={one['id']} {'checked' if shows_chat else ''}>"
                f"{text_of(one['label'], locale)}</label>"
            )
        if one["type"] == "paragraph":
            more += f"<small>{text_of(one['content'], locale)}</small>"
    return (
        f"<h2>{WORDS[locale]['places'][place]}</h2><label><input type=checkbox name=block value={place} {tick}>"
        f"{text_of(schema['name'], locale)}</label>{more}"
    )
