"""Ranking some products' shelves again, when new orders came: the shares that stand are changed, not learnt anew."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from recommender.products.engine.factors import Factors, directions
from recommender.products.engine.learning import SHELF_PARTS
from recommender.products.engine.links import SELLER_POWER, SHRINK
from recommender.products.engine.scorers import standardised
from recommender.products.engine.shelf import COMPANIONS, Shelf, name_features, scale_of, weights_of_rows

BESIDE, TOGETHER, TREND, SIMILAR, EASE = (
    SHELF_PARTS.index(name) for name in ("beside", "together", "trend", "similar", "ease")
)


@dataclass(frozen=True, slots=True)
class Together:
    """In how many new orders products came together [n, n], and how much a product's orders weigh without and with."""

    pairs: sp.csr_matrix
    before: np.ndarray
    after: np.ndarray

    @property
    def thinned(self) -> np.ndarray:
        """Return by what the cosine of a pair is multiplied, for each of the two, since there are more orders now."""
        return np.asarray(np.sqrt((self.before + SHRINK) / (self.after + SHRINK)))

    @property
    def leaned(self) -> np.ndarray:
        """Return by what the lean to sellers grew."""
        return np.asarray(((self.after + SHRINK) / (self.before + SHRINK)) ** SELLER_POWER)


def rank_again(
    tables: Shelf,
    rows: np.ndarray,
    together: Together,
    trend: np.ndarray,
    lightfm: Factors,
    weights: Mapping[str, float],
) -> None:
    """Rank some rows' companions among all products, in place; all others keep theirs, weighed by what sells now.

    Of a pair that was not among a row's 50 only the new orders are known, until all is learnt again.
    """
    selling = weights.get("trend", 0.0) * standardised(trend[None].astype(np.float32))[0]
    usual = np.array([np.median(column[column > 0]) if (column > 0).any() else 0.0 for column in tables.scales.T])
    unit, thinned, leaned = directions(lightfm.products), together.thinned, together.leaned
    for row in rows:
        scales, zeros = tables.scales[row], tables.zeros[row]
        scales[scales == 0] = usual[scales == 0]  # a product that nothing was bought with so far
        likeness = unit[row] @ unit.T
        weight = weights_of_rows("similar", weights, together.after[row : row + 1] > 0)
        mean, spread = likeness.mean(keepdims=True), likeness.std(keepdims=True)
        zeros[SIMILAR : SIMILAR + 1], scales[SIMILAR : SIMILAR + 1] = scale_of(mean, spread, weight)
        shares = np.repeat(zeros[:, None], len(trend), axis=1)
        shares[TREND], shares[SIMILAR] = selling, zeros[SIMILAR] + scales[SIMILAR] * likeness
        known = tables.companions[row][tables.companions[row] >= 0]
        old = tables.parts[row, : len(known)].astype(np.float32).T
        kept = thinned[row] * thinned[known]
        shares[BESIDE, known] += (old[BESIDE] - zeros[BESIDE]) * kept * leaned[known]
        shares[TOGETHER, known] += (old[TOGETHER] - zeros[TOGETHER]) * kept
        shares[EASE, known] = old[EASE]
        _add_pairs(shares, scales, row, together)
        _write_row(tables, row, shares, together.pairs[row])
        name_features(tables, lightfm, row)
    _weigh_sales(tables, selling)


def _add_pairs(shares: np.ndarray, scales: np.ndarray, row: int, together: Together) -> None:
    pairs, after = together.pairs[row], together.after + SHRINK
    cosine = pairs.data / np.sqrt(after[row] * after[pairs.indices])
    shares[TOGETHER, pairs.indices] += scales[TOGETHER] * cosine
    shares[BESIDE, pairs.indices] += scales[BESIDE] * cosine * after[pairs.indices] ** SELLER_POWER


def _write_row(tables: Shelf, row: int, shares: np.ndarray, pairs: sp.csr_matrix) -> None:
    count = shares.shape[1]
    orders = np.zeros(count, np.int32)
    known = tables.companions[row] >= 0
    orders[tables.companions[row][known]] = tables.orders[row][known]
    orders[pairs.indices] += pairs.data.astype(np.int32)
    total = shares.sum(axis=0)
    total[row] = -np.inf
    depth = min(COMPANIONS, count - 1)
    best = np.argpartition(-total, depth - 1)[:depth]
    best = best[np.argsort(-total[best], kind="stable")]
    tables.companions[row, :depth], tables.scores[row, :depth] = best, total[best]
    tables.parts[row, :depth], tables.orders[row, :depth] = shares[:, best].T, orders[best]
    tables.features[row], tables.feature_weights[row] = -1, 0


def _weigh_sales(tables: Shelf, selling: np.ndarray) -> None:
    """Give every row what sells now, and its order by it."""
    found = tables.companions >= 0
    tables.parts[:, :, TREND] = np.where(found, selling[tables.companions], 0)
    total = np.where(found, tables.parts.sum(axis=2, dtype=np.float32), -np.inf)
    tables.scores[:] = np.where(found, total, 0)
    turn = np.argsort(-total, axis=1, kind="stable")
    for values in (tables.companions, tables.scores, tables.orders):
        values[:] = np.take_along_axis(values, turn, axis=1)
    for values in (tables.parts, tables.features, tables.feature_weights):
        values[:] = np.take_along_axis(values, turn[:, :, None], axis=1)
