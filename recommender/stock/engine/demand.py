"""Demand of each item by week: what was sold, net of returns, bulk orders capped, weeks without stock filled."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
# (product id, variant, day, quantity, lines, and more that is not read); a return's quantity is below 0
SaleRow = tuple[int, str, int, float, int, *tuple[object, ...]]
ItemKey = tuple[int, str]

DAYS = 7
# An order line above twice what nine of ten lines of its item stay under, and two more, is a bulk order.
USUAL, BULK_FACTOR, BULK_MORE = 0.9, 2.0, 2.0
# A week with less of its days in stock tells nothing; one with more is scaled up to seven.
ENOUGH_STOCKED = 2 / DAYS
FILLED_FROM = 8  # weeks before a week without stock that say what would have been sold in it


@dataclass(frozen=True, slots=True)
class Lines:
    """Order lines in order of item and quantity; `signs` is -1 for what came back."""

    items: Numbers
    weeks: Numbers
    quantities: Reals
    counts: Reals
    signs: Reals


@dataclass(frozen=True, slots=True)
class Demand:
    """What was sold of `items` in whole weeks, the oldest first; `stocked` is the share of a week's days in stock."""

    items: tuple[ItemKey, ...]
    last_day: int  # since 1970
    lines: Lines
    units: Reals  # (items, weeks): net of returns, at least 0
    stocked: Reals  # (items, weeks), in [0, 1]; 1 where nobody counted

    @property
    def weeks(self) -> int:
        """Return how many whole weeks there are."""
        return int(self.units.shape[1])

    def ordinary(self, until: int) -> Reals:
        """Return (items, until): demand of the weeks before one, as it was known then.

        Bulk orders are capped by the lines before that week; what a week without stock would have sold is filled in.
        """
        chosen = np.flatnonzero(self.lines.weeks < until)
        items, counts = self.lines.items[chosen], self.lines.counts[chosen]
        limits = _bulk_limits(items, self.lines.quantities[chosen], counts, len(self.items))
        usual = np.minimum(self.lines.quantities[chosen], limits[items]) * counts * self.lines.signs[chosen]
        known = _by_week(items, self.lines.weeks[chosen], usual, (len(self.items), until))
        return _filled(known, self.stocked[:, :until])


def read_demand(rows: Iterable[SaleRow], last_day: int | None = None) -> Demand:
    """Return the demand of weeks of seven days, in one pass; the last ends with a day (since 1970), or the last sale's.

    Days before the first whole week are left out, and so is what comes after the last day. Items are numbered as they
    come.
    """
    index: dict[ItemKey, int] = {}
    columns: tuple[array[Any], ...] = (array("q"), array("q"), array("d"), array("q"))
    for product, variant, day, quantity, count, *_ in rows:
        item = index.setdefault((product, variant), len(index))
        for column, value in zip(columns, (item, day, quantity, count), strict=True):
            column.append(value)
    items, days, quantities, counts = (np.array(column) for column in columns)
    end = last_day if last_day is not None else int(days.max(initial=0))
    weeks = max(0, (end + 1 - int(days.min())) // DAYS) if len(days) else 0
    at = weeks - 1 - (end - days) // DAYS
    kept = np.flatnonzero((at >= 0) & (days <= end))
    order = kept[np.lexsort((np.abs(quantities[kept]), items[kept]))]
    lines = Lines(
        items=items[order],
        weeks=at[order],
        quantities=np.abs(quantities[order]),
        counts=counts[order].astype(np.float64),
        signs=np.sign(quantities[order]),
    )
    units = _by_week(lines.items, lines.weeks, lines.quantities * lines.counts * lines.signs, (len(index), weeks))
    return Demand(tuple(index), end, lines, units, np.ones_like(units))


def with_stock_outs(demand: Demand, spans: Mapping[ItemKey, Sequence[tuple[float, float]]]) -> Demand:
    """Return a demand that knows when items were out of stock; spans [from, until) are in days since 1970."""
    stocked = np.ones_like(demand.units)
    starts = demand.last_day + 1 - DAYS * np.arange(demand.weeks, 0, -1)
    for row, key in enumerate(demand.items):
        for begin, end in spans.get(key, ()):
            out = np.clip(np.minimum(end, starts + DAYS) - np.maximum(begin, starts), 0, DAYS) / DAYS
            stocked[row] -= out
    return replace(demand, stocked=stocked.clip(0, 1))


def _bulk_limits(items: Numbers, quantities: Reals, counts: Reals, size: int) -> Reals:
    """What a line of each item counts for at most; lines come in order of item and quantity."""
    totals = np.bincount(items, counts, size)
    if not len(items):
        return np.zeros(size)
    ends = np.cumsum(totals)
    places = np.searchsorted(np.cumsum(counts), ends - totals + USUAL * totals)
    usual = quantities[places.clip(0, len(quantities) - 1)]
    return np.asarray(np.where(totals > 0, BULK_FACTOR * usual + BULK_MORE, 0.0))


def _by_week(items: Numbers, weeks: Numbers, units: Reals, shape: tuple[int, int]) -> Reals:
    """Sums by item and week, none below 0: what came back of an earlier week's sale takes from its own week."""
    sums = np.bincount(items * shape[1] + weeks, units, shape[0] * shape[1]).reshape(shape)
    return np.maximum(sums, 0.0)


def _filled(known: Reals, stocked: Reals) -> Reals:
    """Weeks partly out of stock are scaled up; those that tell nothing sell what the weeks before did."""
    tells = stocked >= ENOUGH_STOCKED
    filled = np.where(tells, known / np.maximum(stocked, ENOUGH_STOCKED), 0.0)
    for week in np.flatnonzero(~tells.all(axis=0)):
        silent = ~tells[:, week]
        before = filled[silent, max(0, week - FILLED_FROM) : week]
        filled[silent, week] = before.mean(axis=1) if before.size else 0.0
    return np.asarray(filled)
