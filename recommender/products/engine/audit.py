"""What shelves show of a catalogue, whoever looks: coverage, concentration, the long tail, what is new, and groups."""

from dataclasses import dataclass

import numpy as np

from recommender.products.engine.figures import gini

HEAD_SHARE = 0.2  # the best sellers' share of the catalogue; the others are the long tail


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is known of n products: orders ever, whether each is new and for sale, and the group it is of (-1: none)."""

    orders: np.ndarray  # int [n]
    is_new: np.ndarray  # bool [n]
    for_sale: np.ndarray  # bool [n]
    groups: dict[str, np.ndarray]  # int [n], by the name of the grouping


@dataclass(frozen=True, slots=True)
class GroupShare:
    """A group's share of all places, and of the products for sale, 0 to 1."""

    group: int
    shown: float
    catalogue: float


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares, 0 to 1: products for sale that are shown at all; places that go to the long tail and to new products."""

    places: int
    coverage: float
    gini: float
    long_tail: float
    long_tail_catalogue: float
    new: float
    new_catalogue: float
    groups: dict[str, tuple[GroupShare, ...]]


def audit(shown: np.ndarray, catalogue: Catalogue) -> Shares:
    """Return what places went to; `shown` [n] counts each product's places. Without places all shares are 0."""
    sold = catalogue.for_sale
    tail = _long_tail(catalogue)
    return Shares(
        places=int(shown.sum()),
        coverage=_mean(shown[sold] > 0),
        gini=gini(shown[sold]),
        long_tail=_share(shown, tail), long_tail_catalogue=_share(sold, tail),
        new=_share(shown, catalogue.is_new), new_catalogue=_share(sold, catalogue.is_new),
        groups={name: _groups(shown, sold, group) for name, group in catalogue.groups.items()},
    )  # fmt: skip


def _long_tail(catalogue: Catalogue) -> np.ndarray:
    """Return which products are not among the fifth for sale that sold most, bool [n]."""
    sold = np.flatnonzero(catalogue.for_sale)
    best = sold[np.argsort(-catalogue.orders[sold], kind="stable")][: int(np.ceil(HEAD_SHARE * len(sold)))]
    tail = np.ones(len(catalogue.orders), dtype=bool)
    tail[best] = False
    return tail


def _groups(shown: np.ndarray, sold: np.ndarray, group: np.ndarray) -> tuple[GroupShare, ...]:
    """Return each group's two shares, the largest of the catalogue first."""
    found = np.unique(group[group >= 0])
    shares = [GroupShare(int(one), _share(shown, group == one), _share(sold, group == one)) for one in found]
    return tuple(sorted(shares, key=lambda share: (-share.catalogue, -share.shown, share.group)))


def _share(amounts: np.ndarray, chosen: np.ndarray) -> float:
    total = float(amounts.sum())
    return float(amounts[chosen].sum()) / total if total else 0.0


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else 0.0
