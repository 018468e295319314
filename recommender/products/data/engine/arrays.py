"""Rows of scores in memory-sized batches, the best of each row; float16 as float32, and distinct values."""

from collections.abc import Iterator

import numpy as np

SHORT_ROW = 1_000  # products: sorting so few is faster than finding the best one by one
CELLS_AT_ONCE = 4_000_000  # scores held in memory by a batch: 16 MB of float32
_SINGLES = np.arange(2**16, dtype=np.uint16).view(np.float16).astype(np.float32)  # of each float16, by its bits


def batches(cases: int, products: int) -> Iterator[slice]:
    """Yield slices of cases whose scores fit in memory."""
    size = max(1, CELLS_AT_ONCE // max(products, 1))
    for start in range(0, cases, size):
        yield slice(start, min(start + size, cases))


def as_singles(values: np.ndarray) -> np.ndarray:
    """Return values as float32; float16 are looked up, in a third of the time that converting them takes."""
    if values.dtype != np.float16:
        return values.astype(np.float32)
    return np.asarray(_SINGLES.take(values.view(np.uint16), mode="wrap"))


def distinct(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct values [m], ascending, and the place of each value [n] among them: a brief `np.unique`."""
    order = values.argsort(kind="stable")
    ascending = values[order]
    is_first = np.ones(len(values), bool)
    np.not_equal(ascending[1:], ascending[:-1], out=is_first[1:])
    where = np.empty(len(values), np.intp)
    where[order] = np.cumsum(is_first) - 1
    return ascending[is_first], where


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
    least = np.partition(values, -depth, axis=1)[:, -depth]
    for row, one in enumerate(values):
        above, level = np.flatnonzero(one > least[row]), np.flatnonzero(one == least[row])
        if turn is not None:
            above, level = above[np.argsort(turn[above])], level[np.argsort(turn[level])]
        # Stable after the sort by turn, so equal values stay in their turn.
        above = above[np.argsort(-one[above], kind="stable")]
        result[row] = np.concatenate([above, level])[:depth]
    return result


def _first_of(values: np.ndarray, depth: int, turn: np.ndarray | None) -> np.ndarray:
    """Return what `best_of` does, by sorting whole rows."""
    if turn is None:
        return np.asarray(np.argsort(-values, axis=1, kind="stable")[:, :depth])
    # Columns stand in their turn before the stable sort; `by_turn` then says which columns they were.
    by_turn = np.argsort(turn)
    return np.asarray(by_turn[np.argsort(-values[:, by_turn], axis=1, kind="stable")[:, :depth]])
