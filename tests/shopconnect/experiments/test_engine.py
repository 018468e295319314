"""The mathematics of trials: pure, with simulations of known truth."""

from math import ceil, inf, sqrt

import numpy as np
import pytest
from scipy import stats

from shopconnect.experiments.engine.assignment import place_of
from shopconnect.experiments.engine.duration import units_needed
from shopconnect.experiments.engine.intervals import NOWHERE, Estimate, adjusted_ratios, half_width, lift, ratio
from shopconnect.experiments.engine.soundness import sample_ratio


def _places(salt, count=20_000, secret="a" * 32):
    return np.array([place_of(secret, salt, f"visitor-{one}") for one in range(count)])


def test_places_are_uniform_and_never_change():
    places = _places("hold-out")
    assert stats.kstest(places, "uniform").pvalue > 0.001
    assert place_of("a" * 32, "hold-out", "visitor-1") == places[1]
    assert places.min() >= 0
    assert places.max() < 1


@pytest.mark.parametrize("other", [("second", "a" * 32), ("first", "b" * 32)])
def test_places_of_two_experiments_and_of_two_shops_are_independent(other):
    one, other = _places("first"), _places(other[0], secret=other[1])
    table = np.histogram2d(one, other, bins=10, range=[[0, 1], [0, 1]])[0]
    assert stats.chi2_contingency(table).pvalue > 0.001
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.03


def test_a_wider_share_keeps_who_was_in_the_smaller_one():
    places = _places("hold-out", 2000)
    assert set(np.flatnonzero(places < 0.05)) < set(np.flatnonzero(places < 0.2))


def test_lost_units_are_found_and_chance_is_not():
    assert sample_ratio([95_000, 5_000], [0.95, 0.05]) == 1
    assert sample_ratio([95_000, 4_600], [0.95, 0.05]) < 0.001
    assert sample_ratio([48_000, 50_000], [0.5, 0.5]) < 0.001
    assert sample_ratio([950, 47], [0.95, 0.05]) > 0.1
    assert sample_ratio([0, 0], [0.95, 0.05]) == 1


@pytest.mark.parametrize("share", [0.05, 0.5])
def test_equal_arms_that_are_weighed_each_hour_alarm_in_less_than_one_of_a_thousand(share):
    """120 days, looked at every sixth hour; a test for one look alarms in more than twenty of a thousand."""
    rng, alarms, fooled, runs = np.random.default_rng(5), 0, 0, 2000
    units = rng.poisson(125, (runs, 480))
    treated = rng.binomial(units, share).cumsum(axis=1)
    whole = units.cumsum(axis=1)
    off = (treated - share * whole) ** 2 / (share * (1 - share) * whole)
    # The largest deviation of a run is where it alarms, if it does: only the worst looks are worked out.
    for run, looks in enumerate(np.argsort(-off, axis=1)[:, :40]):
        counts = [(treated[run, look], whole[run, look] - treated[run, look]) for look in looks]
        alarms += any(sample_ratio(count, (share, 1 - share)) < 0.001 for count in counts)
    fooled = (off.max(axis=1) > stats.chi2.ppf(0.999, 1)).mean()
    assert alarms / runs <= 0.001
    assert fooled > 0.02


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


def visitors_of(rng, days, newcomers=150, weeks_before=4):
    """What each visitor of some days spent: they come again for three weeks, and some have more taste for the shop."""
    warm = 7 * weeks_before
    count = rng.poisson(newcomers * (days + warm))
    born, taste = rng.uniform(-warm, days, count), rng.beta(0.5, 9.5, count)
    visits = 1 + rng.poisson(2, count)
    who, firsts = np.repeat(np.arange(count), visits), visits.cumsum() - visits
    at = born[who] + rng.uniform(0, 20, len(who))
    at[firsts] = born
    spent = (rng.random(len(who)) < taste[who]) * rng.lognormal(3.5, 0.7, len(who))
    held = (at >= 0) & (at < days)
    _, who = np.unique(who[held], return_inverse=True)
    return np.bincount(who, spent[held])


def test_what_is_promised_is_seen_though_visitors_come_again():
    rng, seen, held, runs = np.random.default_rng(4), 0, 0, 40
    for _shop in range(5):
        before = visitors_of(rng, 28)
        spent = ratio(before, np.ones(len(before)))
        spread = spent.error * sqrt(spent.units) / spent.value
        days = ceil(units_needed(spread, 0.5, 0.20) * 28 / len(before))
        for _ in range(runs):
            after = visitors_of(rng, days)
            is_b = rng.random(len(after)) < 0.5
            arms = (1.2 * after[is_b], after[~is_b])
            found = lift(*(ratio(arm, np.ones(len(arm))) for arm in arms))
            seen, held = seen + (found.low > 0), held + (found.low <= 0.20 <= found.high)
    assert 0.75 <= seen / (5 * runs) <= 0.85
    assert held / (5 * runs) > 0.95


def test_a_smaller_effect_and_a_smaller_hold_out_take_longer():
    five, ten = units_needed(4.0, 0.5, 0.05), units_needed(4.0, 0.5, 0.10)
    assert ten < five < units_needed(4.0, 0.05, 0.05)
    assert units_needed(4.0, 0, 0.05) == units_needed(0, 0.5, 0.05) == units_needed(inf, 0.5, 0.05) == 0


def test_what_has_no_figure_has_no_interval():
    assert lift(Estimate(0, 0, 9), Estimate(1, 0.1, 9)) == NOWHERE
    assert lift(Estimate(1, inf, 1), Estimate(1, 0.1, 9)) == NOWHERE
    assert half_width(0) == 0
    assert half_width(0.02) > 1.96 * 0.02
