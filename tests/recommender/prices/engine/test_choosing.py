"""A price is proposed within the rules, where it is likely to pay, and with what it costs the next reduction."""

from dataclasses import replace

import numpy as np
import pytest

from recommender.prices.engine.choosing import Bounds, PriceCase, PriceChoice, allowed_points, choose_prices
from recommender.prices.engine.endings import PriceEndings, learn_endings
from recommender.prices.engine.outlook import PriceDemand

BOUNDS = Bounds(goal="profit", weeks=4.0, largest_step=0.1, least_margin=0.0, ceiling=1.3, tax_share=0.0, caution=0.2)
CASE = PriceCase(price=1090, cost=545.0, usual=1090.0, reference=1090, stock=0.0, chance=0.0, depth=0.0)
NINETY = PriceEndings(((90,), (90,), (90,)))
ANY = PriceEndings((tuple(range(0, 100, 10)),) * 2 + ((0,),))


def demand(elasticity: float, variance: float = 0.01, units: float = 20.0) -> PriceDemand:
    one = np.ones(1)
    return PriceDemand(np.log(units) * one, 0.05 * one, elasticity * one, variance * one, 0.1)


def chosen(belief: PriceDemand, case: PriceCase = CASE, bounds: Bounds = BOUNDS) -> PriceChoice:
    points = allowed_points(case, bounds, ANY).cents
    return choose_prices([case], [points], belief, bounds)[0]


def left_by(case: PriceCase, bounds: Bounds) -> dict[str, tuple[int, int]]:
    return {count.name: (count.before, count.after) for count in allowed_points(case, bounds, NINETY).counts}


def test_points_stay_within_the_step_and_end_as_the_shops_prices_do():
    assert allowed_points(CASE, BOUNDS, NINETY).cents == [1090, 990, 1190]
    wider = allowed_points(CASE, replace(BOUNDS, largest_step=0.2), NINETY).cents
    assert wider == [1090, 890, 990, 1190, 1290]


def test_nothing_is_proposed_below_cost_with_tax_or_below_the_least_margin_or_above_the_ceiling():
    dear = replace(CASE, cost=850.0)
    assert allowed_points(dear, replace(BOUNDS, tax_share=0.2), NINETY).cents == [1090, 1190]
    assert left_by(dear, replace(BOUNDS, tax_share=0.2))["cost"] == (2, 1)
    assert left_by(dear, replace(BOUNDS, least_margin=0.2))["least_margin"] == (2, 1)
    assert left_by(CASE, replace(BOUNDS, ceiling=1.05))["ceiling"] == (2, 1)


def test_before_a_planned_reduction_no_price_falls():
    frozen = replace(CASE, is_frozen=True)
    assert left_by(frozen, BOUNDS)["freeze"] == (2, 1)
    assert chosen(demand(-5.0)).cents < CASE.price
    assert chosen(demand(-5.0), frozen).cents == CASE.price


def test_where_a_price_hardly_matters_it_rises_and_where_it_matters_much_it_falls():
    rise, fall = chosen(demand(-0.5)), chosen(demand(-5.0))
    assert rise.cents == 1190
    assert fall.cents == 990
    for choice in (rise, fall):
        assert choice.gain > 0
        assert choice.then[2][0] > choice.now[2][0]
        for mean, low, high in (*choice.now, *choice.then):
            assert low <= mean <= high
    assert rise.now[0][0] == pytest.approx(80, rel=0.02)


def test_what_is_likely_but_not_sure_to_pay_is_left():
    unsure = demand(-1.6, variance=1.0)
    assert chosen(unsure, bounds=replace(BOUNDS, caution=0.5)).cents > CASE.price
    assert chosen(unsure).cents == CASE.price


def test_a_fall_goes_less_far_where_it_takes_from_the_next_reduction():
    belief = demand(-2.6)
    free, bound = chosen(belief), chosen(belief, replace(CASE, chance=1.0, depth=0.3))
    assert free.cents < bound.cents <= CASE.price
    assert bound.is_by_reference
    assert not free.is_by_reference


def test_revenue_asks_for_less_than_profit_and_clearing_for_what_sells_the_stock():
    belief = demand(-1.6)
    assert chosen(belief).cents > CASE.price
    assert chosen(belief, bounds=replace(BOUNDS, goal="revenue")).cents < CASE.price
    clearing = replace(BOUNDS, goal="clearing")
    assert chosen(belief, replace(CASE, stock=100.0), clearing).cents < CASE.price
    assert chosen(belief, replace(CASE, stock=10.0), clearing).cents > CASE.price
    short = chosen(belief, replace(CASE, stock=10.0), clearing)
    for units, revenue, _margin in (short.now, short.then):
        assert max(units) <= 10  # no more sells than there is
        assert max(revenue) <= 10 * short.cents


def test_endings_are_the_commonest_of_the_band():
    endings = learn_endings([*[990, 1490, 1990] * 5, *[4900, 5900] * 6, 15_000])
    assert endings.points(900, 1100) == [990, 1090]
    assert endings.points(4850, 5050) == [4900, 5000]
    assert endings.nearest(1010) == 990
