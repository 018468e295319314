"""Cases: what is asked of a model about the time after a cut, and what was right. docs/recommendations.md has them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from recommender.products.engine.history import History, baskets, bought, decayed, largest, rested
from recommender.products.engine.rhythm import buyers_countries
from recommender.products.engine.scorers import Asked
from recommender.products.engine.sequences import FADE, steps_back
from recommender.products.types import Task

HALF_LIFE_DAYS = 120.0
COLD_SHARE = 0.15
LEAST_BASKET, MOST_SHELF_CASES = 4, 1_000
AUDIENCE = 1_000
LEAST_WEIGHT = 1e-6  # of what was seen long ago in a visit: it was seen


@dataclass(frozen=True, slots=True)
class Cases:
    """Questions with their answers: `right` and `barred` (no candidates) are [b, n], non-zero where it holds."""

    asked: Asked
    right: sp.csr_matrix
    barred: sp.csr_matrix

    def __len__(self) -> int:
        return len(self.asked)

    def part(self, rows: np.ndarray | slice) -> "Cases":
        """Return some of the cases."""
        return Cases(self.asked.part(rows), self.right[rows], self.barred[rows])


@dataclass(frozen=True, slots=True)
class Audience:
    """Those who would be shown something now, at a trial's time, and what they may not be shown [b, n]."""

    asked: Asked
    barred: sp.csr_matrix


@dataclass(frozen=True, slots=True)
class Trial:
    """What a model may know (`known`, all of it before the answers), from when it looks back, and its cases."""

    known: History
    at: float
    cases: Cases
    from_baskets: bool = False  # whether product links are learnt from baskets or from buyers
    borrows: bool = False  # whether what was never sold borrows links from its neighbours
    of_visits: bool = False  # whether it is of visits and views, not of buyers and orders


def make_trial(task: Task, history: History, cut: float, days: float, seed: int) -> Trial:
    """Return the trial of a task whose answers lie in [cut, cut + days), in days since 1970.

    For `last` the cut only ends the history: each buyer's last order before cut + days is hidden. For `session` the
    history is of views: a visit for a buyer, a view for an order.
    """
    makers: dict[Task, Callable[[History, float, float, int], Trial]] = {
        Task.NEXT_NEW: _next_new,
        Task.NEXT_ALL: _next_all,
        Task.CART: _cart,
        Task.LAST: _last,
        Task.COLD: _cold,
        Task.SESSION: _session,
    }
    trial = makers[task](history, cut, days, seed)
    if task != Task.LAST and len(trial.known) and trial.known.days[-1] >= cut:
        raise AssertionError("What is known must lie before the cut.")
    return trial


def shelf_trial(history: History, cut: float, days: float, seed: int) -> Trial:
    """Return carts of the window of which one product, drawn by the seed, is given; 1,000 at most."""
    trial = _baskets_trial(history, cut, days, seed, least=2, given=lambda size: 1)
    if len(trial.cases) <= MOST_SHELF_CASES:
        return trial
    rows = np.sort(np.random.default_rng(seed).choice(len(trial.cases), MOST_SHELF_CASES, replace=False))
    return Trial(trial.known, trial.at, trial.cases.part(rows), from_baskets=True)


def last_buyers(task: Task, trial: Trial) -> Audience:
    """Return the last thousand who bought, as a task would ask about them; it knows nothing of the trial's answers."""
    known = trial.known
    newest = known.buyers[::-1]
    buyers, first = np.unique(newest, return_index=True)
    buyers = buyers[np.argsort(first)]
    buyers = buyers[buyers >= 0][:AUDIENCE]
    barred = _nothing(len(buyers), known)
    if task in (Task.NEXT_NEW, Task.LAST):
        barred = bought(known)[buyers]
    if task == Task.COLD and len(trial.cases):
        barred = trial.cases.barred[np.zeros(len(buyers), np.int64)]  # the same for everybody
    return Audience(_asked(known, trial.at, buyers), barred)


def last_baskets(trial: Trial) -> Audience:
    """Return the last thousand orders of two products or more, as carts."""
    known = trial.known
    matrix = baskets(known)
    orders, first = np.unique(known.orders[::-1], return_index=True)
    orders = orders[np.argsort(first)]
    held = matrix[orders[np.diff(matrix.indptr)[orders] > 1][:AUDIENCE]]
    return Audience(Asked(np.full(held.shape[0], -1, np.int32), held), held)


def last_anchors(trial: Trial) -> Audience:
    """Return one product of each of those orders, as a page that somebody looks at."""
    held = last_baskets(trial).asked.held
    rows = sp.csr_matrix(
        (np.ones(held.shape[0], np.float32), held.indices[held.indptr[:-1]], np.arange(held.shape[0] + 1)),
        shape=held.shape,
    )
    return Audience(Asked(np.full(held.shape[0], -1, np.int32), rows), rows)


def _next_all(history: History, cut: float, days: float, seed: int) -> Trial:
    known = history.before(cut)
    had, window = bought(known), bought(history.between(cut, cut + days))
    buyers = _both(had, window)
    return Trial(known, cut, _buyer_cases(known, cut, buyers, window[buyers], _nothing(len(buyers), history)))


def _next_new(history: History, cut: float, days: float, seed: int) -> Trial:
    known = history.before(cut)
    had, window = bought(known), bought(history.between(cut, cut + days))
    new = _minus(window, had)
    buyers = _both(had, new)
    return Trial(known, cut, _buyer_cases(known, cut, buyers, new[buyers], had[buyers]))


