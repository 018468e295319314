"""The models under one face: what is asked of them, and the scores they give to every product."""

import numpy as np
import scipy.sparse as sp

from recommender.products.data.engine.recency import dueness
from recommender.products.evaluation.engine.queries import SIMPLE_TREND, Queries, Score, score_same, standardised
from recommender.products.serving.engine.signals import ALS_CONFIDENCE
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


def score_again_now(trend: np.ndarray) -> Score:
    """Return "bought again", weighted by the root of how many orders the product is in these days."""
    # The root keeps one best seller from drowning what this buyer comes back for.
    weight = np.sqrt(trend).astype(np.float32)
    return lambda queries: queries.held.toarray() * weight


def score_simple(trend: np.ndarray) -> Score:
    """Return the simple rule: what was bought before and sells now, then what sells now. Nothing is fitted."""
    again, same = score_again_now(trend), score_same(trend)
    return lambda queries: standardised(again(queries)) + SIMPLE_TREND * standardised(same(queries))


def score_due(rhythm: np.ndarray, repeats: np.ndarray) -> Score:
    """Return how due each product is that a buyer had, by its own `rhythm` (days, nan for none) and `repeats`.

    Most where as much time went by as usually does between two orders of it, and where most orders of it are repeats.
    """

    def score(queries: Queries) -> np.ndarray:
        if queries.rested is None:
            return score_same(np.zeros(len(rhythm)))(queries)
        due = queries.rested.copy()
        # Only what the buyer had is looked at: entries are changed in place, the pattern stays.
        due.data = dueness(due.data, rhythm[due.indices], repeats[due.indices])
        return np.asarray(due.toarray(), dtype=np.float32)

    return score


def score_kind(kinds: sp.csr_matrix, values: np.ndarray) -> Score:
    """Return what sells (`values` [n]) in the categories that a buyer holds, by how much; `kinds` [n, c] are 0 or 1."""
    return lambda queries: np.asarray(((queries.held @ kinds) @ kinds.T).toarray() * values, dtype=np.float32)


def score_country(trend: np.ndarray) -> Score:
    """Return what sells in the buyer's country, by trend [n, countries]; nothing where none of those is known."""

    def score(queries: Queries) -> np.ndarray:
        if queries.countries is None or not trend.shape[1]:
            return score_same(np.zeros(len(trend)))(queries)
        # (b, n): a row of the country's trend each; -1 would read the last country, and is replaced by nought.
        return np.where(queries.countries[:, None] >= 0, trend.T[queries.countries], 0).astype(np.float32)

    return score


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
        points = solve_points(queries.held, factors.products, common, ALS_CONFIDENCE, 1.0)
        return np.asarray(points @ factors.products.T, dtype=np.float32)

    return score
