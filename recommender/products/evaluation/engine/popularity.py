"""Popularity penalties: what nearly everybody would be shown is ranked a little lower, so that more is seen.

As a price on a market, a product's penalty rises with how often it would be shown. Penalties are worked out with the
models, from those who bought last; ranking takes them off the scores, little at the first place and most at the last.
One weight, `diversity`, rules them and the penalty for likeness (diversity.py); it is turned up on the shop's own last
weeks, as far as the accuracy that the shop will give for diversity allows, chance included.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
import scipy.sparse as sp

from recommender.products.data.engine.arrays import batches, best_of
from recommender.products.evaluation.engine.blend import judged_cases
from recommender.products.evaluation.engine.metrics import RankedCases, bootstrapped, rank_cases, summed_up, tie_order
from recommender.products.evaluation.engine.queries import Score
from recommender.products.evaluation.engine.split import Audience, EvaluationCases
from recommender.products.serving.engine.diversity import diversified, penalty_shares
from recommender.products.types import Purpose

DIVERSITY_WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
TOLERANCE = 0.05  # the share of NDCG that a shop gives for diversity, unless it says otherwise
# What a buyer takes next is in part their own again, and so varied by itself: diversity costs more there than it shows.
MOST_FOR_NEXT = 0.02
CANDIDATES = 200  # of each query, that may take a place
PLACES = 10
ROUNDS = 8  # of half steps, which come within 1/256 of a wish that stands still
HARDLY_SEEN, STEEPNESS = 0.25, 0.5  # of an even share of all places: from there on the penalty rises with its logarithm


@dataclass(frozen=True, slots=True)
class DiversityTradeOff:
    """What one diversity weight costs and gives: NDCG (`ndcg_low` at least, at 95 %), coverage, Gini at 10."""

    diversity: float
    ndcg: float
    ndcg_low: float
    coverage: float
    gini: float

    def as_json(self) -> dict[str, float]:
        """Return it as manifests and `manage.py evaluate` write it, where the weight is called variety."""
        return {
            "variety": self.diversity,
            "ndcg": self.ndcg,
            "ndcg_low": self.ndcg_low,
            "coverage": self.coverage,
            "gini": self.gini,
        }


@dataclass(frozen=True, slots=True)
class Diversification:
    """How scores become places: the weight, the penalty of each product [n], and the products' directions [n, d]."""

    diversity: float
    penalties: np.ndarray
    unit: np.ndarray


@dataclass(frozen=True, slots=True)
class _TopScores:
    """Each query's strongest products [b, depth], their scores, and the mean deviation of a query's scores."""

    products: np.ndarray
    scores: np.ndarray
    deviation: float


def popularity_penalties(score: Score, audience: Audience, diversity: float) -> np.ndarray:
    """Return what is taken off each product's score, float32 [products]; zero where nobody would be shown it.

    `diversity` counts in the mean deviation of a query's scores, so penalties are in the score's own unit.
    """
    return penalties_by_weight(score, audience, [diversity])[diversity]


def penalties_by_weight(score: Score, audience: Audience, weights: Iterable[float]) -> dict[float, np.ndarray]:
    """Return the popularity penalties of several diversity weights; more of them cost little more than one."""
    strongest, count = _top_scores(score, audience), audience.queries.held.shape[1]
    return {diversity: _penalties(strongest, count, diversity) for diversity in weights}


def measure_trade_offs(
    score: Score, audience: Audience, cases: EvaluationCases, unit: np.ndarray, seed: int
) -> tuple[DiversityTradeOff, ...]:
    """Return what each diversity weight costs and gives, none first, on the cases that the gate judges.

    `unit` [products, d] are the products' directions.
    """
    cases = judged_cases(cases, seed)
    count = cases.right.shape[1]
    strongest, ties = _top_scores(score, audience), tie_order(count, seed)
    tried: list[tuple[Diversification, list[RankedCases]]] = [
        (Diversification(diversity, _penalties(strongest, count, diversity), unit), [])
        for diversity in DIVERSITY_WEIGHTS
    ]
    for rows in batches(len(cases), count):
        part = cases.part(rows)
        scores = score(part.queries)
        for shown, ranked in tried:
            places = diversify(scores, part.excluded, shown)
            ranked.append(rank_cases(places, part.right, part.excluded, ties, PLACES))
    # Costs are paired with the ranking of weight nought on the same cases, which cancels most of the noise.
    plain = _ndcg(tried[0][1])
    return tuple(_trade_off(shown.diversity, ranked, plain, cases, seed) for shown, ranked in tried)


