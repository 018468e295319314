"""Replaying rules on what is past: what shelves would have held of what shoppers then took, with rules and without."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.products.data.engine.history import History
from recommender.products.evaluation.engine.metrics import bootstrapped
from recommender.products.evaluation.types import MeanInterval, ReplayTally
from recommender.products.types import Shelf

MOST_VIEWS = 10
ReplayProgress = Callable[[int], None]
Rows = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of the past, in rows: what a shopper had before them (newest first), and what they took then.

    `of` is the number of its order or visit; `bought` has (row, days before) of what the buyer had bought until then.
    """

    of: int
    given: Rows
    right: Rows
    bought: tuple[tuple[int, float], ...] = ()


Choose = Callable[[Moment], Sequence[int]]


def moments_of_orders(history: History, start: float, most: int, bought_days: float, seed: int) -> list[Moment]:
    """Return up to `most` orders since `start` (days since 1970) of two products or more: one is given, by lot.

    What the same buyer bought in the days before comes along where `bought_days` asks for it.
    """
    draw = np.random.default_rng(seed)
    part = history.between(start, np.inf)
    # A product on two lines of an order is one product.
    key, first = np.unique(part.orders.astype(np.int64) * history.product_count + part.products, return_index=True)
    # Ascending by order: the lines of one order stand together.
    orders, products = key // history.product_count, key % history.product_count
    numbers, begins, counts = np.unique(orders, return_index=True, return_counts=True)
    chosen = np.flatnonzero(counts >= 2)
    if len(chosen) > most:
        # Sorted again, so that what is drawn stays in order of time.
        chosen = np.sort(draw.choice(chosen, most, replace=False))
    moments = []
    for at in chosen:
        held = products[begins[at] : begins[at] + counts[at]]
        given = int(draw.integers(len(held)))
        # Any line of the order says who bought and when.
        line = first[begins[at]]
        had = _had(history, int(part.buyers[line]), float(part.days[line]), bought_days)
        moments.append(Moment(int(numbers[at]), (int(held[given]),), tuple(np.delete(held, given).tolist()), had))
    return moments


def moments_of_visits(views: History, start: float, most: int, seed: int) -> list[Moment]:
    """Return up to `most` views since `start` that another product's view followed; `views` has visits for buyers."""
    part = views.between(start, np.inf)
    order = np.argsort(part.buyers, kind="stable")
    visits, products = part.buyers[order], part.products[order]
    # Looking at the same page twice is no step.
    followed = np.flatnonzero((visits[1:] == visits[:-1]) & (products[1:] != products[:-1]))
    if len(followed) > most:
        followed = np.sort(np.random.default_rng(seed).choice(followed, most, replace=False))
    # Visits stand together after the sort, so the first view of each is found by bisection.
    begins = np.searchsorted(visits, visits[followed])
    moments = []
    for begin, at in zip(begins, followed, strict=True):
        # The newest first, each product once, ten views at most and none of another visit.
        seen = products[max(begin, at - MOST_VIEWS + 1) : at + 1][::-1]
        given = tuple(dict.fromkeys(seen.tolist()))
        moments.append(Moment(int(visits[at]), given, (int(products[at + 1]),)))
    return moments


def replay(
    shelf: Shelf | None,
    moments: Sequence[Moment],
    before: Choose,
    after: Choose,
    margins: np.ndarray,
    progress: ReplayProgress = lambda done: None,
) -> ReplayTally:
    """Show each moment a shelf by the rules of before and of after, and count what of the right ones they hold.

    `margins` [products] are of one piece, nan where the cost is unknown; `progress` gets how many moments are done.
    """
    # (2, moments): row 0 by the rules of before, row 1 by those of after.
    held, worth = np.zeros((2, len(moments))), np.zeros((2, len(moments)))
    changed = won = lost = 0
    for at, moment in enumerate(moments):
        shelves = [list(choose(moment)) for choose in (before, after)]
        right = [set(moment.right) & set(shown) for shown in shelves]
        changed += shelves[0] != shelves[1]
        won, lost = won + len(right[1] - right[0]), lost + len(right[0] - right[1])
        for side in range(2):
            held[side, at] = len(right[side])
            # A product of unknown cost earns nothing here rather than everything.
            worth[side, at] = np.nansum(margins[list(right[side])])
        progress(at + 1)
    # Moments of one visit are one voice, and are drawn together.
    clusters = np.unique([moment.of for moment in moments], return_inverse=True)[1]
    right_rows = [row for moment in moments for row in moment.right]
    known = np.isfinite(margins[right_rows])
    return ReplayTally(
        shelf=shelf,
        moments=len(moments),
        changed=changed,
        won=won,
        lost=lost,
        held_before=int(held[0].sum()),
        held_after=int(held[1].sum()),
        difference=interval_of(held[1] - held[0], clusters),
        margin=interval_of(worth[1] - worth[0], clusters) if known.any() else None,
        costed=float(known.mean()) if len(known) else 0.0,
    )


def interval_of(differences: np.ndarray, clusters: np.ndarray) -> MeanInterval:
    """Return the mean of paired differences for a hundred, with its 95 % interval by resampling whole clusters."""
    if not differences.any():
        return MeanInterval(0.0, 0.0, 0.0)
    low, high = bootstrapped(differences, clusters, seed=0)
    return MeanInterval(float(100 * differences.mean()), 100 * low, 100 * high)


def _had(history: History, buyer: int, day: float, days: float) -> tuple[tuple[int, float], ...]:
    if buyer < 0 or not days:
        return ()
    before = history.between(day - days, day)
    own = before.buyers == buyer
    # In order of time, so of several purchases of a product the last one stays.
    latest = dict(zip(before.products[own].tolist(), (day - before.days[own]).tolist(), strict=True))
    return tuple(latest.items())
