"""What is in stock: sales take from it, deliveries fill it up, and a shelf can be empty."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from shopconnect.demo.engine.catalogue import Catalogue
from shopconnect.demo.engine.types import Array

StockLevel = tuple[int, int, int]  # (unix seconds, sku, level)

LATE_BUYERS = 0.22  # share of products whose orders are placed too late
WEEK = 7


class Warehouse:
    """Levels by stock-keeping unit. Snapshots are noted when a level has moved by a fifth, reaches zero or rises."""

    def __init__(self, rng: np.random.Generator, catalogue: Catalogue, daily: Array) -> None:
        """`daily` [skus] is the expected number of units a day."""
        skus = len(daily)
        late = rng.random(len(catalogue.products))[catalogue.sku_product] < LATE_BUYERS
        self.rate = daily.copy()
        # How much of a delivery's time is covered when it is ordered: below 1 the shelf is empty before it comes.
        self.care = np.where(late, rng.uniform(0.3, 0.7, skus), rng.uniform(1.4, 2.2, skus))
        self.lead = rng.integers(6, 22, skus)
        self.cover = rng.uniform(35, 60, skus)
        self.level = np.ceil(daily * (self.lead * self.care + self.cover * rng.uniform(0.3, 1.0, skus))).astype(int) + 2
        self.known = np.full(skus, -1)
        self.ordered = np.zeros(skus, dtype=bool)
        self.sold = np.zeros(skus)
        self.coming: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        self.returning: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        self.snapshots: list[StockLevel] = []
        self._sku_product = catalogue.sku_product
        self._products = len(catalogue.products)

    def available(self) -> Array:
        """Whether any unit of each product is left, [products]."""
        return np.bincount(self._sku_product, weights=self.level, minlength=self._products) > 0

    def open_day(self, day: int, at: int, exists: Array) -> None:
        """Take in what was due; `exists` [skus] says which units are on sale yet."""
        for sku, units in self.coming.pop(day, []):
            self.level[sku] += units
            self.ordered[sku] = False
        for sku, units in self.returning.pop(day, []):
            self.level[sku] += units
        moved = np.abs(self.level - self.known) > 0.2 * np.maximum(self.known, 1)
        # A rise is always noted: something came in.
        stale = moved | (self.known < 0) | (self.level > self.known)
        if day % WEEK == 0:
            stale |= self.level != self.known
        for sku in np.flatnonzero(stale & exists).tolist():
            self._note(at, sku)

    def take(self, sku: int, units: int, at: int) -> None:
        """Sell units that are there."""
        self.level[sku] -= units
        self.sold[sku] += units
        if self.level[sku] == 0:
            self._note(at, sku)

    def give_back(self, day: int, sku: int, units: int) -> None:
        """Units of a cancelled order are back on the shelf on a later morning."""
        self.returning[day].append((sku, units))

    def close_day(self, day: int, exists: Array) -> None:
        """Learn the pace of sales and order what runs low."""
        # Exponential smoothing over about 25 days; what is not on sale yet learns nothing.
        self.rate = np.where(exists, 0.96 * self.rate + 0.04 * self.sold, self.rate)
        self.sold[:] = 0
        pace = np.maximum(self.rate, 0.01)
        # The reorder point: expected sales until a delivery, times care; one delivery at a time.
        low = exists & ~self.ordered & (self.level <= pace * self.lead * self.care)
        for sku in np.flatnonzero(low).tolist():
            units = int(np.ceil(pace[sku] * (self.cover[sku] + self.lead[sku])))
            self.coming[day + int(self.lead[sku])].append((sku, max(units, 4)))
            self.ordered[sku] = True

    def on_order(self, sku: int) -> tuple[int, int] | None:
        """The units that are on their way and the day on which they come, or None."""
        days = sorted(day for day, units in self.coming.items() if any(one == sku for one, _ in units))
        return (sum(units for one, units in self.coming[days[0]] if one == sku), days[0]) if days else None

    def drain(self) -> list[StockLevel]:
        """The snapshots since the last call, by time."""
        taken, self.snapshots = sorted(self.snapshots), []
        return taken

    def _note(self, at: int, sku: int) -> None:
        self.known[sku] = self.level[sku]
        self.snapshots.append((at, sku, int(self.level[sku])))
