"""What was bought, as columns, and the matrices that models are made of."""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np
import scipy.sparse as sp

from recommender.products.data.engine.recency import FADE, MOST_BOUGHT, SECONDS_A_DAY, STEPS_BACK, in_season

ENOUGH_ORDERS = 300  # of known buyers: below, content says more than what was fitted; docs/engine.md has the figures
# (buyer or None, product id, order id, placed at, and more that is not read)
PurchaseRow = tuple[str | None, int, int, datetime, *tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class History:
    """Purchases in order of time: one entry a line; `buyers` -1 where nobody is known, `days` since 1970 in UTC.

    `countries` names each order's country, "" where it is unknown; it is empty where none is.
    """

    buyers: np.ndarray  # int32
    products: np.ndarray  # int32
    orders: np.ndarray  # int32
    days: np.ndarray  # float64
    buyer_count: int
    product_count: int
    order_count: int
    countries: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype="<U1"))  # str [orders]

    def __len__(self) -> int:
        return len(self.products)

    def between(self, start: float, end: float) -> "History":
        """Return the purchases of [start, end), in days; counts, and so the rows of matrices, stay as they are."""
        # Days are ascending, so a span of time is a slice: views of the arrays and no copies.
        low, high = np.searchsorted(self.days, [start, end])
        return self.where(slice(low, high))

    def before(self, end: float) -> "History":
        """Return the purchases before a day."""
        return self.between(-np.inf, end)

    def without(self, products: np.ndarray) -> "History":
        """Return the purchases of all but some products (int indices)."""
        return self.where(~np.isin(self.products, products))

    def where(self, selected: "np.ndarray | slice") -> "History":
        """Return some of the purchases; counts stay as they are."""
        return replace(
            self,
            buyers=self.buyers[selected],
            products=self.products[selected],
            orders=self.orders[selected],
            days=self.days[selected],
        )


def read_history(rows: Iterable[PurchaseRow], index: Mapping[int, int]) -> History:
    """Make a history of purchases in one pass, about 24 bytes each; `index` maps product ids to columns.

    Rows of products that are not in `index` are left out; rows need not be in order. Orders are numbered as they come.
    A country is read from a row of six.
    """
    buyers = array("i")
    products = array("i")
    orders = array("i")
    days = array("d")
    buyer_numbers: dict[str, int] = {}
    order_numbers: dict[int, int] = {}
    countries: list[str] = []
    for buyer, product_id, order_id, placed_at, *more in rows:
        column = index.get(product_id)
        if column is None:
            continue
        buyers.append(-1 if buyer is None else buyer_numbers.setdefault(buyer, len(buyer_numbers)))
        products.append(column)
        number = order_numbers.setdefault(order_id, len(countries))
        if number == len(countries):
            countries.append(more[1] if len(more) > 1 else "")
        orders.append(number)
        days.append(placed_at.timestamp() / SECONDS_A_DAY)
    # Sorted by time once, which all that follows relies on; stable, so lines of one moment stay as they came.
    times = np.array(days, dtype=np.float64)
    order = np.argsort(times, kind="stable")
    return History(
        np.array(buyers, dtype=np.int32)[order],
        np.array(products, dtype=np.int32)[order],
        np.array(orders, dtype=np.int32)[order],
        times[order],
        len(buyer_numbers),
        len(index),
        len(order_numbers),
        np.array(countries if any(countries) else [], dtype=np.str_),
    )


def are_mostly_guests(history: History) -> bool:
    """Say whether less than half of the lines have a known buyer."""
    return bool(2 * (history.buyers < 0).sum() > len(history))


def guests_as_buyers(history: History) -> History:
    """Return the history in which each guest's order stands for a buyer: orders of guests cannot be joined."""
    guests = history.buyers < 0
    buyers = np.where(guests, history.buyer_count + history.orders, history.buyers).astype(np.int32)
    return replace(history, buyers=buyers, buyer_count=history.buyer_count + history.order_count)


def bought(history: History) -> sp.csr_matrix:
    """Return buyers x products: 1 where the buyer ever bought the product."""
    known = history.buyers >= 0
    return _ones(history.buyers[known], history.products[known], history.buyer_count, history.product_count)


def baskets(history: History) -> sp.csr_matrix:
    """Return orders x products: 1 where the product was in the order."""
    return _ones(history.orders, history.products, history.order_count, history.product_count)


def missing_orders(known: History) -> int:
    """Return how many orders of known buyers are missing before more is fitted than content and counts."""
    return max(ENOUGH_ORDERS - len(np.unique(known.orders[known.buyers >= 0])), 0)


def order_size(history: History) -> float:
    """Return how many different products an order holds, on average; 0 without orders."""
    matrix = baskets(history)
    return float(matrix.nnz / max(np.count_nonzero(np.diff(matrix.indptr)), 1))


def decayed(history: History, at: float, half_life: float) -> sp.csr_matrix:
    """Return buyers x products: the sum over orders of a weight that halves every `half_life` days before `at`."""
    known = history.buyers >= 0
    # 64 bits: orders times products exceed 32 in a large shop.
    # One number a pair of order and product, to find the first line of each.
    key = history.orders[known].astype(np.int64) * history.product_count + history.products[known]
    first = np.unique(key, return_index=True)[1]  # a product on two lines of an order was bought once
    buyers, products = history.buyers[known][first], history.products[known][first]
    # The weights of several orders add up in `_matrix`, which sums what falls into one cell.
    weight = 0.5 ** ((at - history.days[known][first]) / half_life)
    return _matrix(weight.astype(np.float32), buyers, products, history.buyer_count, history.product_count)


