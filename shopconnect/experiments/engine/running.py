"""A comparison as it was known on each of its days, from sums that are carried from one day to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from shopconnect.experiments.engine.intervals import Estimate, Interval, lift

_Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ArmCourse:
    """What the units of one arm did day by day; days are numbered from 0.

    `first_days` and `before` [units]: on which day each first came, and what it had before the comparison. `units`,
    `days` and `amounts` [rows]: whose each amount is, ordered by unit and then by day, none before the unit's first.
    """

    first_days: Sequence[int]
    before: Sequence[float]
    units: Sequence[int]
    days: Sequence[int]
    amounts: Sequence[float]


class _Sums(NamedTuple):
    """Sums over the units that an arm had by a day: how many, what they have, had before, and squares and products."""

    units: float
    x: float
    p: float
    xx: float
    xp: float
    pp: float

    def about_means(self) -> tuple[float, float, float]:
        """Return the sums of squares and products about the arm's own means: of x, of x and p, of p."""
        count = self.units or 1.0
        return self.xx - self.x**2 / count, self.xp - self.x * self.p / count, self.pp - self.p**2 / count


def daily_lifts(treated: ArmCourse, control: ArmCourse, days: int) -> list[Interval]:
    """Return for each day how much more a treated unit had by its end, as `lift` of `adjusted_ratios` would have said.

    One pass over the rows and not one a day: means, variances and the slope on the past need only sums.
    """
    arms = [_sums_by_day(arm, days) for arm in (treated, control)]
    return [lift(*_estimates(one, other)) for one, other in zip(*arms, strict=True)]


def _sums_by_day(arm: ArmCourse, days: int) -> list[_Sums]:
    units, amounts = np.asarray(arm.units, np.int64), np.asarray(arm.amounts, np.float64)
    before = np.asarray(arm.before, np.float64)
    # What a unit has in all after each of its rows: its square grows by the difference to that of what it had.
    whole = np.cumsum(amounts)
    starts = np.searchsorted(units, units, side="left")
    after = whole - (whole[starts] - amounts[starts])
    grown = after**2 - (after - amounts) ** 2

    def carried(places: Sequence[int], weights: _Numbers) -> _Numbers:
        return np.cumsum(np.bincount(np.asarray(places, np.int64), weights, minlength=days)[:days])

    columns = (
        carried(arm.first_days, np.ones(len(before))),
        carried(arm.days, amounts),
        carried(arm.first_days, before),
        carried(arm.days, grown),
        carried(arm.days, amounts * before[units]),
        carried(arm.first_days, before**2),
    )
    return [_Sums(*map(float, row)) for row in zip(*columns, strict=True)]


def _estimates(*arms: _Sums) -> tuple[Estimate, Estimate]:
    parts = [arm.about_means() for arm in arms]
    square = sum(part[2] for part in parts)
    slope = sum(part[1] for part in parts) / square if square else 0.0
    usual = sum(arm.p for arm in arms) / (sum(arm.units for arm in arms) or 1.0)
    treated, control = (_estimate(arm, slope, usual) for arm in arms)
    return treated, control


def _estimate(arm: _Sums, slope: float, usual: float) -> Estimate:
    # One unit has no deviation, so nothing is known of the error.
    if arm.units < 2:  # noqa: PLR2004
        return Estimate(arm.x, inf, int(arm.units))
    of_x, of_both, of_past = arm.about_means()
    rest = of_x - 2 * slope * of_both + slope**2 * of_past
    error = sqrt(max(rest, 0.0) / (arm.units - 1) / arm.units)
    return Estimate((arm.x - slope * (arm.p - usual * arm.units)) / arm.units, error, int(arm.units))
