"""Related items of each product, best first, and what each signal adds to their score: the tables of item-to-item."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from recommender.products.data.engine.arrays import batches, best_of
from recommender.products.serving.engine.signals import RELATED_SIGNALS
from recommender.products.training.engine.factors import Factors, directions, shared_named
from recommender.products.training.engine.fitting import FittedModels
from recommender.products.training.engine.parts import ConstantPart, CosinePart, ScorePart, SparsePart, linked

RELATED = 50  # items a product
FEATURES_NAMED = 2  # a related item, for its reasons
LEAST_SPREAD = 1e-12
UNSOLD_LIKENESS = 1.0  # at least what likeness weighs where nothing else is known of a product


@dataclass(frozen=True, slots=True)
class RelatedItems:
    """Companions [n, 50] of each product, best first (-1: none), float16 shares of parts, orders held in common.

    `parts[i, j]` are the parts' additions in the order of RELATED_SIGNALS and sum to `scores[i, j]`; `features` are
    columns of the feature names with the largest shares (-1: none), `feature_weights` what they add to "similar".
    A share is `zeros[i]`, that of a raw score of nothing, and `scales[i]` times the raw score; so it can be changed.
    """

    items: np.ndarray
    scores: np.ndarray
    parts: np.ndarray
    orders: np.ndarray
    features: np.ndarray
    feature_weights: np.ndarray
    zeros: np.ndarray  # float32 [n, parts]
    scales: np.ndarray  # float32 [n, parts]

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays under the names that the artefact gives them."""
        return {f"related_{name}": getattr(self, name) for name in self.__slots__}


def no_related(count: int) -> RelatedItems:
    """Return the tables of products that have no related items yet."""
    return RelatedItems(
        items=np.full((count, RELATED), -1, np.int32),
        scores=np.zeros((count, RELATED), np.float16),
        parts=np.zeros((count, RELATED, len(RELATED_SIGNALS)), np.float16),
        orders=np.zeros((count, RELATED), np.int32),
        features=np.full((count, RELATED, FEATURES_NAMED), -1, np.int32),
        feature_weights=np.zeros((count, RELATED, FEATURES_NAMED), np.float16),
        zeros=np.zeros((count, len(RELATED_SIGNALS)), np.float32),
        scales=np.zeros((count, len(RELATED_SIGNALS)), np.float32),
    )


def rank_related(fitted: FittedModels, baskets: sp.csr_matrix, weights: Mapping[str, float]) -> RelatedItems:
    """Rank every product's related items by a weighted sum of standardised parts; `weights` by name of signals.

    Each product is ranked against all others, a block of rows at a time; most of that is one product of matrices.
    """
    count = len(fitted.trend)
    depth = min(RELATED, max(count - 1, 0))
    tables, parts = no_related(count), _parts(fitted)
    for i, name in enumerate(RELATED_SIGNALS):
        tables.zeros[:, i], tables.scales[:, i] = scale_of(
            *parts[i].usual(), weights_of_rows(name, weights, fitted.popular > 0)
        )
    # How many orders two products share is shown to shoppers, so it is counted and not estimated.
    common = SparsePart((baskets.T @ baskets).tocsr())
    for rows in batches(count, count):
        # The shares of a raw score of nothing are added once; parts then add only where they say something.
        total = np.repeat(tables.zeros[rows].sum(axis=1, keepdims=True), count, axis=1)
        for i, part in enumerate(parts):
            part.add_to(total, rows, tables.scales[rows, i])
        # Nothing is related to itself.
        total[np.arange(len(total)), np.arange(rows.start, rows.stop)] = -np.inf
        best = best_of(total, depth)
        tables.items[rows, :depth], tables.orders[rows, :depth] = best, common.at(rows, best)
        tables.scores[rows, :depth] = np.take_along_axis(total, best, axis=1)
        for i, part in enumerate(parts):
            share = tables.zeros[rows, i, None] + tables.scales[rows, i, None] * part.at(rows, best)
            tables.parts[rows, :depth, i] = share
        for row in range(rows.start, rows.stop):
            name_features(tables, fitted.lightfm, row)
    return tables


def _parts(fitted: FittedModels) -> list[ScorePart]:
    """Return the parts in the order of RELATED_SIGNALS."""
    parts: dict[str, ScorePart] = {
        "beside": SparsePart(fitted.pairs.item_to_item),
        "co_purchase": SparsePart(fitted.pairs.co_purchases),
        "trend": ConstantPart(fitted.trend),
        "similar": CosinePart(directions(fitted.lightfm.products)),
        "ease": linked(fitted.ease),
    }
    return [parts[name] for name in RELATED_SIGNALS]


def weights_of_rows(name: str, weights: Mapping[str, float], was_bought: np.ndarray) -> np.ndarray:
    """Return what a part weighs for each product; what was never bought has nothing but its likeness to go by."""
    weight = weights.get(name, 0.0)
    return np.where(was_bought, weight, max(weight, UNSOLD_LIKENESS) if name == "similar" else weight)


def scale_of(mean: np.ndarray, spread: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return, row by row, the share of a raw score of nothing, and what a raw score of one adds to it."""
    # Where a part says the same of all products it cannot rank them, and a spread of nought divides nothing.
    scale = np.divide(weights, spread, out=np.zeros(len(spread)), where=spread > LEAST_SPREAD).astype(np.float32)
    return -scale * mean, scale


def name_features(tables: RelatedItems, factors: Factors, row: int) -> None:
    """Write down the named features that bring a product closest to its related items; an identity has no name."""
    others = tables.items[row][tables.items[row] >= 0]
    scale = tables.scales[row, RELATED_SIGNALS.index("similar")]
    if not scale or not len(others):
        return
    # (others, the product's own named features): what each adds to the cosine with it.
    columns, shares = shared_named(factors, row, others)
    named = min(FEATURES_NAMED, len(columns))
    best = np.argsort(-shares, axis=1, kind="stable")[:, :named]
    values = np.take_along_axis(shares, best, axis=1)
    # Only what brings them closer is a reason for shoppers.
    closest = np.where(values > 0, columns[best] - len(factors.products), -1)
    tables.features[row, : len(others), :named] = closest
    tables.feature_weights[row, : len(others), :named] = np.where(values > 0, scale * values, 0)
