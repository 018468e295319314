"""Which products go together: co-purchase cosine, EASE (Steck 2019, arXiv 1905.03375), EDLAE (Steck, NeurIPS 2020)."""

import numpy as np
import scipy.sparse as sp
from scipy.linalg import lapack

from recommender.products.data.engine.arrays import batches, best_of
from recommender.products.data.engine.sparse import keep_best

MOST_LINKED = 8_000  # EASE inverts a matrix of products x products: 8,000 take 0.5 GB and about a minute
SHRINK, SELLER_POWER = 50.0, 0.2
PAIR_SHRINK = 20.0  # where the pairs of an order share its weight, in such shares
# lambda of the paper: what is added to the diagonal of the products' counts; less for whole baskets, measured.
EASE_REGULARISATION, BASKET_REGULARISATION = 100.0, 35.0
# The share of a basket that EDLAE takes away and foretells from the rest: half, as carts are asked.
BASKET_DROPOUT = 0.5
MUCH_HELD = 10  # products, from which on a buyer weighs less in EASE
NEIGHBOURS, LINKS_A_PRODUCT, LINKS_TO_UNTRIED = 1_000, 50, 20


def fit_together(rows: sp.csr_matrix, shrink: float = SHRINK) -> sp.csr_matrix:
    """Return products x products: the cosine of being in one basket, shrunk where orders are few, best 1,000 a row.

    `rows` is orders x products, each row weighing the root of what the order shall count.
    """
    common = (rows.T @ rows).tocsr()
    # Shrinking keeps pairs of two rare products from the top: one shared order is no evidence.
    damping = ((common.diagonal() + shrink) ** -0.5).astype(np.float32)
    common.setdiag(0)
    common.eliminate_zeros()
    scaled = (sp.diags(damping) @ common @ sp.diags(damping)).tocsr().astype(np.float32)
    return keep_best(scaled, NEIGHBOURS) if rows.shape[1] > NEIGHBOURS else scaled


def pair_weights(rows: sp.csr_matrix) -> sp.csr_matrix:
    """Return baskets of which each pair weighs 1 / (size - 1): two hundred lines are no twenty thousand votes.

    So each product of an order has one vote in it, shared by what stands beside it.
    """
    size = np.maximum(np.diff(rows.indptr) - 1, 1)
    return (sp.diags((size**-0.5).astype(np.float32)) @ rows).tocsr()


def size_weights(rows: sp.csr_matrix, least: int = 1) -> sp.csr_matrix:
    """Return baskets, or buyers, that weigh 1 / sqrt(size), on average what they weighed; below `least` all alike.

    Whoever holds very much says little of each pair of it.
    """
    size = np.diff(rows.indptr)
    weight = np.maximum(size, least) ** -0.5
    usual = float(weight[size > 0].mean()) if size.any() else 1.0
    return (sp.diags(np.sqrt(weight / usual).astype(np.float32)) @ rows).tocsr()


def pair_shrink(orders: sp.csr_matrix, weighed: sp.csr_matrix) -> float:
    """Return by what the cosines of weighed pairs are shrunk: so many mean shares, whatever orders hold in a shop.

    Without orders a share counts as one: what an increment adds later is divided by this.
    """
    if not orders.nnz:
        return PAIR_SHRINK
    return PAIR_SHRINK * float(weighed.multiply(weighed).sum()) / float(orders.multiply(orders).sum())


def lean_to_sellers(links: sp.csr_matrix, rows: sp.csr_matrix) -> sp.csr_matrix:
    """Return the links with each product's column raised by how much it sells (power 0.2).

    Beside a single product this beats the plain cosine, which favours rare pairs; for whole carts it does not.
    """
    # Beside one product a seller is the safer guess; a whole cart says enough by itself.
    sold = np.asarray(rows.multiply(rows).sum(axis=0)).ravel() + SHRINK
    return (links @ sp.diags((sold**SELLER_POWER).astype(np.float32))).tocsr()


