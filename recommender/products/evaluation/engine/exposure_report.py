"""What shelves show of a catalogue, whoever looks: coverage, concentration, the long tail, what is new, and groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.products.data.engine.catalogue import aligned
from recommender.products.data.engine.schema import CatalogueArrays, ModelArrays
from recommender.products.evaluation.engine.metrics import gini
from recommender.products.types import GroupShare

HEAD_SHARE = 0.2  # the best sellers' share of the catalogue; the others are the long tail
NEW_DAYS = 30


@dataclass(frozen=True, slots=True)
class CatalogueProfile:
    """What is known of n products: orders ever, whether each is new and for sale, and the group it is of (-1: none)."""

    orders: np.ndarray  # int [n]
    is_new: np.ndarray  # bool [n]
    for_sale: np.ndarray  # bool [n]
    groups: Mapping[str, np.ndarray]  # int [n], by the name of the grouping
    names: Mapping[str, np.ndarray]  # text, by the name of the grouping and the group
    public_ids: np.ndarray  # int64 [n]


@dataclass(frozen=True, slots=True)
class ExposureShares:
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


def read_profile(model: ModelArrays, catalogue: CatalogueArrays, today: int) -> CatalogueProfile:
    """Return what two artefacts know of the model's products on a day (days since 1970)."""
    public_ids = model["public_ids"]
    columns = aligned(public_ids, catalogue)
    groupings = {
        "vendor": _widest(columns["vendor"], catalogue["vendor_names"]),
        "category": _widest(columns["category"], catalogue["category_names"]),
    }
    return CatalogueProfile(
        orders=model["popular"],
        is_new=columns["created_day"] > today - NEW_DAYS,
        for_sale=columns["available"].astype(bool),
        groups={name: group for name, (group, _) in groupings.items()},
        names={name: names for name, (_, names) in groupings.items()},
        public_ids=public_ids,
    )


def _widest(codes: np.ndarray, names: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return groups and their names by the first part of each name: of a category's path, the widest."""
    first, place = np.unique([str(name).partition(" > ")[0] for name in names], return_inverse=True)
    # -1, which is no group, would read the last place; `np.where` puts it back.
    return np.where(codes >= 0, place[codes], -1) if len(place) else codes, first


def draw_pages(catalogue: CatalogueProfile, most: int, seed: int) -> list[int]:
    """Return the public ids of products for sale, all or so many drawn by the seed, as pages that shoppers open."""
    pages = catalogue.public_ids[catalogue.for_sale]
    if len(pages) > most:
        pages = np.random.default_rng(seed).choice(pages, most, replace=False)
    return [int(page) for page in pages]


def count_places(shown: Sequence[int], catalogue: CatalogueProfile) -> np.ndarray:
    """Return how many places each product had, int [n], of the rows that stood in places."""
    return np.bincount(np.array(shown, dtype=np.int64), minlength=len(catalogue.orders))


def exposure_shares(shown: np.ndarray, catalogue: CatalogueProfile) -> ExposureShares:
    """Return what places went to; `shown` [n] counts each product's places. Without places all shares are 0."""
    sold = catalogue.for_sale
    tail = _long_tail(catalogue)
    return ExposureShares(
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


def _long_tail(catalogue: CatalogueProfile) -> np.ndarray:
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
    codes = np.unique(group[group >= 0])
    shares = [
        GroupShare(name=str(names[code]), shown=_share(shown, group == code), catalogue=_share(sold, group == code))
        for code in codes
    ]
    return tuple(sorted(shares, key=lambda share: (-share.catalogue, -share.shown, share.name)))


def _share(amounts: np.ndarray, chosen: np.ndarray) -> float:
    total = float(amounts.sum())
    return float(amounts[chosen].sum()) / total if total else 0.0


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else 0.0
