"""Variety: what nearly everybody would be shown is ranked a little lower, and what is like the products before it too.

As on a market, a product's price rises with how often it would be shown. Prices are learnt with the models, from those
who bought last; ranking takes them off the scores, little at the first place and most at the last, so that more of the
catalogue is seen. One dial, `variety`, rules both; it is turned up on the shop's own last weeks, as far as the accuracy
that the shop will give for variety allows, chance included.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
import scipy.sparse as sp

from recommender.products.engine.blend import judged_cases
from recommender.products.engine.cases import Audience, Cases
from recommender.products.engine.diversity import diversified, price_shares
from recommender.products.engine.figures import Ranked, batches, best_of, bootstrapped, rank_cases, summed_up, tie_order
from recommender.products.engine.scorers import Score

VARIETIES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
TOLERANCE = 0.05  # the share of NDCG that a shop gives for variety, unless it says otherwise
CANDIDATES, PLACES, ROUNDS = 200, 10, 8
HARDLY_SEEN, STEEPNESS = 0.25, 0.5  # of an even share of all places: from there on the price rises with its logarithm


@dataclass(frozen=True, slots=True)
class Trade:
    """What a variety costs and gives: NDCG (and the least it may be, at 95 %), coverage and Gini at ten places."""

    variety: float
    ndcg: float
    ndcg_low: float
    coverage: float
    gini: float


@dataclass(frozen=True, slots=True)
class Shown:
    """How scores become places: the dial, what it takes off each product [n], and the products' directions [n, d]."""

    variety: float
    prices: np.ndarray
    unit: np.ndarray


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
    """Return what each variety costs and gives, none first, on the cases that the gate judges.

    `unit` [products, d] are the products' directions.
    """
    cases = judged_cases(cases, seed)
    count = cases.right.shape[1]
    strongest, ties = _strongest(score, audience), tie_order(count, seed)
    tried: list[tuple[Shown, list[Ranked]]] = [
        (Shown(variety, _prices(strongest, count, variety), unit), []) for variety in VARIETIES
    ]
    for rows in batches(len(cases), count):
        part = cases.part(rows)
        scores = score(part.asked)
        for shown, ranked in tried:
            places = varied(scores, part.barred, shown)
            ranked.append(rank_cases(places, part.right, part.barred, ties, PLACES))
    plain = _ndcg(tried[0][1])
    return tuple(_trade(shown.variety, ranked, plain, count, seed) for shown, ranked in tried)


def _trade(variety: float, ranked: list[Ranked], plain: np.ndarray, count: int, seed: int) -> Trade:
    one, lead = summed_up(ranked, count), _ndcg(ranked) - plain
    low = float(plain.mean()) + bootstrapped(lead, seed)[0]
    return Trade(variety, *(round(figure, 6) for figure in (one["ndcg"], low, one["coverage"], one["gini"])))


def _ndcg(ranked: list[Ranked]) -> np.ndarray:
    return np.concatenate([part.ndcg for part in ranked])


def varied(scores: np.ndarray, barred: sp.csr_matrix, shown: Shown, k: int = PLACES) -> np.ndarray:
    """Return scores [b, n] in which the first k of each row are those shown: not the same for all, nor all alike."""
    result = np.asarray(scores - shown.prices, dtype=np.float32)
    result[barred.nonzero()] = -np.inf
    return diversified(result, shown.prices, shown.unit, k, shown.variety) if shown.variety else result


def variety_for(trades: Sequence[Trade], tolerance: float = TOLERANCE) -> float:
    """Return how far the dial goes, step by step, while NDCG surely keeps all but a share; 0 with no trades.

    Surely: the lower end of a paired 95 % interval, so that few cases buy little variety.
    """
    least = trades[0].ndcg * (1 - tolerance) if trades else 0.0
    return max((one.variety for one in takewhile(lambda one: one.ndcg_low >= least, trades)), default=0.0)


def _prices(strongest: _Strongest, count: int, variety: float) -> np.ndarray:
    prices = np.zeros(count, np.float32)
    if not variety or not len(strongest.products) or strongest.products.shape[1] <= PLACES:
        return prices
    even_share = len(strongest.products) * PLACES / count
    for _ in range(ROUNDS):
        shown = np.bincount(_placed(strongest, prices).ravel(), minlength=count)
        wanted = STEEPNESS * np.log1p(shown / (HARDLY_SEEN * even_share))
        prices = ((prices + variety * strongest.deviation * wanted) / 2).astype(np.float32)
    return prices


def _placed(strongest: _Strongest, prices: np.ndarray) -> np.ndarray:
    """Return what each question would be shown at ten places [b, 10], as `choose_varied` goes about it."""
    left, price = strongest.scores.copy(), prices[strongest.products]
    rows, places = np.arange(len(left)), []
    for share in price_shares(PLACES):
        pick = (left - share * price).argmax(axis=1)
        places.append(strongest.products[rows, pick])
        left[rows, pick] = -np.inf
    return np.stack(places, axis=1)


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