def rested(history: History, at: float) -> sp.csr_matrix:
    """Return buyers x products: how many days before `at` the product was last bought, half a day at least."""
    known = history.buyers >= 0
    # Half a day at least, or what was just bought would be divided by nought.
    days = np.maximum(at - history.days[known], 0.5)
    shape = (history.buyer_count, history.product_count)
    # The largest of 1 / days is the last purchase, so one function finds both the largest and the latest.
    latest = largest(history.buyers[known], history.products[known], 1 / days, shape)
    latest.data = 1 / latest.data
    return latest


def seasonal(history: History, at: float) -> sp.csr_matrix:
    """Return buyers x products: the sum over orders of how near they are to a year before the weeks after `at`.

    As on a shelf the newest 400 lines of a buyer count.
    """
    known = once_an_order(history.where(history.buyers >= 0))
    turn = np.argsort(known.buyers, kind="stable")  # a buyer's lines together, and still in order of time
    buyers = known.buyers[turn]
    # (lines,): 0 for a buyer's last line, 1 for the one before.
    back = np.searchsorted(buyers, buyers, side="right") - 1 - np.arange(len(buyers))
    near = in_season(at - known.days[turn])
    counts = (near > 0) & (back < MOST_BOUGHT)
    products = known.products[turn][counts]
    return _matrix(near[counts], buyers[counts], products, history.buyer_count, history.product_count)


def once_an_order(history: History) -> History:
    """Return the purchases with each product once an order."""
    key = history.orders.astype(np.int64) * history.product_count + history.products
    # Rows put back in order, since histories are in order of time.
    return history.where(np.sort(np.unique(key, return_index=True)[1]))


def decayed_baskets(history: History, at: float, half_life: float) -> sp.csr_matrix:
    """Return the orders that are there x products, each row weighing the root of its age's decay."""
    matrix = baskets(history)
    age = np.zeros(history.order_count)
    age[history.orders] = at - history.days
    # The root, since co-purchases multiply two entries of a row: each pair then weighs the decay itself.
    weight = np.sqrt(0.5 ** (age / half_life)).astype(np.float32)
    return (sp.diags(weight) @ matrix).tocsr()[np.diff(matrix.indptr) > 0]


def sales(history: History, start: float, end: float) -> np.ndarray:
    """Return how many orders of [start, end) held each product, float32 [products]."""
    part = history.between(start, end)
    key = part.orders.astype(np.int64) * history.product_count + part.products
    # Each pair of order and product once; the remainder takes the order off again.
    products = np.unique(key) % history.product_count
    return np.bincount(products, minlength=history.product_count).astype(np.float32)


def largest(rows: np.ndarray, columns: np.ndarray, values: np.ndarray, shape: tuple[int, int]) -> sp.csr_matrix:
    """Return a matrix of the largest value given for each cell, float32."""
    # Sorted so that the largest of each cell comes first, and only firsts stay.
    order = np.lexsort((-values, columns, rows))
    rows = rows[order]
    columns = columns[order]
    values = values[order]
    is_first = np.ones(len(rows), dtype=bool)
    is_first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    return sp.csr_matrix((values[is_first], (rows[is_first], columns[is_first])), shape=shape, dtype=np.float32)


def _ones(rows: np.ndarray, columns: np.ndarray, height: int, width: int) -> sp.csr_matrix:
    matrix = _matrix(np.ones(len(rows), np.float32), rows, columns, height, width)
    matrix.data[:] = 1
    return matrix


def _matrix(data: np.ndarray, rows: np.ndarray, columns: np.ndarray, height: int, width: int) -> sp.csr_matrix:
    matrix = sp.csr_matrix((data, (rows, columns)), shape=(height, width), dtype=np.float32)
    matrix.sum_duplicates()
    return matrix


def steps_back(history: History) -> sp.csr_matrix:
    """Return buyers x products: FADE to the power of how many steps ago the buyer last held it, ten steps at most."""
    orders, buyers = _orders_in_turn(history)
    # (orders,): 0 for a buyer's last order, 1 for the one before; buyers stand together, so each one's end is bisected.
    back = np.searchsorted(buyers, buyers, side="right") - 1 - np.arange(len(orders))
    near = back < STEPS_BACK
    # (near orders, products): its row's buyer and weight are repeated below for each product of an order.
    lines = baskets(history)[orders[near]]
    count = np.diff(lines.indptr)
    return largest(
        np.repeat(buyers[near], count),
        lines.indices,
        np.repeat(FADE ** back[near].astype(np.float32), count),
        (history.buyer_count, history.product_count),
    )


def _orders_in_turn(history: History) -> tuple[np.ndarray, np.ndarray]:
    """Return the orders of known buyers, and whose they are, a buyer's orders together and in order of time."""
    known = history.buyers >= 0
    orders, first = np.unique(history.orders[known], return_index=True)
    buyers, at = history.buyers[known][first], history.days[known][first]
    # The last key counts first: by buyer, then by time, then by number where two orders have one time.
    turn = np.lexsort((orders, at, buyers))
    return orders[turn], buyers[turn]
