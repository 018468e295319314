"""The tables a shelf is served from: for each product its best companions, and what each model added to their score."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from recommender.products.engine.factors import Factors, directions, shared_named
from recommender.products.engine.figures import batches, best_of
from recommender.products.engine.learning import SHELF_PARTS, SHELF_TREND, Learnt
from recommender.products.engine.parts import Linked, Near, Part, Same, linked

COMPANIONS, FEATURES_NAMED, LEAST_SPREAD = 50, 2, 1e-12
UNSOLD_LIKENESS = 1.0
SIMPLE_WEIGHTS = {"beside": 1.0, "trend": SHELF_TREND}


@dataclass(frozen=True, slots=True)
class Shelf:
    """Companions [n, 50] of each product, best first (-1: none), float16 shares of parts, orders held in common.

    `parts[i, j]` are the parts' additions in the order of SHELF_PARTS and sum to `scores[i, j]`; `features` are
    columns of the feature names with the largest shares (-1: none), `feature_weights` what they add to "similar".
    A share is `zeros[i]`, that of a raw score of nothing, and `scales[i]` times the raw score; so it can be changed.
    """

    companions: np.ndarray
    scores: np.ndarray
    parts: np.ndarray
    orders: np.ndarray
    features: np.ndarray
    feature_weights: np.ndarray
    zeros: np.ndarray  # float32 [n, parts]
    scales: np.ndarray  # float32 [n, parts]

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays under the names that the artefact gives them."""
        return {f"shelf_{name}": getattr(self, name) for name in self.__slots__}


def empty_shelf(count: int) -> Shelf:
    """Return the tables of products that have no companions yet."""
    return Shelf(
        companions=np.full((count, COMPANIONS), -1, np.int32),
        scores=np.zeros((count, COMPANIONS), np.float16),
        parts=np.zeros((count, COMPANIONS, len(SHELF_PARTS)), np.float16),
        orders=np.zeros((count, COMPANIONS), np.int32),
        features=np.full((count, COMPANIONS, FEATURES_NAMED), -1, np.int32),
        feature_weights=np.zeros((count, COMPANIONS, FEATURES_NAMED), np.float16),
        zeros=np.zeros((count, len(SHELF_PARTS)), np.float32),
        scales=np.zeros((count, len(SHELF_PARTS)), np.float32),
    )


def build_shelf(learnt: Learnt, baskets: sp.csr_matrix, weights: Mapping[str, float]) -> Shelf:
    """Rank every product's companions by a weighted sum of standardised parts; `weights` by name of SHELF_PARTS.

    Each product is ranked against all others, a block of rows at a time; most of that is one product of matrices.
    """
    count = len(learnt.trend)
    depth = min(COMPANIONS, max(count - 1, 0))
    tables, parts = empty_shelf(count), _parts(learnt)
    for i, name in enumerate(SHELF_PARTS):
        tables.zeros[:, i], tables.scales[:, i] = scale_of(
            *parts[i].usual(), weights_of_rows(name, weights, learnt.popular > 0)
        )
    common = Linked((baskets.T @ baskets).tocsr())
    for rows in batches(count, count):
        total = np.repeat(tables.zeros[rows].sum(axis=1, keepdims=True), count, axis=1)
        for i, part in enumerate(parts):
            part.add_to(total, rows, tables.scales[rows, i])
        total[np.arange(len(total)), np.arange(rows.start, rows.stop)] = -np.inf
        best = best_of(total, depth)
        tables.companions[rows, :depth], tables.orders[rows, :depth] = best, common.at(rows, best)
        tables.scores[rows, :depth] = np.take_along_axis(total, best, axis=1)
        for i, part in enumerate(parts):
            share = tables.zeros[rows, i, None] + tables.scales[rows, i, None] * part.at(rows, best)
            tables.parts[rows, :depth, i] = share
        for row in range(rows.start, rows.stop):
            name_features(tables, learnt.lightfm, row)
    return tables


def _parts(learnt: Learnt) -> list[Part]:
    """Return the parts in the order of SHELF_PARTS."""
    found: dict[str, Part] = {
        "beside": Linked(learnt.beside),
        "together": Linked(learnt.together),
        "trend": Same(learnt.trend),
        "similar": Near(directions(learnt.lightfm.products)),
        "ease": linked(learnt.ease),
    }
    return [found[name] for name in SHELF_PARTS]


def weights_of_rows(name: str, weights: Mapping[str, float], was_bought: np.ndarray) -> np.ndarray:
    """Return what a part weighs for each product; what was never bought has nothing but its likeness to go by."""
    weight = weights.get(name, 0.0)
    return np.where(was_bought, weight, max(weight, UNSOLD_LIKENESS) if name == "similar" else weight)


def scale_of(mean: np.ndarray, spread: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return, row by row, the share of a raw score of nothing, and what a raw score of one adds to it."""
    scale = np.divide(weights, spread, out=np.zeros(len(spread)), where=spread > LEAST_SPREAD).astype(np.float32)
    return -scale * mean, scale


def name_features(tables: Shelf, factors: Factors, row: int) -> None:
    """Write down the named features of a product that bring it closest to its companions; an identity has no name."""
    others = tables.companions[row][tables.companions[row] >= 0]
    scale = tables.scales[row, SHELF_PARTS.index("similar")]
    if not scale or not len(others):
        return
    columns, shares = shared_named(factors, row, others)
    named = min(FEATURES_NAMED, len(columns))
    best = np.argsort(-shares, axis=1, kind="stable")[:, :named]
    values = np.take_along_axis(shares, best, axis=1)
    found = np.where(values > 0, columns[best] - len(factors.products), -1)
    tables.features[row, : len(others), :named] = found
    tables.feature_weights[row, : len(others), :named] = np.where(values > 0, scale * values, 0)
