"""Ranking some products' related items again, when new orders came: their shares are changed, not fitted anew."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from recommender.products.evaluation.engine.queries import standardised
from recommender.products.serving.engine.signals import RELATED_SIGNALS
from recommender.products.training.engine.factors import Factors, directions
from recommender.products.training.engine.links import SELLER_POWER, SHRINK
from recommender.products.training.engine.related import RELATED, RelatedItems, name_features, scale_of, weights_of_rows

ITEM_TO_ITEM, CO_PURCHASES, TREND, SIMILAR, EASE = (
    RELATED_SIGNALS.index(name) for name in ("beside", "co_purchase", "trend", "similar", "ease")
)


@dataclass(frozen=True, slots=True)
class CoPurchases:
    """In how many new orders products came together [n, n], and how much a product's orders weigh without and with."""

    pairs: sp.csr_matrix
    before: np.ndarray
    after: np.ndarray

    @property
    def without_self(self) -> sp.csr_matrix:
        """Return the pairs of two different products."""
        pairs = self.pairs.copy()
        pairs.setdiag(0)
        pairs.eliminate_zeros()
        return pairs

    @property
    def thinned(self) -> np.ndarray:
        """Return by what the cosine of a pair is multiplied, for each of the two, since there are more orders now."""
        return np.asarray(np.sqrt((self.before + SHRINK) / (self.after + SHRINK)))

    @property
    def leaned(self) -> np.ndarray:
        """Return by what the lean to sellers grew."""
        return np.asarray(((self.after + SHRINK) / (self.before + SHRINK)) ** SELLER_POWER)


def rank_again(
    tables: RelatedItems,
    rows: np.ndarray,
    co_purchases: CoPurchases,
    trend: np.ndarray,
    lightfm: Factors,
    weights: Mapping[str, float],
) -> None:
    """Rank some rows' related items among all products, in place; all others keep theirs, weighed by what sells now.

    Of a pair that was not among a row's 50 only the new orders are known, until all is fitted again.
    """
    selling = weights.get("trend", 0.0) * standardised(trend[None].astype(np.float32))[0]
    # A product bought for the first time has no spread of its own; it borrows what is usual in the shop.
    usual = np.array([np.median(column[column > 0]) if (column > 0).any() else 0.0 for column in tables.scales.T])
    unit = directions(lightfm.products)
    thinned, leaned = co_purchases.thinned, co_purchases.leaned
    for row in rows:
        scales, zeros = tables.scales[row], tables.zeros[row]
        # `scales` and `zeros` are views: what is written to them stands in the tables.
        scales[scales == 0] = usual[scales == 0]  # a product that nothing was bought with so far
        likeness = unit[row] @ unit.T
        weight = weights_of_rows("similar", weights, co_purchases.after[row : row + 1] > 0)
        mean, spread = likeness.mean(keepdims=True), likeness.std(keepdims=True)
        zeros[SIMILAR : SIMILAR + 1], scales[SIMILAR : SIMILAR + 1] = scale_of(mean, spread, weight)
        # Everything begins at the share of a raw score of nothing, as standardising would have it.
        shares = np.repeat(zeros[:, None], len(trend), axis=1)
        shares[TREND], shares[SIMILAR] = selling, zeros[SIMILAR] + scales[SIMILAR] * likeness
        # Old pairs are scaled by how much their products' orders grew, not counted again.
        known = tables.items[row][tables.items[row] >= 0]
        old = tables.parts[row, : len(known)].astype(np.float32).T
        faded = thinned[row] * thinned[known]
        shares[ITEM_TO_ITEM, known] += (old[ITEM_TO_ITEM] - zeros[ITEM_TO_ITEM]) * faded * leaned[known]
        shares[CO_PURCHASES, known] += (old[CO_PURCHASES] - zeros[CO_PURCHASES]) * faded
        shares[EASE, known] = old[EASE]
        _add_pairs(shares, scales, row, co_purchases)
        _write_row(tables, row, shares, co_purchases.pairs[row])
        name_features(tables, lightfm, row)
    _weigh_sales(tables, selling)


def _add_pairs(shares: np.ndarray, scales: np.ndarray, row: int, co_purchases: CoPurchases) -> None:
    pairs, after = co_purchases.pairs[row], co_purchases.after + SHRINK
    # The same shrunk cosine as a full training counts, for the new orders alone.
    cosine = pairs.data / np.sqrt(after[row] * after[pairs.indices])
    shares[CO_PURCHASES, pairs.indices] += scales[CO_PURCHASES] * cosine
    shares[ITEM_TO_ITEM, pairs.indices] += scales[ITEM_TO_ITEM] * cosine * after[pairs.indices] ** SELLER_POWER


def _write_row(tables: RelatedItems, row: int, shares: np.ndarray, pairs: sp.csr_matrix) -> None:
    count = shares.shape[1]
    orders = np.zeros(count, np.int32)
    known = tables.items[row] >= 0
    orders[tables.items[row][known]] = tables.orders[row][known]
    orders[pairs.indices] += pairs.data.astype(np.int32)
    total = shares.sum(axis=0)
    total[row] = -np.inf
    depth = min(RELATED, count - 1)
    best = np.argpartition(-total, depth - 1)[:depth]
    # Stable, so that equal scores stand in the same order on every machine.
    best = best[np.argsort(-total[best], kind="stable")]
    tables.items[row, :depth], tables.scores[row, :depth] = best, total[best]
    tables.parts[row, :depth], tables.orders[row, :depth] = shares[:, best].T, orders[best]
    tables.features[row], tables.feature_weights[row] = -1, 0


def _weigh_sales(tables: RelatedItems, selling: np.ndarray) -> None:
    """Give every row what sells now, and its order by it."""
    is_item = tables.items >= 0
    tables.parts[:, :, TREND] = np.where(is_item, selling[tables.items], 0)
    total = np.where(is_item, tables.parts.sum(axis=2, dtype=np.float32), -np.inf)
    tables.scores[:] = np.where(is_item, total, 0)
    # Sales moved every row a little, so each is put in order again; nothing enters or leaves.
    turn = np.argsort(-total, axis=1, kind="stable")
    for values in (tables.items, tables.scores, tables.orders):
        values[:] = np.take_along_axis(values, turn, axis=1)
    for values in (tables.parts, tables.features, tables.feature_weights):
        values[:] = np.take_along_axis(values, turn[:, :, None], axis=1)
