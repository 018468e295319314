"""The shop's season: how much of a year's mean each week sells, damped by what the past says of it."""

from __future__ import annotations

import numpy as np

from recommender.stock.engine.demand import Reals

YEAR = 52  # weeks
RECENT = 8  # weeks that a level rests on
_SMOOTHING = np.ones(3) / 3
DAMPINGS = (0.0, 0.5, 1.0)  # powers of the index: none of it, its root, all of it
UNTRIED = 0.5  # while no year has come back yet


def season_factors(totals: Reals, horizon: int) -> Reals:
    """Return (horizon,): by how much the shop's coming weeks outsell its last RECENT ones, as they did a year before.

    `totals` are the shop's units by week; without a whole year of them nothing is known, and all factors are 1.
    """
    weeks = len(totals)
    if weeks < YEAR or not totals[-YEAR:].any():
        return np.ones(horizon)
    index = np.zeros(YEAR)
    index[np.arange(weeks - YEAR, weeks) % YEAR] = totals[-YEAR:]
    index = np.convolve(np.concatenate([index[-1:], index, index[:1]]), _SMOOTHING, "valid")
    recent = index[np.arange(weeks - RECENT, weeks) % YEAR].mean()
    coming = index[np.arange(weeks, weeks + horizon) % YEAR]
    return np.asarray(coming / recent) if recent > 0 else np.ones(horizon)
