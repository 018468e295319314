"""The figures of intervals.py from sums alone: units are added one by one, and none of them is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import inf, sqrt

from shopconnect.experiments.engine.intervals import Estimate


@dataclass(slots=True)
class UnitSums:
    """Sums over an arm's units of numerators x, denominators y and their past p, and of squares and products."""

    units: int = 0
    x: float = 0.0
    y: float = 0.0
    p: float = 0.0
    xx: float = 0.0
    xy: float = 0.0
    yy: float = 0.0
    xp: float = 0.0
    yp: float = 0.0
    pp: float = 0.0

    def __add__(self, other: "UnitSums") -> "UnitSums":
        return UnitSums(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(UnitSums)))

    def add(self, x: float, y: float = 1.0, p: float = 0.0) -> None:
        """Add a unit."""
        self.units += 1
        self.y += y
        self.p += p
        self.yy += y * y
        self.yp += y * p
        self.pp += p * p
        self.grow(0.0, x, y, p)

    def grow(self, had: float, amount: float, y: float = 1.0, p: float = 0.0) -> None:
        """Let a unit that has an x already have more of it."""
        self.x += amount
        self.xx += amount * (2 * had + amount)
        self.xy += amount * y
        self.xp += amount * p


def estimates_of(arms: Sequence[UnitSums]) -> list[Estimate]:
    """Return what `adjusted_ratios` says of the units that were added: each arm's ratio, less what the past foretold.

    Means, variances and the slope on the past need only sums.
    """
    pasts = [arm.pp - arm.p**2 / (arm.units or 1) for arm in arms]
    slope = sum(_with_past(arm) for arm in arms) / sum(pasts) if sum(pasts) > 0 else 0.0
    usual = sum(arm.p for arm in arms) / (sum(arm.units for arm in arms) or 1)
    return [_estimate(arm, past, slope, usual) for arm, past in zip(arms, pasts, strict=True)]


def _estimate(arm: UnitSums, past: float, slope: float, usual: float) -> Estimate:
    value = arm.x / arm.y if arm.y else 0.0
    # One unit has no deviation, so nothing is known of the error.
    if arm.units < 2:  # noqa: PLR2004
        return Estimate(value, inf, arm.units)
    mean = arm.y / arm.units or 1.0
    parts = (arm.xx - 2 * value * arm.xy + value**2 * arm.yy) / mean**2
    rest = parts - 2 * slope * _with_past(arm) + slope**2 * past
    error = sqrt(max(rest, 0.0) / (arm.units - 1) / arm.units)
    return Estimate(value - slope * (arm.p / arm.units - usual), error, arm.units)


def _with_past(arm: UnitSums) -> float:
    """Return the sum of products of each unit's part in the ratio's error with its past; the parts' mean is nought."""
    return (arm.xp - arm.x / arm.y * arm.yp) / (arm.y / arm.units) if arm.y else 0.0
