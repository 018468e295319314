"""Rows of scores in memory-sized batches, the best of each row, and distinct values."""

from collections.abc import Iterator

import numpy as np

SHORT_ROW = 1_000  # products: sorting so few is faster than finding the best one by one
CELLS_AT_ONCE = 4_000_000  # scores held in memory by a batch: 16 MB of float32
BELOW_ALL = -2e38  # what no score comes near, and float32 holds with half as much again


def batches(cases: int, products: int) -> Iterator[slice]:
    """Yield slices of cases whose scores fit in memory."""
    size = max(1, CELLS_AT_ONCE // max(products, 1))
    for start in range(0, cases, size):
        yield slice(start, min(start + size, cases))


def distinct(rows: np.ndarray, count: int, *, ascending: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct of some rows [m], each below `count`, and the place of each row among them, as intp.

    What `np.unique` returns, without its sort of all of them: a scratch of `count` says which were met before. Where
    they need not be ascending they come as they were met last: a shopper waits for a sort of a thousand.
    """
    # Once and not with each look-up: numpy looks up by whole numbers of this width.
    at, turn = rows.astype(np.intp), np.arange(len(rows), dtype=np.int32)
    # Not initialised: read where it was written and nowhere else.
    place = np.empty(count, np.int32)
    place[at] = turn
    # Of equal rows the last one's turn stayed.
    found = rows[place[at] == turn]
    found = (np.sort(found) if ascending else found).astype(np.intp)
    place[found] = turn[: len(found)]
    return found, place[at].astype(np.intp)


def best_of(values: np.ndarray, depth: int, turn: np.ndarray | None = None) -> np.ndarray:
    """Return the columns of each row's greatest values [b, n], greatest first; equal ones by `turn` [n] if given.

    A partition of the values finds the least of them; only what exceeds it is put in order. Short rows are put in order
    at once, all of them.
    """
    if values.shape[1] <= SHORT_ROW:
        return _first_of(values, depth, turn)
    result = np.empty((len(values), depth), np.int64)
    if not depth:
        return result
    # (b,): the smallest value that still has a place; fewer than `depth` exceed it, so its equals compete for the rest.
    least = _partitioned(values, depth)
    for row, one in enumerate(values):
        above, level = np.flatnonzero(one > least[row]), np.flatnonzero(one == least[row])
        if turn is not None:
            above, level = above[np.argsort(turn[above])], level[np.argsort(turn[level])]
        # Stable after the sort by turn, so equal values stay in their turn.
        above = above[np.argsort(-one[above], kind="stable")]
        result[row] = np.concatenate([above, level])[:depth]
    return result


def _partitioned(values: np.ndarray, depth: int) -> np.ndarray:
    """Return the value [b] of each row than which fewer than `depth` are greater."""
    # Equal values slow a partition down sixfold, and -inf often stands in most columns: there any falling ones will do.
    falling = np.linspace(BELOW_ALL, 1.5 * BELOW_ALL, values.shape[1], dtype=np.float32)
    least = np.partition(np.where(values == -np.inf, falling, values), -depth, axis=1)[:, -depth]
    return np.where(least <= BELOW_ALL, -np.inf, least)


def _first_of(values: np.ndarray, depth: int, turn: np.ndarray | None) -> np.ndarray:
    """Return what `best_of` does, by sorting whole rows."""
    if turn is None:
        return np.asarray(np.argsort(-values, axis=1, kind="stable")[:, :depth])
    # Columns stand in their turn before the stable sort; `by_turn` then says which columns they were.
    by_turn = np.argsort(turn)
    return np.asarray(by_turn[np.argsort(-values[:, by_turn], axis=1, kind="stable")[:, :depth]])
