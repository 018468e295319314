"""A shop's weeks: what was sold of each product in each, and at which price.

A week has seven days and is counted back from the last whole day, so that the last one is whole too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

LEAST_PRICES, LEAST_WEEKS = 3, 20  # fewer tell nothing of what a price does
LEAST_SPREAD = 0.02  # standard deviation of the log price: what moves less cannot be told from rounding
USUAL_WEEKS, USUAL_SHARE = 13, 0.7  # the usual price: of the last weeks the one that so many are at or below
REDUCED = 0.1  # so far (in logs) under the usual price a week is a promotion; less may be a coupon or a rounding


class SoldRow(NamedTuple):
    """Lines of one item, day and quantity; `item` is a variant or, where a product has none, the product."""

    product: int
    item: int
    day: int
    quantity: float
    lines: int
    paid_lines: int
    paid: float


class LedgerRow(NamedTuple):
    """From a moment on, in days, an item's price was this one."""

    product: int
    item: int
    at: float
    price: float


@dataclass(frozen=True, slots=True)
class Panel:
    """Products by weeks, oldest first.

    units [P, T]; log_price [P, T], nan where it is not known; by_ledger [P, T], whether it is known without a sale;
    category [P], of so many `categories`.
    """

    units: np.ndarray
    log_price: np.ndarray
    by_ledger: np.ndarray
    category: np.ndarray
    categories: int

    @property
    def weeks(self) -> int:
        """Return how many weeks there are."""
        return int(self.units.shape[1])

    @property
    def is_sold(self) -> np.ndarray:
        """Return [P, T]: something was sold, at a known price."""
        return np.asarray((self.units > 0) & np.isfinite(self.log_price))

    @property
    def is_counted(self) -> np.ndarray:
        """Return [P, T]: the week says something of demand; without a ledger only a sale names a price."""
        return np.asarray(self.is_sold | (self.by_ledger & np.isfinite(self.log_price)))

    def of_weeks(self, first: int, last: int) -> "Panel":
        """Return the weeks [first, last)."""
        weeks = slice(first, last)
        return replace(
            self, units=self.units[:, weeks], log_price=self.log_price[:, weeks], by_ledger=self.by_ledger[:, weeks]
        )

    def of_products(self, rows: np.ndarray) -> "Panel":
        """Return some products, by a mask or by their rows."""
        return replace(
            self,
            units=self.units[rows],
            log_price=self.log_price[rows],
            by_ledger=self.by_ledger[rows],
            category=self.category[rows],
        )


@dataclass(frozen=True, slots=True)
class Movement:
    """What of each product's price can be learnt from, each [P]."""

    prices: np.ndarray
    weeks: np.ndarray
    spread: np.ndarray

    @property
    def is_countable(self) -> np.ndarray:
        """Return whether there are three prices and twenty weeks with a sale."""
        return np.asarray((self.prices >= LEAST_PRICES) & (self.weeks >= LEAST_WEEKS))

    @property
    def is_enough(self) -> np.ndarray:
        """Return whether an elasticity can be said: the price also moved far enough."""
        return np.asarray(self.is_countable & (self.spread >= LEAST_SPREAD))


