"""What the demo shop hides: tastes, elasticities, demand. Written beside the shop, for tests only."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from shopconnect.demo.engine.catalogue import STYLES, Catalogue
from shopconnect.demo.engine.days import Calendar
from shopconnect.demo.engine.people import People
from shopconnect.demo.engine.types import Array, Record


def taste_records(catalogue: Catalogue, people: People) -> Iterator[Record]:
    """A customer's share of interest in each category, liking of each style, dislike of dear products, pace, stay."""
    categories = list(dict.fromkeys(product.kind.category for product in catalogue.products))
    for person in range(people.customers):
        yield {
            "customer": people.external_id(person),
            "categories": dict(zip(categories, np.round(people.mixes[person], 4).tolist(), strict=True)),
            "styles": dict(zip(STYLES, np.round(people.styles[person], 3).tolist(), strict=True)),
            "frugality": round(float(people.frugality[person]), 3),
            "activity": round(float(people.activity[person]), 3),
            "joined_day": int(people.joined[person]),
            "gone_day": int(people.gone[person]),
        }


def product_records(catalogue: Catalogue, market: Array) -> Iterator[Record]:
    """A product's elasticity in one choice, over the whole market ([products]), appeal, season, style, companions."""
    for product in catalogue.products:
        yield {
            "product": product.external_id,
            # Drawn as a positive strength; an elasticity is written with its sign.
            "elasticity": -float(catalogue.elasticity[product.index]),
            "market_elasticity": round(float(market[product.index]), 3),
            "appeal": round(float(catalogue.appeal[product.index]), 3),
            "kind": product.kind.key,
            "category": product.kind.category,
            "season": product.kind.season,
            "style": product.variety.colour.style,
            "again_days": product.kind.again_days,
            "goes_with": list(product.kind.goes_with),
        }


def demand_records(catalogue: Catalogue, calendar: Calendar, demand: Array, prices: Array) -> Iterator[Record]:
    """Expected units a day, had nothing been out of stock, and the price in cents of each day."""
    for product in catalogue.products:
        yield {
            "product": product.external_id,
            "first_date": calendar.first.isoformat(),
            "units": np.round(demand[:, product.index], 4).tolist(),
            "cents": prices[:, product.index].tolist(),
        }
