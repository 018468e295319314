"""Adding what came since to a model, in seconds and without learning anew; weights, gates and diversity stay.

LightFM goes on from the new pairs alone, what sells and what follows what is counted on, and only the shelves of
products that were bought, of new ones and of those that these are most like are ranked again. What cannot be added
(EASE, ALS, popularity penalties) waits for the weekly learning, as do orders that changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from recommender.products.data.engine.columns import (
    ProductNames,
    names_of,
    sales_columns,
    selling_columns,
    week_columns,
)
from recommender.products.data.engine.features import (
    Features,
    ProductContent,
    kinds_of,
    with_products,
    without_identity,
)
from recommender.products.data.engine.history import History, baskets, bought, decayed, guests_as_buyers, largest
from recommender.products.data.engine.moments import moments_of
from recommender.products.data.engine.news import News
from recommender.products.data.engine.recency import HALF_LIFE_DAYS
from recommender.products.data.engine.rhythm import TREND_DAYS, faded, moment_of, recent_orders, trend_windows
from recommender.products.data.engine.sparse import clipped, column_weights, thinned
from recommender.products.serving.engine.signals import FOLLOWED, WALKED
from recommender.products.training.engine.factors import (
    Factors,
    Learner,
    fit_partially,
    mean_points,
    placed,
    point_columns,
)
from recommender.products.training.engine.fitting import MOST_PAIRED, link_orders
from recommender.products.training.engine.links import LINKS_A_PRODUCT, pair_weights, with_more
from recommender.products.training.engine.related import RelatedItems, no_related
from recommender.products.training.engine.related_updates import CoPurchases, rank_again
from recommender.products.training.engine.sequences import fit_sequence
from recommender.products.training.engine.state import ShopState
from recommender.products.training.engine.visits import fit_visits, two_steps

_Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Increment:
    """A model with the news in it: arrays, what changes in the manifest, and the state to go on from."""

    arrays: _Arrays
    manifest: Mapping[str, object]
    state: ShopState


def add_news(
    arrays: _Arrays, manifest: Mapping[str, Any], state: ShopState, news: News, today: float | None = None
) -> Increment:
    """Return the model with the news in it; the same news give the same numbers.

    What sells is counted up to the end of `today` (days since 1970), as in a full training.
    """
    if manifest.get("guests_are_buyers"):
        news = replace(news, history=guests_as_buyers(news.history))
    with threadpool_limits(limits=1):
        return _add_news(arrays, manifest, state, news, today)


def _add_news(
    arrays: _Arrays, manifest: Mapping[str, Any], state: ShopState, news: News, today: float | None
) -> Increment:
    fresh = len(news.contents)
    new, count = news.purchases, len(state.bought) + fresh
    before, countries = float(manifest["at"]), manifest["countries"]
    # The model's moment only moves forward: an order that comes late does not make it younger.
    at = max(before, moment_of(new, today)) if len(new) else before
    # New products get rows first, so that all that follows has one length.
    state = _grown_state(state, news.contents)
    learner, factors = _go_on(state, news, at, int(manifest["seed"]))
    was_bought = state.bought | (np.bincount(new.products, minlength=count) > 0)
    # What is counted is exact: old orders leave the window as new ones enter, without reading them again.
    recent = state.recent.since(at - TREND_DAYS).joined_with(recent_orders(new, at, countries))
    co_purchases, pairs = _new_co_purchases(news, state, at)
    popular = _grown(arrays["popular"], fresh) + _orders_by_product(new)
    sales = sales_columns(recent.trend(count), popular)
    columns = {
        **_grown_columns(arrays, news.names),
        **sales,
        **week_columns(recent, at, len(countries), sales["selling_order"]),
        **point_columns(factors),
        **_followed(arrays, news, fresh),
        **_together(arrays, fresh, pairs, state.shrink, co_purchases),
        **selling_columns(
            recent,
            faded(_grown(arrays["trend_windows"], fresh), at - before) + trend_windows(new, at),
            kinds_of(state.features),
            len(countries),
        ),
        **_als_moments(arrays, fresh),
    }
    related = _grown_related(arrays, fresh)
    # Only rows that the news can change are ranked again; that is what keeps an increment within seconds.
    rows = _rows_to_rank(columns["directions"], new, np.arange(count - fresh, count))
    rank_again(related, rows, co_purchases, columns["trend"], factors, manifest["weights"]["shelf"])
    return Increment(
        arrays={**arrays, **columns, **related.arrays()},
        manifest={"at": at},
        state=replace(
            state,
            learner=learner,
            bought=was_bought,
            recent=recent,
            order_weight=co_purchases.after,
            pair_weight=pairs.after,
        ),
    )


def _grown_state(state: ShopState, contents: list[ProductContent]) -> ShopState:
    """Return the state with rows for new products: their identities are nothing yet, and as free to move as any."""
    fresh, count = len(contents), len(state.bought)
    if not fresh:
        return state
    learner = state.learner

    def inserted(values: np.ndarray, value: float) -> np.ndarray:
        rows = np.full((fresh, *values.shape[1:]), value, np.float32)
        # Identities come before named features, so new ones go in between.
        return np.concatenate([values[:count], rows, values[count:]])

    return replace(
        state,
        learner=Learner(
            inserted(learner.embeddings, 0),
            # AdaGrad divides by these sums: one is where LightFM itself begins.
            inserted(learner.gradients, 1),
            inserted(learner.biases, 0),
            inserted(learner.bias_gradients, 1),
        ),
        features=with_products(state.features, contents),
        bought=_grown(state.bought, fresh),
        order_weight=_grown(state.order_weight, fresh),
        pair_weight=_grown(state.pair_weight, fresh),
    )


def _go_on(state: ShopState, news: News, at: float, seed: int) -> tuple[Learner, Factors]:
    """Return LightFM after the new pairs, and where it sees products; those never bought stand by their features."""
    new = news.purchases
    features, learner = state.features, state.learner
    is_bought = state.bought.copy()
    is_bought[new.products] = True
    # A first sale must not throw a product back to nothing: it goes on from where its words had put it.
    learner = _where_words_put_them(learner, features, np.flatnonzero(is_bought & ~state.bought))
    # (all buyers of the news, products), of which only rows with a new order are fitted to.
    pairs = bought(new)
    buyers = np.flatnonzero(np.diff(pairs.indptr))
    if len(buyers):
        points = features.matrix @ learner.embeddings
        # By older orders where there are any: a buyer placed by the answer has less to teach.
        held = decayed(news.history.where(news.history.orders < news.first_order), at, HALF_LIFE_DAYS)[buyers]
        # A buyer without older orders is placed by the new ones, for a point at zero would pull everything there.
        nothing = np.diff(held.indptr) == 0
        of_buyers = np.where(nothing[:, None], mean_points(pairs[buyers], points), mean_points(held, points))
        learner = fit_partially(learner, features.matrix, of_buyers, pairs[buyers], seed)
    return learner, placed(learner, without_identity(features, ~is_bought))


def _where_words_put_them(learner: Learner, features: Features, products: np.ndarray) -> Learner:
    """Return the learner in which products bought for the first time begin where their features had put them."""
    if not len(products):
        return learner
    # Solved for the identity's embedding: with it in, the product must stand where it stood without it.
    first = np.isin(np.arange(features.product_count), products)
    rows, cold = features.matrix[products], without_identity(features, first)[products]
    # Column j < products is the identity of product j, so the diagonal has each one's own weight.
    identity = np.asarray(features.matrix[products, products]).ravel()
    embeddings, biases = learner.embeddings.copy(), learner.biases.copy()
    embeddings[products], biases[products] = 0, 0
    embeddings[products] = (cold @ embeddings - rows @ embeddings) / identity[:, None]
    biases[products] = (cold @ biases - rows @ biases) / identity
    return replace(learner, embeddings=embeddings, biases=biases)


def _new_co_purchases(news: News, state: ShopState, at: float) -> tuple[CoPurchases, CoPurchases]:
    """Return in how many new orders products came together, and the same where the pairs of an order share its weight.

    Where orders are small, by how many buyers they are held. Until all is fitted again, what is older does not fade.
    """
    if not state.by_buyers:
        new = thinned(baskets(news.purchases), MOST_PAIRED)
        shared = pair_weights(new)
        return (
            CoPurchases((new.T @ new).tocsr(), state.order_weight, state.order_weight + column_weights(new)),
            CoPurchases((shared.T @ shared).tocsr(), state.pair_weight, state.pair_weight + column_weights(shared)),
        )
    # A hundred orders of one thing are no hundred opinions, here as in a full training.
    new, held = bought(news.purchases), clipped(decayed(news.history, at, HALF_LIFE_DAYS), 1.0)
    size = sp.diags((1 / np.maximum(np.diff(held.indptr) - 1, 1)).astype(np.float32))
    # A pair counts where either of the two is new; both directions, so the table stays symmetric.
    pairs, shared = ((new.T @ of @ held + held.T @ of @ new).tocsr() for of in (sp.identity(held.shape[0]), size))
    return (
        CoPurchases(pairs, state.order_weight, state.order_weight + column_weights(new)),
        CoPurchases(shared, state.pair_weight, state.pair_weight + column_weights((np.sqrt(size) @ new).tocsr())),
    )


def _together(
    arrays: _Arrays, fresh: int, pairs: CoPurchases, shrink: float, counted: CoPurchases
) -> dict[str, np.ndarray]:
    """Return what is bought together, with the new orders in it: old links thin out as there are more orders."""
    links, weights = (_grown(arrays[f"together_{name}"], fresh) for name in ("links", "weights"))
    thin = np.sqrt((pairs.before + shrink) / (pairs.after + shrink)).astype(np.float32)
    weights = (weights * thin[:, None] * thin[links]).astype(np.float16)
    # The same shrunk cosine as a full training counts, for the new orders alone.
    damping = sp.diags(((pairs.after + shrink) ** -0.5).astype(np.float32))
    links, weights = with_more(links, weights, (damping @ pairs.without_self @ damping).tocsr())
    return {
        "together_links": links,
        "together_weights": weights,
        "together_orders": _counts_of(links, arrays, fresh, counted),
    }


def _counts_of(links: np.ndarray, arrays: _Arrays, fresh: int, counted: CoPurchases) -> np.ndarray:
    """Return in how many orders the products of each link came together: those known before, and the new ones."""
    known, orders = (_grown(arrays[f"together_{name}"], fresh) for name in ("links", "orders"))
    new = counted.without_self
    # Only rows with a new pair have other links or other counts.
    rows = np.flatnonzero(np.diff(new.indptr))
    entries = (np.repeat(np.arange(len(rows)), known.shape[1]), known[rows].ravel())
    # Empty places of a row all name product 0, with one and the same count.
    old = largest(*entries, orders[rows].ravel(), (len(rows), len(links)))
    orders[rows] = link_orders((old + new[rows]).tocsr(), links[rows])
    return orders


def _als_moments(arrays: _Arrays, fresh: int) -> dict[str, np.ndarray]:
    """Return the moments of ALS's points, where new products stand at nought."""
    return {"als_moments": moments_of(_grown(arrays["als_points"], fresh))} if fresh else {}


