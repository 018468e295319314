"""What the arrays of the room's artefacts are called: typed here, checked when an artefact is opened."""

from collections.abc import Mapping
from typing import Literal, get_args

import numpy as np

ModelArray = Literal[
    # Products by each of their names, one entry a product; sorted ones are searched.
    "ids",
    "public_ids",
    "public_sorted",
    "public_rows",
    "external_sorted",
    "external_rows",
    # What sells: counts of orders, and the order of rows by them.
    "trend",
    "popular",
    "selling_order",
    "week",
    "week_order",
    "trend_windows",
    "trend_countries",
    "trend_moments",
    # When products are bought again, and of which categories they are.
    "rhythm",
    "repeats",
    "rebought",
    "kinds",
    "kind_sums",
    "kind_pairs",
    "kind_squares",
    # Where the factor models see products.
    "directions",
    "points",
    "biases",
    "points_common",
    "als_points",
    "als_common",
    # Means of products of each two of their columns, by which scores are standardised.
    "directions_moments",
    "points_moments",
    "als_moments",
    # The strongest links of each product, and their weights; of co-purchase, in how many orders too.
    "ease_links",
    "ease_weights",
    "basket_ease_links",
    "basket_ease_weights",
    "together_links",
    "together_weights",
    "together_orders",
    "following_links",
    "following_weights",
    # The same of what visits say, one table each for what followed, EASE and walks: [n, 3, 50].
    "visit_links",
    "visit_weights",
    # Related items of each product, best first, with what each signal adds to their score.
    "related_items",
    "related_scores",
    "related_parts",
    "related_orders",
    "related_features",
    "related_feature_weights",
    "feature_names",
]
CatalogueArray = Literal[
    "public_ids",
    "available",
    "price",
    "before",
    "cost",
    "stock",
    "created_day",
    "category",
    "category_names",
    "vendor",
    "vendor_names",
]
# The catalogue by the rows of a model; "place" says in which of its own rows each stands, -1 for none.
CatalogueColumn = Literal["place", "available", "price", "before", "cost", "stock", "created_day", "category", "vendor"]
ModelArrays = Mapping[ModelArray, np.ndarray]
CatalogueArrays = Mapping[CatalogueArray, np.ndarray]
AlignedColumns = Mapping[CatalogueColumn, np.ndarray]
MODEL_ARRAYS: frozenset[str] = frozenset(get_args(ModelArray))
CATALOGUE_ARRAYS: frozenset[str] = frozenset(get_args(CatalogueArray))
