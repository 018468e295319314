"""What follows from forecasts, in plain numbers."""

import numpy as np
import pytest

from recommender.stock.engine.decisions import (
    NEVER,
    ItemFacts,
    ItemForecasts,
    classes_of,
    days_until_out,
    decide,
    lost_sales,
    units_until,
    within_budget,
)
from recommender.stock.engine.night import HORIZONS, LEVELS

LEVELS_OF_CLASSES = (0.98, 0.95, 0.9)


def facts(stock: float = 20, **named: float) -> ItemFacts:
    usual = {"on_order": 0, "arrives": np.nan, "prices": 10, "costs": 4, "lead": 14, "late": 0, "review": 7}
    values = {"stock": stock, **usual, "pack": 1, "minimum": 0, **named}
    return ItemFacts(**{name: np.array([value], float) for name, value in values.items()})


def said(weekly: float = 7.0) -> ItemForecasts:
    """Demand of so many a week, of which nobody doubts."""
    quantiles = np.tile(np.array(HORIZONS) * weekly, (1, len(LEVELS), 1))
    weeks = np.full((1, 52), weekly)
    return ItemForecasts(np.full((1, 13), weekly), quantiles, weeks, weeks, np.ones((1, 52)))


def test_units_of_any_days_lie_between_the_horizons_and_go_on_beyond():
    for days, units in ((7, 7), (10, 10), (28, 28), (56, 56), (70, 70)):
        assert units_until(said().quantiles[:, 0], said().weekly, np.array([float(days)])) == pytest.approx(units)


def test_the_day_on_which_stock_ends_counts_what_comes_before():
    assert days_until_out(facts(20), said(), 0.5) == 20
    assert days_until_out(facts(20, on_order=10, arrives=12), said(), 0.5) == 30
    assert days_until_out(facts(20, on_order=10, arrives=25), said(), 0.5) == 20  # out for five days
    assert days_until_out(facts(0), said(), 0.5) == 0
    assert days_until_out(facts(900), said(), 0.5) == NEVER
    assert days_until_out(facts(np.nan), said(), 0.5) == NEVER


def test_an_order_fills_up_to_the_delivery_after_next_in_whole_packs():
    found = decide(facts(10), said(), LEVELS_OF_CLASSES)
    assert (found.reorder_point, found.up_to, found.quantity) == (14, 21, 11)
    assert decide(facts(15), said(), LEVELS_OF_CLASSES).quantity == 0
    assert decide(facts(10, pack=6), said(), LEVELS_OF_CLASSES).quantity == 12
    assert decide(facts(10, minimum=30), said(), LEVELS_OF_CLASSES).quantity == 30
    assert decide(facts(10, on_order=5), said(), LEVELS_OF_CLASSES).quantity == 0
    assert decide(facts(10, late=7), said(), LEVELS_OF_CLASSES).reorder_point == 21
    assert decide(facts(np.nan), said(), LEVELS_OF_CLASSES).quantity == 0  # nobody counted it
    assert decide(facts(0), said(0.0), LEVELS_OF_CLASSES).quantity == 0  # nobody buys it


def test_what_lies_too_long_is_never_ordered_though_a_rare_large_sale_may_come():
    weekly = np.full((1, 13), 0.1)
    rare = ItemForecasts(
        weekly, np.full((1, len(LEVELS), len(HORIZONS)), 6.0), *np.full((2, 1, 52), 0.1), np.ones((1, 52))
    )
    found = decide(facts(5), rare, LEVELS_OF_CLASSES)
    assert (found.quantity, found.excess) == (0, 2)
    assert decide(facts(1), rare, LEVELS_OF_CLASSES).quantity == 5


def test_classes_follow_margins():
    many = ItemFacts(
        **{
            name: np.full(3, value)
            for name, value in (
                ("stock", 1.0),
                ("on_order", 0.0),
                ("arrives", np.nan),
                ("prices", 10.0),
                ("costs", 4.0),
                ("lead", 1.0),
                ("late", 1.0),
                ("review", 1.0),
                ("pack", 1.0),
                ("minimum", 0.0),
            )
        }
    )
    weeks = np.repeat(np.array([[80.0], [17.0], [3.0]]), 52, axis=1)
    flat = ItemForecasts(weeks[:, :13], np.zeros((3, len(LEVELS), len(HORIZONS))), weeks, weeks, np.ones((3, 52)))
    assert classes_of(many, flat).tolist() == [0, 1, 2]


def test_sales_lost_are_those_of_weeks_without_stock():
    weeks, sold, stocked = np.full((1, 52), 7.0), np.full((1, 52), 7.0), np.ones((1, 52))
    sold[0, -2:], stocked[0, -2:] = 0, 0
    lost, low, high = lost_sales(ItemForecasts(weeks[:, :13], np.zeros((1, 4, 4)), weeks, sold, stocked))
    assert (lost, low, high) == (14, 14, 14)  # the same each week: nobody doubts it


def test_a_budget_goes_where_it_brings_most():
    assert within_budget(np.array([50.0, 60.0, 40.0]), np.array([100.0, 30.0, 60.0]), 90).tolist() == [
        True,
        False,
        True,
    ]
