"""When items run out, what to order, what lies too long, what was lost: arrays of a shop's items in and out.

A shelf is looked at every review: what is there and on its way must last until the delivery of the order after next.
So the reorder point covers a delivery, late as one in ten is, and an order fills up to what a review more takes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.stock.engine.demand import DAYS, Flags, Numbers, Reals
from recommender.stock.engine.night import HORIZONS, LEVELS

DAYS_AHEAD = 91
HARDLY = 1e-3  # units
NEVER = DAYS_AHEAD + 1  # of a day on which something runs out
CLASSES = (0.8, 0.95)  # of the shop's margin: A brings the first 80 %, B the next 15 %, C the rest
ENOUGH_WEEKS = 26  # of stock: what is beyond lies too long
LOST_WEEKS = 13
WITHIN = 1.645  # standard deviations to either side of what nine of ten lie within


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What is there of each item, [items], and what a delivery takes; what nobody knows is NaN."""

    stock: Reals
    on_order: Reals
    arrives: Reals  # days from today; what is on its way at an unknown time comes after `lead`
    prices: Reals
    costs: Reals
    lead: Reals
    late: Reals
    review: Reals
    pack: Reals
    minimum: Reals


@dataclass(frozen=True, slots=True)
class ItemForecasts:
    """What a night said of each item, [items, ...]; zeros of one that it did not know."""

    weekly: Reals
    quantiles: Reals
    ordinary: Reals
    sold: Reals
    stocked: Reals


@dataclass(frozen=True, slots=True)
class Decisions:
    """What follows, [items]: days from today, units, and classes 0 (A) to 2 (C)."""

    classes: Numbers
    out_day: Numbers  # when it is as likely out as not, NEVER where later than DAYS_AHEAD
    early_day: Numbers  # one in ten is out by then
    reorder_point: Reals
    up_to: Reals
    quantity: Reals
    excess: Reals
    lost: Reals
    lost_low: Reals
    lost_high: Reals


def decide(facts: ItemFacts, said: ItemForecasts, levels: tuple[float, float, float]) -> Decisions:
    """Return what follows for each item; `levels` are the service levels of the classes A, B, C, each of LEVELS."""
    classes = classes_of(facts, said)
    place = np.array([LEVELS.index(level) for level in levels])[classes]
    quantiles = said.quantiles[np.arange(len(place)), place]
    reorder = units_until(quantiles, said.weekly, facts.lead + facts.late)
    up_to = units_until(quantiles, said.weekly, facts.lead + facts.late + facts.review)
    position = np.maximum(facts.stock, 0) + facts.on_order
    usual = said.weekly.mean(axis=1) * ENOUGH_WEEKS
    # NaN, stock that nobody counted, is never low; nor is what lasts so long that it lies too long.
    is_low = (position <= reorder) & (up_to > 0) & (position < usual)
    wanted = np.maximum(np.ceil(up_to - position), np.maximum(facts.minimum, 1))
    quantity = np.where(is_low, np.ceil(wanted / facts.pack) * facts.pack, 0.0)
    lost = lost_sales(said)
    return Decisions(
        classes=classes,
        out_day=days_until_out(facts, said, 0.5),
        early_day=days_until_out(facts, said, 0.9),
        reorder_point=np.ceil(reorder),
        up_to=np.ceil(up_to),
        quantity=quantity,
        excess=np.maximum(np.floor(np.nan_to_num(facts.stock) - usual), 0.0),
        lost=lost[0],
        lost_low=lost[1],
        lost_high=lost[2],
    )


def units_until(quantiles: Reals, weekly: Reals, days: Reals) -> Reals:
    """Return (items,): what demand of so many days stays under; beyond the last of HORIZONS its mean is added."""
    known = np.concatenate([np.zeros((len(quantiles), 1)), quantiles], axis=1)
    times = np.array([0, *HORIZONS]) * DAYS
    step = np.clip(np.searchsorted(times, days, side="right") - 1, 0, len(times) - 2)
    rows = np.arange(len(quantiles))
    begins, ends = known[rows, step], known[rows, step + 1]
    share = np.minimum((days - times[step]) / (times[step + 1] - times[step]), 1.0)
    beyond = np.maximum(days - times[-1], 0) / DAYS * weekly[:, HORIZONS[-1] :].mean(axis=1)
    return np.asarray(begins + share * (ends - begins) + beyond)


