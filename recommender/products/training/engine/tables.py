"""What shelves read beside the models: related items, the orders of the week, what is looked at after what."""

from collections.abc import Mapping

import numpy as np
import scipy.sparse as sp

from recommender.products.data.engine.columns import week_columns
from recommender.products.data.engine.history import History, baskets
from recommender.products.data.engine.rhythm import day_after, main_countries, recent_orders
from recommender.products.data.engine.sparse import thinned
from recommender.products.training.engine.fitting import MOST_PAIRED, FittedModels
from recommender.products.training.engine.related import rank_related
from recommender.products.training.engine.visits import link_columns, visit_columns


def shelf_tables(
    fitted: FittedModels, history: History, at: float, weights: Mapping[str, float], views: History | None
) -> dict[str, np.ndarray]:
    """Return the tables of an artefact that are not the models' own columns, one row a product.

    `weights` are those served beside a product; sales are counted up to `at` (days since 1970).
    """
    related = rank_related(fitted, thinned(baskets(history), MOST_PAIRED), weights)
    countries = main_countries(history)
    week = week_columns(recent_orders(history, at, countries), at, len(countries), fitted.columns["selling_order"])
    return {**related.arrays(), **week, **_viewed_columns(views, at, history.product_count)}


def _viewed_columns(views: History | None, at: float, count: int) -> dict[str, np.ndarray]:
    """Return what visits say of products; empty tables where a shop has no events, so that readers have one shape."""
    if views is None or not len(views):
        nothing = sp.csr_matrix((count, count), dtype=np.float32)
        return link_columns(nothing, nothing)
    # A closed shop's moment is that of its last order, and it may be looked at still.
    return visit_columns(views, max(at, day_after(views)))
