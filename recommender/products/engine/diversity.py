"""Diversity: the first products are chosen one by one, each a little less wanted the more it is like those before."""

import numpy as np

from recommender.products.engine.figures import best_of

DEPTH, LIKENESS_SHARE = 50, 0.375


def diversified(scores: np.ndarray, unit: np.ndarray, k: int, variety: float) -> np.ndarray:
    """Return scores [b, n] with the chosen k of each row lifted above all others, in the order chosen.

    Greedy maximal marginal relevance over the best 50: score (0 to 1 over those) minus the greatest cosine to what is
    chosen already, times `variety` and LIKENESS_SHARE; `unit` [n, d] are the products' directions. -inf stays out.
    """
    result = np.array(scores, dtype=np.float32)
    for row in range(len(result)):
        chosen = choose_varied(result[row], unit, k, variety)
        ceiling = float(result[row, chosen].max()) if len(chosen) else 0.0
        result[row, chosen] = ceiling + np.arange(len(chosen), 0, -1)
    return result


def choose_varied(scores: np.ndarray, unit: np.ndarray, k: int, variety: float) -> np.ndarray:
    """Return the indices of up to k products of one row, in the order in which they are to be shown."""
    depth = min(DEPTH, len(scores))
    best = best_of(scores[None], depth)[0]
    best = best[np.isfinite(scores[best])]
    if not len(best):
        return np.asarray(best)
    values = scores[best]
    spread = float(values[0] - values[-1])
    worth = (values - values[-1]) / spread if spread > 0 else np.ones(len(best), np.float32)
    likeness, near = np.zeros(len(best), np.float32), unit[best]
    chosen: list[int] = []
    for _ in range(min(k, len(best))):
        pick = int((worth - LIKENESS_SHARE * variety * likeness).argmax())
        chosen.append(pick)
        worth[pick] = -np.inf
        likeness = np.maximum(likeness, near @ near[pick])
    return np.asarray(best[chosen])
