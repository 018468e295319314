"""An invented shop's sales of two years, as many items as one likes, straight as forecasts read them."""

from collections.abc import Iterator

import numpy as np

from recommender.stock.engine.demand import SaleRow, read_demand
from recommender.stock.engine.forecast import Forecaster
from recommender.stock.engine.night import NightArrays, foretold, promise

WEEKS, DAYS_A_WEEK = 104, 7
LAST_DAY = 20_000 + WEEKS * DAYS_A_WEEK - 1
USUAL, SPREAD = 1.0, 1.3  # units an item sells in a week: the median, and how far items are apart, in logs
SWING, DRIFT = 0.5, 0.1  # of the year, and of an item from week to week, in logs
BULK, BULK_SIZE = 0.001, 60  # the chance of a bulk order in a week of an item, and its units
LINE = 2  # units of a line that is no bulk order


def invented_units(count: int, seed: int = 0) -> np.ndarray:
    """Return [count, weeks] of units: rates that differ, drift and follow the year."""
    chance = np.random.default_rng(seed)
    rates = np.log(USUAL) + SPREAD * chance.normal(size=(count, 1))
    drifts = np.cumsum(DRIFT * chance.normal(size=(count, WEEKS)), axis=1)
    season = SWING * np.sin(2 * np.pi * np.arange(WEEKS) / 52)
    return np.asarray(chance.poisson(np.exp(np.clip(rates + drifts + season, -6, 6))))


def sales_of(units: np.ndarray, seed: int = 0) -> Iterator[SaleRow]:
    """Yield units as lines of one or two on a day of their week, and bulk orders among them."""
    chance = np.random.default_rng(seed)
    for item, week in zip(*np.nonzero(units), strict=True):
        day = LAST_DAY - DAYS_A_WEEK * (WEEKS - 1 - int(week)) - int(chance.integers(DAYS_A_WEEK))
        pairs, single = divmod(int(units[item, week]), LINE)
        if pairs:
            yield (int(item), "", day, float(LINE), pairs)
        if single:
            yield (int(item), "", day, 1.0, single)
        if chance.random() < BULK:
            yield (int(item), "", day, float(BULK_SIZE), 1)


def forecast_night(units: np.ndarray) -> NightArrays:
    """Do what a night does with [items, weeks] of units; returns what it stores."""
    demand = read_demand(sales_of(units), LAST_DAY)
    forecaster = Forecaster(demand, np.ones(len(demand.items)), np.zeros(len(demand.items), np.int64))
    arrays = foretold(forecaster, [True] * len(demand.items))
    return arrays | promise(forecaster, arrays)
