"""The models under one face: what is asked of them, and the scores they give to every product."""

import numpy as np
import scipy.sparse as sp

from recommender.products.data.engine.sparse import clipped
from recommender.products.evaluation.engine.queries import Queries, Score
from recommender.products.serving.engine.signals import ALS_CONFIDENCE, MOST_ALS_WEIGHT
from recommender.products.training.engine.factors import (
    Factors,
    als_common,
    directions,
    lightfm_common,
    mean_points,
    solve_points,
)


def score_again(queries: Queries) -> np.ndarray:
    """Score what was bought before, by how often and how lately."""
    return np.asarray(queries.held.toarray())


def score_linked(links: "np.ndarray | sp.csr_matrix") -> Score:
    """Return a model in which each product held adds its row of links [n, n]."""

    def score(queries: Queries) -> np.ndarray:
        scores = queries.held @ links
        # EASE is dense in a shop small enough; a product of sparse matrices is sparse.
        return np.asarray(scores.toarray() if sp.issparse(scores) else scores, dtype=np.float32)

    return score


def score_following(links: sp.csr_matrix) -> Score:
    """Return a model in which each product held adds its row of links [n, n], by how many steps ago it was held."""
    return lambda queries: np.asarray((queries.lately @ links).toarray(), dtype=np.float32)


def score_lightfm(factors: Factors) -> Score:
    """Return LightFM's scores for the weighted mean of the held products' points.

    About as good as the buyer's own fitted point, which is older; it works for buyers never seen, and no buyer's point
    need be kept.
    """

    def score(queries: Queries) -> np.ndarray:
        # The buyer's own point is not stored: the middle of what they hold is about as good, and is never stale.
        points = mean_points(queries.held, factors.products)
        return np.asarray(points @ factors.products.T + factors.biases, dtype=np.float32)

    return score


def score_lightfm_fit(factors: Factors) -> Score:
    """Return LightFM's scores for the point that fits what is held, solved by least squares, popularity aside.

    Stronger than the mean where buyers hold much, weaker where they hold little; docs/recommendations.md has figures.
    """
    # What is the same for every buyer is worked out once and not in each query.
    common = lightfm_common(factors.products)

    def score(queries: Queries) -> np.ndarray:
        points = solve_points(queries.held, factors.products, common, 1.0, 0.0)
        return np.asarray(points @ factors.products.T, dtype=np.float32)

    return score


def score_similar(factors: Factors) -> Score:
    """Return the cosine between what is held and every product; popularity plays no part."""
    # Once for all queries: products do not move after fitting.
    unit = directions(factors.products)
    return lambda queries: np.asarray((queries.held @ unit) @ unit.T, dtype=np.float32)


def score_als(factors: Factors) -> Score:
    """Return ALS's scores for the point that fits what is held; nothing of the buyer is stored."""
    common = als_common(factors.products)

    def score(queries: Queries) -> np.ndarray:
        held = clipped(queries.held, MOST_ALS_WEIGHT)
        points = solve_points(held, factors.products, common, ALS_CONFIDENCE, 1.0)
        return np.asarray(points @ factors.products.T, dtype=np.float32)

    return score
