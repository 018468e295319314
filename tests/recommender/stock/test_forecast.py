"""What is served: nothing later is seen, and what does not beat the simple rule is not served."""

import numpy as np
import pytest

from recommender.stock.engine.demand import Demand, read_demand
from recommender.stock.engine.evaluation import forecast_errors, origins_of, reorder_errors
from recommender.stock.engine.forecast import FITTED, Forecaster
from recommender.stock.engine.methods import SIMPLE
from recommender.stock.engine.quantiles import Calibrator

LAST, WEEKS = 20_000, 70


def demand_of(table: np.ndarray) -> Demand:
    """Demand of (items, weeks) units, each unit a line of its own."""
    weeks = table.shape[1]
    rows = [
        (item, "", LAST - 7 * (weeks - 1 - week), 1.0, int(units))
        for item, line in enumerate(table)
        for week, units in enumerate(line)
        if units
    ]
    return read_demand(rows, LAST + 6)


def forecaster_of(table: np.ndarray) -> Forecaster:
    demand = demand_of(table)
    return Forecaster(demand, np.ones(len(demand.items)), np.zeros(len(demand.items), np.int64))


def poisson_shop(items: int = 300, weeks: int = WEEKS, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    rates = random.gamma(1.0, 4.0, items)
    table = random.poisson(rates[:, None], (items, weeks))
    table[:, 0] += 1  # all are known from the first week on
    return table


def test_nothing_after_an_origin_changes_what_is_foretold_there():
    table = poisson_shop()
    other = table.copy()
    other[:, 60:] = 50
    first, second = (forecaster_of(one) for one in (table, other))
    assert (first.weekly(60, 4) == second.weekly(60, 4)).all()
    quantiles = [Calibrator(one).quantile(60, 3, 0.95) for one in (first, second)]
    assert (quantiles[0] == quantiles[1]).all()


def test_the_simple_rule_is_served_where_nothing_is_sure_to_beat_it():
    table = poisson_shop(items=40, weeks=24)
    short = forecaster_of(table)
    assert short.served(14) == SIMPLE  # too few origins to tell
    assert short.weekly(14, 4)[:, 0] == pytest.approx(table[:, 6:14].mean(axis=1))


def test_fitted_ways_are_served_where_demand_moves_and_err_less():
    random = np.random.default_rng(1)
    drift = np.cumprod(1 + random.choice([0.12, -0.10], (200, WEEKS)), axis=1) * random.gamma(2, 10, (200, 1))
    shop = forecaster_of(random.poisson(drift))
    models, _ = forecast_errors(shop, origins_of(WEEKS, 6, 4), 4)
    assert shop.served(WEEKS - 4) == FITTED
    assert models["served"]["wrmsse"] < models[SIMPLE]["wrmsse"]
    assert models["served"]["wape"] < models[SIMPLE]["wape"]


def test_items_without_a_sale_for_half_a_year_are_foretold_to_sell_nothing():
    table = poisson_shop(items=5)
    table[2, 30:] = 0
    shop = forecaster_of(table)
    assert shop.weekly(WEEKS, 4)[2].tolist() == [0, 0, 0, 0]
    assert Calibrator(shop).quantile(WEEKS, 3, 0.95)[2] == 0


def test_reorder_points_cover_what_they_promise_and_velocity_does_not():
    figures = reorder_errors(Calibrator(forecaster_of(poisson_shop(weeks=90))), [70, 74, 78, 82, 86], 3)
    assert figures["served"]["cover"] == pytest.approx(0.95, abs=0.02)
    assert figures["served"]["pinball_per_unit"] < figures["velocity"]["pinball_per_unit"]
    assert figures["velocity"]["cover"] < 0.7


def test_quantiles_rise_with_their_level_and_with_time():
    calibrator = Calibrator(forecaster_of(poisson_shop()))
    half, most = (calibrator.quantile(WEEKS, 3, level) for level in (0.5, 0.95))
    assert (half <= most).mean() > 0.99
    assert half.sum() == pytest.approx(poisson_shop()[:, -26:].mean(axis=1).sum() * 3, rel=0.1)
    assert calibrator.quantile(WEEKS, 6, 0.95).sum() > most.sum()


def test_a_young_item_is_foretold_along_with_its_kind():
    table = poisson_shop(items=60)
    table[:, :] = np.where(np.arange(60)[:, None] < 30, 20, 1)
    table[29, : WEEKS - 2] = 0
    table[59, : WEEKS - 2] = 0
    table[[29, 59], -2:] = 4
    demand = demand_of(table)
    kinds = (np.array([item for item, _ in demand.items]) >= 30).astype(np.int64)
    weekly = Forecaster(demand, np.ones(60), kinds).view(WEEKS).levels["tsb"]
    by_item = dict(zip((item for item, _ in demand.items), weekly, strict=True))
    assert 4 < by_item[29] < 20
    assert 1 < by_item[59] < 4


def test_origins_lie_in_the_last_year_and_none_where_too_little_is_known():
    assert origins_of(105, 6, 4) == [52, 62, 72, 81, 91, 101]
    assert origins_of(15, 6, 4) == []
    assert origins_of(17, 6, 4) == [12, 13]
