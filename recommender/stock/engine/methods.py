"""Ways to foretell the mean demand of a week, for all items at once: (items, weeks) in, (items,) out.

Sources: Syntetos and Boylan, The accuracy of intermittent demand estimates (2005), for SBA; Teunter, Syntetos and
Babai, Intermittent demand: linking forecasting to inventory obsolescence (2011), for TSB; Petropoulos and Kourentzes,
Forecast combinations for intermittent demand (2015), for IMAPA. Checked against statsforecast.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from recommender.stock.engine.demand import Numbers, Reals

SIMPLE = "mean8"  # what a merchant does by hand, and the rule that every model must beat
SIMPLE_WEEKS = 8
CROSTON_STEP, TSB_STEP = 0.1, 0.2
STEPS = np.arange(0.05, 1.0, 0.1)
WIDEST = 13  # weeks: a longer span would hold what is long over


def mean_of(weeks: int) -> Callable[[Reals], Reals]:
    """Return the way that says the mean of the last weeks."""
    return lambda demand: np.asarray(demand[:, -weeks:].mean(axis=1))


def smoothed(demand: Reals) -> Reals:
    """Simple exponential smoothing from the first sale on, each item at the step of STEPS that erred least so far."""
    first = _first_sale(demand)
    levels = np.repeat(demand[:, :1], len(STEPS), axis=1)
    errors = np.zeros_like(levels)
    for week in range(1, demand.shape[1]):
        sold = demand[:, week, None]
        begun = (first < week)[:, None]
        errors += np.where(begun, (sold - levels) ** 2, 0.0)
        levels = np.where(begun, STEPS * sold + (1 - STEPS) * levels, sold)
    return np.asarray(np.take_along_axis(levels, errors.argmin(axis=1)[:, None], axis=1)[:, 0])


def croston_sba(demand: Reals) -> Reals:
    """Croston's ratio of size to interval with the correction of Syntetos and Boylan."""
    sizes, intervals = np.zeros(len(demand)), np.ones(len(demand))
    since, seen = np.ones(len(demand)), np.zeros(len(demand), bool)
    for week in range(demand.shape[1]):
        sold = demand[:, week]
        some = sold > 0
        step = np.where(seen, CROSTON_STEP, 1.0)
        sizes = np.where(some, sizes + step * (sold - sizes), sizes)
        intervals = np.where(some, intervals + step * (since - intervals), intervals)
        seen |= some
        since = np.where(some, 1.0, since + 1)
    return np.asarray((1 - CROSTON_STEP / 2) * sizes / np.maximum(intervals, 1.0))


def tsb(demand: Reals) -> Reals:
    """The chance of a sale, renewed each week, times its size: what is not sold any more fades."""
    sizes, chances = np.zeros(len(demand)), np.zeros(len(demand))
    seen = np.zeros(len(demand), bool)
    for week in range(demand.shape[1]):
        sold = demand[:, week]
        some = sold > 0
        step = np.where(seen, TSB_STEP, 1.0)
        sizes = np.where(some, sizes + step * (sold - sizes), sizes)
        chances = np.where(seen | some, chances + step * (some - chances), 0.0)
        seen |= some
    return np.asarray(sizes * chances)


def imapa(demand: Reals) -> Reals:
    """The mean of smoothings over spans of one week up to an item's mean interval between sales."""
    weeks = demand.shape[1]
    sums, counts = np.zeros(len(demand)), np.zeros(len(demand))
    intervals = _mean_intervals(demand).clip(1, min(WIDEST, max(1, weeks // 2)))
    for span in range(1, int(intervals.max(initial=1)) + 1):
        taken = np.flatnonzero(intervals >= span)
        spans = weeks // span
        summed = demand[taken, weeks - span * spans :].reshape(len(taken), spans, span).sum(axis=2)
        sums[taken] += smoothed(summed) / span
        counts[taken] += 1
    return np.asarray(sums / np.maximum(counts, 1))


def _first_sale(demand: Reals) -> Numbers:
    return np.asarray(np.where((demand > 0).any(axis=1), (demand > 0).argmax(axis=1), demand.shape[1]))


def _mean_intervals(demand: Reals) -> Numbers:
    lasting = demand.shape[1] - _first_sale(demand)
    return np.asarray(np.round(lasting / np.maximum((demand > 0).sum(axis=1), 1)), np.int64)


METHODS: Mapping[str, Callable[[Reals], Reals]] = {
    SIMPLE: mean_of(SIMPLE_WEEKS),
    "ses": smoothed,
    "tsb": tsb,
    "sba": croston_sba,
    "imapa": imapa,
}
