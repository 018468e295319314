"""Variety: what nearly everybody would be shown is ranked a little lower, and what is like the products before it too.

As on a market, a product's price rises with how often it would be shown beyond an even share of all places. Prices are
learnt with the models, from those who bought last; ranking takes them off the scores, so that more of the catalogue is
seen. One dial, `variety`, rules both; it is turned up on the shop's own last weeks, as far as the accuracy that the
shop will give for variety allows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from recommender.products.engine.blend import some_cases
from recommender.products.engine.cases import Audience, Cases
from recommender.products.engine.diversity import diversified
from recommender.products.engine.figures import Ranked, batches, best_of, rank_cases, summed_up, tie_order
from recommender.products.engine.scorers import Score

VARIETIES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8)
TOLERANCE = 0.05  # the share of NDCG that a shop gives for variety, unless it says otherwise
CANDIDATES, PLACES, ROUNDS = 200, 10, 8


@dataclass(frozen=True, slots=True)
class Trade:
    """What a variety costs and gives: NDCG, coverage and Gini at ten places."""

    variety: float
    ndcg: float
    coverage: float
    gini: float


@dataclass(frozen=True, slots=True)
class _Strongest:
    """Each question's strongest products [b, depth], their scores, and the mean deviation of a question's scores."""

    products: np.ndarray
    scores: np.ndarray
    deviation: float


def exposure_prices(score: Score, audience: Audience, variety: float) -> np.ndarray:
    """Return what is taken off each product's score, float32 [products]; zero where nobody would be shown it.

    `variety` counts in the mean deviation of a question's scores, so prices are in the score's own unit.
    """
    return prices_by_variety(score, audience, [variety])[variety]


def prices_by_variety(score: Score, audience: Audience, varieties: Iterable[float]) -> dict[float, np.ndarray]:
    """Return the exposure prices of several settings of the dial; more of them cost little more than one."""
    strongest, count = _strongest(score, audience), audience.asked.held.shape[1]
    return {variety: _prices(strongest, count, variety) for variety in varieties}


def price_name(purpose: str, variety: float) -> str:
    """Return what an artefact calls the prices of a setting of the dial that is not the served one."""
    return f"prices_{purpose}_{variety:g}"


def trade_off(score: Score, audience: Audience, cases: Cases, unit: np.ndarray, seed: int) -> tuple[Trade, ...]:
    """Return what each variety costs and gives, on a thousand cases that nothing was learnt from.

    `unit` [products, d] are the products' directions.
    """
    cases = some_cases(cases, seed)
    count = cases.right.shape[1]
    strongest, ties = _strongest(score, audience), tie_order(count, seed)
    prices = {variety: _prices(strongest, count, variety) for variety in VARIETIES}
    ranked: dict[float, list[Ranked]] = {variety: [] for variety in VARIETIES}
    for rows in batches(len(cases), count):
        part = cases.part(rows)
        scores = score(part.asked)
        for variety, found in ranked.items():
            shown = varied(scores - prices[variety], part.barred, unit, variety)
            found.append(rank_cases(shown, part.right, part.barred, ties, PLACES))
    figures = {variety: summed_up(found, count) for variety, found in ranked.items()}
    return tuple(
        Trade(variety, round(one["ndcg"], 6), round(one["coverage"], 6), round(one["gini"], 6))
        for variety, one in figures.items()
    )


def varied(scores: np.ndarray, barred: sp.csr_matrix, unit: np.ndarray, variety: float, k: int = PLACES) -> np.ndarray:
    """Return scores [b, n] with the first k of each row chosen so that they are not all alike."""
    result = np.array(scores, dtype=np.float32)
    result[barred.nonzero()] = -np.inf
    return diversified(result, unit, k, variety) if variety else result


def variety_for(trades: Sequence[Trade], tolerance: float = TOLERANCE) -> float:
    """Return the greatest variety that costs no more than a share of the NDCG without any; 0 with no trades."""
    least = max((one.ndcg for one in trades if one.variety == 0), default=0.0) * (1 - tolerance)
    return max((one.variety for one in trades if one.ndcg >= least), default=0.0)


def _prices(strongest: _Strongest, count: int, variety: float) -> np.ndarray:
    prices = np.zeros(count, np.float32)
    if not variety or not len(strongest.products) or strongest.products.shape[1] <= PLACES:
        return prices
    for _ in range(ROUNDS):
        worth = strongest.scores - prices[strongest.products]
        places = np.argpartition(-worth, PLACES - 1, axis=1)[:, :PLACES]
        shown = np.bincount(np.take_along_axis(strongest.products, places, axis=1).ravel(), minlength=count)
        wanted = np.log1p(shown / (places.size / count))
        prices = ((prices + variety * strongest.deviation * wanted) / 2).astype(np.float32)
    return prices


def _strongest(score: Score, audience: Audience) -> _Strongest:
    size, count = audience.asked.held.shape
    depth = min(CANDIDATES, count)
    products, values = np.zeros((size, depth), np.int64), np.zeros((size, depth), np.float32)
    deviation = 0.0
    for rows in batches(size, count):
        scores = np.array(score(audience.asked.part(rows)), dtype=np.float32)
        deviation += float(scores.std(axis=1).sum()) / size
        scores[audience.barred[rows].nonzero()] = -np.inf
        products[rows] = best_of(scores, depth)
        values[rows] = np.take_along_axis(scores, products[rows], axis=1)
    return _Strongest(products, values, deviation)
