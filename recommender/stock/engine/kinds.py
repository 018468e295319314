"""What an item is like before it has sold much: its category and the band of its price."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

import numpy as np

from recommender.stock.engine.demand import Numbers, Reals

BANDS = (0.25, 0.5, 0.75)  # quantiles of the shop's prices
LEVELS = 2  # of a category, widest first: below it there are too few items of one kind


class Priced(Protocol):
    """What has a price and a category."""

    @property
    def price(self) -> Decimal:
        """The price."""

    @property
    def category(self) -> tuple[str, ...]:
        """The category, widest first."""


def kinds_of(items: Sequence[Priced | None]) -> tuple[Reals, Numbers]:
    """Return (items,) prices, and the number of each item's kind; an item that is not sold any more weighs nothing."""
    prices = np.array([float(item.price) if item else 0.0 for item in items])
    bands = np.digitize(prices, np.quantile(prices, BANDS) if len(prices) else ())
    names: dict[tuple[object, ...], int] = {}
    kinds = [
        names.setdefault((item.category[:LEVELS] if item else (), int(band)), len(names))
        for item, band in zip(items, bands, strict=True)
    ]
    return prices, np.array(kinds, np.int64)
