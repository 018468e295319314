"""Fitting everything a split needs: each model on what is known, the CPU it took, and the blend of them."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar, cast

import numpy as np
import scipy.sparse as sp

from recommender.products.data.engine.arrays import batches
from recommender.products.data.engine.columns import sales_columns, selling_columns
from recommender.products.data.engine.features import Features, kinds_of
from recommender.products.data.engine.history import (
    History,
    baskets,
    decayed,
    decayed_baskets,
    missing_orders,
    order_size,
    sales,
)
from recommender.products.data.engine.recency import HALF_LIFE_DAYS
from recommender.products.data.engine.rhythm import (
    main_countries,
    product_repeats,
    product_rhythm,
    rebought_rate,
    recent_orders,
    trend_windows,
)
from recommender.products.data.engine.schema import ModelArrays
from recommender.products.data.engine.sparse import clipped, column_weights, thinned
from recommender.products.evaluation.engine.queries import Score, score_same
from recommender.products.evaluation.engine.split import Split
from recommender.products.training.engine.factors import (
    Factors,
    als_columns,
    content_factors,
    directions,
    fit_als,
    fit_lightfm,
    point_columns,
)
from recommender.products.training.engine.links import (
    BASKET_DROPOUT,
    BASKET_REGULARISATION,
    MUCH_HELD,
    fit_ease,
    fit_together,
    lean_to_sellers,
    pair_shrink,
    pair_weights,
    size_weights,
    strongest,
)
from recommender.products.training.engine.neighbours import borrowed_links, borrowed_points, nearest_sold
from recommender.products.training.engine.parts import SparsePart
from recommender.products.training.engine.scorers import (
    score_again,
    score_als,
    score_following,
    score_lightfm,
    score_lightfm_fit,
    score_linked,
    score_similar,
)
from recommender.products.training.engine.sequences import SMALL_ORDER, fit_sequence, score_sequences
from recommender.products.training.engine.visits import fit_visit_ease, fit_visits, link_columns
from shopconnect.core.progress import Progress, silent

MOST_PAIRED = 250  # lines of an order that are paired with each other
TREND_DAYS = 14.0

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class PairModels:
    """What was bought together [n, n]: order by order, leaned to sellers, and where pairs share an order's weight.

    How much the orders (or buyers) that held a product weigh, float32 [n], and the same of such pairs, which are shrunk
    by `shrink`: the diagonals of X'X, from which an increment goes on without reading old orders.
    """

    co_purchases: sp.csr_matrix
    item_to_item: sp.csr_matrix
    together: sp.csr_matrix
    order_weight: np.ndarray
    pair_weight: np.ndarray
    shrink: float

    def scores(self) -> dict[str, Score]:
        """Return them by the names of signals."""
        return {
            "together": score_linked(self.together),
            "co_purchase": score_linked(self.co_purchases),
            "beside": score_linked(self.item_to_item),
        }


@dataclass(frozen=True, slots=True)
class FittedModels:
    """The models of one moment: scores by name, CPU seconds by name, and the columns that shelves rank by.

    Beside a product the dense models rank, once; what is beside it is kept.
    """

    scores: Mapping[str, Score]
    cpu_seconds: Mapping[str, float]
    columns: ModelArrays = field(repr=False)
    trend: np.ndarray
    popular: np.ndarray
    pairs: PairModels
    lightfm: Factors
    ease: "np.ndarray | sp.csr_matrix" = field(repr=False)

    @property
    def directions(self) -> np.ndarray:
        """Return where LightFM sees each product, scaled to length one [n, d]."""
        return directions(self.lightfm.products)


def fit_models(split: Split, features: Features, seed: int, progress: Progress = silent) -> FittedModels:
    """Fit every model on what a split knows; `progress` gets a step's name and a percentage of the whole.

    With few orders, or none, products stand where what they say puts them, and the rest is counting.
    """
    known, at, timed = split.known, split.at, _Timer(progress)
    # float32 (products,): orders that held each product, ever and in the last fortnight.
    popular = timed("popular", 0, lambda: sales(known, -np.inf, at))
    trend = timed("trend", 2, lambda: sales(known, at - TREND_DAYS, at))
    buyers = timed("buy_again", 4, lambda: decayed(known, at, HALF_LIFE_DAYS))
    # Where orders hold one product each, who bought them tells what goes together.
    is_small = order_size(known) < SMALL_ORDER
    orders = thinned(clipped(buyers, 1.0) if is_small else decayed_baskets(known, at, HALF_LIFE_DAYS), MOST_PAIRED)
    pairs = timed("together", 8, lambda: _fit_pairs(orders))
    # While weights are tuned nothing is borrowed, except where products are cold on purpose.
    untried = (popular == 0) & split.borrows
    nearest = nearest_sold(features, ~untried)
    ease, of_baskets = _fit_ease_tables(split, timed, orders, buyers, untried, nearest)
    als = timed("als", 35, lambda: fit_als(buyers, seed))
    # Never sold, a product has no point of its own in ALS; LightFM needs no loan, for features place it.
    als = replace(als, products=borrowed_points(als.products, nearest))
    # Few orders would fit noise, so the same place is taken by what products say of themselves.
    few = missing_orders(known) > 0
    lightfm = timed("lightfm", 50, lambda: content_factors(features) if few else fit_lightfm(known, features, at, seed))
    following = timed("sequence", 90, lambda: fit_visits(known) if split.of_visits else fit_sequence(known))
    links = {"ease": strongest(ease, untried), "basket_ease": of_baskets, "together": strongest(pairs.together)}
    links["following"] = strongest(following)
    of_visits = link_columns(following, ease) if split.of_visits else {}
    points = {**point_columns(lightfm), **als_columns(als)}
    counted = timed("due", 98, lambda: {**sales_columns(trend, popular), **_counted(known, features, at)})
    return FittedModels(
        scores={
            **_counted_scores(popular, trend, following),
            **pairs.scores(),
            **_factor_scores(als, lightfm),
            "ease": score_linked(ease),
            "sessions": timed("sessions", 99, lambda: score_sequences(known)),
        },
        cpu_seconds=timed.cpu_seconds(),
        columns=_served_columns(known, {**counted, **points, **of_visits}, links),
        trend=trend,
        popular=popular,
        pairs=pairs,
        lightfm=lightfm,
        ease=ease,
    )


class _Timer:
    """Fits one thing after another: tells of each, and how much CPU it took."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._cpu = progress, dict[str, float]()

    def __call__(self, name: str, percent: int, fit: Callable[[], _T]) -> _T:
        self._progress(name, percent)
        # Of this thread alone, since another fit may run beside it.
        started = time.thread_time()
        result = fit()
        self._cpu[name] = time.thread_time() - started
        return result

    def cpu_seconds(self) -> dict[str, float]:
        """Return them by model; another way to ask the same fit costs nothing to train."""
        cpu = self._cpu
        return {**cpu, "lightfm_fit": cpu["lightfm"], "simple": cpu["trend"] + cpu["buy_again"]}