def make_panel(
    sold: Iterable[SoldRow],
    ledger: Iterable[LedgerRow],
    category: np.ndarray,
    weeks: int | None,
    most_weeks: int,
    until: int,
) -> Panel:
    """Return the last `weeks` weeks before the day `until`, or up to the last sale; refunds and gifts sell nothing.

    `until` is the first day that is not whole yet. Without `weeks` they are as many as something was sold in, though
    no more than `most_weeks`.

    Products are rows of `category`; items are counted over all products, and each belongs to one. Prices of variants
    are compared with their own usual price, so that selling more of the dear one is no rise.
    """
    rows = _table((row for row in sold if row.quantity > 0 and row.product >= 0), 7)
    end = min(until, int(rows[:, 2].max(initial=0)) + 1)
    if weeks is None:
        weeks = int(np.clip((end - rows[:, 2].min(initial=end - 1)) // 7, 1, most_weeks))
    count = len(category)
    week = weeks - 1 - np.floor((end - 1 - rows[:, 2]) / 7).astype(int)
    rows, week = rows[(week >= 0) & (week < weeks)], week[(week >= 0) & (week < weeks)]
    product, item = rows[:, 0].astype(int), rows[:, 1].astype(int)
    units = np.bincount(product * weeks + week, rows[:, 3] * rows[:, 4], count * weeks).reshape(count, weeks)
    is_paid = (rows[:, 5] > 0) & (rows[:, 6] > 0)
    rows, week, product, item = rows[is_paid], week[is_paid], product[is_paid], item[is_paid]
    paid = np.log(rows[:, 6] / (rows[:, 3] * rows[:, 5]))
    entries = _table((row for row in ledger if row.price > 0 and row.product >= 0), 4)
    usual = _usual_prices(item, paid, rows[:, 5], entries)
    place = _by_key(product, paid, rows[:, 5])
    level = np.array([place.get(row, np.nan) for row in range(count)])
    relative = paid - np.array([usual[one] for one in item.tolist()])
    found = _by_key(product * weeks + week, relative, rows[:, 5])
    price = np.full(count * weeks, np.nan)
    price[list(found)] = list(found.values())
    held = _held_prices(entries, usual, count, weeks, end)
    by_ledger = np.isfinite(held)
    log_price = np.where(by_ledger, held, price.reshape(count, weeks)) + level[:, None]
    return Panel(units, log_price, by_ledger & np.isfinite(log_price), category, int(category.max(initial=0)) + 1)


def category_rows(categories: Sequence[tuple[str, ...]]) -> np.ndarray:
    """Return the row of each product's category; products without one stand together."""
    rows: dict[tuple[str, ...], int] = {}
    return np.array([rows.setdefault(category, len(rows)) for category in categories], dtype=int)


def price_movement(panel: Panel) -> Movement:
    """Return how many prices (to the cent), weeks with a sale, and how much spread each product has."""
    is_sold = panel.is_sold
    cents = np.where(is_sold, np.round(100 * np.exp(np.where(is_sold, panel.log_price, 0))), -1)
    ordered = np.sort(cents, axis=1)
    prices = (np.diff(ordered, axis=1) > 0).sum(axis=1) + (ordered[:, 0] >= 0)
    mean = _mean(panel.log_price, is_sold)
    spread = np.sqrt(_mean((panel.log_price - mean[:, None]) ** 2, is_sold))
    return Movement(np.asarray(prices), is_sold.sum(axis=1), spread)


def reductions(log_price: np.ndarray) -> np.ndarray:
    """Return [P, T], 1 where a price stands under what was usual in the thirteen weeks before, else 0."""
    is_reduced = np.isfinite(log_price) & (log_price < usual_prices(log_price) - REDUCED)
    return np.asarray(is_reduced, dtype=float)


def usual_prices(log_price: np.ndarray) -> np.ndarray:
    """Return [P, T] of the log price that was usual in the thirteen weeks up to each."""
    count, weeks = log_price.shape
    is_known = np.isfinite(log_price)
    at = np.maximum.accumulate(np.where(is_known, np.arange(weeks), -1), axis=1)
    first = np.argmax(is_known, axis=1)
    carried = log_price[np.arange(count)[:, None], np.where(at >= 0, at, first[:, None])]
    padded = np.concatenate([np.repeat(carried[:, :1], USUAL_WEEKS - 1, axis=1), carried], axis=1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, USUAL_WEEKS, axis=1)
    rank = round(USUAL_SHARE * (USUAL_WEEKS - 1))
    return np.asarray(np.partition(windows, rank, axis=2)[:, :, rank])


def last_prices(log_price: np.ndarray) -> np.ndarray:
    """Return [P] of the last log price that is known, nan where none is."""
    is_known = np.isfinite(log_price)
    last = log_price.shape[1] - 1 - np.argmax(is_known[:, ::-1], axis=1)
    return np.asarray(log_price[np.arange(len(log_price)), last])


def _table(rows: Iterable[SoldRow | LedgerRow], columns: int) -> np.ndarray:
    """Return rows as an array, read one by one: of a large shop there are millions."""
    return np.fromiter((tuple(row) for row in rows), dtype=(float, columns))


def _usual_prices(item: np.ndarray, paid: np.ndarray, lines: np.ndarray, entries: np.ndarray) -> dict[int, float]:
    """Return the log price of each item that its prices are compared with; the ledger's only where nothing was paid."""
    light = np.full(len(entries), 1e-6)
    return _by_key(_joined(item, entries[:, 1]), _joined(paid, np.log(entries[:, 3])), _joined(lines, light))


def _held_prices(entries: np.ndarray, usual: dict[int, float], count: int, weeks: int, end: int) -> np.ndarray:
    """Return [count, weeks]: the mean of the logs of what the ledger says over a week's days, each item's own taken
    off; nan where no item's ledger begins before the week.
    """
    total, items = np.zeros((count, weeks)), np.zeros((count, weeks))
    starts = end - 7.0 * np.arange(weeks, -1, -1)
    order = np.lexsort((entries[:, 2], entries[:, 1]))
    entries = entries[order]
    bounds = np.flatnonzero(np.diff(entries[:, 1], prepend=np.nan, append=np.nan))
    for first, last in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        at, price = entries[first:last, 2], np.log(entries[first:last, 3]) - usual[int(entries[first, 1])]
        # The integral of a step function at each week's ends: its differences are the weeks' sums.
        area = np.concatenate([[0.0], np.cumsum(price[:-1] * np.diff(at))])
        step = np.maximum(np.searchsorted(at, starts, side="right") - 1, 0)
        integral = area[step] + price[step] * (starts - at[step])
        is_held = at[0] <= starts[:-1]
        product = int(entries[first, 0])
        total[product, is_held] += (np.diff(integral) / 7)[is_held]
        items[product] += is_held
    return np.where(items > 0, total / np.maximum(items, 1), np.nan)


def _by_key(key: np.ndarray, value: np.ndarray, weight: np.ndarray) -> dict[int, float]:
    """Return the weighted median of the values of each key, the upper of two."""
    order = np.lexsort((value, key))
    key, value, weight = key[order], value[order], weight[order]
    names, first = np.unique(key, return_index=True)
    if not len(names):
        return {}
    reached = np.cumsum(weight)
    before = np.concatenate([[0.0], reached])[first]
    half = before + np.add.reduceat(weight, first) / 2
    last = np.append(first[1:], len(key)) - 1
    place = np.clip(np.searchsorted(reached, half * (1 - 1e-12), side="right"), first, last)
    return dict(zip(names.astype(int).tolist(), value[place].tolist(), strict=True))


def _mean(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    return np.asarray(np.where(mask, values, 0).sum(axis=1) / np.maximum(mask.sum(axis=1), 1))


def _joined(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.concatenate([one, other])
