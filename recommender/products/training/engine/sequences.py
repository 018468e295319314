"""What follows what: rules from one step to the next, and whole sequences that went the same way.

A step is an order of a buyer, or a view of a visit. Where orders hold many products, co-purchase says most already, so
few steps are looked ahead there.
"""

import numpy as np
import scipy.sparse as sp

from recommender.products.data.engine.history import History, _orders_in_turn, baskets, bought, order_size
from recommender.products.data.engine.sparse import keep_best
from recommender.products.evaluation.engine.queries import Queries, Score

STEPS_AHEAD, FEW_AHEAD = 10, 3
SMALL_ORDER = 1.5  # products an order: below, who bought them tells what goes together, not the order
NEIGHBOURS = 500  # sequences that answer a query
MOST_SEQUENCES = 50_000
MOST_LINKS = 1_000  # a product


def fit_sequence(history: History, first_new: int = 0) -> sp.csr_matrix:
    """Return products x products: how often one came after the other, each time divided by the steps between them.

    Only what came in orders numbered from `first_new` on counts; what it came after may be older.
    """
    held = baskets(history)
    orders, buyers = _orders_in_turn(history)
    links = sp.csr_matrix((history.product_count, history.product_count), dtype=np.float32)
    for ahead in range(1, (STEPS_AHEAD if order_size(history) < SMALL_ORDER else FEW_AHEAD) + 1):
        if len(buyers) <= ahead:
            break
        # Orders stand buyer by buyer in order of time, so a shift by `ahead` pairs each with the one so many later.
        pairs = np.flatnonzero((buyers[ahead:] == buyers[:-ahead]) & (orders[ahead:] >= first_new))
        links = links + (held[orders[pairs]].T @ held[orders[pairs + ahead]]) / ahead
    links = links.tocsr().astype(np.float32)
    # Buying the same again has signals of its own; here it would only shadow what comes next.
    links.setdiag(0)
    links.eliminate_zeros()
    return keep_best(links, MOST_LINKS)


def score_sequences(history: History) -> Score:
    """Return session-kNN: what is in the 500 sequences that share most with the steps asked about, rare ones first.

    Of more than 50,000 sequences the newest count. Source: Jannach and Ludewig, RecSys 2017; the fading of older
    steps is Garg et al., SIGIR 2019.
    """
    # Backwards in time, so that the first of each is its latest step.
    newest = np.unique(history.buyers[::-1], return_index=True)
    buyers = newest[0][np.argsort(newest[1])]
    rows = bought(history)[buyers[buyers >= 0][:MOST_SEQUENCES]]
    size = np.sqrt(np.diff(rows.indptr)).astype(np.float32)
    shared = (sp.diags(1 / np.maximum(size, 1)) @ rows).T.tocsr().astype(np.float32)
    holders = np.maximum(np.asarray(rows.sum(axis=0)).ravel(), 1)
    rarity = sp.diags(np.log1p(rows.shape[0] / holders).astype(np.float32))

    def score(queries: Queries) -> np.ndarray:
        near = keep_best((queries.lately @ rarity @ shared).tocsr(), NEIGHBOURS)
        return np.asarray((near @ rows).toarray(), dtype=np.float32)

    return score