def _fit_pairs(orders: sp.csr_matrix) -> PairModels:
    pairs, co_purchases = pair_weights(orders), fit_together(orders)
    shrink = pair_shrink(orders, pairs)
    return PairModels(
        co_purchases=co_purchases,
        item_to_item=lean_to_sellers(co_purchases, orders),
        together=fit_together(pairs, shrink),
        order_weight=column_weights(orders),
        pair_weight=column_weights(pairs),
        shrink=shrink,
    )


def _fit_ease_tables(
    split: Split,
    timed: _Timer,
    orders: sp.csr_matrix,
    buyers: sp.csr_matrix,
    untried: np.ndarray,
    nearest: sp.csr_matrix,
) -> tuple["np.ndarray | sp.csr_matrix", tuple[np.ndarray, np.ndarray]]:
    """Return EASE of what is asked for, and the strongest links of EASE of carts; orders of one product say no more."""
    is_small = order_size(split.known) < SMALL_ORDER
    are_whole = split.from_baskets and not is_small

    def fit() -> "np.ndarray | sp.csr_matrix":
        if split.of_visits:
            return fit_visit_ease(split.known, split.at)
        # A hundred orders of a thing are no hundred opinions, so what a buyer holds weighs 1 at most.
        return _ease_of(orders if are_whole else clipped(buyers, 1.0), nearest, are_whole)

    ease = timed("ease", 15, fit)
    # Carts are completed by what carts say; where each holds one product there is nothing that buyers do not say.
    is_same = split.from_baskets or is_small
    of_baskets = timed(
        "basket_ease", 25, lambda: strongest(ease if is_same else _ease_of(orders, nearest, True), untried)
    )
    return ease, of_baskets


def _ease_of(held: sp.csr_matrix, nearest: sp.csr_matrix, of_baskets: bool) -> "np.ndarray | sp.csr_matrix":
    if of_baskets:
        links = fit_ease(size_weights(held), BASKET_REGULARISATION, BASKET_DROPOUT)
    else:
        links = fit_ease(size_weights(held, MUCH_HELD))
    return borrowed_links(links, nearest)


def _counted_scores(popular: np.ndarray, trend: np.ndarray, following: sp.csr_matrix) -> dict[str, Score]:
    return {
        "popular": score_same(popular),
        "trend": score_same(trend),
        "buy_again": score_again,
        "sequence": score_following(following),
    }


def _factor_scores(als: Factors, lightfm: Factors) -> dict[str, Score]:
    return {
        "als": score_als(als),
        "lightfm": score_lightfm(lightfm),
        "lightfm_fit": score_lightfm_fit(lightfm),
        "similar": score_similar(lightfm),
    }


def _counted(known: History, features: Features, at: float) -> dict[str, np.ndarray]:
    """Return what is counted of rhythm, categories and countries."""
    countries = main_countries(known)
    recent = recent_orders(known, at, countries)
    return {
        "rhythm": product_rhythm(known),
        "repeats": product_repeats(known),
        "rebought": rebought_rate(known, at),
        **selling_columns(recent, trend_windows(known, at), kinds_of(features), len(countries)),
    }


def _served_columns(
    known: History, columns: Mapping[str, np.ndarray], links: Mapping[str, tuple[np.ndarray, np.ndarray]]
) -> ModelArrays:
    """Return what shelves rank by, as an artefact holds it: columns, and the strongest of each kind of links."""
    tables = {
        f"{kind}_{part}": values
        for kind, pair in links.items()
        for part, values in zip(("links", "weights"), pair, strict=True)
    }
    orders = thinned(baskets(known), MOST_PAIRED)
    counts = link_orders((orders.T @ orders).tocsr(), links["together"][0])
    return cast(ModelArrays, {**columns, **tables, "together_orders": counts})


def link_orders(common: sp.csr_matrix, links: np.ndarray) -> np.ndarray:
    """Return in how many orders each link's two products came together, int32 [n, 50], of those counts [n, n]."""
    # Shown to shoppers, so it is counted and not estimated.
    counts = SparsePart(common)
    found = [counts.at(rows, links[rows]) for rows in batches(len(links), links.shape[1])]
    return np.concatenate(found).astype(np.int32) if found else np.zeros(links.shape, np.int32)
