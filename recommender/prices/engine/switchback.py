"""A price test over time: two prices take turns in blocks of whole days, drawn by chance, and blocks are compared.

Blocks come in pairs of the same weekdays, one with each price in the order that a coin says. So a season or a growing
shop touches both prices alike, and what is left over is the price's doing. Nobody who looks at a price is in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

ROUNDS = 30
LARGEST = 3.0  # in logs: as far as an effect is believed at all
FEWEST_PAIRS = 3  # with both prices sold: two say nothing of how much they differ by chance
SURE, NEARLY_ALL = 0.975, 0.995
BEARABLE = 0.8  # the margin a day at one price beside the other's: what costs more than a fifth is stopped


@dataclass(frozen=True, slots=True)
class PairCounts:
    """Units and days of pairs of blocks [N, 2], the price that held first and the other one."""

    units: np.ndarray
    days: np.ndarray


@dataclass(frozen=True, slots=True)
class SwitchEffect:
    """By how much the log of units a day lies higher at the other price, for each log of its distance; its error."""

    slope: float
    error: float
    pairs: int

    def between(self, share: float = SURE) -> tuple[float, float]:
        """Return the interval that leaves 1 - share out on each side."""
        width = float(stdtrit(self.pairs - 1, share)) * self.error
        return self.slope - width, self.slope + width


def draw_arms(seed: int, pairs: int, blocks: int) -> list[int]:
    """Return the arm (0 or 1) of each block in turn: `blocks` drawn by chance, then as many with the other arm."""
    coins = np.random.default_rng(seed).integers(0, 2, (pairs, blocks))
    return np.concatenate([coins, 1 - coins], axis=1).ravel().tolist()  # type: ignore[no-any-return]


def held_whole_days(at: np.ndarray, price: np.ndarray, first: int, count: int) -> np.ndarray:
    """Return [count] days from `first` on: the price that held all day, nan where another one began or none is known.

    `at` are moments in days, in order, from which each price holds.
    """
    is_new = np.diff(price, prepend=np.nan) != 0
    at, price = at[is_new], price[is_new]
    if not len(at):
        return np.full(count, np.nan)
    days = np.arange(first, first + count)
    start = np.searchsorted(at, days, side="right") - 1
    end = np.searchsorted(at, days + 1, side="left") - 1
    is_whole = (start >= 0) & (start == end)
    return np.asarray(np.where(is_whole, price[np.maximum(start, 0)], np.nan))


def counted_blocks(starts: Sequence[int], washout: int, is_valid: np.ndarray) -> np.ndarray:
    """Return [D] the block that each day since the start counts for; -1 for those left out.

    Left out are the first `washout` days of a block, what is not valid [D], and what lies after the last block.
    """
    days = np.arange(len(is_valid))
    edges = np.array(starts)
    block = np.searchsorted(edges, days, side="right") - 1
    is_settled = (block < len(edges) - 1) & (days - edges[block] >= washout)
    return np.asarray(np.where(is_settled & is_valid, block, -1))


def count_pairs(arms: Sequence[int], blocks: int, counted: np.ndarray, units: np.ndarray) -> PairCounts:
    """Return units and days [pairs, 2] of days [D] by the block that each counts for, where both prices have a day.

    A pair has `blocks` of each price. Of a half week the two compared have the same weekdays, so each is a pair of its
    own.
    """
    arm, pair = np.array(arms), np.arange(len(arms))
    pair = pair // (2 * blocks) * blocks + pair % blocks
    is_counted = counted >= 0
    of_day = counted[is_counted]
    at, shape = pair[of_day] * 2 + arm[of_day], (len(arms) // 2, 2)
    sold = np.bincount(at, units[is_counted], len(arms)).reshape(shape)
    days = np.bincount(at, minlength=len(arms)).astype(float).reshape(shape)
    has_both = (days > 0).all(axis=1)
    return PairCounts(sold[has_both], days[has_both])


def switch_effect(counts: PairCounts, moved: float) -> SwitchEffect | None:
    """Return the effect of a price whose log lies `moved` beyond the first one; None while too little is known.

    Of the units of a pair the other price's are binomial, with more chance than that (quasi-likelihood): what pairs
    have in common, their level, drops out.
    """
    total = counts.units.sum(axis=1)
    sells = total > 0
    total, other, days = total[sells], counts.units[sells, 1], counts.days[sells]
    if len(total) < FEWEST_PAIRS:
        return None
    offset = np.log(days[:, 1] / days[:, 0])
    slope, bound = 0.0, LARGEST / abs(moved)
    for _ in range(ROUNDS):
        chance = _logistic(offset + slope * moved)
        information = (total * chance * (1 - chance) * moved**2).sum()
        slope = float(np.clip(slope + ((other - total * chance) * moved).sum() / information, -bound, bound))
    chance = _logistic(offset + slope * moved)
    variance = total * chance * (1 - chance)
    scale = max(float(((other - total * chance) ** 2 / variance).sum() / (len(total) - 1)), 1.0)
    error = float(np.sqrt(scale / (variance * moved**2).sum()))
    return SwitchEffect(slope, error, len(total))


def margin_change(effect: SwitchEffect, moved: float, margin_ratio: float, share: float = SURE) -> tuple[float, ...]:
    """Return by which share a day's margin at the other price differs from that at the first: middle, low, high.

    `moved` is its log beyond the first, `margin_ratio` a unit's margin at it over that at the first.
    """
    middle, *ends = (float(margin_ratio * np.exp(end * moved)) - 1 for end in (effect.slope, *effect.between(share)))
    return middle, min(ends), max(ends)


def is_losing(effect: SwitchEffect, moved: float, margin_ratio: float) -> bool:
    """Say whether one of the two prices surely brings less than four fifths of the other one's margin a day."""
    _middle, low, high = margin_change(effect, moved, margin_ratio, NEARLY_ALL)
    return high < BEARABLE - 1 or low > 1 / BEARABLE - 1


def expected_error(weekly_units: float, moved: float, pairs: int, counted_share: float) -> float:
    """Return half the width of the 95 % interval of the elasticity that so many pairs of weeks are expected to end in.

    Units differ by chance (Poisson); weeks that differ by more than that end in a wider one.
    """
    units = max(weekly_units * counted_share, 1e-6)
    return float(stdtrit(pairs - 1, SURE) * np.sqrt(2 / units / pairs) / abs(moved))


def _logistic(log_odds: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-log_odds)))
