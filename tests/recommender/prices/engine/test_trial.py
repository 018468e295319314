"""What was learnt of prices is served where it surely foretold better than every simple rule, and only there."""

import numpy as np
import pytest

from recommender.prices.engine.comparison import compare_prices
from recommender.prices.engine.panel import Panel
from recommender.prices.engine.rules import PriceEffect
from recommender.prices.engine.trial import try_prices

PRODUCTS, WEEKS = 120, 66


def panel_of(elasticity: float, weeks: int = WEEKS, *, turn: int | None = None) -> Panel:
    """Products whose prices move every few weeks; from the week `turn` on what a price does is the other way round."""
    chance = np.random.default_rng(8)
    steps = chance.choice([0.8, 0.9, 1.0, 1.0, 1.0], size=(PRODUCTS, 1 + weeks // 3))
    log_price = np.log(20 * np.repeat(steps, 3, axis=1)[:, :weeks])
    moved = log_price - log_price.mean(axis=1, keepdims=True)
    signed = np.where(np.arange(weeks) < (weeks if turn is None else turn), elasticity, -elasticity)
    level = chance.normal(2.5, 0.5, size=(PRODUCTS, 1))
    units = chance.poisson(np.exp(level + signed * moved + chance.normal(0, 0.3, size=log_price.shape)))
    return Panel(units.astype(float), log_price, np.ones(units.shape, bool), np.arange(PRODUCTS) % 6, 6)


def test_a_price_effect_that_is_there_is_served():
    trial = try_prices(panel_of(-1.6))
    assert trial is not None
    assert trial.is_passed
    assert trial.errors[PriceEffect.HIERARCHICAL] < trial.without_price
    assert trial.errors[PriceEffect.HIERARCHICAL] < trial.errors[PriceEffect.MINUS_ONE]


@pytest.mark.parametrize("elasticity", [0.0, 0.4])
def test_where_prices_do_nothing_no_price_effect_is_served(elasticity):
    panel = panel_of(elasticity)
    trial = try_prices(panel)
    assert trial is not None
    assert not trial.is_passed
    comparison = compare_prices(panel, WEEKS - 13)
    assert comparison is not None
    assert comparison.served == PriceEffect.NONE


def test_what_held_in_one_window_and_not_in_the_others_is_not_served():
    trial = try_prices(panel_of(-1.6, turn=WEEKS - 26))
    assert trial is not None
    assert not trial.is_passed


def test_one_figure_decides_and_is_printed():
    panel = panel_of(-1.6)
    told = try_prices(panel)
    comparison = compare_prices(panel, WEEKS - 13)
    assert comparison is not None
    assert comparison.trial is not None
    # The last window of the trial is the window that is measured: the same weeks, the same errors.
    earlier = comparison.trial
    assert told is not None
    for rule in PriceEffect:
        summed = earlier.errors[rule] ** 2 * earlier.weeks + comparison.figures[rule].rmse_apart ** 2 * comparison.weeks
        assert summed / told.weeks == pytest.approx(told.errors[rule] ** 2)


def test_too_few_weeks_are_no_trial():
    assert try_prices(panel_of(-1.6, 32)) is None
