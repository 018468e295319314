"""How the past counts: half-lives, steps that fade, how due a product is that was bought before, and its season."""

from datetime import date

import numpy as np

EPOCH = date(1970, 1, 1)  # from which days are counted, in UTC
SECONDS_A_DAY = 86_400.0
HALF_LIFE_DAYS = 120.0  # of what a buyer holds
WINDOWS = (1.0, 7.0, 28.0)  # half-lives of the decayed counts of orders, in days
WEEK = 1  # the place of that window
FADE = 0.5  # a step further back counts so much of the one after it
STEPS_BACK = 10
MOST_BOUGHT = 400  # lines, the newest, that a shelf is told of a customer
# Two weeks short of a year: what was bought then is looked for in the weeks to come. And how wide the season is.
SEASON_BACK, SEASON_WIDTH = 351.0, 60.0


def dueness(days: np.ndarray, usual: np.ndarray, repeats: np.ndarray) -> np.ndarray:
    """Return the share of orders that are repeats, times how near the days are to the usual ones; 0 without any.

    Float32 [n]; `days` since it was bought and the `usual` days between two orders of it [n], nan for no rhythm.
    """
    # The smaller over the larger: half the usual time is as early as twice the usual time is late.
    near = np.minimum(days, usual) / np.maximum(np.maximum(days, usual), 1e-9)
    # nan, a product without a rhythm, is not due at all.
    return np.asarray(np.nan_to_num(near * repeats), dtype=np.float32)


def in_season(days: np.ndarray) -> np.ndarray:
    """Return how near `days` ago are to the coming weeks a year ago, 1 to 0 in float32 [n]; two months off it is 0."""
    return np.maximum(1 - np.abs(days - SEASON_BACK) / SEASON_WIDTH, 0).astype(np.float32)
