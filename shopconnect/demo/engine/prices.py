"""Prices over time: list prices, rises, offers at odd moments and the two seasonal sales."""

from __future__ import annotations

import numpy as np

from shopconnect.demo.engine.catalogue import Catalogue, credible
from shopconnect.demo.engine.days import Calendar
from shopconnect.demo.engine.types import Array

SALES = ((1, 8, 28), (6, 25, 28))  # month, day, length: the French winter and summer sales
NEVER, SALE_ONLY = 0.3, 0.5  # cumulated shares of products: fixed price, seasonal sales only, the rest moves often


def price_history(rng: np.random.Generator, catalogue: Catalogue, calendar: Calendar) -> tuple[Array, Array]:
    """Price and list price of each product on each day in cents, both [days, products].

    Offers start on random days and not because demand is high, so that a product's elasticity can be found again.
    """
    count = len(catalogue.products)
    price = np.zeros((calendar.days, count), dtype=np.int64)
    full = np.zeros_like(price)
    habit = rng.random(count)
    for product in catalogue.products:
        listed = _list_price(rng, product.cents, calendar.days, habit[product.index] >= SALE_ONLY)
        off = np.zeros(calendar.days)
        if habit[product.index] >= NEVER:
            _mark_sales(rng, off, calendar)
        if habit[product.index] >= SALE_ONLY:
            _mark_offers(rng, off)
        full[:, product.index] = listed
        price[:, product.index] = _discounted(listed, off)
    return price, full


def sku_prices(catalogue: Catalogue, price: Array) -> Array:
    """Price of each stock-keeping unit on each day in cents, [days, skus]."""
    scaled = price[:, catalogue.sku_product] * catalogue.sku_factor
    # Few distinct prices stand on many days, and each is rounded once.
    values, inverse = np.unique(scaled, return_inverse=True)
    printed = np.array([credible(value) for value in values], dtype=np.int64)
    return np.asarray(printed[inverse].reshape(scaled.shape))


def _list_price(rng: np.random.Generator, cents: int, days: int, moves: bool) -> Array:
    listed = np.full(days, cents, dtype=np.int64)
    # A rise of the list price, once at most, and not so near the ends that it could not be seen.
    if moves and rng.random() < 0.6 and days > 60:
        day = int(rng.integers(30, days - 20))
        listed[day:] = credible(cents * rng.uniform(1.05, 1.14))
    return listed


def _mark_sales(rng: np.random.Generator, off: Array, calendar: Calendar) -> None:
    # One share for all seasonal sales of a product; some take part in none.
    share = rng.choice([0.0, 0.15, 0.2, 0.3])
    for day, date in enumerate(calendar.dates):
        if any((date.month, date.day) == (month, first) for month, first, _ in SALES):
            off[day : day + SALES[0][2]] = share


def _mark_offers(rng: np.random.Generator, off: Array) -> None:
    for _ in range(int(rng.integers(3, 7))):
        start = int(rng.integers(0, len(off)))
        off[start : start + int(rng.integers(14, 36))] = rng.choice([0.1, 0.15, 0.2, 0.25])


def _discounted(listed: Array, off: Array) -> Array:
    price = listed.copy()
    for cents, share in set(zip(listed[off > 0].tolist(), off[off > 0].tolist(), strict=True)):
        # Rounding may not put the offer above the list price.
        price[(listed == cents) & (off == share)] = min(credible(cents * (1 - share)), cents)
    return price
