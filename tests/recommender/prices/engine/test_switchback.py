"""What a price test finds is right on average, and its interval holds the truth as often as it says."""

import numpy as np
import pytest

from recommender.prices.engine.switchback import (
    FEWEST_PAIRS,
    counted_blocks,
    draw_arms,
    expected_error,
    held_whole_days,
)
from recommender.prices.engine.turns import TurnDays, TurnFigures, TurnPlan, turn_figures

WEEKDAYS = np.array([1.06, 0.96, 0.97, 0.98, 0.94, 0.98, 1.2])
PRICE, MOVED, COST, RUNS = 10.0, 0.18, 5.0, 300


def plan_of(seed: int, lengths: tuple[int, ...], pairs: int) -> TurnPlan:
    starts = [0, *np.cumsum(list(lengths) * 2 * pairs).tolist()]
    prices = (PRICE, float(PRICE * np.exp(MOVED)))
    return TurnPlan(0, draw_arms(seed, pairs, len(lengths)), starts, len(lengths), prices, COST, 1.0)


def lived_through(
    chance: np.random.Generator, plan: TurnPlan, daily: float, elasticity: float, spread: float = 0.1
) -> TurnDays:
    """A shop that grows by half a year, with weekdays, a season, a drift, and days that differ by more than chance."""
    days = TurnDays(plan, plan.starts[-1])
    number = np.arange(plan.starts[-1])
    level = WEEKDAYS[number % 7] * np.exp(0.5 * number / 365 + 0.3 * np.sin(number / 30))
    level *= np.exp(np.cumsum(chance.normal(0, 0.02, len(number))))
    arm = np.repeat(plan.arms, np.diff(plan.starts))
    mean = daily * level * np.exp(elasticity * MOVED * arm) * chance.gamma(1 / spread, spread, len(number))
    for day, units in enumerate(chance.poisson(mean).tolist()):
        days.add_sale(day, units, units * plan.prices[arm[day]])
    return days


def found(daily: float, elasticity: float, lengths: tuple[int, ...], pairs: int) -> list[TurnFigures]:
    chance = np.random.default_rng(11)
    plans = [plan_of(seed, lengths, pairs) for seed in range(RUNS)]
    return [turn_figures(lived_through(chance, plan, daily, elasticity), 1) for plan in plans]


@pytest.mark.parametrize(("lengths", "pairs"), [((7,), 6), ((3, 4), 6), ((7,), 13)])
@pytest.mark.parametrize("daily", [1.0, 4.0, 20.0])
def test_the_effect_is_right_on_average_and_its_interval_holds_the_truth(lengths, pairs, daily):
    truth = -1.5
    effects = [one.effect for one in found(daily, truth, lengths, pairs)]
    slopes = np.array([effect.slope for effect in effects])
    assert abs(slopes.mean() - truth) < 3.5 * slopes.std() / np.sqrt(RUNS)
    ends = np.array([effect.between() for effect in effects])
    cover = ((ends[:, 0] <= truth) & (truth <= ends[:, 1])).mean()
    assert cover > 0.92  # .95 less two and a half standard errors of it
    half = (ends[:, 1] - ends[:, 0]).mean() / 2
    promised = expected_error(7 * daily, MOVED, pairs * len(lengths), 6 / 7 / len(lengths))
    assert half < 2 * promised + 0.3


def test_a_price_that_sells_so_little_that_it_costs_is_stopped_and_one_that_does_not_is_not():
    assert np.mean([one.is_losing for one in found(20.0, -6.0, (7,), 6)]) > 0.5
    assert not any(one.is_losing for one in found(20.0, -1.5, (7,), 6))


def test_the_margin_a_day_of_both_prices_is_told_beside_each_other():
    one = found(20.0, -1.5, (7,), 6)[0]
    assert sum(one.days) == 2 * 6 * 6
    assert one.days_left_out == 2 * 6
    ratio = one.margin_a_day[1] / one.margin_a_day[0] - 1
    middle, low, high = one.gain
    assert low < middle < high
    assert low < ratio < high


def test_each_pair_has_both_prices_as_long_and_on_the_same_weekdays():
    arms = np.array(draw_arms(3, 40, 2)).reshape(40, 4)
    assert (arms[:, :2] + arms[:, 2:] == 1).all()
    assert 0 < arms[:, 0].mean() < 1
    assert draw_arms(3, 40, 2) == arms.ravel().tolist()


def test_a_day_counts_only_where_its_price_held_all_of_it():
    held = held_whole_days(np.array([0.5, 3.25, 3.75, 6.0]), np.array([10.0, 12.0, 12.0, 10.0]), 0, 8)
    assert np.isnan(held[[0, 3]]).all()
    assert held[[1, 2, 4, 5, 6, 7]].tolist() == [10.0, 10.0, 12.0, 12.0, 10.0, 10.0]
    assert np.isnan(held_whole_days(np.zeros(0), np.zeros(0), 0, 2)).all()


def test_the_first_day_of_a_block_and_days_without_stock_are_left_out():
    days = TurnDays(plan_of(1, (3, 4), 1), 100)
    assert len(days.units) == 14
    days.leave_out(4.5, 5.5)
    counted = counted_blocks(days.plan.starts, 1, days.is_valid)
    assert counted.tolist() == [-1, 0, 0, -1, -1, -1, 1, -1, 2, 2, -1, 3, 3, 3]


def test_days_at_another_price_than_the_one_whose_turn_it_is_are_left_out():
    plan = plan_of(1, (7,), 4)
    days = TurnDays(plan, 56)
    days.keep_held([(-5.0, PRICE)])
    arm = np.repeat(plan.arms, 7)
    assert days.is_valid.tolist() == (arm == 0).tolist()


def test_too_few_pairs_say_nothing():
    figures = turn_figures(lived_through(np.random.default_rng(1), plan_of(1, (7,), FEWEST_PAIRS - 1), 9.0, -1.0), 1)
    assert figures.effect is None
    assert figures.gain == ()
    assert not figures.is_losing