def _followed(arrays: _Arrays, news: News, fresh: int) -> dict[str, np.ndarray]:
    """Return what follows what, in orders and in visits, with the new steps counted."""
    grown = {
        name: _grown(arrays[name], fresh)
        for name in ("following_links", "following_weights", "visit_links", "visit_weights")
    }
    links, weights, of_visits, visit_weights = grown.values()
    links, weights = with_more(links, weights, fit_sequence(news.history, news.first_order))
    more, followed = fit_visits(news.views, news.first_view), np.s_[:, FOLLOWED]
    of_visits[followed], visit_weights[followed] = with_more(of_visits[followed], visit_weights[followed], more)
    # Walks that only pass what was viewed wait for the weekly learning.
    rows = np.flatnonzero(np.diff(more.indptr))
    walks = two_steps(of_visits[followed], visit_weights[followed], rows)
    of_visits[rows, WALKED], visit_weights[rows, WALKED] = walks
    return dict(zip(grown, (links, weights, of_visits, visit_weights), strict=True))


def _rows_to_rank(unit: np.ndarray, new: History, fresh: np.ndarray) -> np.ndarray:
    """Return the rows of products that were bought, of new ones, and of those most like the new ones."""
    # (fresh, products), negative cosines: a partition finds the smallest.
    near = -(unit[fresh].astype(np.float32) @ unit.astype(np.float32).T)
    depth = min(LINKS_A_PRODUCT, near.shape[1])
    # What is most like a new product must be able to show it, though nobody bought it yet.
    # Without new products there is no row to partition, and nothing is like them.
    like = np.argpartition(near, depth - 1, axis=1)[:, :depth].ravel() if len(fresh) else fresh
    return np.unique(np.concatenate([new.products, fresh, like]).astype(np.int64))


