"""Splits of a history at a cut, and their cases: what is asked about the time after it, and what was right.

docs/recommendations.md says what a case of each task is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from recommender.products.data.engine.history import (
    History,
    baskets,
    bought,
    decayed,
    largest,
    rested,
    seasonal,
    steps_back,
)
from recommender.products.data.engine.recency import FADE, HALF_LIFE_DAYS
from recommender.products.data.engine.rhythm import buyers_countries
from recommender.products.evaluation.engine.queries import Queries
from recommender.products.types import Purpose, Task

COLD_SHARE = 0.15
LEAST_BASKET, MOST_SHELF_CASES = 4, 1_000
MOST_VIEWS = 50_000  # of a window that tunes: the gate judges 2,000, and each is paired with all before it in its visit
AUDIENCE = 1_000
# The task whose cases ask what a purpose serves; beside a product, to buy again and in visits they are of their own.
TASKS: Mapping[Purpose, Task] = {Purpose.CART: Task.CART, Purpose.NEXT: Task.NEXT_ALL, Purpose.NEW: Task.NEXT_NEW}
LEAST_WEIGHT = 1e-6  # of what was seen long ago in a visit: it was seen


@dataclass(frozen=True, slots=True)
class EvaluationCases:
    """Queries with their answers: `right` and `excluded` (no candidates) are [b, n], non-zero where it holds."""

    queries: Queries
    right: sp.csr_matrix
    excluded: sp.csr_matrix

    def __len__(self) -> int:
        return len(self.queries)

    @property
    def clusters(self) -> np.ndarray:
        """Return whose case each is, int [b], numbered from 0: those of one visit are alike, and no separate chances.

        A case of nobody's stands alone.
        """
        buyers = self.queries.buyers
        alone = buyers.max(initial=-1) + 1 + np.arange(len(buyers))
        return np.unique(np.where(buyers < 0, alone, buyers), return_inverse=True)[1]

    def part(self, rows: np.ndarray | slice) -> "EvaluationCases":
        """Return some of the cases."""
        return EvaluationCases(self.queries.part(rows), self.right[rows], self.excluded[rows])


@dataclass(frozen=True, slots=True)
class Audience:
    """Those who would be shown something now, at a split's time, and what they may not be shown [b, n]."""

    queries: Queries
    excluded: sp.csr_matrix


@dataclass(frozen=True, slots=True)
class Split:
    """What a model may know (`known`, all of it before the answers), from when it looks back, and its cases."""

    known: History
    at: float
    cases: EvaluationCases
    from_baskets: bool = False  # whether product links are fitted from baskets or from buyers
    borrows: bool = False  # whether what was never sold borrows links from its neighbours
    of_visits: bool = False  # whether it is of visits and views, not of buyers and orders


def make_split(task: Task, history: History, cut: float, days: float, seed: int) -> Split:
    """Return the split of a task whose answers lie in [cut, cut + days), in days since 1970.

    For `last` the cut only ends the history: each buyer's last order before cut + days is hidden. For `session` the
    history is of views: a visit for a buyer, a view for an order.
    """
    makers: dict[Task, Callable[[History, float, float, int], Split]] = {
        Task.NEXT_NEW: _next_new,
        Task.NEXT_ALL: _next_all,
        Task.CART: _cart,
        Task.LAST: _last,
        Task.COLD: _cold,
        Task.SESSION: _session,
    }
    split = makers[task](history, cut, days, seed)
    # A guard, not a check of input: a leak here would make every figure too good.
    if task != Task.LAST and len(split.known) and split.known.days[-1] >= cut:
        raise AssertionError("What is known must lie before the cut.")
    return split


