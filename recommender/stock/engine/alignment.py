"""Items of a shop beside what a night said of them: plain values in, arrays through the decisions, plain values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from recommender.stock.engine.decisions import ItemFacts, ItemForecasts, decide, within_budget, worth_of
from recommender.stock.engine.demand import ItemKey, Numbers, Reals
from recommender.stock.engine.forecast import GROWN
from recommender.stock.engine.night import AHEAD_WEEKS, HORIZONS, LEVELS, SHOWN_WEEKS


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainFacts:
    """What is there of an item, and what a delivery takes; None for what nobody knows."""

    key: ItemKey
    stock: float | None
    on_order: int
    arrives: int | None
    price: float
    cost: float | None
    lead: int
    late: int
    review: int
    pack: int
    minimum: int


@dataclass(frozen=True, slots=True)
class PlainDecisions:
    """What follows for an item; `idle_weeks` is None where it was never sold."""

    idle_weeks: int | None
    service_class: int
    weekly: float
    out_day: int
    early_day: int
    reorder_point: float
    up_to: float
    quantity: float
    is_over_budget: bool
    excess: float
    lost: float
    lost_low: float
    lost_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemWeeks:
    """An item's last weeks, oldest first, and its coming ones: the mean of each, and what eight of ten lie within."""

    sold: list[float]
    ordinary: list[float]
    mean: list[float]
    low: list[float]
    high: list[float]
    capped_weeks: int
    out_weeks: int
    is_new: bool


def decide_plainly(
    arrays: Mapping[str, Any], facts: Sequence[PlainFacts], levels: tuple[float, ...], budget: float | None
) -> list[PlainDecisions]:
    """Return what follows for each item; `levels` are the service levels of the classes A, B, C."""
    if not facts:
        return []
    rows = _rows(arrays, [fact.key for fact in facts])
    said, known = _forecasts(arrays, rows), _facts(facts)
    decided = decide(known, said, (levels[0], levels[1], levels[2]))
    amounts = decided.quantity * np.nan_to_num(known.costs)
    is_paid = np.ones(len(rows), bool)
    if budget is not None:
        asked = np.flatnonzero(decided.quantity > 0)
        is_paid[asked] = within_budget(amounts[asked], worth_of(known, said)[asked], budget)
    idle = np.where(rows >= 0, np.append(arrays["idle"], 0)[rows], -1).tolist()
    columns = (
        decided.classes,
        said.weekly[:, :4].mean(axis=1),
        decided.out_day,
        decided.early_day,
        decided.reorder_point,
        decided.up_to,
        decided.quantity,
        ~is_paid,
        decided.excess,
        decided.lost,
        decided.lost_low,
        decided.lost_high,
    )
    weeks = [None if one < 0 else one for one in idle]
    return [PlainDecisions(*row) for row in zip(weeks, *(column.tolist() for column in columns), strict=True)]


def weeks_of(arrays: Mapping[str, Any], key: ItemKey) -> ItemWeeks:
    """Return the weeks of an item; none where a night did not know it."""
    (row,) = _rows(arrays, [key]).tolist()
    if row < 0:
        return ItemWeeks(sold=[], ordinary=[], mean=[], low=[], high=[], capped_weeks=0, out_weeks=0, is_new=True)
    known = min(int(arrays["ages"][row]), SHOWN_WEEKS)
    sold, ordinary = (arrays[name][row][-known:] if known else arrays[name][row][:0] for name in ("sold", "ordinary"))
    stocked = arrays["stocked"][row][-known:] if known else sold
    weekly = arrays["weekly"][row].astype(np.float64)
    swing = weekly / weekly[0] if weekly[0] > 0 else np.ones(AHEAD_WEEKS)
    return ItemWeeks(
        sold=sold.astype(float).tolist(),
        ordinary=ordinary.astype(float).tolist(),
        mean=weekly.tolist(),
        low=np.minimum(arrays["week_low"][row] * swing, weekly).tolist(),
        high=np.maximum(arrays["week_high"][row] * swing, weekly).tolist(),
        capped_weeks=int((ordinary < sold - 0.5).sum()),
        out_weeks=int((stocked < 1).sum()),
        is_new=int(arrays["ages"][row]) < GROWN,
    )


def _rows(arrays: Mapping[str, Any], keys: Sequence[ItemKey]) -> Numbers:
    """The row of each key, -1 where there is none."""
    known = dict(zip(zip(arrays["product"].tolist(), arrays["variant"].tolist(), strict=True), range(10**9)))
    return np.array([known.get(key, -1) for key in keys], np.int64)


def _forecasts(arrays: Mapping[str, Any], rows: Numbers) -> ItemForecasts:
    shapes = {"weekly": (AHEAD_WEEKS,), "quantiles": (len(LEVELS), len(HORIZONS))}
    found = {
        name: _taken(arrays[name], rows, 1.0 if name == "stocked" else 0.0)
        if name in arrays
        else np.zeros((len(rows), *shapes.get(name, (SHOWN_WEEKS,))))
        for name in ("weekly", "quantiles", "ordinary", "sold", "stocked")
    }
    return ItemForecasts(**found)


def _taken(array: Any, rows: Numbers, otherwise: float) -> Reals:
    """Rows of an array; those that are not there hold one value."""
    taken = np.asarray(array, np.float64)[np.maximum(rows, 0)]
    taken[rows < 0] = otherwise
    return np.asarray(taken)


def _facts(facts: Sequence[PlainFacts]) -> ItemFacts:
    def column(values: Sequence[float | None]) -> Reals:
        return np.array([np.nan if value is None else value for value in values], np.float64)

    return ItemFacts(
        stock=column([fact.stock for fact in facts]),
        on_order=column([fact.on_order for fact in facts]),
        arrives=column([fact.arrives for fact in facts]),
        prices=column([fact.price for fact in facts]),
        costs=column([fact.cost for fact in facts]),
        lead=column([fact.lead for fact in facts]),
        late=column([fact.late for fact in facts]),
        review=column([fact.review for fact in facts]),
        pack=column([max(fact.pack, 1) for fact in facts]),
        minimum=column([fact.minimum for fact in facts]),
    )
