"""Fitting everything a split needs: each model on what is known, the CPU it took, and the blend of them."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
import scipy.sparse as sp

from recommender.products.data.engine.features import Features, kinds_of
from recommender.products.data.engine.history import History, decayed, decayed_baskets, order_size, sales
from recommender.products.data.engine.recency import HALF_LIFE_DAYS, WEEK
from recommender.products.data.engine.rhythm import (
    main_countries,
    product_repeats,
    product_rhythm,
    recent_orders,
    trend_windows,
)
from recommender.products.evaluation.engine.queries import Score, score_same
from recommender.products.evaluation.engine.split import Split
from recommender.products.training.engine.factors import Factors, content_factors, directions, fit_als, fit_lightfm
from recommender.products.training.engine.links import fit_ease, fit_together, lean_to_sellers
from recommender.products.training.engine.neighbours import borrowed_links, borrowed_points, nearest_sold
from recommender.products.training.engine.scorers import (
    score_again,
    score_again_now,
    score_als,
    score_country,
    score_due,
    score_following,
    score_kind,
    score_lightfm,
    score_lightfm_fit,
    score_linked,
    score_similar,
    score_simple,
)
from recommender.products.training.engine.sequences import SMALL_ORDER, fit_sequence, fit_visits, score_sequences
from shopconnect.core.progress import Progress, silent

TREND_DAYS = 14.0
ENOUGH_ORDERS = 300  # of known buyers: below, content says more than what was fitted; docs/engine.md has the figures

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class FittedModels:
    """The models of one moment: scores by name, CPU seconds by name, and the arrays that an artefact keeps."""

    scores: Mapping[str, Score]
    cpu_seconds: Mapping[str, float]
    trend: np.ndarray
    popular: np.ndarray
    co_purchases: sp.csr_matrix
    item_to_item: sp.csr_matrix
    # float32 [n]: how much the orders (or buyers) that held a product weigh in `together`: the diagonal of X'X, from
    # which an increment goes on without reading old orders.
    order_weight: np.ndarray
    following: sp.csr_matrix
    lightfm: Factors
    als: Factors
    ease: "np.ndarray | sp.csr_matrix" = field(repr=False)

    @property
    def directions(self) -> np.ndarray:
        """Return where LightFM sees each product, scaled to length one [n, d]."""
        return directions(self.lightfm.products)


def fit_models(split: Split, features: Features, seed: int, progress: Progress = silent) -> FittedModels:
    """Fit every model on what a split knows; `progress` gets a step's name and a percentage of the whole.

    With few orders, or none, products stand where what they say puts them, and the rest is counting.
    """
    known, at = split.known, split.at
    cpu: dict[str, float] = {}

    def timed(name: str, percent: int, fit: Callable[[], _T]) -> _T:
        progress(name, percent)
        # Of this thread alone, since another fit may run beside it.
        started = time.thread_time()
        result = fit()
        cpu[name] = time.thread_time() - started
        return result

    # float32 (products,): orders that held each product, ever and in the last fortnight.
    popular = timed("popular", 0, lambda: sales(known, -np.inf, at))
    trend = timed("trend", 2, lambda: sales(known, at - TREND_DAYS, at))
    buyers = timed("buy_again", 4, lambda: decayed(known, at, HALF_LIFE_DAYS))
    # Where orders hold one product each, who bought them tells what goes together.
    orders = decayed_baskets(known, at, HALF_LIFE_DAYS) if order_size(known) >= SMALL_ORDER else _soft(buyers)
    co_purchases = timed("together", 8, lambda: fit_together(orders))
    item_to_item = lean_to_sellers(co_purchases, orders)
    # While weights are tuned nothing is borrowed, except where products are cold on purpose.
    nearest = nearest_sold(features, popular > 0 if split.borrows else np.ones(len(popular), dtype=bool))
    # Tasks about carts learn links from carts, tasks about buyers from what buyers hold.
    held = orders if split.from_baskets else _soft(buyers)
    ease = timed("ease", 15, lambda: borrowed_links(fit_ease(held), nearest))
    als = timed("als", 35, lambda: fit_als(buyers, seed))
    # Never sold, a product has no point of its own in ALS; LightFM needs no loan, for features place it.
    als = replace(als, products=borrowed_points(als.products, nearest))
    # Few orders would fit noise, so the same place is taken by what products say of themselves.
    few = missing_orders(known) > 0
    lightfm = timed("lightfm", 50, lambda: content_factors(features) if few else fit_lightfm(known, features, at, seed))
    following = timed("sequence", 90, lambda: fit_visits(known) if split.of_visits else fit_sequence(known))
    sessions = timed("sessions", 95, lambda: score_sequences(known))
    scores = (
        _scores(popular, trend, co_purchases, ease, als, lightfm)
        | {"beside": score_linked(item_to_item), "sequence": score_following(following), "sessions": sessions}
        | timed("due", 98, lambda: _counted(known, features, at))
    )
    # Another way to ask the same fit costs nothing to train.
    cpu["lightfm_fit"] = cpu["lightfm"]
    cpu["simple"] = cpu["trend"] + cpu["buy_again"]
    order_weight = np.asarray(orders.multiply(orders).sum(axis=0), dtype=np.float32).ravel()
    return FittedModels(
        scores, cpu, trend, popular, co_purchases, item_to_item, order_weight, following, lightfm, als, ease
    )


def _counted(known: History, features: Features, at: float) -> dict[str, Score]:
    """Return what is counted of rhythm, categories and countries, as parts of a buyer's blend."""
    countries = main_countries(known)
    by_country = recent_orders(known, at, countries).trend_countries(known.product_count, len(countries))
    return {
        "due": score_due(product_rhythm(known), product_repeats(known)),
        "kind": score_kind(kinds_of(features), trend_windows(known, at)[:, WEEK]),
        "country": score_country(by_country),
    }


def missing_orders(known: History) -> int:
    """Return how many orders of known buyers are missing before more is fitted than content and counts."""
    return max(ENOUGH_ORDERS - len(np.unique(known.orders[known.buyers >= 0])), 0)


def _soft(buyers: sp.csr_matrix) -> sp.csr_matrix:
    """Return what buyers hold, each weight at most 1: a hundred orders of a thing are no hundred opinions."""
    soft = buyers.copy()
    np.minimum(soft.data, 1.0, out=soft.data)
    return soft


def _scores(
    popular: np.ndarray,
    trend: np.ndarray,
    co_purchases: sp.csr_matrix,
    ease: "np.ndarray | sp.csr_matrix",
    als: Factors,
    lightfm: Factors,
) -> dict[str, Score]:
    return {
        "popular": score_same(popular),
        "trend": score_same(trend),
        "buy_again": score_again,
        "again_now": score_again_now(trend),
        "together": score_linked(co_purchases),
        "ease": score_linked(ease),
        "als": score_als(als),
        "lightfm": score_lightfm(lightfm),
        "lightfm_fit": score_lightfm_fit(lightfm),
        "similar": score_similar(lightfm),
        "simple": score_simple(trend),
    }
