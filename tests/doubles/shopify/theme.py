"""The theme of a shop: which blocks of the app's theme extension stand in it, rendered as Shopify renders Liquid."""

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from liquid import Environment

from tests.doubles.shopify.store import CURRENCY

Node = dict[str, Any]

PRODUCT = Path(__file__).resolve().parents[3] / "shopconnect"
EXTENSION = PRODUCT / "connectors" / "shopify" / "app" / "extensions" / "shopconnect-theme"
BUILT = PRODUCT / "widgets" / "js" / "dist"
# Where a block can stand in this theme, and the block of the extension that stands there.
PLACES = {"embed": "embed", "product": "shelf", "index": "shelf", "footer": "consent"}


@dataclass(slots=True)
class Theme:
    """The places where a block stands, and whether the app embed shows the assistant."""

    filled: frozenset[str] = frozenset()
    shows_chat: bool = True
    liquid: Environment = field(default_factory=Environment, repr=False)

    def change(self, filled: frozenset[str], *, shows_chat: bool) -> None:
        """Save what the merchant chose."""
        self.filled, self.shows_chat = filled & frozenset(PLACES), shows_chat

    def render(self, place: str, locale: str, product: Node | None = None) -> str:
        """Return the block of a place as it comes to shoppers, or "" where none stands."""
        if place not in self.filled:
            return ""
        source, schema = block_of(PLACES[place])
        settings = {one["id"]: one.get("default", "") for one in schema["settings"] if "id" in one}
        settings |= {one["id"]: product for one in schema["settings"] if one.get("autofill")}
        settings |= {"chat": self.shows_chat} if "chat" in settings else {}
        script = f'<script defer src="/assets/{schema["javascript"]}"></script>'
        root = "/" if locale == "fr" else f"/{locale}"
        request = {"locale": {"iso_code": locale}}
        block = {"settings": settings, "shopify_attributes": ""}
        cart = {"currency": {"iso_code": CURRENCY}}
        page = self.liquid.from_string(source).render(
            block=block, request=request, routes={"root_url": root}, cart=cart
        )
        return page + script


@lru_cache(maxsize=8)
def block_of(name: str) -> tuple[str, Node]:
    """Return a block's Liquid and its schema."""
    source, _, rest = (EXTENSION / "blocks" / f"{name}.liquid").read_text().partition("{% schema %}")
    schema: Node = json.loads(rest.partition("{% endschema %}")[0])
    return source, schema


def text_of(key: str, locale: str) -> str:
    """Return what the editor calls something, from the extension's own texts: t:blocks.embed.name."""
    name = "fr.schema.json" if locale == "fr" else "en.default.schema.json"
    found: Any = json.loads((EXTENSION / "locales" / name).read_text())
    for part in key.removeprefix("t:").split("."):
        found = found[part]
    return str(found)