def split_for(purpose: Purpose, history: History, cut: float, days: float, seed: int) -> Split:
    """Return the split whose cases ask what a purpose serves; history, times and seed as in `make_split`."""
    if purpose == Purpose.SHELF:
        return single_item_split(history, cut, days, seed)
    if purpose == Purpose.AGAIN:
        return among_held(make_split(Task.NEXT_ALL, history, cut, days, seed))
    if purpose == Purpose.VISIT:
        return without_seen(make_split(Task.SESSION, _fewer_visits(history, cut, days, seed), cut, days, seed))
    return make_split(TASKS[purpose], history, cut, days, seed)


def single_item_split(history: History, cut: float, days: float, seed: int) -> Split:
    """Return carts of the window of which one product, drawn by the seed, is given; 1,000 at most."""
    split = _basket_split(history, cut, days, seed, least=2, given=lambda size: 1)
    if len(split.cases) <= MOST_SHELF_CASES:
        return split
    rows = np.sort(np.random.default_rng(seed).choice(len(split.cases), MOST_SHELF_CASES, replace=False))
    return Split(split.known, split.at, split.cases.part(rows), from_baskets=True)


def visit_days(views: History, cut: float, days: float) -> float:
    """Return how many days before a cut tune what visits are shown: a quarter at most of what is known of visits."""
    return min(days, (cut - float(views.days[0])) / 4) if len(views) else days


def among_held(split: Split) -> Split:
    """Return the split in which only what buyers hold counts as right: what they bought again."""
    cases = split.cases
    right = cases.right.multiply(cases.queries.held > 0).tocsr()
    right.eliminate_zeros()
    return replace(split, cases=replace(cases, right=right).part(np.flatnonzero(np.diff(right.indptr))))


def last_buyers(task: Task, split: Split) -> Audience:
    """Return the last thousand who bought, as a task would ask about them; it knows nothing of the split's answers."""
    known = split.known
    # Backwards in time, so that the first of each buyer is the latest.
    newest = known.buyers[::-1]
    buyers, first = np.unique(newest, return_index=True)
    buyers = buyers[np.argsort(first)]
    buyers = buyers[buyers >= 0][:AUDIENCE]
    excluded = _nothing(len(buyers), known)
    if task in (Task.NEXT_NEW, Task.LAST):
        excluded = bought(known)[buyers]
    if task == Task.COLD and len(split.cases):
        excluded = split.cases.excluded[np.zeros(len(buyers), np.int64)]  # the same for everybody
        return Audience(replace(_queries_about(known, split.at, buyers), excluded=excluded), excluded)
    return Audience(_queries_about(known, split.at, buyers), excluded)


def last_baskets(split: Split) -> Audience:
    """Return the last thousand orders of two products or more, as carts."""
    known = split.known
    matrix = baskets(known)
    orders, first = np.unique(known.orders[::-1], return_index=True)
    orders = orders[np.argsort(first)]
    held = matrix[orders[np.diff(matrix.indptr)[orders] > 1][:AUDIENCE]]
    # What lies in the cart is not looked at, as on the shelf.
    return Audience(Queries(np.full(held.shape[0], -1, np.int32), held, excluded=held), held)


def last_anchors(split: Split, seed: int) -> Audience:
    """Return one product of each of those orders, drawn by the seed, as a page that somebody looks at."""
    held = last_baskets(split).queries.held
    # By lot, as beside a product the cases are: the first of an order is its oldest product, and no usual page.
    drawn = held.indptr[:-1] + np.random.default_rng(seed).integers(np.diff(held.indptr))
    rows = sp.csr_matrix(
        (np.ones(held.shape[0], np.float32), held.indices[drawn], np.arange(held.shape[0] + 1)), shape=held.shape
    )
    return Audience(Queries(np.full(held.shape[0], -1, np.int32), rows), rows)


def _next_all(history: History, cut: float, days: float, seed: int) -> Split:
    known = history.before(cut)
    had, window = bought(known), bought(history.between(cut, cut + days))
    buyers = _both(had, window)
    return Split(known, cut, _buyer_cases(known, cut, buyers, window[buyers], _nothing(len(buyers), history)))