def days_until_out(facts: ItemFacts, said: ItemForecasts, level: float) -> Numbers:
    """Return the first day whose demand so far, at a level, takes all that is there and has come by then."""
    quantiles = said.quantiles[:, LEVELS.index(level)]
    left = np.maximum(facts.stock, 0)
    arrives = np.where(np.isnan(facts.arrives), facts.lead, facts.arrives)
    found = np.full(len(left), NEVER)
    for day in range(DAYS_AHEAD, 0, -1):
        there = left + np.where(arrives <= day, facts.on_order, 0.0)
        sold = units_until(quantiles, said.weekly, np.full(len(left), float(day)))
        found = np.where(sold >= there - HARDLY, day, found)
    return np.asarray(np.where(facts.stock <= 0, 0, found), np.int64)


def classes_of(facts: ItemFacts, said: ItemForecasts) -> Numbers:
    """Return 0, 1 or 2 for A, B and C, by what each item's margin of the last half year was of the shop's.

    Where a cost is unknown, the margin is taken as large a part of the price as it usually is in this shop.
    """
    shares = (facts.prices - facts.costs) / np.where(facts.prices > 0, facts.prices, np.nan)
    usual = float(np.nanmedian(shares)) if np.isfinite(shares).any() else 1.0
    margin = np.where(np.isfinite(shares), np.nan_to_num(shares), usual) * facts.prices
    brought = np.maximum(margin, 0.0) * said.ordinary[:, -26:].sum(axis=1)
    order = np.argsort(-brought, kind="stable")
    before = (np.cumsum(brought[order]) - brought[order]) / max(float(brought.sum()), 1e-9)
    classes = np.empty(len(brought), np.int64)
    classes[order] = np.where(brought[order] > 0, np.digitize(before, CLASSES), len(CLASSES))
    return classes


def lost_sales(said: ItemForecasts) -> tuple[Reals, Reals, Reals]:
    """Return units that were not sold for want of stock in the last LOST_WEEKS, and what nine of ten lie within."""
    missing = 1.0 - said.stocked[:, -LOST_WEEKS:]
    lost = np.maximum(said.ordinary - said.sold, 0.0)[:, -LOST_WEEKS:] * (missing > 0)
    spread = said.ordinary.std(axis=1) * np.sqrt(missing.sum(axis=1))
    total = lost.sum(axis=1)
    return total, np.maximum(total - WITHIN * spread, 0.0), np.where(total > 0, total + WITHIN * spread, 0.0)


def within_budget(amounts: Reals, worth: Reals, budget: float) -> Flags:
    """Return which orders a budget pays, those first that bring most for what they cost; one that is too dear waits."""
    chosen = np.zeros(len(amounts), bool)
    spent = 0.0
    for row in np.argsort(-worth / np.maximum(amounts, 1e-9), kind="stable").tolist():
        if spent + amounts[row] <= budget:
            chosen[row] = True
            spent += float(amounts[row])
    return chosen


def worth_of(facts: ItemFacts, said: ItemForecasts) -> Reals:
    """Return the margin that each item would miss, in the mean, if nothing were ordered until the review after next."""
    days = facts.lead + facts.late + facts.review
    needed = said.weekly.mean(axis=1) * days / DAYS
    short = np.maximum(needed - np.nan_to_num(facts.stock) - facts.on_order, 0.0)
    margin = facts.prices - np.where(np.isnan(facts.costs), 0.0, facts.costs)
    return np.asarray(np.maximum(short, 0.01 * needed) * np.maximum(margin, 0.0))