def _trade_off(
    diversity: float, ranked: list[RankedCases], plain: np.ndarray, cases: EvaluationCases, seed: int
) -> DiversityTradeOff:
    one, lead = summed_up(ranked, cases.right.shape[1]), _ndcg(ranked) - plain
    # The interval is that of the paired lead; it is put back on the level of NDCG, where tolerance is a share.
    low = float(plain.mean()) + bootstrapped(lead, cases.clusters, seed)[0]
    return DiversityTradeOff(
        diversity, *(round(figure, 6) for figure in (one["ndcg"], low, one["coverage"], one["gini"]))
    )


def _ndcg(ranked: list[RankedCases]) -> np.ndarray:
    return np.concatenate([part.ndcg for part in ranked])


def diversify(scores: np.ndarray, excluded: sp.csr_matrix, shown: Diversification, k: int = PLACES) -> np.ndarray:
    """Return scores [b, n] in which the first k of each row are those shown: not the same for all, nor all alike."""
    # Penalties count in full here, as in the middle of the shelf; `diversified` then shifts them from place to place.
    result = np.asarray(scores - shown.penalties, dtype=np.float32)
    result[excluded.nonzero()] = -np.inf
    return diversified(result, shown.penalties, shown.unit, k, shown.diversity) if shown.diversity else result


def diversity_for(trade_offs: Sequence[DiversityTradeOff], tolerance: float = TOLERANCE) -> float:
    """Return the weight that shows most of the catalogue while NDCG surely keeps all but a share; 0 with no trade-offs.

    Surely: the lower end of a paired 95 % interval, so that few cases buy little diversity. So who gives more accuracy
    never sees less of the catalogue.
    """
    least = trade_offs[0].ndcg * (1 - tolerance) if trade_offs else 0.0
    # Stops at the first weight that costs too much: a later one that seems to do better is chance.
    allowed = list(takewhile(lambda one: one.ndcg_low >= least, trade_offs))
    # Of as much shown the least weight: more of it would only cost.
    return max(allowed, key=lambda one: (one.coverage, -one.diversity)).diversity if allowed else 0.0


def tolerance_for(purpose: Purpose, tolerance: float = TOLERANCE) -> float:
    """Return the share of NDCG that a purpose gives for diversity, of what the shop gives at most."""
    return min(tolerance, MOST_FOR_NEXT) if purpose == Purpose.NEXT else tolerance


def _penalties(strongest: _TopScores, count: int, diversity: float) -> np.ndarray:
    penalties = np.zeros(count, np.float32)
    # With no more candidates than places everything is shown, whatever it costs.
    if not diversity or not len(strongest.products) or strongest.products.shape[1] <= PLACES:
        return penalties
    # An even share is the yardstick, so that penalties mean the same in small shops and large ones.
    even_share = len(strongest.products) * PLACES / count
    for _ in range(ROUNDS):
        shown = np.bincount(_placements(strongest, penalties), minlength=count)
        wanted = STEEPNESS * np.log1p(shown / (HARDLY_SEEN * even_share))
        # Half way each round: a full step would swing between two states.
        penalties = ((penalties + diversity * strongest.deviation * wanted) / 2).astype(np.float32)
    return penalties


def _placements(strongest: _TopScores, penalties: np.ndarray) -> np.ndarray:
    """Return all that queries would be shown at ten places, as `choose_diverse` goes about it."""
    left, penalty = strongest.scores.copy(), penalties[strongest.products]
    rows, places = np.arange(len(left)), []
    for share in penalty_shares(PLACES):
        pick = (left - share * penalty).argmax(axis=1)
        # A place for which nothing is left stays empty.
        is_filled = np.isfinite(left[rows, pick])
        places.append(strongest.products[rows, pick][is_filled])
        # Taken: nothing stands at two places of one query.
        left[rows, pick] = -np.inf
    return np.concatenate(places)


def _deviations(scores: np.ndarray) -> np.ndarray:
    """Return the standard deviation of each row [b]; what is not worth ranking (-inf) is as good as the least of it."""
    is_ranked = np.isfinite(scores)
    least = np.where(is_ranked, scores, np.inf).min(axis=1, keepdims=True)
    return np.asarray(np.where(is_ranked, scores, np.where(np.isfinite(least), least, 0)).std(axis=1))


def _top_scores(score: Score, audience: Audience) -> _TopScores:
    size, count = audience.queries.held.shape
    # Beyond the best 200 hardly anything reaches ten places, so no more is held of each query.
    depth = min(CANDIDATES, count)
    products, values = np.zeros((size, depth), np.int64), np.zeros((size, depth), np.float32)
    deviation = 0.0
    for rows in batches(size, count):
        scores = np.array(score(audience.queries.part(rows)), dtype=np.float32)
        # Before what is excluded becomes -inf, of which there is no deviation.
        deviation += float(_deviations(scores).sum()) / size
        scores[audience.excluded[rows].nonzero()] = -np.inf
        products[rows] = best_of(scores, depth)
        values[rows] = np.take_along_axis(scores, products[rows], axis=1)
    return _TopScores(products, values, deviation)
