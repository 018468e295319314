"""What shelves show of a catalogue, whoever looks: coverage, concentration, the long tail, what is new, and groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.products.engine.cards import aligned
from recommender.products.engine.figures import gini

HEAD_SHARE = 0.2  # the best sellers' share of the catalogue; the others are the long tail
GROUPINGS, NEW_DAYS = ("vendor", "category"), 30
Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is known of n products: orders ever, whether each is new and for sale, and the group it is of (-1: none)."""

    orders: np.ndarray  # int [n]
    is_new: np.ndarray  # bool [n]
    for_sale: np.ndarray  # bool [n]
    groups: Mapping[str, np.ndarray]  # int [n], by the name of the grouping
    names: Mapping[str, np.ndarray]  # text, by the name of the grouping and the group
    public_ids: np.ndarray  # int64 [n]


@dataclass(frozen=True, slots=True)
class GroupShare:
    """A group's share of all places, and of the products for sale, 0 to 1."""

    name: str
    shown: float
    catalogue: float


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares, 0 to 1: products for sale that are shown at all; places that go to the long tail and to new products."""

    places: int
    coverage: float
    gini: float
    busiest: float
    long_tail: float
    long_tail_catalogue: float
    new: float
    new_catalogue: float
    groups: Mapping[str, tuple[GroupShare, ...]]


def read_catalogue(model: Arrays, facts: Arrays, today: int) -> Catalogue:
    """Return what two artefacts know of the model's products on a day (days since 1970)."""
    public_ids = model["public_ids"]
    columns = aligned(public_ids, facts)
    found = {name: _widest(columns[name], facts[f"{name}_names"]) for name in GROUPINGS if name in columns}
    return Catalogue(
        orders=model["popular"],
        is_new=columns.get("created_day", np.full(len(public_ids), np.nan)) > today - NEW_DAYS,
        for_sale=columns["available"],
        groups={name: group for name, (group, _) in found.items()},
        names={name: names for name, (_, names) in found.items()},
        public_ids=public_ids,
    )


def _widest(codes: np.ndarray, names: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return groups and their names by the first part of each name: of a category's path, the widest."""
    first, place = np.unique([str(name).partition(" > ")[0] for name in names], return_inverse=True)
    return np.where(codes >= 0, place[codes], -1) if len(place) else codes, first


def draw_pages(catalogue: Catalogue, most: int, seed: int) -> list[int]:
    """Return the public ids of products for sale, all or so many drawn by the seed, as pages that shoppers open."""
    pages = catalogue.public_ids[catalogue.for_sale]
    if len(pages) > most:
        pages = np.random.default_rng(seed).choice(pages, most, replace=False)
    return [int(page) for page in pages]


def count_places(shown: Sequence[int], catalogue: Catalogue) -> np.ndarray:
    """Return how many places each product had, int [n], of the rows that stood in places."""
    return np.bincount(np.array(shown, dtype=np.int64), minlength=len(catalogue.orders))


def audit(shown: np.ndarray, catalogue: Catalogue) -> Shares:
    """Return what places went to; `shown` [n] counts each product's places. Without places all shares are 0."""
    sold = catalogue.for_sale
    tail = _long_tail(catalogue)
    return Shares(
        places=int(shown.sum()),
        coverage=_mean(shown[sold] > 0),
        gini=gini(shown[sold]),
        busiest=_share(shown, _busiest(shown, sold)),
        long_tail=_share(shown, tail),
        long_tail_catalogue=_share(sold, tail),
        new=_share(shown, catalogue.is_new),
        new_catalogue=_share(sold, catalogue.is_new),
        groups={name: _groups(shown, sold, group, catalogue.names[name]) for name, group in catalogue.groups.items()},
    )


def _long_tail(catalogue: Catalogue) -> np.ndarray:
    """Return which products are not among the fifth for sale that sold most, bool [n]."""
    sold = np.flatnonzero(catalogue.for_sale)
    best = sold[np.argsort(-catalogue.orders[sold], kind="stable")][: int(np.ceil(HEAD_SHARE * len(sold)))]
    tail = np.ones(len(catalogue.orders), dtype=bool)
    tail[best] = False
    return tail


def _busiest(shown: np.ndarray, sold: np.ndarray) -> np.ndarray:
    """Return the tenth of the products for sale that had most places, int rows."""
    rows = np.flatnonzero(sold)
    return rows[np.argsort(-shown[rows], kind="stable")][: int(np.ceil(len(rows) / 10))]


def _groups(shown: np.ndarray, sold: np.ndarray, group: np.ndarray, names: np.ndarray) -> tuple[GroupShare, ...]:
    """Return each group's two shares, the largest of the catalogue first."""
    found = np.unique(group[group >= 0])
    shares = [GroupShare(str(names[one]), _share(shown, group == one), _share(sold, group == one)) for one in found]
    return tuple(sorted(shares, key=lambda share: (-share.catalogue, -share.shown, share.name)))


def _share(amounts: np.ndarray, chosen: np.ndarray) -> float:
    total = float(amounts.sum())
    return float(amounts[chosen].sum()) / total if total else 0.0


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else 0.0