def _grown_columns(arrays: _Arrays, names: ProductNames) -> dict[str, np.ndarray]:
    """Return the columns that only get longer: names, popularity penalties, and what only learning anew can tell."""
    fresh = len(names.ids)
    if not fresh:
        return {}
    known = names_of(arrays)
    everything = ProductNames(
        [*known.ids, *names.ids], [*known.public_ids, *names.public_ids], [*known.external_ids, *names.external_ids]
    )
    same = [name for name in arrays if name.startswith("penalty_")]
    ease = [f"{kind}_{part}" for kind in ("ease", "basket_ease") for part in ("links", "weights")]
    longer = [*same, *ease, "als_points", "rhythm", "repeats", "rebought"]
    empty = {"rhythm": float("nan")}
    grown = {name: _grown(arrays[name], fresh, empty.get(name, 0)) for name in longer if name in arrays}
    return {**everything.columns(), **grown}


def _grown_related(arrays: _Arrays, fresh: int) -> RelatedItems:
    more = no_related(fresh).arrays()
    return RelatedItems(*(np.concatenate([arrays[name], more[name]]) for name in more))


def _grown(values: np.ndarray, fresh: int, value: float = 0) -> np.ndarray:
    """Return a copy with rows of one value added at the end."""
    return np.concatenate([values, np.full((fresh, *values.shape[1:]), value, values.dtype)])


def _orders_by_product(new: History) -> np.ndarray:
    return np.asarray(baskets(new).sum(axis=0)).ravel().astype(np.int32)