def strongest(links: "np.ndarray | sp.csr_matrix", untried: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return the 50 largest links of each product, int32 [n, 50 or 70], and their weights, float16; no link weighs 0.

    Of links that are all there the 50 that say most, also those that speak against a product: measured, that is nearer
    to the whole table than as many that speak for one. With `untried`, bool [n], links to those have 20 places of their
    own behind the 50: what is borrowed is weaker than what was bought, and would find no place among that.
    """
    count = links.shape[1]
    if untried is None or not untried.any():
        return _strongest(links, np.arange(count), LINKS_A_PRODUCT)
    tried = _strongest(links, np.flatnonzero(~untried), LINKS_A_PRODUCT)
    more = _strongest(links, np.flatnonzero(untried), LINKS_TO_UNTRIED)
    return np.hstack([tried[0], more[0]]), np.hstack([tried[1], more[1]])


def _strongest(links: "np.ndarray | sp.csr_matrix", columns: np.ndarray, depth: int) -> tuple[np.ndarray, np.ndarray]:
    """Return of each product its `depth` largest links to some others."""
    if isinstance(links, np.ndarray):
        best = columns[_largest(links, columns, min(depth, len(columns)))].astype(np.int32)
        # A shop with fewer products leaves places unfilled, which weigh nought.
        unfilled = ((0, 0), (0, depth - best.shape[1]))
        weights = np.take_along_axis(links, best, axis=1).astype(np.float16)
        return np.pad(best, unfilled), np.pad(weights, unfilled)
    best = keep_best(links if len(columns) == links.shape[1] else links[:, columns], depth)
    count = np.diff(best.indptr)
    # An entry's place in its row: its number less that of the row's first.
    place = np.arange(best.nnz) - np.repeat(best.indptr[:-1], count)
    # Rows with fewer links stay filled with product 0 at weight 0, which adds nothing to any sum.
    links_of, weights = (np.zeros((best.shape[0], depth), kind) for kind in (np.int32, np.float16))
    rows = np.repeat(np.arange(best.shape[0]), count)
    links_of[rows, place], weights[rows, place] = columns[best.indices], np.maximum(best.data, 0)
    return links_of, weights


def _largest(links: np.ndarray, columns: np.ndarray, depth: int) -> np.ndarray:
    """Return the places of each row's entries of greatest size in `columns`, whatever their sign [n, depth]."""
    parts = [best_of(np.abs(links[rows][:, columns]), depth) for rows in batches(len(links), links.shape[1])]
    return np.concatenate(parts) if parts else np.zeros((0, depth), np.int64)


def with_more(links: np.ndarray, weights: np.ndarray, more: sp.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
    """Return strongest links with more added to them, products x products; only rows that get something are touched."""
    rows = np.flatnonzero(np.diff(more.indptr))
    if not len(rows):
        return links, weights
    entries = (np.repeat(np.arange(len(rows)), links.shape[1]), links[rows].ravel())
    old = sp.csr_matrix((weights[rows].astype(np.float32).ravel(), entries), shape=(len(rows), more.shape[1]))
    # Copies, since the tables of a loaded model are not to be changed in place.
    links, weights = links.copy(), weights.copy()
    links[rows], weights[rows] = strongest(old + more[rows])
    return links, weights


def fit_ease(
    rows: sp.csr_matrix, regularisation: float = EASE_REGULARISATION, dropout: float = 0.0
) -> "np.ndarray | sp.csr_matrix":
    """Return products x products weights, float32, by which what was bought predicts the rest; diagonal zero.

    With `dropout`, as EDLAE has it, which regularises what is bought often the more. Of more than 8,000 products only
    the best sold take part, each with its 1,000 largest weights. Cost n^3.
    """
    count, reached = rows.shape[1], ease_reach(rows.shape[1])
    if reached == count:
        return _ease(rows, regularisation, dropout)
    # The inverse grows with the cube of products, so the long tail goes without.
    chosen = np.sort(np.argsort(-np.asarray(rows.sum(axis=0)).ravel(), kind="stable")[:reached])
    block = _ease(rows[:, chosen], regularisation, dropout)
    depth = min(NEIGHBOURS, len(chosen) - 1)
    best = np.concatenate([best_of(block[rows], depth) for rows in batches(len(block), len(block))])
    entries = (np.repeat(chosen, depth), chosen[best].ravel())
    return sp.csr_matrix((np.take_along_axis(block, best, axis=1).ravel(), entries), shape=(count, count))


def ease_reach(products: int) -> int:
    """Return of how many products EASE learns links; the others have ALS, LightFM and what was bought together."""
    return min(products, MOST_LINKED)


def _ease(rows: sp.csr_matrix, regularisation: float, dropout: float) -> np.ndarray:
    """Solve in place, by the Cholesky factor: half the work and a third of the memory of a general inverse."""
    # (products, products), float32: G = X'X, to which lambda I + p / (1 - p) diag(G) is added.
    gram = (rows.T @ rows).toarray().astype(np.float32, copy=False)
    gram[np.diag_indices_from(gram)] += regularisation + dropout / (1 - dropout) * gram.diagonal()
    # LAPACK works in place on Fortran order only: the transpose of the symmetric `gram` is that, and costs no copy.
    factor, failed = lapack.spotrf(gram.T, lower=True, overwrite_a=True, clean=False)
    inverse, failed_too = lapack.spotri(factor, lower=True, overwrite_c=True)
    if failed or failed_too:
        raise ValueError("The products' links could not be worked out: their counts are no numbers.")
    _mirror(inverse)
    # The closed form of EASE: with P = (G + lambda I)^-1, B_ij = -P_ij / P_jj, and B_jj = 0.
    # Divided along rows, so column j is divided by its own diagonal.
    inverse /= -inverse.diagonal()
    np.fill_diagonal(inverse, 0.0)
    return np.ascontiguousarray(inverse)


def _mirror(matrix: np.ndarray, block: int = 512) -> None:
    """Copy the lower triangle onto the upper one, block by block."""
    for start in range(0, len(matrix), block):
        end = min(start + block, len(matrix))
        square = np.tril(matrix[start:end, start:end])
        matrix[start:end, start:end] = square + np.tril(square, -1).T
        matrix[start:end, end:] = matrix[end:, start:end].T
