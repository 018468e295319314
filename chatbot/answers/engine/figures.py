"""Figures of an evaluation."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

Z95 = 1.959964  # how many standard deviations on each side hold 95% of a normal distribution


def area_under_curve(scores: Sequence[float], truths: Sequence[bool]) -> float | None:
    """The chance that a true case scores above a false one, ties counting half; None without both kinds.

    Source: Mann and Whitney (1947).
    """
    values, true = np.asarray(scores, dtype=np.float64), np.asarray(truths, dtype=bool)
    above, below = values[true], np.sort(values[~true])
    if not len(above) or not len(below):
        return None
    beaten = (np.searchsorted(below, above, "left") + np.searchsorted(below, above, "right")) / 2
    return round(float(beaten.mean() / len(below)), 4)


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which `share` per cent of the values lie; None without values."""
    return round(float(np.percentile(np.asarray(values), share)), 3) if len(values) else None


def share_interval(hits: int, cases: int) -> tuple[float, float] | None:
    """The interval that holds a share with 95% certainty; None without cases. Source: Wilson (1927)."""
    if not cases:
        return None
    share, wide = hits / cases, Z95**2 / cases
    middle = (share + wide / 2) / (1 + wide)
    half = Z95 / (1 + wide) * math.sqrt(share * (1 - share) / cases + wide / (4 * cases))
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)


def area_interval(scores: Sequence[float], truths: Sequence[bool]) -> tuple[float, float] | None:
    """The interval that holds the area under the curve with 95% certainty; None with fewer than two of a kind.

    Source: DeLong, DeLong and Clarke-Pearson (1988): the spread of each case's share of the other kind it outranks.
    """
    values, true = np.asarray(scores, dtype=np.float64), np.asarray(truths, dtype=bool)
    if min(true.sum(), (~true).sum()) < 2:
        return None
    # positives × negatives: 1 where the true case scores higher, a half for a tie
    above = (np.sign(values[true][:, None] - values[~true][None, :]) + 1) / 2
    of_true, of_false = above.mean(axis=1), above.mean(axis=0)
    half = Z95 * math.sqrt(of_true.var(ddof=1) / len(of_true) + of_false.var(ddof=1) / len(of_false))
    area = float(above.mean())
    return round(max(0.0, area - half), 4), round(min(1.0, area + half), 4)
