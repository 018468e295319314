"""Exposure: what nearly everybody would be shown is ranked a little lower, so that more of the catalogue is seen.

As on a market, a product's price rises with how often it would be shown beyond an even share of all places. Prices are
learnt with the models, from those who bought last; ranking takes them off the scores. How strong they are is decided
on the shop's own last weeks: as strong as the accuracy that the shop will give for variety allows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.products.engine.cases import Audience, Cases
from recommender.products.engine.figures import Ranked, batches, rank_cases, summed_up, tie_order
from recommender.products.engine.scorers import Score

STRENGTHS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8)
TOLERANCE = 0.05  # the share of NDCG that a shop gives for variety, unless it says otherwise
CANDIDATES, PLACES, ROUNDS = 200, 10, 8


@dataclass(frozen=True, slots=True)
class Trade:
    """What prices of a strength cost and give: NDCG, coverage and Gini at ten places."""

    strength: float
    ndcg: float
    coverage: float
    gini: float


@dataclass(frozen=True, slots=True)
class _Strongest:
    """Each question's strongest products [b, depth], their scores, and the mean deviation of a question's scores."""

    products: np.ndarray
    scores: np.ndarray
    deviation: float


def exposure_prices(score: Score, audience: Audience, strength: float) -> np.ndarray:
    """Return what is taken off each product's score, float32 [products]; zero where nobody would be shown it.

    `strength` counts in the mean deviation of a question's scores, so prices are in the score's own unit.
    """
    return _prices(_strongest(score, audience), audience.asked.held.shape[1], strength)


def trade_off(score: Score, audience: Audience, cases: Cases, seed: int) -> tuple[Trade, ...]:
    """Return what each strength costs and gives on cases that nothing was learnt from."""
    count = cases.right.shape[1]
    strongest, ties = _strongest(score, audience), tie_order(count, seed)
    prices = [_prices(strongest, count, strength) for strength in STRENGTHS]
    ranked: list[list[Ranked]] = [[] for _ in STRENGTHS]
    for rows in batches(len(cases), count):
        part = cases.part(rows)
        scores = score(part.asked)
        for found, price in zip(ranked, prices, strict=True):
            found.append(rank_cases(scores - price, part.right, part.barred, ties, PLACES))
    figures = [summed_up(found, count) for found in ranked]
    return tuple(
        Trade(strength, round(one["ndcg"], 6), round(one["coverage"], 6), round(one["gini"], 6))
        for strength, one in zip(STRENGTHS, figures, strict=True)
    )


def strength_for(trades: Sequence[Trade], tolerance: float = TOLERANCE) -> float:
    """Return the greatest strength that costs no more than a share of the NDCG without prices; 0 with no trades."""
    least = max((one.ndcg for one in trades if one.strength == 0), default=0.0) * (1 - tolerance)
    return max((one.strength for one in trades if one.ndcg >= least), default=0.0)


def _prices(strongest: _Strongest, count: int, strength: float) -> np.ndarray:
    prices = np.zeros(count, np.float32)
    if not strength or not len(strongest.products) or strongest.products.shape[1] <= PLACES:
        return prices
    for _ in range(ROUNDS):
        worth = strongest.scores - prices[strongest.products]
        places = np.argpartition(-worth, PLACES - 1, axis=1)[:, :PLACES]
        shown = np.bincount(np.take_along_axis(strongest.products, places, axis=1).ravel(), minlength=count)
        wanted = np.log1p(shown / (places.size / count))
        prices = ((prices + strength * strongest.deviation * wanted) / 2).astype(np.float32)
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
        products[rows] = np.argpartition(-scores, depth - 1, axis=1)[:, :depth]
        values[rows] = np.take_along_axis(scores, products[rows], axis=1)
    return _Strongest(products, values, deviation)
