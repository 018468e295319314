"""Pools of candidates: the score of each, and of the few that are shown what it is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from recommender.products.data.engine.arrays import distinct


class Told(NamedTuple):
    """What the scores of a few candidates are made of: what each signal adds, and the rows that led to them.

    `anchors` [m] are the rows that they are related to, `viewed` [m] those that were looked at before; -1 is none.
    """

    parts: Mapping[str, np.ndarray]
    anchors: np.ndarray | None = None
    viewed: np.ndarray | None = None


@dataclass(slots=True)
class Candidates:
    """Distinct rows, their scores, float32, and `told`, which says what those of a few places are made of.

    It is asked of what is shown and of nothing else: eight of five hundred.
    """

    rows: np.ndarray
    scores: np.ndarray
    told: Callable[[np.ndarray], Told]

    def only(self, which: np.ndarray) -> "Candidates":
        """Return those of some places, in that order."""
        return Candidates(self.rows[which], self.scores[which], lambda at: self.told(which[at]))


def of_parts(rows: np.ndarray, parts: Mapping[str, np.ndarray]) -> Candidates:
    """Return rows whose scores are the sums of some parts."""
    scores = sum(parts.values(), np.zeros(len(rows), np.float32))
    return Candidates(rows, np.asarray(scores), lambda at: Told({name: part[at] for name, part in parts.items()}))


NONE = of_parts(np.zeros(0, np.int64), {})


def best(candidates: Candidates, most: int) -> Candidates:
    """Return so many of the best, in no order: ranking puts them in one."""
    if len(candidates.rows) <= most:
        return candidates
    return candidates.only(np.argpartition(-candidates.scores, most - 1)[:most])


def joined(pools: Sequence[Candidates], count: int) -> Candidates:
    """Return pools of rows below `count` as one; who is in several adds up what they have there."""
    filled = [pool for pool in pools if len(pool.rows)]
    if len(filled) < 2:
        return filled[0] if filled else NONE
    rows, where = distinct(np.concatenate([pool.rows for pool in filled]), count)
    scores = np.bincount(where, np.concatenate([pool.scores for pool in filled]), len(rows))
    return Candidates(rows, scores.astype(np.float32), lambda at: _told_by(filled, rows[at]))


def _told_by(pools: Sequence[Candidates], rows: np.ndarray) -> Told:
    """Return what pools say of a few rows, each of those that it has; of the rows that led there, the first pool's."""
    parts: dict[str, np.ndarray] = {}
    led = {"anchors": np.full(len(rows), -1, np.int64), "viewed": np.full(len(rows), -1, np.int64)}
    for pool in pools:
        at, place = np.divmod(pairs_of_equals(rows, pool.rows), len(pool.rows))
        told = pool.told(place)
        for name, part in told.parts.items():
            parts.setdefault(name, np.zeros(len(rows), np.float32))[at] += part
        for name, led_by in (("anchors", told.anchors), ("viewed", told.viewed)):
            if led_by is not None:
                led[name][at] = led_by
    return Told(parts, **led)


def pairs_of_equals(rows: np.ndarray, links: np.ndarray) -> np.ndarray:
    """Return where a few rows [m] and links [k] are the same product: places in (m, k), flat."""
    # Of one type, or numpy would convert each pair of them; and flat, which it searches seven times as fast.
    return np.flatnonzero(rows.astype(links.dtype)[:, None] == links)
