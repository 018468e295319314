"""The mathematics of trials: pure, with simulations of known truth."""

from math import inf, sqrt

import numpy as np
import pytest
from scipy import stats

from shopconnect.experiments.engine.assignment import place_of
from shopconnect.experiments.engine.duration import spread_of, visits_needed
from shopconnect.experiments.engine.intervals import NOWHERE, Estimate, adjusted_ratios, half_width, lift, ratio
from shopconnect.experiments.engine.soundness import sample_ratio


def _places(salt, count=20_000):
    return np.array([place_of(salt, f"visitor-{one}") for one in range(count)])


def test_places_are_uniform_and_never_change():
    places = _places("hold-out")
    assert stats.kstest(places, "uniform").pvalue > 0.001
    assert place_of("hold-out", "visitor-1") == places[1]
    assert places.min() >= 0
    assert places.max() < 1


def test_places_of_two_experiments_are_independent():
    one, other = _places("first"), _places("second")
    table = np.histogram2d(one, other, bins=10, range=[[0, 1], [0, 1]])[0]
    assert stats.chi2_contingency(table).pvalue > 0.001
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.03


def test_a_wider_share_keeps_who_was_in_the_smaller_one():
    places = _places("hold-out", 2000)
    assert set(np.flatnonzero(places < 0.05)) < set(np.flatnonzero(places < 0.2))


def test_a_lost_unit_in_twenty_is_found_and_chance_is_not():
    assert sample_ratio([95_000, 5_000], [0.95, 0.05]) == pytest.approx(1)
    assert sample_ratio([95_000, 4_700], [0.95, 0.05]) < 0.001
    assert sample_ratio([950, 47], [0.95, 0.05]) > 0.1
    assert sample_ratio([0, 0], [0.95, 0.05]) == 1


def test_the_delta_method_agrees_with_resampling():
    rng = np.random.default_rng(1)
    visits = rng.geometric(0.4, 3000).astype(float)
    revenue = rng.binomial(visits.astype(int), 0.1) * rng.lognormal(3, 0.7, 3000)
    found = ratio(revenue, visits)
    drawn = [rng.integers(0, 3000, 3000) for _ in range(1000)]
    spread = np.std([revenue[pick].sum() / visits[pick].sum() for pick in drawn])
    assert found.value == pytest.approx(revenue.sum() / visits.sum())
    assert found.error == pytest.approx(spread, rel=0.08)
    assert found.units == 3000


def test_cuped_narrows_what_the_past_foretells_and_moves_no_truth():
    rng = np.random.default_rng(2)
    plain, narrowed, errors = [], [], []
    for _ in range(300):
        past = rng.gamma(2, 10, 800)
        revenue = past + rng.normal(0, 5, 800) + 20
        arms = [(revenue[:400], np.ones(400)), (revenue[400:], np.ones(400))]
        cuped = adjusted_ratios(arms, [past[:400], past[400:]])
        plain.append(ratio(*arms[0]).value - ratio(*arms[1]).value)
        narrowed.append(cuped[0].value - cuped[1].value)
        errors.append(sqrt(cuped[0].error ** 2 + cuped[1].error ** 2))
    assert np.std(narrowed) < 0.5 * np.std(plain)
    assert abs(np.mean(narrowed)) < 4 * np.std(narrowed) / sqrt(300)
    assert np.mean(errors) == pytest.approx(np.std(narrowed), rel=0.15)


def test_without_a_past_cuped_is_the_plain_ratio():
    revenue, visits = np.array([0.0, 30, 0, 12]), np.array([1.0, 2, 1, 3])
    assert adjusted_ratios([(revenue, visits)], [np.zeros(4)]) == [ratio(revenue, visits)]


def test_looking_each_day_raises_a_false_alarm_in_less_than_one_of_twenty():
    """An A/A trial of a small shop: 5 % in the hold-out, 3 % of visits buy, heavy-tailed orders, 120 daily looks."""
    rng, alarms, naive, runs = np.random.default_rng(3), 0, 0, 400
    for _ in range(runs):
        sums = np.zeros((2, 3))
        alarmed = fooled = False
        for _day in range(120):
            for arm, share in enumerate((0.95, 0.05)):
                visits = rng.poisson(2000 * share)
                orders = rng.lognormal(3.5, 0.8, rng.binomial(visits, 0.03))
                sums[arm] += visits, orders.sum(), (orders**2).sum()
            if sums[1, 0] * 0.03 < 50:
                continue
            mean = sums[:, 1] / sums[:, 0]
            error = np.sqrt((sums[:, 2] / sums[:, 0] - mean**2) / sums[:, 0])
            found = lift(*(Estimate(*one, 1) for one in zip(mean, error)))
            alarmed |= not found.low <= 0 <= found.high
            fooled |= abs(mean[0] - mean[1]) > 1.96 * sqrt((error**2).sum())
        alarms, naive = alarms + alarmed, naive + fooled
    assert alarms / runs < 0.05
    assert naive / runs > 0.15  # what looking daily at an interval for one look would do


def test_a_true_effect_is_held_by_its_interval_and_seen_in_time():
    rng, seen, held, runs, spread = np.random.default_rng(4), 0, 0, 300, 6.0
    visits = visits_needed(spread, 0.5, 0.10)
    for _ in range(runs):
        error = spread / sqrt(visits / 2)
        treated, control = 1.10 * (1 + rng.normal(0, error)), 1 + rng.normal(0, error)
        found = lift(Estimate(treated, 1.1 * error, 1), Estimate(control, error, 1))
        seen, held = seen + (found.low > 0), held + (found.low <= 0.10 <= found.high)
    assert 0.7 < seen / runs < 0.9
    assert held / runs > 0.95


def test_a_smaller_effect_and_a_smaller_hold_out_take_longer():
    spread = spread_of(0.025, 0.9)
    assert spread == pytest.approx(sqrt(1.81 / 0.025 - 1))
    five, ten = visits_needed(spread, 0.5, 0.05), visits_needed(spread, 0.5, 0.10)
    assert ten < five < visits_needed(spread, 0.05, 0.05)
    assert visits_needed(spread, 0, 0.05) == visits_needed(0, 0.5, 0.05) == 0


def test_what_has_no_figure_has_no_interval():
    assert lift(Estimate(0, 0, 9), Estimate(1, 0.1, 9)) == NOWHERE
    assert lift(Estimate(1, inf, 1), Estimate(1, 0.1, 9)) == NOWHERE
    assert half_width(0) == 0
    assert half_width(0.02) > 1.96 * 0.02
