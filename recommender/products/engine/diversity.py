"""Diversity: products are chosen one by one, each a little less wanted the more it is like those before.

The further down a place, the more what exposure costs counts there: what suits best comes first, as it is, and the
last places go to what is seldom shown, where a wrong guess costs least.
"""

import numpy as np

from recommender.products.engine.figures import batches, best_of

DEPTH, LIKENESS_SHARE = 50, 0.375


def diversified(scores: np.ndarray, prices: np.ndarray, unit: np.ndarray, k: int, variety: float) -> np.ndarray:
    """Return scores [b, n] with the k of each row that `choose_varied` takes lifted above all others, in its order."""
    result = np.array(scores, dtype=np.float32)
    best = best_of(result, min(DEPTH, result.shape[1]))
    is_full = np.isfinite(np.take_along_axis(result, best, axis=1)).all(axis=1) & (k <= best.shape[1])
    for some in batches(len(result), best.shape[1] * unit.shape[1]):
        rows = np.arange(some.start, some.stop)[is_full[some]]
        chosen = _chosen(result[rows], best[rows], prices, unit, k, variety)
        _lift(result, rows, chosen)
    for row in np.flatnonzero(~is_full):
        chosen = choose_varied(result[row], prices, unit, k, variety)
        if len(chosen):
            _lift(result, np.array([row]), chosen[None])
    return result


def _lift(result: np.ndarray, rows: np.ndarray, chosen: np.ndarray) -> None:
    """Put what was chosen [b, k] of some rows above all else, in its order."""
    ceiling = np.take_along_axis(result[rows], chosen, axis=1).max(axis=1, initial=-np.inf).astype(np.float64)
    result[rows[:, None], chosen] = ceiling[:, None] + np.arange(chosen.shape[1], 0, -1)


def _chosen(
    scores: np.ndarray, best: np.ndarray, prices: np.ndarray, unit: np.ndarray, k: int, variety: float
) -> np.ndarray:
    """Return what `choose_varied` does for each of some rows [b, n], whose `best` [b, 50] may all be shown."""
    rows = np.arange(len(best))
    values = np.take_along_axis(scores, best, axis=1)
    spread = values[:, :1] - values[:, -1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        worth = np.where(spread > 0, (values - values[:, -1:]) / spread, np.float32(1))
        price = np.where(spread > 0, prices[best] / spread, np.float32(0))
    likeness, near = np.zeros(best.shape, np.float32), unit[best]
    chosen = np.empty((len(best), k), np.int64)
    for place, more in enumerate(price_shares(k) - 1):
        pick = (worth - more * price - LIKENESS_SHARE * variety * likeness).argmax(axis=1)
        chosen[:, place] = best[rows, pick]
        worth[rows, pick] = -np.inf
        likeness = np.maximum(likeness, (near @ near[rows, pick][:, :, None])[:, :, 0])
    return chosen


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