def _next_new(history: History, cut: float, days: float, seed: int) -> Split:
    known = history.before(cut)
    had, window = bought(known), bought(history.between(cut, cut + days))
    # What was bought before is no first purchase, and may not be shown either.
    new = _minus(window, had)
    buyers = _both(had, new)
    return Split(known, cut, _buyer_cases(known, cut, buyers, new[buyers], had[buyers]))


def _cold(history: History, cut: float, days: float, seed: int) -> Split:
    count = history.product_count
    # Hidden from training altogether, as if they had come after it.
    cold = np.random.default_rng(seed).choice(count, int(COLD_SHARE * count), replace=False)
    known = history.before(cut).without(cold)
    column = np.zeros(count, np.float32)
    column[cold] = 1
    window = (bought(history.between(cut, cut + days)) @ sp.diags(column)).tocsr()
    window.eliminate_zeros()
    buyers = _both(bought(known), window)
    excluded = sp.csr_matrix(np.broadcast_to(1 - column, (len(buyers), count)))
    cases = _buyer_cases(known, cut, buyers, window[buyers], excluded)
    # What is not cold is not looked at: the best of the others are ranked.
    return Split(known, cut, replace(cases, queries=replace(cases.queries, excluded=excluded)), borrows=True)


def _last(history: History, cut: float, days: float, seed: int) -> Split:
    seen = history.before(cut + days)
    # Each buyer's own last order, whenever it was: the newest test a buyer can give.
    hidden = _last_orders(seen)
    known = _without_orders(seen, hidden)
    answers = _minus(bought(_only_orders(seen, hidden)), bought(known))
    buyers = _both(bought(known), answers)
    at = float(seen.days[-1]) if len(seen) else cut
    return Split(known, at, _buyer_cases(known, at, buyers, answers[buyers], bought(known)[buyers]))


def before_last(history: History) -> History:
    """Return the history without each buyer's last order, of those with three or more: what tunes the task `last`."""
    return _without_orders(history, _last_orders(history))


def _last_orders(history: History) -> np.ndarray:
    known = history.buyers >= 0
    pairs = np.unique(np.stack([history.buyers[known], history.orders[known]]), axis=1)
    orders_a_buyer = np.bincount(pairs[0], minlength=history.buyer_count)
    last = np.full(history.buyer_count, -1, dtype=np.int64)
    last[history.buyers[known]] = history.orders[known]  # in order of time, so the last assignment stays
    # Two orders at least are left to know the buyer by.
    return last[orders_a_buyer >= 3]


def _without_orders(history: History, orders: np.ndarray) -> History:
    return history.where(~np.isin(history.orders, orders))


def _only_orders(history: History, orders: np.ndarray) -> History:
    return history.where(np.isin(history.orders, orders))


def _cart(history: History, cut: float, days: float, seed: int) -> Split:
    return _basket_split(history, cut, days, seed, least=LEAST_BASKET, given=lambda size: size // 2)


def _basket_split(
    history: History, cut: float, days: float, seed: int, *, least: int, given: Callable[[int], int]
) -> Split:
    matrix = baskets(history.between(cut, cut + days))
    matrix = matrix[np.diff(matrix.indptr) >= least]
    draw = np.random.default_rng(seed)
    is_given = np.zeros(matrix.nnz, dtype=bool)
    for low, high in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True):
        # By lot, since lines of an order have no order in time.
        is_given[low + draw.permutation(high - low)[: given(int(high - low))]] = True
    # The same entries twice: one lot says which are given, and the others are the answers.
    held, right = matrix.copy(), matrix.copy()
    held.data, right.data = is_given.astype(np.float32), (~is_given).astype(np.float32)
    held.eliminate_zeros()
    right.eliminate_zeros()
    nobody = np.full(matrix.shape[0], -1, dtype=np.int32)
    # What lies in the cart is not looked at, as on the shelf.
    cases = EvaluationCases(Queries(nobody, held, excluded=held), right, held)
    return Split(history.before(cut), cut, cases, from_baskets=True)