def _cold(history: History, cut: float, days: float, seed: int) -> Trial:
    count = history.product_count
    cold = np.random.default_rng(seed).choice(count, int(COLD_SHARE * count), replace=False)
    known = history.before(cut).without(cold)
    column = np.zeros(count, np.float32)
    column[cold] = 1
    window = (bought(history.between(cut, cut + days)) @ sp.diags(column)).tocsr()
    window.eliminate_zeros()
    buyers = _both(bought(known), window)
    barred = sp.csr_matrix(np.broadcast_to(1 - column, (len(buyers), count)))
    return Trial(known, cut, _buyer_cases(known, cut, buyers, window[buyers], barred), borrows=True)


def _last(history: History, cut: float, days: float, seed: int) -> Trial:
    seen = history.before(cut + days)
    hidden = _last_orders(seen)
    known = _without_orders(seen, hidden)
    answers = _minus(bought(_only_orders(seen, hidden)), bought(known))
    buyers = _both(bought(known), answers)
    at = float(seen.days[-1]) if len(seen) else cut
    return Trial(known, at, _buyer_cases(known, at, buyers, answers[buyers], bought(known)[buyers]))


def before_last(history: History) -> History:
    """Return the history without each buyer's last order, of those with three or more: what tunes the task `last`."""
    return _without_orders(history, _last_orders(history))


def _last_orders(history: History) -> np.ndarray:
    known = history.buyers >= 0
    pairs = np.unique(np.stack([history.buyers[known], history.orders[known]]), axis=1)
    orders_a_buyer = np.bincount(pairs[0], minlength=history.buyer_count)
    last = np.full(history.buyer_count, -1, dtype=np.int64)
    last[history.buyers[known]] = history.orders[known]  # in order of time, so the last assignment stays
    return last[orders_a_buyer >= 3]


def _without_orders(history: History, orders: np.ndarray) -> History:
    return history.where(~np.isin(history.orders, orders))


def _only_orders(history: History, orders: np.ndarray) -> History:
    return history.where(np.isin(history.orders, orders))


def _cart(history: History, cut: float, days: float, seed: int) -> Trial:
    return _baskets_trial(history, cut, days, seed, least=LEAST_BASKET, given=lambda size: size // 2)


def _baskets_trial(
    history: History, cut: float, days: float, seed: int, *, least: int, given: Callable[[int], int]
) -> Trial:
    matrix = baskets(history.between(cut, cut + days))
    matrix = matrix[np.diff(matrix.indptr) >= least]
    draw = np.random.default_rng(seed)
    is_given = np.zeros(matrix.nnz, dtype=bool)
    for low, high in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True):
        is_given[low + draw.permutation(high - low)[: given(int(high - low))]] = True
    held, right = matrix.copy(), matrix.copy()
    held.data, right.data = is_given.astype(np.float32), (~is_given).astype(np.float32)
    held.eliminate_zeros()
    right.eliminate_zeros()
    nobody = np.full(matrix.shape[0], -1, dtype=np.int32)
    return Trial(history.before(cut), cut, Cases(Asked(nobody, held), right, held), from_baskets=True)


def _session(history: History, cut: float, days: float, seed: int) -> Trial:
    window = history.between(cut, cut + days)
    turn = np.lexsort((window.orders, window.days, window.buyers))
    visits, products = window.buyers[turn], window.products[turn]
    place = np.arange(len(visits)) - np.searchsorted(visits, visits)  # of a view in its visit
    asked = np.flatnonzero(place)
    case = np.repeat(np.arange(len(asked)), place[asked])
    back = np.concatenate([np.arange(steps, 0, -1) for steps in place[asked]]) if len(asked) else asked
    shape = (len(asked), history.product_count)
    weight = np.maximum(FADE ** (back - 1.0), LEAST_WEIGHT)
    held = largest(case, products[asked[case] - back], weight, shape)
    right = sp.csr_matrix((np.ones(len(asked), np.float32), (np.arange(len(asked)), products[asked])), shape=shape)
    cases = Cases(Asked(visits[asked], held), right, _nothing(len(asked), history))
    return Trial(history.before(cut), cut, cases, of_visits=True)


def without_seen(trial: Trial) -> Trial:
    """Return a trial of visits in which what was seen is no candidate, and no answer."""
    cases = trial.cases
    fresh = np.flatnonzero(np.asarray(cases.right.multiply(cases.asked.held > 0).sum(axis=1)).ravel() == 0)
    kept = cases.part(fresh)
    return replace(trial, cases=Cases(kept.asked, kept.right, (kept.asked.held > 0).astype(np.float32)))


def _buyer_cases(known: History, at: float, buyers: np.ndarray, right: sp.csr_matrix, barred: sp.csr_matrix) -> Cases:
    return Cases(_asked(known, at, buyers), right, barred)


def _asked(known: History, at: float, buyers: np.ndarray) -> Asked:
    """Return a question about each of some buyers, from what is known of them at a time."""
    held, steps, days = decayed(known, at, HALF_LIFE_DAYS), steps_back(known), rested(known, at)
    return Asked(buyers.astype(np.int32), held[buyers], steps[buyers], days[buyers], buyers_countries(known)[buyers])


def _both(one: sp.csr_matrix, other: sp.csr_matrix) -> np.ndarray:
    return np.flatnonzero((np.diff(one.indptr) > 0) & (np.diff(other.indptr) > 0))


def _minus(one: sp.csr_matrix, other: sp.csr_matrix) -> sp.csr_matrix:
    rest = (one - one.multiply(other)).tocsr()
    rest.eliminate_zeros()
    return rest


def _nothing(cases: int, history: History) -> sp.csr_matrix:
    return sp.csr_matrix((cases, history.product_count), dtype=np.float32)
