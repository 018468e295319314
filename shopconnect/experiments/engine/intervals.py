"""What an arm earned and how sure that is: ratios by the delta method, CUPED, and intervals that hold under peeking.

A *unit* is what was assigned (a visitor); a figure is a ratio of two sums over units, such as revenue over visits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log, log1p, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

_Array = npt.NDArray[Any]
Amounts = Sequence[float] | _Array

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


def ratio(numerators: Amounts, denominators: Amounts) -> Estimate:
    """Estimate sum(numerators) / sum(denominators), both [units], with its error by the delta method.

    Deng, Knoblich and Lu, KDD 2018: units are independent, what one unit did several times is not.
    """
    return adjusted_ratios([(numerators, denominators)], [np.zeros(len(numerators))])[0]


def adjusted_ratios(arms: Sequence[tuple[Amounts, Amounts]], before: Sequence[Amounts]) -> list[Estimate]:
    """Estimate each arm's ratio, less what its units' own past foretold of the difference (CUPED).

    `arms` holds numerators and denominators [units], `before` a figure of the same units from before the experiment
    [units]. Deng, Xu, Kohavi and Walker, WSDM 2013; the ratio is linearised first, and the slope is common to all arms.
    """
    rows = [_linear(*map(_array, arm)) for arm in arms]
    pasts = [_array(past) for past in before]
    slope = _slope(rows, pasts)
    # Of all arms together, so that units which were alike before leave an arm's figure as it is.
    usual = float(np.concatenate(pasts).mean()) if sum(map(len, pasts)) else 0.0
    estimates = []
    for (value, parts), past in zip(rows, pasts, strict=True):
        count = len(parts)
        # One unit has no deviation, so nothing is known of the error.
        if count < 2:  # noqa: PLR2004
            estimates.append(Estimate(value, inf, count))
            continue
        rest = parts - slope * (past - past.mean())
        error = float(rest.std(ddof=1)) / sqrt(count)
        estimates.append(Estimate(value - slope * (float(past.mean()) - usual), error, count))
    return estimates


def _array(amounts: Amounts) -> _Array:
    return np.asarray(amounts, dtype=np.float64)


def _linear(numerators: _Array, denominators: _Array) -> tuple[float, _Array]:
    """Return the ratio and each unit's part in its error, [units]."""
    whole = float(denominators.sum())
    if not whole:
        return 0.0, np.zeros(len(numerators))
    value = float(numerators.sum()) / whole
    # (x_i - r y_i) / mean(y), the first-order part of each unit: their mean is nought, and their spread is the error's.
    return value, (numerators - value * denominators) / float(denominators.mean())


def _slope(rows: Sequence[tuple[float, _Array]], before: Sequence[_Array]) -> float:
    # Arm by arm, or what the arms differ by would pass for a slope; theta = sum cov / sum var over all of them.
    present = [(parts, past) for (_, parts), past in zip(rows, before) if len(parts)]
    centred = [(parts - parts.mean(), past - past.mean()) for parts, past in present]
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
    # A double ends at e^709, and a bound so high says nothing anyway.
    return Interval(exp(middle - half) - 1, exp(middle) - 1, exp(min(middle + half, 700)) - 1)


def half_width(error: float, alpha: float = ALPHA, likely: float = LIKELY) -> float:
    """Return the half width of the confidence sequence where the standard error is `error`, in the error's unit."""
    if not error:
        return 0.0
    # s sqrt((1 + s^2/tau^2) (ln(1 + tau^2/s^2) + 2 ln(1/alpha))), tau the deviation of the normal mixture.
    narrow = (likely / error) ** 2
    return error * sqrt((1 + 1 / narrow) * (log1p(narrow) + 2 * log(1 / alpha)))
