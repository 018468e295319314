"""What a worker needs to go on from a model without learning anew; no web process reads it, and no buyer is in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from recommender.products.data.engine.features import Features
from recommender.products.data.engine.rhythm import RecentOrders
from recommender.products.training.engine.factors import Learner
from recommender.products.training.engine.fitting import FittedModels


@dataclass(frozen=True, slots=True)
class ShopState:
    """LightFM's own numbers, the features, which products were ever bought, and the orders of the last 14 days.

    `order_weight` [n] is how much the orders that held a product weigh, `pair_weight` [n] the same where the pairs of
    an order share its weight, shrunk by `shrink`; `by_buyers` says that links are fitted from what buyers hold, because
    orders are small.
    """

    learner: Learner
    features: Features
    bought: np.ndarray
    order_weight: np.ndarray
    pair_weight: np.ndarray
    shrink: float
    recent: RecentOrders
    by_buyers: bool

    def arrays(self) -> dict[str, np.ndarray]:
        """Return everything but the features' names, which the model holds, as arrays."""
        matrix = self.features.matrix
        return {
            # By the fields' own names, so that what is written and what is read cannot drift apart.
            **{f"learner_{name}": getattr(self.learner, name) for name in Learner.__slots__},
            **{f"recent_{name}": getattr(self.recent, name) for name in RecentOrders.__slots__},
            **{f"features_{name}": getattr(matrix, name) for name in ("data", "indices", "indptr")},
            "price_edges": np.array(self.features.price_edges, dtype=np.float64),
            "bought": self.bought,
            "order_weight": self.order_weight,
            "pair_weight": self.pair_weight,
            "shrink": np.array(self.shrink),
            "by_buyers": np.array(self.by_buyers),
        }


def state_of(fitted: FittedModels, features: Features, recent: RecentOrders, by_buyers: bool) -> ShopState:
    """Return the state in which learning left a shop."""
    # Points from content have one too, so a shop with few orders goes on as any other.
    if fitted.lightfm.learner is None:
        raise ValueError("Only LightFM can go on learning.")
    return ShopState(
        learner=fitted.lightfm.learner,
        features=features,
        bought=fitted.popular > 0,
        order_weight=fitted.pairs.order_weight,
        pair_weight=fitted.pairs.pair_weight,
        shrink=fitted.pairs.shrink,
        recent=recent,
        by_buyers=by_buyers,
    )


def read_state(arrays: Mapping[str, Any], names: list[str]) -> ShopState:
    """Return a state from its arrays and the names of its features."""
    count = len(arrays["bought"])
    # The three arrays of a CSR matrix, in the order that its constructor takes.
    parts = tuple(np.array(arrays[f"features_{name}"]) for name in ("data", "indices", "indptr"))
    # Copied out of the mapped file: whoever goes on fitting writes into arrays of its own.
    matrix = sp.csr_matrix(parts, shape=(count, count + len(names)))
    return ShopState(
        learner=Learner(*(np.array(arrays[f"learner_{name}"]) for name in Learner.__slots__)),
        features=Features(matrix, names, tuple(np.array(arrays["price_edges"]).tolist())),
        bought=np.array(arrays["bought"]),
        order_weight=np.array(arrays["order_weight"]),
        pair_weight=np.array(arrays["pair_weight"]),
        shrink=float(arrays["shrink"]),
        recent=RecentOrders(*(np.array(arrays[f"recent_{name}"]) for name in RecentOrders.__slots__)),
        by_buyers=bool(arrays["by_buyers"]),
    )
