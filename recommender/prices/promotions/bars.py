"""Extra margins drawn under each other: their intervals at one scale, nothing extra in the middle."""

from collections.abc import Sequence
from dataclasses import dataclass

from recommender.prices.types import Between

HALF, THINNEST = 50, 0.5  # of a drawing 100 wide


@dataclass(frozen=True, slots=True)
class GainBar:
    """An extra margin, expected or come, and where its interval lies in a drawing 100 wide."""

    gain: Between
    is_expected: bool
    left: float
    width: float

    @property
    def tone(self) -> str:
        """Return good or bad where the whole interval is, else ""."""
        if self.gain.low > 0:
            return "good"
        return "bad" if self.gain.high < 0 else ""


def gain_bars(gains: Sequence[tuple[Between | None, bool]]) -> list[GainBar | None]:
    """Return bars of extra margins and whether each is only expected, at one scale; None where none is known."""
    ends = [abs(end) for gain, _expected in gains if gain for end in (gain.low, gain.high)]
    scale = max(ends, default=0) or 1
    return [None if gain is None else _bar(gain, is_expected, scale) for gain, is_expected in gains]


def _bar(gain: Between, is_expected: bool, scale: float) -> GainBar:
    left, right = (HALF * (1 + end / scale) for end in (gain.low, gain.high))
    return GainBar(gain, is_expected, left, max(right - left, THINNEST))
