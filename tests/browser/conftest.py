"""A small invented shop with its front, and endpoints that answer as a test wishes."""

import os
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from shopconnect.catalog.services import store_products
from shopconnect.connectors.types import ProductDraft, TranslationDraft
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.widgets import registry
from shopconnect.widgets.types import Rate, WidgetRequest, WidgetResponse
from tests.makers import make_shop

# These draw the pictures of docs/images again, which takes a full shop and minutes: SCREENSHOTS=1 asks for it.
pictures = [f"test_{name}pictures.py" for name in ("", "home_", "shopify_", "start_")]
collect_ignore = [] if os.environ.get("SCREENSHOTS") else pictures

HOSTILE = "<img src=x onerror=\"document.title='stolen'\">"
COLOURS = (("#cfdccb", "#8fa98b"), ("#b9c6dc", "#2f4468"), ("#f2dcb0", "#d39a44"), ("#e9c9bd", "#a35d4d"))
THINGS = (
    ("Bol en grès sauge", "Sage green stoneware bowl", "Vaisselle", "Tableware", "14.50"),
    ("Mug en grès bleu nuit", "Midnight blue stoneware mug", "Vaisselle", "Tableware", "12.00"),
    ("Carafe en verre soufflé", "Blown glass carafe", "Table", "Table", "34.90"),
    ("Nappe en lin lavé", "Washed linen tablecloth", "Table", "Table", "59.00"),
    ("Bougie figue et cèdre", "Fig and cedar candle", "Maison", "Home", "18.50"),
    ("Panier en osier", "Wicker basket", "Maison", "Home", "42.00"),
    ("Miel de lavande", "Lavender honey", "Épicerie fine", "Pantry", "9.80"),
    ("Huile d’olive", "Olive oil", "Épicerie fine", "Pantry", "16.40"),
)


def draft(number: int) -> ProductDraft:
    """One product of the small shop."""
    french, english, shelf, department, price = THINGS[number]
    words = TranslationDraft(
        language="en", title=english, category=(department,), description=f"{english}, made by hand in the south."
    )
    return ProductDraft(
        external_id=f"p{number}",
        title=french,
        price=Decimal(price),
        currency="EUR",
        category=(shelf,),
        description=f"{french}, fait à la main dans le Sud.",
        vendor="Atelier du Vent",
        image=f"images/p{number}.svg",
        translations=(words,),
        available=number != 5,
    )


@pytest.fixture
def small_shop(transactional_db: None) -> ShopId:
    """A committed shop named `front` with eight products and their pictures."""
    shop_id = make_shop("front")
    with shop_scope(shop_id):
        store_products([draft(number) for number in range(len(THINGS))])
    for number in range(len(THINGS)):
        light, dark = COLOURS[number % len(COLOURS)]
        picture = (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400">'
            f'<rect width="400" height="400" fill="{light}"/>'
            f'<circle cx="200" cy="215" r="{80 + 8 * number}" fill="{dark}"/></svg>'
        )
        default_storage.save(f"shop/{shop_id}/images/images/p{number}.svg", ContentFile(picture.encode()))
    return shop_id


class Answers:
    """What the endpoints say; each may be replaced by a test, every ask is kept, and shelves of a name are `named`."""

    def __init__(self) -> None:
        self.asks: list[tuple[str, WidgetRequest]] = []
        self.named = {"", "trending"}
        self.shelf: Callable[[WidgetRequest], Any] = self._four_cards
        self.chat: Callable[[WidgetRequest], Any] = self._chat
        self.reply: Callable[[WidgetRequest], Any] = self._chat
        self.since: Callable[[WidgetRequest], Any] = lambda _ask: {"messages": [], "more": False}

    def _four_cards(self, ask: WidgetRequest) -> WidgetResponse:
        if ask.text("shelf") not in self.named:
            return WidgetResponse({"items": []})
        english = ask.language == "en"
        items = [
            {
                "id": f"p{number}",
                "title": THINGS[number][int(english)],
                "image": f"images/p{number}.svg",
                "url": "",
                "price": f"€{THINGS[number][4]}" if english else f"{THINGS[number][4].replace('.', ',')}\u00a0€",
                "reasons": [
                    "Frequently bought together" if english else "Souvent achetés ensemble",
                    "Also in Tableware",
                ],
                "keys": ["together", "same_category"],
            }
            for number in range(4)
        ]
        why = "These belong together. No one pays to appear here."
        return WidgetResponse(
            {"shelf": ask.text("shelf"), "title": "", "why": why, "items": items, "model": "v1"}, keep_seconds=60
        )

    def _chat(self, ask: WidgetRequest) -> WidgetResponse:
        told = {"conversation": "c1", "exchange": str(len(self.asks)), "guesses": []}
        if ask.body.get("human"):
            return WidgetResponse(told | {"outcome": "hand_over", "text": "Somebody of the team will answer you."})
        if ask.text("text") == "parcel":
            guesses = [
                {"id": f"g{n}", "text": text} for n, text in enumerate(("Where is my order?", "How long is delivery?"))
            ]
            return WidgetResponse(told | {"outcome": "guesses", "text": "Did you mean:", "guesses": guesses})
        return WidgetResponse(told | {"outcome": "answer", "text": "Delivery takes two days.\nIt is free from €60."})

    def endpoint(self, name: str) -> Callable[[WidgetRequest], Any]:
        def view(ask: WidgetRequest) -> Any:
            self.asks.append((name, ask))
            return getattr(self, name, lambda _: {})(ask)

        return view

    def of(self, name: str) -> list[WidgetRequest]:
        """Every ask that an endpoint got."""
        return [ask for asked, ask in self.asks if asked == name]


@pytest.fixture
def answers(serve: Any) -> Answers:
    """The endpoints named shelf, chat, reply, since, feedback and grade, which say what a test wants."""
    answers = Answers()
    for name in ("shelf", "chat", "reply", "since", "feedback", "grade"):
        told = replace(
            registry.find_endpoint(name), view=answers.endpoint(name), rate=Rate(1000), meter=None, label=None
        )
        serve(name, told)
    return answers


@pytest.fixture
def front(small_shop: ShopId, answers: Answers, live_server: Any) -> str:
    """The address of the small shop's front."""
    return f"{live_server.url}/storefront/front"
