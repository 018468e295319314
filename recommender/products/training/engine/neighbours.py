"""What was never bought borrows from what is most like it in words, category, vendor and price."""

import numpy as np
import scipy.sparse as sp

from recommender.products.data.engine.arrays import batches
from recommender.products.data.engine.features import Features, with_rows_of_length_one
from recommender.products.data.engine.sparse import keep_best

NEAREST = 20


def nearest_sold(features: Features, was_sold: np.ndarray) -> sp.csr_matrix:
    """Return products x products: for each that was never sold the 20 most like it that were, weights summing to 1.

    Likeness is the cosine of named features, rare ones weighing more. Rows of sold products are empty.
    """
    count = features.product_count
    named = features.matrix[:, count:]
    # Unlike log1p this gives a word that every product has no weight at all.
    rarity = np.log(count / np.maximum(named.getnnz(axis=0), 1)).astype(np.float32)
    weighted = with_rows_of_length_one((named @ sp.diags(rarity)).tocsr())
    # (features, products), with the columns of what was never sold empty: nobody borrows from those.
    sold = (sp.diags(was_sold.astype(np.float32)) @ weighted).T.tocsr()
    unsold, parts = np.flatnonzero(~was_sold), []
    # In batches, for products x products would not fit in memory for a large shop.
    for rows in batches(len(unsold), count):
        like = keep_best((weighted[unsold[rows]] @ sold).tocsr(), NEAREST)
        parts.append(sp.diags(1 / np.maximum(np.asarray(like.sum(axis=1)).ravel(), 1e-9)) @ like)
    if not parts:
        return sp.csr_matrix((count, count), dtype=np.float32)
    # (products, unsold), a one a column: it puts each neighbourhood into the row of its product.
    place = sp.csr_matrix((np.ones(len(unsold)), (unsold, np.arange(len(unsold)))), shape=(count, len(unsold)))
    return (place @ sp.vstack(parts)).tocsr().astype(np.float32)


def borrowed_links(links: "np.ndarray | sp.csr_matrix", nearest: sp.csr_matrix) -> "np.ndarray | sp.csr_matrix":
    """Return the links in which what leads to a product never sold is the mean of what leads to its neighbours.

    Measured, that finds new products better than LightFM's features do: docs/engine.md has the figures.
    """
    # A sparse table is added to; a dense one is written in place, for a copy would double the memory.
    if sp.issparse(links):
        return (links + links @ nearest.T).tocsr().astype(np.float32)
    unsold = np.flatnonzero(np.diff(nearest.indptr))
    links[:, unsold] = (nearest[unsold] @ links.T).T
    return links


def borrowed_points(points: np.ndarray, nearest: sp.csr_matrix) -> np.ndarray:
    """Return the points in which a product never sold stands in the middle of its neighbours."""
    unsold = np.flatnonzero(np.diff(nearest.indptr))
    points = points.copy()
    points[unsold] = nearest[unsold] @ points
    return points
