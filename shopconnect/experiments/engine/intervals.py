"""What an arm earned and how sure that is: ratios by the delta method, CUPED, and intervals that hold under peeking.

A *unit* is what was assigned (a visitor); a figure is a ratio of two sums over units, such as revenue over visits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log, log1p, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

ALPHA = 0.05
LIKELY = 0.10  # the size of effects (in log) at which intervals are tightest; fixed beforehand, so it costs no validity


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure of one arm in its own unit (say euros a visit), its standard error, and how many units it rests on."""

    value: float
    error: float
    units: int


@dataclass(frozen=True, slots=True)
class Interval:
    """How much more an arm has than another, as a share (0.05 is five percent more), and between which bounds."""

    low: float
    middle: float
    high: float


NOWHERE = Interval(-inf, 0.0, inf)


def ratio(numerators: Array, denominators: Array) -> Estimate:
    """Estimate sum(numerators) / sum(denominators), both [units], with its error by the delta method.

    Deng, Knoblich and Lu, KDD 2018: units are independent, what one unit did several times is not.
    """
    return adjusted_ratios([(numerators, denominators)], [np.zeros(len(numerators))])[0]


def adjusted_ratios(arms: Sequence[tuple[Array, Array]], before: Sequence[Array]) -> list[Estimate]:
    """Estimate each arm's ratio, less what its units' own past foretold of the difference (CUPED).

    `arms` holds numerators and denominators [units], `before` a figure of the same units from before the trial
    [units]. Deng, Xu, Kohavi and Walker, WSDM 2013; the ratio is linearised first, and the slope is common to all arms.
    """
    rows = [_linear(*arm) for arm in arms]
    slope = _slope(rows, before)
    usual = float(np.concatenate(before).mean()) if sum(map(len, before)) else 0.0
    found = []
    for (value, parts), past in zip(rows, before, strict=True):
        count = len(parts)
        if count < 2:  # noqa: PLR2004
            found.append(Estimate(value, inf, count))
            continue
        rest = parts - slope * (past - past.mean())
        error = float(rest.std(ddof=1)) / sqrt(count)
        found.append(Estimate(value - slope * (float(past.mean()) - usual), error, count))
    return found


def _linear(numerators: Array, denominators: Array) -> tuple[float, Array]:
    """Return the ratio and each unit's part in its error, [units]."""
    whole = float(denominators.sum())
    if not whole:
        return 0.0, np.zeros(len(numerators))
    value = float(numerators.sum()) / whole
    return value, (numerators - value * denominators) / float(denominators.mean())


def _slope(rows: Sequence[tuple[float, Array]], before: Sequence[Array]) -> float:
    centred = [(parts - parts.mean(), past - past.mean()) for (_, parts), past in zip(rows, before) if len(parts)]
    spread = sum(float(past @ past) for _, past in centred)
    return sum(float(parts @ past) for parts, past in centred) / spread if spread else 0.0


def lift(treated: Estimate, control: Estimate, alpha: float = ALPHA) -> Interval:
    """Return how much more the treated arm has, with an interval that holds at every look with chance 1 - alpha.

    The normal-mixture confidence sequence (Robbins 1970; Howard, Ramdas, McAuliffe and Sekhon, Annals of Statistics
    2021; asymptotic for estimates of this kind, Waudby-Smith et al. 2024) of the logarithm of the two arms' ratio,
    whose error is the two relative errors together. Nowhere while an arm has nothing.
    """
    if min(treated.value, control.value) <= 0 or not max(treated.error, control.error) < inf:
        return NOWHERE
    middle = log(treated.value / control.value)
    error = sqrt((treated.error / treated.value) ** 2 + (control.error / control.value) ** 2)
    half = half_width(error, alpha)
    return Interval(exp(middle - half) - 1, exp(middle) - 1, exp(min(middle + half, 700)) - 1)


def half_width(error: float, alpha: float = ALPHA, likely: float = LIKELY) -> float:
    """Return the half width of the confidence sequence where the standard error is `error`, in the error's unit."""
    if not error:
        return 0.0
    narrow = (likely / error) ** 2
    return error * sqrt((1 + 1 / narrow) * (log1p(narrow) + 2 * log(1 / alpha)))
