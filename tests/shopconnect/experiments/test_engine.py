"""The mathematics of trials: pure, with simulations of known truth."""

import sys
from datetime import timedelta
from math import ceil, inf, sqrt
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from shopconnect.core.clock import now
from shopconnect.experiments import earnings
from shopconnect.experiments.engine.assignment import place_of
from shopconnect.experiments.engine.duration import units_needed
from shopconnect.experiments.engine.intervals import NOWHERE, Estimate, adjusted_ratios, half_width, lift, ratio
from shopconnect.experiments.engine.soundness import sample_ratio
from shopconnect.experiments.purchases import VisitorCourse, VisitorDay
from shopconnect.experiments.services import arm_under
from shopconnect.experiments.types import HOLD_OUT, ExperimentConfig, ExperimentSummary, FigureName


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
    sys.stdout.write(
        f"{share:.0%} held out: {alarms} of {runs} alarm, {fooled:.1%} where each look is a test of its own\n"
    )
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


def hold_out_of(percent, started_at):
    return ExperimentConfig(
        secret="a" * 32,
        hold_out=ExperimentSummary(
            public_id=1, kind=HOLD_OUT, percent=percent, value=None, started_at=started_at, ends_at=None
        ),
    )


def spending_of(rng, configs, names, effect):
    """What visitors spent before a change of the share and after it, [periods, visitors], without and with an effect.

    Some have more taste for the shop than others, before as after; whoever is held out buys as without suggestions.
    """
    taste = rng.gamma(1, 30, len(names))
    plain = taste * rng.binomial(1, 0.6, (2, len(names))) * rng.lognormal(0, 0.3, (2, len(names)))
    is_held_out = [[arm_under(config, name).is_held_out for name in names] for config in configs]
    return plain, plain * np.where(is_held_out, 1.0, 1.0 + effect)


@pytest.fixture
def weigh(monkeypatch):
    """Says how the product weighs revenue per visitor where these are a shop's visitors, and nothing else is there."""
    monkeypatch.setattr(earnings, "shop_profile", lambda: SimpleNamespace(currency="EUR", timezone="UTC"))
    monkeypatch.setattr(earnings, "summed_tallies", lambda _since, *_by: {})
    monkeypatch.setattr(earnings, "armed_orders", lambda _since, _currency: [])
    monkeypatch.setattr(earnings, "purchases_of_visitors", lambda _since, _currency: [])
    monkeypatch.setattr(earnings, "count_chosen", lambda _since, _currency: 0)

    def weighed(config, names, past, spent, first_day):
        day = now().date()
        rows = [
            VisitorCourse(name, before, [VisitorDay(day, 1, amount > 0, amount, amount)], [])
            for name, before, amount in zip(names, past, spent, strict=True)
        ]
        monkeypatch.setattr(earnings, "courses_of_visitors", lambda _since, _purchases, _timezone: rows)
        monkeypatch.setattr(earnings, "first_counted_day", lambda: first_day)
        return earnings.work_out(config).results.hold_out.figure(FigureName.REVENUE)

    return weighed


@pytest.mark.parametrize(("before", "after"), [(50, 10), (5, 50), (100, 20)])
def test_another_share_of_the_hold_out_biases_no_effect(weigh, before, after):
    """Suggestions bring 20 % more, after a change of the share as before it; 100: nobody saw any before.

    Each shop is weighed with the effect and without: what both have in common is chance, and drops out.
    """
    rng, effect, since, shops = np.random.default_rng(6), 0.2, now() - timedelta(days=28), 40
    configs = hold_out_of(before, since - timedelta(days=60)), hold_out_of(after, since)
    first_day = (since if before == 100 else configs[0].hold_out.started_at).date()
    found = []
    for shop in range(shops):
        names = [f"{shop}-{one}" for one in range(2000)]
        worlds = spending_of(rng, configs, names, effect)
        found.append([weigh(configs[1], names, past, spent, first_day) for past, spent in worlds])
    plain, moved = (np.log1p([figure.middle for figure in figures]) for figures in zip(*found, strict=True))
    biases = (moved - plain) / np.log1p(effect) - 1
    held = np.mean([figure.low <= effect <= figure.high for _, figure in found])
    noise = biases.std() / sqrt(shops)
    said = f"hold-out {before} % to {after} %: bias {biases.mean():+.2%} of the effect, ± {noise:.2%}; held {held:.0%}"
    sys.stdout.write(f"{said}\n")  # pytest -s shows it, and so does a failure
    assert abs(biases.mean()) + 2 * noise < 0.05
    assert abs(plain.mean()) < 4 * plain.std() / sqrt(shops)
    assert held >= 0.95


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
