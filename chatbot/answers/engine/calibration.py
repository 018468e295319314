"""What a shop's own labels say of confidence: by how much it is off, and how often answers are right from where on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from chatbot.answers.types import ANSWER_FROM, ThresholdFigures

FEWEST_LABELS = 100
PROMISED = 0.9  # of answers right
THRESHOLDS = (0.5, 0.55, 0.6, 0.65, 0.7, ANSWER_FROM, 0.75, 0.8, 0.85, 0.9, 0.95)
ROUNDS, CAUTION = 25, 1.0
STEP = 0.05
_EDGE = 1e-4


def shifted(chance: float, shift: float) -> float:
    """A chance whose log odds are moved; what is impossible stays so."""
    if not shift or not chance:
        return chance
    return float(_chances(_log_odds(np.array([chance])) + shift)[0])


def fit_shift(chances: Sequence[float], right: Sequence[bool]) -> float:
    """By how much to move the log odds of chances so that they fit what was right; 0 below FEWEST_LABELS.

    Chances rise only as far as PROMISED of what is answered from ANSWER_FROM on stays right.
    Source: Platt (1999), with the slope held at 1 and a prior of CAUTION on the shift.
    """
    if len(chances) < FEWEST_LABELS:
        return 0.0
    odds, truth = _log_odds(np.array(chances)), np.array(right, dtype=float)
    shift = 0.0
    for _ in range(ROUNDS):
        found = _chances(odds + shift)
        shift += ((truth - found).sum() - CAUTION * shift) / ((found * (1 - found)).sum() + CAUTION)
    while shift > 0 and truth[_chances(odds + shift) >= ANSWER_FROM].mean() < PROMISED:
        shift = max(0.0, shift - STEP)
    return round(float(shift), 4)


def figures_at(chances: Sequence[float], right: Sequence[bool]) -> list[ThresholdFigures]:
    """How many messages are answered from each of THRESHOLDS on, and how many of these rightly."""
    believed, truth = np.array(chances), np.array(right, dtype=bool)
    return [ThresholdFigures(at, int((believed >= at).sum()), int(truth[believed >= at].sum())) for at in THRESHOLDS]


def lowest_threshold(figures: Sequence[ThresholdFigures], labels: int) -> float:
    """From where on PROMISED of the answers are right; ANSWER_FROM while there are fewer than FEWEST_LABELS."""
    if labels < FEWEST_LABELS:
        return ANSWER_FROM
    kept = [one.threshold for one in figures if one.right >= PROMISED * one.answered]
    return min(kept, default=THRESHOLDS[-1])


def _log_odds(chances: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    within = np.clip(chances, _EDGE, 1 - _EDGE)
    return np.asarray(np.log(within / (1 - within)))


def _chances(odds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-odds)))
