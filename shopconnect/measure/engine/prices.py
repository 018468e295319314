"""An invented shop's sales and prices, as large as one likes, straight as the learning of prices reads them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from recommender.prices.engine.panel import LedgerRow, SoldRow

KIND_SIZE = 60  # products of a category, on average
WEEKS, DAYS_A_WEEK = 104, 7
FIRST_DAY = 20_000
AT_ONCE = 10_000
OFFERS, OFFER_WEEKS, DEPTHS = 5, 3, (0.1, 0.2, 0.3)
CHANCE_MEAN, SPREAD_OF_KIND, SPREAD = -1.5, 0.5, 0.5  # of elasticities


@dataclass(frozen=True, slots=True)
class InventedPrices:
    """Products with category, price, cost and elasticity [P]; units [P, weeks] at prices [P, weeks], in cents."""

    category: np.ndarray
    cost: np.ndarray
    elasticity: np.ndarray
    units: np.ndarray
    cents: np.ndarray

    @property
    def until(self) -> int:
        """Return the first day after the last week."""
        return FIRST_DAY + WEEKS * DAYS_A_WEEK

    def sold(self, seed: int = 0) -> Iterator[SoldRow]:
        """Yield the units as lines of one or two, on days of their weeks."""
        chance = np.random.default_rng(seed)
        for product, week in zip(*np.nonzero(self.units), strict=True):
            lines = np.bincount(chance.integers(0, DAYS_A_WEEK, int(self.units[product, week])), minlength=DAYS_A_WEEK)
            price = float(self.cents[product, week]) / 100
            for day in np.flatnonzero(lines).tolist():
                count = int(lines[day])
                at = FIRST_DAY + int(week) * DAYS_A_WEEK + day
                yield SoldRow(int(product), int(product), at, 1.0, count, count, price * count)

    def ledger(self) -> Iterator[LedgerRow]:
        """Yield from when each price held."""
        moved = np.diff(self.cents, axis=1, prepend=0) != 0
        for product, week in zip(*np.nonzero(moved), strict=True):
            at = FIRST_DAY + float(week) * DAYS_A_WEEK
            yield LedgerRow(int(product), int(product), at, float(self.cents[product, week]) / 100)


def invented_prices(count: int, seed: int = 0) -> InventedPrices:
    """Return a shop of two years: offers at random moments, levels that drift, some units a week of most products."""
    chance = np.random.default_rng(seed)
    kinds = max(count // KIND_SIZE, 2)
    category = chance.integers(0, kinds, count)
    of_kind = CHANCE_MEAN + SPREAD_OF_KIND * chance.normal(size=kinds)
    elasticity = np.minimum(of_kind[category] + SPREAD * chance.normal(size=count), -0.05)
    listed = np.round(chance.lognormal(3, 0.7, count)) * 100 + 90
    cents = np.repeat(listed[:, None], WEEKS, axis=1)
    for _ in range(OFFERS):
        first = chance.integers(0, WEEKS - OFFER_WEEKS, count)
        off = 1 - chance.choice(DEPTHS, count)
        for week in range(OFFER_WEEKS):
            cents[np.arange(count), first + week] = np.round(listed * off)
    drift = 0.06 * np.cumsum(chance.normal(size=(count, WEEKS)), axis=1)
    level = chance.normal(0.7, 0.9, count)[:, None] + drift
    mean = np.exp(np.clip(level + elasticity[:, None] * np.log(cents / listed[:, None]), -6, 6))
    units = chance.negative_binomial(5, 5 / (5 + mean))
    cost = np.round(listed / 1.2 * chance.uniform(0.35, 0.6, count))
    return InventedPrices(category, cost, elasticity, units, cents)


def stored_sales(shop: InventedPrices) -> np.ndarray:
    """Return a shop's sales as an array: as tuples, millions of them would be more memory than what is measured."""
    return np.fromiter((tuple(row) for row in shop.sold()), dtype=(float, len(SoldRow._fields)))


def streamed_sales(sold: np.ndarray) -> Iterator[SoldRow]:
    """Yield stored sales as a database does, some at a time."""
    for first in range(0, len(sold), AT_ONCE):
        yield from map(SoldRow._make, sold[first : first + AT_ONCE].tolist())
