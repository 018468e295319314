"""The days of a price test: what sold on each, and which of them count because the price whose turn it was held."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log

import numpy as np

from recommender.prices.engine.switchback import (
    SwitchEffect,
    count_pairs,
    counted_blocks,
    held_whole_days,
    is_losing,
    margin_change,
    switch_effect,
)

SAME_PRICE = 0.005  # amounts nearer than half a cent are one price


@dataclass(frozen=True, slots=True)
class TurnPlan:
    """Two prices that take turns from the day `first` on (counted from 1970).

    `arms` says which of `prices` a block has, `starts` the day each begins on and that after the last, from 0; a pair
    has `blocks` of each price. `net` is what is left of an amount without tax.
    """

    first: int
    arms: Sequence[int]
    starts: Sequence[int]
    blocks: int
    prices: tuple[float, float]
    cost: float
    net: float

    @property
    def moved(self) -> float:
        """Return the log of the other price beyond the first."""
        return log(self.prices[1] / self.prices[0])

    @property
    def margin_ratio(self) -> float:
        """Return a unit's margin at the other price over that at the first."""
        first, other = (price * self.net - self.cost for price in self.prices)
        return other / first


@dataclass(slots=True)
class TurnDays:
    """What is known of the days of a plan before the day `until`."""

    plan: TurnPlan
    until: int
    units: np.ndarray = field(init=False)
    paid: np.ndarray = field(init=False)
    is_valid: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        count = max(min(self.until - self.plan.first, self.plan.starts[-1]), 0)
        self.units, self.paid = np.zeros(count), np.zeros(count)
        self.is_valid = np.ones(count, dtype=bool)

    def add_sale(self, day: int, units: float, paid: float) -> None:
        """Add what was sold on a day, and what was paid for it; days outside the test are left alone."""
        at = day - self.plan.first
        if 0 <= at < len(self.units):
            self.units[at] += units
            self.paid[at] += paid

    def leave_out(self, since: float, until: float | None) -> None:
        """Let no day count that has a part of [since, until) in it; None lasts on."""
        days = self.plan.first + np.arange(len(self.units))
        self.is_valid &= (days + 1 <= since) | (days >= (np.inf if until is None else until))

    def keep_held(self, ledger: Iterable[tuple[float, float]]) -> None:
        """Let only days count on which the price whose turn it was held all day; the ledger has moments and prices."""
        at, price = np.array(list(ledger), dtype=float).reshape(-1, 2).T
        held = held_whole_days(at, price, self.plan.first, len(self.units))
        arms = np.repeat(self.plan.arms, np.diff(self.plan.starts))[: len(self.units)]
        self.is_valid &= np.abs(held - np.array(self.plan.prices)[arms]) < SAME_PRICE


@dataclass(frozen=True, slots=True)
class TurnFigures:
    """What a test's days say: by price units, days and margin a day; `effect` is None while too little is known.

    `gain` is by which share a day's margin differs at the other price: middle, low, high.
    """

    effect: SwitchEffect | None
    gain: tuple[float, ...]
    is_losing: bool
    units: list[float]
    days: list[int]
    margin_a_day: list[float]
    days_left_out: int


def turn_figures(days: TurnDays, washout: int) -> TurnFigures:
    """Return what days say, the first `washout` of each block left out."""
    plan = days.plan
    counted = counted_blocks(plan.starts, washout, days.is_valid)
    effect = switch_effect(count_pairs(plan.arms, plan.blocks, counted, days.units), plan.moved)
    gain = margin_change(effect, plan.moved, plan.margin_ratio) if effect else ()
    units, counts, margins = [], [], []
    for arm in (0, 1):
        is_arm = np.isin(counted, np.flatnonzero(np.array(plan.arms) == arm))
        units.append(float(days.units[is_arm].sum()))
        counts.append(int(is_arm.sum()))
        margins.append((float(days.paid[is_arm].sum()) * plan.net - units[-1] * plan.cost) / max(counts[-1], 1))
    return TurnFigures(
        effect=effect,
        gain=gain,
        is_losing=effect is not None and is_losing(effect, plan.moved, plan.margin_ratio),
        units=units,
        days=counts,
        margin_a_day=margins,
        days_left_out=len(days.units) - sum(counts),
    )
