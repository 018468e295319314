"""Ways to foretell a week, against what statsforecast 2.1.1 says, and against arithmetic."""

import numpy as np
import pytest

from recommender.stock.engine.methods import METHODS, SIMPLE, croston_sba, imapa, smoothed, tsb
from recommender.stock.engine.season import season_factors

RARE = np.array([[0, 4, 0, 0, 3, 0, 5, 0, 0, 0, 2, 0, 6, 0, 0, 1, 0, 0, 0, 3.0]])


OFTEN = np.array([[5, 2, 10, 6, 4, 6, 8, 2, 10, 6, 10, 8, 8, 5, 5, 2, 8, 7, 2, 2, 10, 8, 4, 9, 8, 3, 3, 7, 4, 3.0]])
SOMETIMES = np.array(
    [
        [
            6,
            4,
            0,
            0,
            0,
            0,
            1,
            0,
            0,
            8,
            0,
            0,
            0,
            0,
            0,
            0,
            1,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            2,
            8,
            4,
            3,
            0,
            0,
            6,
            2,
            0,
            5,
            0,
            0,
            4.0,
        ]
    ]
)


@pytest.mark.parametrize(
    ("demand", "sba", "fading", "mean", "level"),
    [
        (RARE, 1.3909150, None, 1.1074524, None),
        (OFTEN, 5.1036256, 4.8961673, 5.3722375, 5.4310898),
        (SOMETIMES, 1.8334119, 2.1220139, 1.8680630, 2.1973854),
    ],
)
def test_the_ways_agree_with_statsforecast(demand, sba, fading, mean, level):
    # Its steps of smoothing are sought on a line, and ours on a grid; ours wait for the first sale.
    assert croston_sba(demand)[0] == pytest.approx(sba, rel=1e-6)
    assert imapa(demand)[0] == pytest.approx(mean, rel=0.05)
    if fading is not None:
        assert tsb(demand)[0] == pytest.approx(fading, rel=1e-6)
        assert smoothed(demand)[0] == pytest.approx(level, rel=0.02)


def test_what_never_changes_is_foretold_as_it_is():
    same = np.full((3, 30), 7.0)
    for name, method in METHODS.items():
        expected = 7 * 0.95 if name == "sba" else 7
        assert method(same) == pytest.approx([expected] * 3, rel=1e-6), name


def test_items_that_never_sold_are_foretold_to_sell_nothing():
    for method in METHODS.values():
        assert method(np.zeros((2, 20))).tolist() == [0, 0]


def test_items_are_foretold_alone():
    table = np.vstack([RARE, np.arange(20.0)[None], RARE])
    for name, method in METHODS.items():
        assert method(table)[[0, 2]] == pytest.approx(np.repeat(method(RARE), 2)), name


def test_what_is_not_sold_any_more_fades_with_tsb_and_not_with_croston():
    over = np.hstack([RARE, np.zeros((1, 30))])
    assert tsb(over)[0] < 0.01 * tsb(RARE)[0]
    assert croston_sba(over) == pytest.approx(croston_sba(RARE))


def test_the_simple_rule_is_the_mean_of_eight_weeks():
    assert METHODS[SIMPLE](np.arange(20.0)[None]).tolist() == [15.5]


def test_a_season_comes_back_after_a_year_and_not_before():
    year = np.where(np.arange(52) >= 44, 300.0, 100.0)
    assert season_factors(year[:51], 4).tolist() == [1, 1, 1, 1]
    factors = season_factors(year, 4)
    assert factors[2:] == pytest.approx([100 / 275, 100 / 275], rel=0.05)
    assert (factors < 1).all()
    assert season_factors(np.full(70, 5.0), 6) == pytest.approx(np.ones(6))


def test_smoothing_follows_a_step_and_holds_still_in_noise():
    step = np.concatenate([np.full(20, 2.0), np.full(20, 10.0)])[None]
    noise = 5 + np.tile([1.0, -1.0], 20)[None]
    assert smoothed(step)[0] > 9.5
    assert smoothed(noise)[0] == pytest.approx(5, abs=0.3)
    assert imapa(noise)[0] == pytest.approx(smoothed(noise)[0])
