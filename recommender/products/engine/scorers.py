"""The models under one face: what is asked of them, and the scores they give to every product."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from recommender.products.engine.factors import (
    ALS_CONFIDENCE,
    Factors,
    als_common,
    directions,
    lightfm_common,
    mean_points,
    solve_points,
)

Score = Callable[["Asked"], np.ndarray]
SIMPLE_TREND = 0.4


@dataclass(frozen=True, slots=True)
class Asked:
    """A batch of questions: the buyer's row (-1: nobody known), and the products held, weighted by how lately."""

    buyers: np.ndarray  # int32 [b]; no model reads it, tests and reports do
    held: sp.csr_matrix  # float32 [b, n], by days; for a cart or an anchor the weights are 1
    steps: sp.csr_matrix | None = None  # float32 [b, n], by steps: orders or views ago; the same as `held` where None
    rested: sp.csr_matrix | None = None  # float32 [b, n]: days since it was last bought, where it was
    countries: np.ndarray | None = None  # int [b]: places in the list of countries, -1 for none of them

    def __len__(self) -> int:
        return len(self.buyers)

    def part(self, rows: np.ndarray | slice) -> "Asked":
        """Return some of the questions."""
        more = (None if one is None else one[rows] for one in (self.steps, self.rested, self.countries))
        return Asked(self.buyers[rows], self.held[rows], *more)

    @property
    def lately(self) -> sp.csr_matrix:
        """What is held, weighted by how many steps ago."""
        return self.held if self.steps is None else self.steps


def score_same(values: np.ndarray) -> Score:
    """Return a model that tells everybody the same: popularity, trend. Scores are float32 [b, n], as everywhere."""
    return lambda asked: np.broadcast_to(values.astype(np.float32), (len(asked), len(values)))


def score_again(asked: Asked) -> np.ndarray:
    """Score what was bought before, by how often and how lately."""
    return np.asarray(asked.held.toarray())


def score_again_now(trend: np.ndarray) -> Score:
    """Return "bought again", weighted by the root of how many orders the product is in these days."""
    weight = np.sqrt(trend).astype(np.float32)
    return lambda asked: asked.held.toarray() * weight


def score_simple(trend: np.ndarray) -> Score:
    """Return the simple rule: what was bought before and sells now, then what sells now. Nothing is learnt."""
    again, same = score_again_now(trend), score_same(trend)
    return lambda asked: standardised(again(asked)) + SIMPLE_TREND * standardised(same(asked))


def score_due(rhythm: np.ndarray, repeats: np.ndarray) -> Score:
    """Return how due each product is that a buyer had, by its own `rhythm` (days, nan for none) and `repeats`.

    Most where as much time went by as usually does between two orders of it, and where most orders of it are repeats.
    """

    def score(asked: Asked) -> np.ndarray:
        if asked.rested is None:
            return score_same(np.zeros(len(rhythm)))(asked)
        due = asked.rested.copy()
        due.data = dueness(due.data, rhythm[due.indices], repeats[due.indices])
        return np.asarray(due.toarray(), dtype=np.float32)

    return score


def dueness(days: np.ndarray, usual: np.ndarray, repeats: np.ndarray) -> np.ndarray:
    """Return the share of orders that are repeats, times how near the days are to the usual ones; 0 without any."""
    near = np.minimum(days, usual) / np.maximum(np.maximum(days, usual), 1e-9)
    return np.asarray(np.nan_to_num(near * repeats), dtype=np.float32)


def score_kind(kinds: sp.csr_matrix, values: np.ndarray) -> Score:
    """Return what sells (`values` [n]) in the categories that a buyer holds, by how much; `kinds` [n, c] are 0 or 1."""
    return lambda asked: np.asarray(((asked.held @ kinds) @ kinds.T).toarray() * values, dtype=np.float32)


def score_country(trend: np.ndarray) -> Score:
    """Return what sells in the buyer's country, by trend [n, countries]; nothing where none of those is known."""

    def score(asked: Asked) -> np.ndarray:
        if asked.countries is None or not trend.shape[1]:
            return score_same(np.zeros(len(trend)))(asked)
        return np.where(asked.countries[:, None] >= 0, trend.T[asked.countries], 0).astype(np.float32)

    return score


def score_linked(links: "np.ndarray | sp.csr_matrix") -> Score:
    """Return a model in which each product held adds its row of links [n, n]."""

    def score(asked: Asked) -> np.ndarray:
        found = asked.held @ links
        return np.asarray(found.toarray() if sp.issparse(found) else found, dtype=np.float32)

    return score


def score_following(links: sp.csr_matrix) -> Score:
    """Return a model in which each product held adds its row of links [n, n], by how many steps ago it was held."""
    return lambda asked: np.asarray((asked.lately @ links).toarray(), dtype=np.float32)


def score_lightfm(factors: Factors) -> Score:
    """Return LightFM's scores for the weighted mean of the held products' points.

    About as good as the buyer's own learnt point, which is older; it works for buyers never seen, and no buyer's point
    need be kept.
    """

    def score(asked: Asked) -> np.ndarray:
        points = mean_points(asked.held, factors.products)
        return np.asarray(points @ factors.products.T + factors.biases, dtype=np.float32)

    return score


def score_lightfm_fit(factors: Factors) -> Score:
    """Return LightFM's scores for the point that fits what is held, solved by least squares, popularity aside.

    Stronger than the mean where buyers hold much, weaker where they hold little; docs/recommendations.md has figures.
    """
    common = lightfm_common(factors.products)

    def score(asked: Asked) -> np.ndarray:
        points = solve_points(asked.held, factors.products, common, 1.0, 0.0)
        return np.asarray(points @ factors.products.T, dtype=np.float32)

    return score


def score_similar(factors: Factors) -> Score:
    """Return the cosine between what is held and every product; popularity plays no part."""
    unit = directions(factors.products)
    return lambda asked: np.asarray((asked.held @ unit) @ unit.T, dtype=np.float32)


def score_als(factors: Factors) -> Score:
    """Return ALS's scores for the point that fits what is held; nothing of the buyer is kept."""
    common = als_common(factors.products)

    def score(asked: Asked) -> np.ndarray:
        points = solve_points(asked.held, factors.products, common, ALS_CONFIDENCE, 1.0)
        return np.asarray(points @ factors.products.T, dtype=np.float32)

    return score


def score_blend(parts: Mapping[str, Score], weights: Mapping[str, float]) -> Score:
    """Return the weighted sum of standardised scores; parts of weight zero are not asked."""
    used = {name: weight for name, weight in weights.items() if weight}

    def score(asked: Asked) -> np.ndarray:
        total = None
        for name, weight in used.items():
            part = weight * standardised(parts[name](asked))
            total = part if total is None else total + part
        return score_same(np.zeros(asked.held.shape[1]))(asked) if total is None else total

    return score


def standardised(scores: np.ndarray) -> np.ndarray:
    """Return scores [b, n] with mean 0 and deviation 1 in each row; rows all alike become 0."""
    spread = scores.std(axis=1, keepdims=True)
    centred = scores - scores.mean(axis=1, keepdims=True)
    return np.asarray(np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 1e-12))