def _session(history: History, cut: float, days: float, seed: int) -> Split:
    window = history.between(cut, cut + days)
    # Views of one visit in the order of looking; equal times by number.
    turn = np.lexsort((window.orders, window.days, window.buyers))
    visits, products = window.buyers[turn], window.products[turn]
    place = np.arange(len(visits)) - np.searchsorted(visits, visits)  # of a view in its visit
    # Each view but a visit's first is an answer, asked from all views before it.
    queries = np.flatnonzero(place)
    # (pairs of answer and earlier view,): the answer's number, and how many views before it the earlier one lies.
    case = np.repeat(np.arange(len(queries)), place[queries])
    back = np.concatenate([np.arange(steps, 0, -1) for steps in place[queries]]) if len(queries) else queries
    shape = (len(queries), history.product_count)
    # The view just before weighs 1; `largest` then takes of a product seen twice the later view.
    weight = np.maximum(FADE ** (back - 1.0), LEAST_WEIGHT)
    held = largest(case, products[queries[case] - back], weight, shape)
    right = sp.csr_matrix(
        (np.ones(len(queries), np.float32), (np.arange(len(queries)), products[queries])), shape=shape
    )
    cases = EvaluationCases(Queries(visits[queries], held), right, _nothing(len(queries), history))
    return Split(history.before(cut), cut, cases, of_visits=True)


def _fewer_visits(views: History, cut: float, days: float, seed: int) -> History:
    """Return views of which [cut, cut + days) holds 50,000 at most, of whole visits that are drawn by the seed."""
    is_inside = (views.days >= cut) & (views.days < cut + days)
    counts = np.bincount(views.buyers[is_inside], minlength=views.buyer_count)
    if counts.sum() <= MOST_VIEWS:
        return views
    turn = np.random.default_rng(seed).permutation(views.buyer_count)
    is_drawn = np.zeros(views.buyer_count, dtype=bool)
    is_drawn[turn[np.cumsum(counts[turn]) <= MOST_VIEWS]] = True
    return views.where(~is_inside | is_drawn[views.buyers])


def without_seen(split: Split) -> Split:
    """Return a split of visits in which what was seen is no candidate, and no answer."""
    cases = split.cases
    seen_right = cases.right.multiply(cases.queries.held > 0)
    # A case whose answer was seen before would have none left.
    fresh = np.flatnonzero(np.asarray(seen_right.sum(axis=1)).ravel() == 0)
    unseen = cases.part(fresh)
    return replace(
        split, cases=EvaluationCases(unseen.queries, unseen.right, (unseen.queries.held > 0).astype(np.float32))
    )


def _buyer_cases(
    known: History, at: float, buyers: np.ndarray, right: sp.csr_matrix, excluded: sp.csr_matrix
) -> EvaluationCases:
    return EvaluationCases(_queries_about(known, at, buyers), right, excluded)


def _queries_about(known: History, at: float, buyers: np.ndarray) -> Queries:
    """Return a query about each of some buyers, from what is known of them at a time."""
    return Queries(
        buyers=buyers.astype(np.int32),
        held=decayed(known, at, HALF_LIFE_DAYS)[buyers],
        steps=steps_back(known)[buyers],
        rested=rested(known, at)[buyers],
        seasonal=seasonal(known, at)[buyers],
        countries=buyers_countries(known)[buyers],
    )


def _both(one: sp.csr_matrix, other: sp.csr_matrix) -> np.ndarray:
    return np.flatnonzero((np.diff(one.indptr) > 0) & (np.diff(other.indptr) > 0))


def _minus(one: sp.csr_matrix, other: sp.csr_matrix) -> sp.csr_matrix:
    rest = (one - one.multiply(other)).tocsr()
    rest.eliminate_zeros()
    return rest


def _nothing(cases: int, history: History) -> sp.csr_matrix:
    return sp.csr_matrix((cases, history.product_count), dtype=np.float32)
