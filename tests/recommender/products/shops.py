"""A small shop in the database, brought in the way every shop is: through the stores of the rooms."""

import pickle
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest import mock
from urllib.parse import urlencode
from uuid import UUID

import numpy as np
from django.test import Client

from recommender.products import services
from recommender.products.data.engine.columns import ProductNames
from recommender.products.data.engine.features import Features
from recommender.products.data.engine.history import History
from recommender.products.evaluation.engine.popularity import DiversityTradeOff
from recommender.products.serving import shelves
from recommender.products.serving.engine.signals import penalty_name
from recommender.products.serving.snapshot import open_snapshot
from recommender.products.training import fitting
from recommender.products.training.engine.shop import FittedShop, fit_shop
from recommender.products.types import DIVERSITY_PERCENTS, Context, Shelf
from shopconnect.catalog.services import store_products
from shopconnect.connectors.types import (
    CustomerDraft,
    EventDraft,
    LineDraft,
    OrderDraft,
    OrderKind,
    ProductDraft,
    TranslationDraft,
)
from shopconnect.core.artefacts import store
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events.services import store_events
from shopconnect.orders.services import store_customers, store_orders
from tests.recommender.products.invented import GROUPS, PRODUCTS, START, rows_with_tastes

FORM = "application/x-www-form-urlencoded"
_fitted: dict[bytes, FittedShop] = {}
WORDS = (("Garden", "Jardin"), ("Kitchen", "Cuisine"), ("Bedroom", "Chambre"), ("Office", "Bureau"))


def fill_shop(shop_id: ShopId, *, seed: int = 0, planted: bool = True, sold_out: Iterable[int] = ()) -> None:
    """Store forty products in four groups (ids p0 to p39) and the orders of buyers who love one group each."""
    with shop_scope(shop_id):
        store_products([product(number, available=number not in sold_out) for number in range(PRODUCTS)])
    fill_orders(shop_id, seed=seed, planted=planted)


def train(shop_id: ShopId) -> None:
    """Learn a shop, and put it in service, in a test of what comes after: the same history is learnt once a process."""
    with mock.patch.object(fitting, "fit_shop", _fit_once):
        services.train_shop(shop_id)


def _fit_once(history: History, features: Features, names: ProductNames, *said: Any) -> FittedShop:
    seed, progress, *more = said
    key = pickle.dumps((history, features, seed, more))
    if key not in _fitted:
        _fitted[key] = fit_shop(history, features, names, seed, progress, *more)
    return replace(_fitted[key], arrays={**_fitted[key].arrays, **names.columns()})


def fill_orders(shop_id: ShopId, *, seed: int = 0, planted: bool = True) -> None:
    orders = defaultdict(list)
    for row in rows_with_tastes(seed, buyers=120, planted=planted):
        orders[row[0], row[2], row[3]].append(row[1] - 1)
    drafts = [
        OrderDraft(
            external_id=str(number),
            kind=OrderKind.ORDER,
            placed_at=at,
            currency="EUR",
            customer=buyer,
            lines=tuple(LineDraft(f"p{i}", Decimal(1), Decimal("10.00"), Decimal(0)) for i in bought),
        )
        for (buyer, number, at), bought in orders.items()
    ]
    with shop_scope(shop_id):
        store_customers([CustomerDraft(external_id=buyer) for buyer in sorted({key[0] for key in orders})])
        store_orders(drafts)


def look_around(shop_id: ShopId, visits: int = 300) -> None:
    """Have visits of four views each, of products of one group that follow each other by number."""
    draw = random.Random(1)
    views = [(visit, 10 * draw.randrange(4) + draw.randrange(5)) for visit in range(visits)]
    drafts = [
        EventDraft(
            id=UUID(int=10 * visit + step),
            name="view_item",
            visit=f"v{visit}",
            at=START + timedelta(hours=2 * visit, minutes=step),
            product=f"p{1 + first + step}",
        )
        for visit, first in views
        for step in range(4)
    ]
    with shop_scope(shop_id):
        store_events(drafts)


def product(number: int, *, available: bool = True) -> ProductDraft:
    english, french = WORDS[number * GROUPS // PRODUCTS]
    return ProductDraft(
        external_id=f"p{number}",
        title=f"Objet {number} : {french}",
        price=Decimal("1234.50"),
        currency="EUR",
        category=(french,),
        url=f"https://shop.example/fr/p{number}",
        available=available,
        translations=(
            TranslationDraft(
                language="fr", title=f"Objet {number} : {french}", url=f"https://shop.example/fr/p{number}"
            ),
            TranslationDraft(
                language="en", title=f"{english} thing {number}", url=f"https://shop.example/en/p{number}"
            ),
        ),
    )


def post_shelf(client: Client, address: str, said: Mapping[str, str]) -> Any:
    """Ask for a shelf with what is known of a visit, as a page of the shop does."""
    return client.post(address, urlencode(said), FORM, headers={"origin": "http://localhost"})


def shelf_of(shop_id: ShopId, shelf: Shelf | None, context: Context, k: int, **more: Any) -> dict[str, Any]:
    """Return a shelf as the widget shows it, of a snapshot opened now."""
    return shelves.shelf_of(open_snapshot(shop_id), shelf, context, k, **more)


def vary(shop_id: ShopId, first: str) -> None:
    """Have the model know that 10 % of accuracy buy a variety of 0.8, under which `first` is hardly ever shown."""
    model = store.load(shop_id, "products")
    prices = np.array(model.arrays["penalty_shelf"])
    prices[model.arrays["external_rows"][np.searchsorted(model.arrays["external_sorted"], first)]] += 100
    served, dials = dict.fromkeys(("shelf", "next", "new"), 0.3), {str(percent): 0.3 for percent in DIVERSITY_PERCENTS}
    trade_offs = [
        DiversityTradeOff(*one).as_json()
        for one in ((0.0, 0.3, 0.3, 0.2, 0.9), (0.3, 0.29, 0.286, 0.3, 0.8), (0.8, 0.275, 0.271, 0.4, 0.7))
    ]
    manifest = {
        **model.manifest,
        "variety": served,
        "varieties": {"shelf": {**dials, "10": 0.8}, "next": dials, "new": dials},
        "trades": {"shelf": trade_offs},
    }
    store.save(shop_id, "products", {**model.arrays, penalty_name("shelf", 0.8): prices}, manifest)
