"""What visits say of products: what is looked at after what, and what the same visits looked at.

Visits are counted as pairs of products, so that no visit is stored.
"""

import numpy as np
import scipy.sparse as sp

from recommender.products.data.engine.arrays import batches
from recommender.products.data.engine.history import History, bought, decayed
from recommender.products.data.engine.recency import HALF_LIFE_DAYS
from recommender.products.data.engine.sparse import clipped, keep_best
from recommender.products.training.engine.links import LINKS_A_PRODUCT, fit_ease, strongest
from recommender.products.training.engine.sequences import MOST_LINKS, fit_sequence

SHARED_SHARE, LEAST_VISITS = 2.0, 2  # beside what follows: what visits share, where so many or more do


def visit_columns(views: History, at: float) -> dict[str, np.ndarray]:
    """Return the links by which a visit is ranked, of views before `at` (days since 1970); a visit for a buyer."""
    return link_columns(fit_visits(views), fit_visit_ease(views, at))


def fit_visit_ease(views: History, at: float) -> "np.ndarray | sp.csr_matrix":
    """Return products x products: by what EASE foretells the rest of a visit from what it looked at."""
    return fit_ease(clipped(decayed(views, at, HALF_LIFE_DAYS), 1.0))


def link_columns(following: sp.csr_matrix, ease: "np.ndarray | sp.csr_matrix") -> dict[str, np.ndarray]:
    """Return the 50 strongest links of both kinds and where two steps along the first lead, as artefacts hold them.

    That is [n, 3, 50]: what visits say of a product lies together, and is read at once.
    """
    followed = strongest(following)
    # In the order of FOLLOWED, SHARED and WALKED.
    tables = (followed, strongest(ease), two_steps(*followed, np.arange(following.shape[0])))
    links, weights = (np.stack(parts, axis=1) for parts in zip(*tables, strict=True))
    return {"visit_links": links, "visit_weights": weights}


def two_steps(links: np.ndarray, weights: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where a random walk from some products is after two steps along the strongest links [n, m]: 50 of each.

    A visit of a product that few visits tell of so reaches what stands beside its companions.
    """
    count = len(links)
    entries = (np.repeat(np.arange(count), links.shape[1]), links.ravel())
    table = sp.csr_matrix((weights.ravel().astype(np.float32), entries), shape=(count, count))
    total = np.asarray(table.sum(axis=1)).ravel()
    step = (sp.diags(np.divide(1, total, out=np.zeros_like(total), where=total > 0)) @ table).tocsr()
    reached = np.zeros((len(rows), LINKS_A_PRODUCT), np.int32)
    shares = np.zeros((len(rows), LINKS_A_PRODUCT), np.float16)
    for part in batches(len(rows), links.shape[1] ** 2):
        walk = (step[rows[part]] @ step).tocsr()
        # Whoever turns round has not gone anywhere.
        walk.data[walk.indices == np.repeat(rows[part], np.diff(walk.indptr))] = 0
        reached[part], shares[part] = strongest(walk)
    return reached, shares


def fit_visits(views: History, first_new: int = 0) -> sp.csr_matrix:
    """Return products x products: what followed what in visits, and what visits shared.

    That is session-kNN taken apart into pairs: a visit is a neighbour for each product that it shares, the less the
    longer it is. What one visit alone shared is left out. Only views numbered from `first_new` on add something.
    """
    shared = _shared(views) - _shared(views.where(views.orders < first_new)) if first_new else _shared(views)
    links = fit_sequence(views, first_new) + SHARED_SHARE * shared
    return keep_best(links.tocsr().astype(np.float32), MOST_LINKS)


def _shared(views: History) -> sp.csr_matrix:
    held = bought(views)
    size = np.sqrt(np.maximum(np.diff(held.indptr), 1)).astype(np.float32)
    times = (held.T @ held).tocsr()
    # What one visit alone shared says more about that visitor than about the products.
    times.data = (times.data >= LEAST_VISITS).astype(np.float32)
    times.setdiag(0)
    times.eliminate_zeros()
    return (held.T @ (sp.diags(1 / size) @ held)).multiply(times).tocsr()
