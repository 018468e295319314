"""The arrays of an artefact, one row a product, as learning and increments both write them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from recommender.products.data.engine.features import kinds_column
from recommender.products.data.engine.moments import kind_moments, sales_moments
from recommender.products.data.engine.recency import WEEK
from recommender.products.data.engine.rhythm import RecentOrders

WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class ProductNames:
    """By what products are called, row by row: the database's ids, our public ids, the platform's ids."""

    ids: Sequence[int]
    public_ids: Sequence[int]
    external_ids: Sequence[str]

    def columns(self) -> dict[str, np.ndarray]:
        """Return the arrays by which a product is found."""
        public, external = np.array(self.public_ids, dtype=np.int64), texts(self.external_ids)
        # Sorted copies are searched in a mapped file without reading it whole.
        by_public, by_external = np.argsort(public, kind="stable"), np.argsort(external, kind="stable")
        return {
            "ids": np.array(self.ids, dtype=np.int64),
            "public_ids": public,
            "public_sorted": public[by_public],
            "public_rows": by_public.astype(np.int32),
            "external_sorted": external[by_external],
            "external_rows": by_external.astype(np.int32),
        }


def names_of(arrays: Mapping[str, np.ndarray]) -> ProductNames:
    """Return the names of an artefact's products, row by row."""
    # Names are stored sorted only; their rows put them back in order.
    external = np.empty(len(arrays["ids"]), dtype=arrays["external_sorted"].dtype)
    external[arrays["external_rows"]] = arrays["external_sorted"]
    return ProductNames(arrays["ids"].tolist(), arrays["public_ids"].tolist(), external.tolist())


def sales_columns(trend: np.ndarray, popular: np.ndarray) -> dict[str, np.ndarray]:
    """Return what sells, and the order in which it does: in the last 14 days, then ever, then the newest first."""
    return {
        "trend": trend.astype(np.int32),
        "popular": popular.astype(np.int32),
        # Ties go to the newest product, which has had least time to sell.
        "selling_order": np.lexsort((-np.arange(len(trend)), -popular, -trend)).astype(np.int32),
    }


def selling_columns(
    recent: RecentOrders, windows: np.ndarray, kinds: sp.csr_matrix, countries: int
) -> dict[str, np.ndarray]:
    """Return what sells by country and by category, with the moments by which scores are standardised.

    `windows` [n, 3] are the decayed counts of orders, `kinds` [n, c] the products' categories.
    """
    count = len(windows)
    by_country = recent.trend_countries(count, countries)
    return {
        "trend_windows": windows,
        "trend_countries": by_country,
        "trend_moments": sales_moments(recent.trend(count), by_country),
        "kinds": kinds_column(kinds),
        **kind_moments(kinds, windows[:, WEEK]),
    }


def week_columns(recent: RecentOrders, at: float, countries: int, selling_order: np.ndarray) -> dict[str, np.ndarray]:
    """Return the orders of the seven days before `at`, and the order in which products sell by them.

    Both are int32 [1 + countries, n]: of the whole shop, then of each country. Of what sold as much, or not at all,
    first comes what does in `selling_order`.
    """
    count, last = len(selling_order), recent.since(at - WEEK_DAYS)
    week = np.vstack([last.trend(count), last.trend_countries(count, countries).T]).astype(np.int32)
    # Stable on the shop's order, so a country without sales shows what sells in the shop.
    order = [selling_order[np.argsort(-sold[selling_order], kind="stable")] for sold in week]
    return {"week": week, "week_order": np.stack(order).astype(np.int32)}


def texts(names: Sequence[str]) -> np.ndarray:
    """Return texts as an array."""
    return np.array(names, dtype=np.str_) if len(names) else np.zeros(0, dtype="<U1")
