"""How good rankings are: figures at k over full rankings, binary relevance, averaged over cases."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from recommender.products.data.engine.arrays import best_of

_MEANS = ("ndcg", "recall", "hit", "mrr", "auc")
DRAWS, CONFIDENCE = 1_000, 0.95


@dataclass(frozen=True, slots=True)
class RankedCases:
    """What a model did in each case: its first k products [b, k] (-1: none left) and the case's figures [b]."""

    top: np.ndarray
    ndcg: np.ndarray
    recall: np.ndarray
    hit: np.ndarray
    mrr: np.ndarray
    auc: np.ndarray


def tie_order(products: int, seed: int) -> np.ndarray:
    """Return each product's turn among equal scores: drawn by lot, so that no file's order plays a part."""
    return np.argsort(np.random.default_rng(seed).permutation(products))


def rank_cases(
    scores: np.ndarray,
    right: sp.csr_matrix,
    excluded: sp.csr_matrix,
    ties: np.ndarray,
    k: int,
    *,
    with_auc: bool = False,
) -> RankedCases:
    """Rank every product for each case and measure.

    `scores` [b, n]; `right` [b, n] is non-zero where a product counts as right; `excluded` where it is no candidate.
    AUC is the share of (right, other candidate) pairs in the right order, ties counting half; nan where not asked for.
    """
    # A copy, since what is excluded is written over and blends share their parts.
    eligible = np.array(scores, dtype=np.float32)
    rows, columns = excluded.nonzero()
    eligible[rows, columns] = -np.inf
    top = best_of(eligible, min(k, eligible.shape[1]), ties)
    # Places that cannot be filled stay empty and count as wrong.
    top[~np.isfinite(np.take_along_axis(eligible, top, axis=1))] = -1
    relevant = right.toarray() > 0
    is_right = np.where(top >= 0, np.take_along_axis(relevant, np.maximum(top, 0), axis=1), False)
    count = relevant.sum(axis=1)
    # DCG discounts place i, counted from 1, by log2(i + 1) (Järvelin and Kekäläinen 2002).
    discount = 1 / np.log2(np.arange(2, k + 2))
    # A case with fewer right products than places can still reach 1; one with none is divided by 1.
    ideal = np.concatenate([[1.0], np.cumsum(discount)])[np.minimum(count, k)]
    first = np.where(is_right.any(axis=1), is_right.argmax(axis=1) + 1, 0)
    return RankedCases(
        top=top,
        ndcg=(is_right * discount[: top.shape[1]]).sum(axis=1) / ideal,
        recall=is_right.sum(axis=1) / np.maximum(count, 1),
        hit=np.asarray(is_right.any(axis=1), dtype=np.float64),
        mrr=np.divide(1.0, first, out=np.zeros(len(first)), where=first > 0),
        auc=_areas(_all_ranked(eligible, excluded), relevant) if with_auc else np.full(len(eligible), np.nan),
    )


def _all_ranked(scores: np.ndarray, excluded: sp.csr_matrix) -> np.ndarray:
    """Return the scores in which what was not worth ranking, but may be shown, comes last, all of it alike."""
    ranked = np.isfinite(scores)
    least = np.where(ranked, scores, np.inf).min(axis=1, initial=0.0, keepdims=True)
    result = np.where(ranked, scores, least - 1)
    result[excluded.nonzero()] = -np.inf
    return np.asarray(result)


def _areas(scores: np.ndarray, relevant: np.ndarray) -> np.ndarray:
    """Return each row's area under the ROC curve, nan where there is no pair to compare."""
    areas = np.full(len(scores), np.nan)
    for row, falling in enumerate(np.sort(-scores, axis=1)):
        # Excluded products sort last as infinities and are no pair.
        candidates = int(np.searchsorted(falling, np.inf))
        right = np.sort(-scores[row, relevant[row]])
        right = right[np.isfinite(right)]
        others = candidates - len(right)
        if not len(right) or not others:
            continue
        # Bisected among all candidates, then among the right ones: the difference is what stands wrongly before each.
        better, better_or_equal = (np.searchsorted(falling, right, side) for side in ("left", "right"))
        among_right, among_right_equal = (np.searchsorted(right, right, side) for side in ("left", "right"))
        # Strictly better ones and those at least as good are added and halved, so that a tie is half a wrong pair.
        wrong_pairs = (better - among_right) + (better_or_equal - among_right_equal)
        areas[row] = 1 - wrong_pairs.sum() / 2 / (len(right) * others)
    return areas


def summed_up(ranked: list[RankedCases], products: int) -> Mapping[str, float]:
    """Return the figures of all cases: means, coverage (share of products ever shown) and Gini of exposure."""
    shown = np.concatenate([part.top.ravel() for part in ranked])
    exposure = np.bincount(shown[shown >= 0], minlength=products)
    means = {}
    for name in _MEANS:
        values = np.concatenate([getattr(part, name) for part in ranked])
        means[name] = _mean(values)
    return means | {"coverage": float((exposure > 0).mean()), "gini": gini(exposure)}


def bootstrapped(leads: np.ndarray, clusters: np.ndarray, seed: int) -> tuple[float, float]:
    """Return the 95 % interval of the mean of paired differences [b]: of a thousand draws of as many clusters, by seed.

    `clusters` [b] says whose case each is, numbered from 0.
    """
    # Whole clusters are drawn, so what goes on within a case, or a visit, stays together.
    totals, sizes = np.bincount(clusters, leads), np.bincount(clusters)
    drawn = np.random.default_rng(seed).integers(len(sizes), size=(DRAWS, len(sizes)), dtype=np.int32)
    means = totals[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(means, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)


def _mean(values: np.ndarray) -> float:
    """Return the mean of the values that are there, nan for none."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def gini(amounts: np.ndarray) -> float:
    """Return the Gini index of amounts >= 0: 0 when all are alike, towards 1 when one has everything."""
    total, count = float(amounts.sum()), len(amounts)
    if total == 0 or count == 0:
        return 0.0
    # Products never shown count too: a shelf of few products is uneven.
    # G = 2 sum(i x_i) / (n sum(x)) - (n + 1) / n, with x ascending and i from 1.
    ranks = np.arange(1, count + 1)
    return float((2 * (ranks * np.sort(amounts)).sum() / (count * total)) - (count + 1) / count)
