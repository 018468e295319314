"""Diversity: products are chosen one by one, each a little less wanted the more it is like those before.

The further down a place, the more what popularity costs counts there: what suits best comes first, as it is, and the
last places go to what is seldom shown, where a wrong guess costs least.
"""

from functools import lru_cache

import numpy as np

from recommender.products.data.engine.arrays import batches, best_of

# LIKENESS_SHARE is how much of the diversity weight likeness gets; the weight itself scales the penalties.
DEPTH, LIKENESS_SHARE = 50, 0.375


def diversified(scores: np.ndarray, penalties: np.ndarray, unit: np.ndarray, k: int, diversity: float) -> np.ndarray:
    """Return scores [b, n] with the k of each row that `choose_diverse` takes lifted above all others, in its order."""
    result = np.array(scores, dtype=np.float32)
    best = best_of(result, min(DEPTH, result.shape[1]))
    is_full = np.isfinite(np.take_along_axis(result, best, axis=1)).all(axis=1) & (k <= best.shape[1])
    # Rows whose best may all be shown are chosen for together; the others one by one.
    for some in batches(len(result), best.shape[1] * unit.shape[1]):
        rows = np.arange(some.start, some.stop)[is_full[some]]
        chosen = _chosen(result[rows], best[rows], penalties, unit, k, diversity)
        _lift(result, rows, chosen)
    for row in np.flatnonzero(~is_full):
        chosen = choose_diverse(result[row], penalties, unit, k, diversity)
        if len(chosen):
            _lift(result, np.array([row]), chosen[None])
    return result


def _lift(result: np.ndarray, rows: np.ndarray, chosen: np.ndarray) -> None:
    """Put what was chosen [b, k] of some rows above all else, in its order."""
    ceiling = np.take_along_axis(result[rows], chosen, axis=1).max(axis=1, initial=-np.inf).astype(np.float64)
    result[rows[:, None], chosen] = ceiling[:, None] + np.arange(chosen.shape[1], 0, -1)


def _chosen(
    scores: np.ndarray, best: np.ndarray, penalties: np.ndarray, unit: np.ndarray, k: int, diversity: float
) -> np.ndarray:
    """Return what `choose_diverse` does for each of some rows [b, n], whose `best` [b, 50] may all be shown."""
    rows = np.arange(len(best))
    values = np.take_along_axis(scores, best, axis=1)
    # (b, 1): `best` is in order, so the first less the last is the whole range.
    spread = values[:, :1] - values[:, -1:]
    # Both branches of `np.where` are worked out, so rows without a spread divide by nought and are then replaced.
    with np.errstate(divide="ignore", invalid="ignore"):
        worth = np.where(spread > 0, (values - values[:, -1:]) / spread, np.float32(1))
        penalty = np.where(spread > 0, penalties[best] / spread, np.float32(0))
    likeness, near = np.zeros(best.shape, np.float32), unit[best]
    chosen = np.empty((len(best), k), np.int64)
    # Scores are less one whole penalty already, so `more` is what a place pays beyond that: less than nought above.
    for place, more in enumerate(penalty_shares(k) - 1):
        pick = (worth - more * penalty - LIKENESS_SHARE * diversity * likeness).argmax(axis=1)
        chosen[:, place] = best[rows, pick]
        worth[rows, pick] = -np.inf
        # (b, 50, d) times (b, d, 1): the cosine of each of the fifty to what was just chosen.
        likeness = np.maximum(likeness, (near @ near[rows, pick][:, :, None])[:, :, 0])
    return chosen


@lru_cache(maxsize=100)
def penalty_shares(k: int) -> np.ndarray:
    """Return what share of its penalty a product pays at each of k places: evenly more, 1 in the middle."""
    return np.asarray((2 * np.arange(k) + 1) / max(k, 1), np.float32)


def choose_diverse(scores: np.ndarray, penalties: np.ndarray, unit: np.ndarray, k: int, diversity: float) -> np.ndarray:
    """Return the indices of up to k products of one row, in the order in which they are to be shown.

    What `choose_of_best` chooses of the best 50; -inf stays out even where the shelf is not full.
    """
    best = best_of(scores[None], min(DEPTH, len(scores)))[0]
    best = best[np.isfinite(scores[best])]
    return np.asarray(best[choose_of_best(scores[best], penalties[best], unit[best], k, diversity)])


def choose_of_best(values: np.ndarray, penalties: np.ndarray, unit: np.ndarray, k: int, diversity: float) -> list[int]:
    """Return the places of up to k of some products, whose scores [m] come best first, in the order to show them in.

    Greedy maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): score (0 to 1 over all of them) minus the
    greatest cosine to what is chosen already, times `diversity` and LIKENESS_SHARE; `unit` [m, d] are the products'
    directions. `penalties` [m] are off the scores already, as in the middle of the shelf; above it less of them is
    paid, below it more.
    """
    if not len(values):
        return []
    # Scores of shelves have different units, so likeness is weighed in their own spread.
    spread = float(values[0] - values[-1])
    worth = (values - values[-1]) / spread if spread > 0 else np.ones(len(values), np.float32)
    penalty = penalties / spread if spread > 0 else np.zeros(len(values), np.float32)
    # (m, m) and (k, m): what likeness to a chosen product costs every other one, and each place by its penalty.
    cost = LIKENESS_SHARE * diversity * (unit @ unit.T)
    by_place = worth - (penalty_shares(k)[: len(values), None] - 1) * penalty
    likeness, chosen = np.zeros(len(values), np.float32), []
    # Greedy: the best set of k would have to try all of them, and looks no different.
    for wanted in by_place:
        place = int((wanted - likeness).argmax())
        chosen.append(place)
        np.maximum(likeness, cost[place], out=likeness)
        # More than any other product costs: what is chosen is not chosen again.
        likeness[place] = np.inf
    return chosen
