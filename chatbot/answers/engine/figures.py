"""Figures of an evaluation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata


def area_under_curve(scores: Sequence[float], truths: Sequence[bool]) -> float | None:
    """The chance that a true case scores above a false one, ties counting half; None without both kinds.

    Source: Mann and Whitney (1947), by mean ranks.
    """
    true = np.asarray(truths, dtype=bool)
    positives, negatives = int(true.sum()), int((~true).sum())
    if not positives or not negatives:
        return None
    ranks = rankdata(np.asarray(scores, dtype=np.float64))
    # U = sum of the true ones' ranks - n (n + 1) / 2, over all n m pairs; mean ranks give a tie its half.
    area = (ranks[true].sum() - positives * (positives + 1) / 2) / (positives * negatives)
    return round(float(area), 4)


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which `share` per cent of the values lie; None without values."""
    return round(float(np.percentile(np.asarray(values), share)), 3) if len(values) else None
