"""What events of the calendar (national days, sales, Mother's Day) do to the shop's weeks, as the past has it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np

from recommender.stock.engine.demand import DAYS, Reals
from recommender.stock.engine.season import RECENT
from recommender.stock.types import CalendarDay, EventKind

AROUND = 4  # weeks on either side that say what a week would have sold without an event
LARGEST = 1.5  # logs: a week in which the shop was closed says no more
USUAL = 0.3  # deviation of what a whole week of an event adds, in logs; what few weeks say is drawn to none


def shares_of(events: Iterable[CalendarDay], first: date, weeks: int) -> Reals:
    """Return (events, weeks): what part of each week from a day on each event takes; own ones have names."""
    shares: dict[tuple[EventKind, str], Reals] = {}
    for one in events:
        name = one.name if one.kind == EventKind.OWN else ""
        row = shares.setdefault((one.kind, name), np.zeros(weeks))
        begin = (one.first - first).days
        for day in range(max(begin, 0), min((one.last - first).days + 1, weeks * DAYS)):
            row[day // DAYS] += 1 / DAYS
    rows = [np.minimum(shares[key], 1.0) for key in sorted(shares)]
    return np.array(rows) if rows else np.zeros((0, weeks))


def event_effects(totals: Reals, shares: Reals) -> Reals:
    """Return (events,): what a whole week of each adds to the log of the shop's units; 0 for one that never was.

    `totals` (weeks,) are the shop's units, `shares` (events, weeks) what part of a week each takes. A ridge regression
    on what weeks differ from those around them by: level, growth and season fall out.
    """
    weeks = len(totals)
    if not len(shares) or weeks <= 2 * AROUND:
        return np.zeros(len(shares))
    beside = _beside(weeks)
    moved = np.clip(beside @ np.log(np.maximum(totals, 1.0)), -LARGEST, LARGEST)
    known = beside @ shares[:, :weeks].T
    noise = np.median(np.abs(moved)) / 0.6745  # as of a normal distribution, whatever the events did
    matrix = known.T @ known + (noise / USUAL) ** 2 * np.eye(len(shares))
    return np.asarray(np.linalg.solve(matrix, known.T @ moved)) if noise > 0 else np.zeros(len(shares))


def event_factors(effects: Reals, shares: Reals, origin: int, horizon: int) -> Reals:
    """Return (horizon,): by how much events of the coming weeks lift them over the last RECENT ones."""
    added = effects @ shares
    recent = np.exp(added[max(0, origin - RECENT) : origin]).mean() if origin else 1.0
    return np.asarray(np.exp(added[origin : origin + horizon]) / recent)


def without_events(totals: Reals, effects: Reals, shares: Reals) -> Reals:
    """Return the shop's units by week as they would have been without any event."""
    return np.asarray(totals / np.exp(effects @ shares[:, : len(totals)]))


def _beside(weeks: int) -> Reals:
    """Return (weeks, weeks): what takes from each week the mean of those around it."""
    place = np.arange(weeks)
    near = np.abs(place[:, None] - place[None, :]) <= AROUND
    return np.asarray(np.eye(weeks) - near / near.sum(axis=1, keepdims=True))
