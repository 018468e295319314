"""Diversity: products are chosen one by one, each a little less wanted the more it is like those before.

The further down a place, the more what exposure costs counts there: what suits best comes first, as it is, and the
last places go to what is seldom shown, where a wrong guess costs least.
"""

import numpy as np

from recommender.products.engine.figures import best_of

DEPTH, LIKENESS_SHARE = 50, 0.375


def diversified(scores: np.ndarray, prices: np.ndarray, unit: np.ndarray, k: int, variety: float) -> np.ndarray:
    """Return scores [b, n] with the k of each row that `choose_varied` takes lifted above all others, in its order."""
    result = np.array(scores, dtype=np.float32)
    for row in range(len(result)):
        chosen = choose_varied(result[row], prices, unit, k, variety)
        ceiling = float(result[row, chosen].max()) if len(chosen) else 0.0
        result[row, chosen] = ceiling + np.arange(len(chosen), 0, -1)
    return result


def price_shares(k: int) -> np.ndarray:
    """Return what share of its price a product pays at each of k places: evenly more, 1 in the middle."""
    return np.asarray((2 * np.arange(k) + 1) / max(k, 1), np.float32)


def choose_varied(scores: np.ndarray, prices: np.ndarray, unit: np.ndarray, k: int, variety: float) -> np.ndarray:
    """Return the indices of up to k products of one row, in the order in which they are to be shown.

    Greedy maximal marginal relevance over the best 50: score (0 to 1 over those) minus the greatest cosine to what is
    chosen already, times `variety` and LIKENESS_SHARE; `unit` [n, d] are the products' directions. `prices` [n] are off
    the scores already, as in the middle of the shelf; above it less of them is paid, below it more. -inf stays out.
    """
    depth = min(DEPTH, len(scores))
    best = best_of(scores[None], depth)[0]
    best = best[np.isfinite(scores[best])]
    if not len(best):
        return np.asarray(best)
    values = scores[best]
    spread = float(values[0] - values[-1])
    worth = (values - values[-1]) / spread if spread > 0 else np.ones(len(best), np.float32)
    price = prices[best] / spread if spread > 0 else np.zeros(len(best), np.float32)
    likeness, near = np.zeros(len(best), np.float32), unit[best]
    chosen: list[int] = []
    for more in price_shares(k)[: len(best)] - 1:
        pick = int((worth - more * price - LIKENESS_SHARE * variety * likeness).argmax())
        chosen.append(pick)
        worth[pick] = -np.inf
        likeness = np.maximum(likeness, near @ near[pick])
    return np.asarray(best[chosen])
