"""One plain LightFM fit: what training is measured against."""

from collections.abc import Iterable

import numpy as np
import scipy.sparse as sp
from lightfm import LightFM

# As wide as what we serve, and as few rounds as training ever takes: a yardstick must not be made long.
WIDTH, ROUNDS = 64, 10


def interactions_of(pairs: Iterable[tuple[str, int]]) -> sp.coo_matrix:
    """Return buyers x products, 1 where the buyer bought the product, from (buyer, product) in any order."""
    known = sorted(set(pairs))
    buyers = np.unique([buyer for buyer, _ in known], return_inverse=True)[1]
    products = np.unique([product for _, product in known], return_inverse=True)[1]
    return sp.coo_matrix((np.ones(len(known), np.float32), (buyers, products)))


def fit_plain(interactions: sp.coo_matrix) -> None:
    """Fit LightFM (WARP) on who bought what, without features, on one thread."""
    LightFM(WIDTH, loss="warp", random_state=0).fit(interactions, epochs=ROUNDS, num_threads=1)
