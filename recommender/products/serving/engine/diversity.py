"""Diversity: products are chosen one by one, each a little less wanted the more it is like those before.

The further down a place, the more what popularity costs counts there: what suits best comes first, as it is, and the
last places go to what is seldom shown, where a wrong guess costs least.
"""

import numpy as np

from recommender.products.data.engine.arrays import best_of

DEPTH, LIKENESS_SHARE = 50, 0.375


def diversified(scores: np.ndarray, penalties: np.ndarray, unit: np.ndarray, k: int, diversity: float) -> np.ndarray:
    """Return scores [b, n] with the k of each row that `choose_varied` takes lifted above all others, in its order."""
    result = np.array(scores, dtype=np.float32)
    for row in range(len(result)):
        chosen = choose_diverse(result[row], penalties, unit, k, diversity)
        ceiling = float(result[row, chosen].max()) if len(chosen) else 0.0
        result[row, chosen] = ceiling + np.arange(len(chosen), 0, -1)
    return result


def penalty_shares(k: int) -> np.ndarray:
    """Return what share of its penalty a product pays at each of k places: evenly more, 1 in the middle."""
    return np.asarray((2 * np.arange(k) + 1) / max(k, 1), np.float32)


def choose_diverse(scores: np.ndarray, penalties: np.ndarray, unit: np.ndarray, k: int, diversity: float) -> np.ndarray:
    """Return the indices of up to k products of one row, in the order in which they are to be shown.

    Greedy maximal marginal relevance over the best 50: score (0 to 1 over those) minus the greatest cosine to what is
    chosen already, times `diversity` and LIKENESS_SHARE; `unit` [n, d] are the products' directions. `penalties` [n]
    are off the scores already, as in the middle of the shelf; above it less of them is paid, below it more. -inf
    stays out.
    """
    depth = min(DEPTH, len(scores))
    best = best_of(scores[None], depth)[0]
    # What is excluded stays out even where the shelf is not full.
    best = best[np.isfinite(scores[best])]
    if not len(best):
        return np.asarray(best)
    values = scores[best]
    # Scores of shelves have different units, so likeness is weighed in their own spread.
    spread = float(values[0] - values[-1])
    worth = (values - values[-1]) / spread if spread > 0 else np.ones(len(best), np.float32)
    penalty = penalties[best] / spread if spread > 0 else np.zeros(len(best), np.float32)
    likeness, near = np.zeros(len(best), np.float32), unit[best]
    chosen: list[int] = []
    # Greedy: the best set of k would have to try all of them, and looks no different.
    for more in penalty_shares(k)[: len(best)] - 1:
        place = int((worth - more * penalty - LIKENESS_SHARE * diversity * likeness).argmax())
        chosen.append(place)
        worth[place] = -np.inf
        likeness = np.maximum(likeness, near @ near[place])
    return np.asarray(best[chosen])
