"""The comparison day by day: as it would have been weighed on each day, and the sums that each group had."""

import random
import tracemalloc
from datetime import timedelta
from math import inf
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from shopconnect.core.clock import now
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events import visitor_days
from shopconnect.events.models import Event
from shopconnect.events.services import store_events
from shopconnect.events.visitor_days import MOST_VISITS_A_DAY, DayVisits
from shopconnect.experiments import purchases
from shopconnect.experiments.engine.intervals import adjusted_ratios, lift
from shopconnect.experiments.engine.running import DailySums, daily_lifts
from shopconnect.experiments.engine.sums import UnitSums, estimates_of
from shopconnect.experiments.history.arms import Contrast, arms_of
from shopconnect.experiments.models import Experiment
from shopconnect.experiments.purchases import purchases_of_visitors
from shopconnect.experiments.results import page_of, period_of, weigh_results
from shopconnect.experiments.services import configs
from shopconnect.experiments.types import HOLD_OUT, FigureName
from shopconnect.orders.services import link_orders, store_orders
from shopconnect.shops.services import timezone_of
from shopconnect.widgets import visitors
from shopconnect.widgets.visitors import MOST_A_DAY
from tests.shopconnect.experiments.world import DAYS, event_of, fill, order_of


def weighed(shop_id):
    weigh_results(shop_id)
    return page_of(shop_id)


def units(rng, count, days):
    """The units of an arm: the first day of each, what it had before, and what it got on which days."""
    first, before = np.sort(rng.integers(0, days, count)), rng.gamma(1, 20, count) * (rng.random(count) < 0.4)
    return [
        (
            int(first[unit]),
            float(before[unit]),
            [
                (int(day), float(rng.gamma(2, 10) + before[unit]))
                for day in sorted({int(first[unit]), *rng.integers(first[unit], days, 2)})
                if rng.random() < 0.3
            ],
        )
        for unit in range(count)
    ]


def summed(arm):
    sums = DailySums()
    for unit in arm:
        sums.add(*unit)
    return sums


def as_of(arm, last):
    here = [unit for unit in arm if unit[0] <= last]
    spent = [sum(amount for day, amount in amounts if day <= last) for _first, _before, amounts in here]
    return np.array(spent), np.array([before for _first, before, _amounts in here])


def test_each_day_is_what_would_have_been_weighed_on_it():
    rng = np.random.default_rng(1)
    arms = [units(rng, 300, 12), units(rng, 80, 12)]
    found = daily_lifts(*map(summed, arms), days=12)
    for day in range(12):
        spent, before = zip(*(as_of(arm, day) for arm in arms), strict=True)
        expected = lift(*adjusted_ratios([(one, np.ones(len(one))) for one in spent], before))
        assert (found[day].low, found[day].middle, found[day].high) == pytest.approx(
            (expected.low, expected.middle, expected.high), rel=1e-9
        )


def test_sums_say_of_a_ratio_what_its_units_say():
    rng = np.random.default_rng(2)
    arms = [(rng.binomial(visits, 0.2), visits) for visits in (rng.geometric(0.3, count) for count in (400, 90, 1, 0))]
    pasts = [rng.gamma(1, 20, len(visits)) + buys for buys, visits in arms]
    sums = [UnitSums() for _arm in arms]
    for arm, (buys, visits), past in zip(sums, arms, pasts, strict=True):
        for unit in zip(buys, visits, past, strict=True):
            arm.add(*map(float, unit))
    for found, expected in zip(estimates_of(sums), adjusted_ratios(arms, pasts), strict=True):
        assert (found.value, found.error, found.units) == pytest.approx(
            (expected.value, expected.error, expected.units), rel=1e-9
        )


def test_a_group_without_anybody_has_no_interval():
    one = DailySums()
    one.add(0, 0.0, [(1, 12.0)])
    assert [found.high for found in daily_lifts(DailySums(), one, days=2)] == [inf, inf]


@pytest.mark.parametrize("begins", ["by itself", "after another share"])
def test_the_last_day_is_the_verdict_and_the_days_add_up(shop, settings, begins):
    settings.HOLD_OUT_PERCENT = 50
    fill(shop, {"A": 0.45, "H": 0.25}, visitors=1500)
    if begins == "after another share":
        with shop_scope(shop):
            Experiment.objects.create(kind=HOLD_OUT, percent=50, started_at=now() - timedelta(days=20), ends_at=None)
        configs.forget()
    page = weighed(shop)
    last, said = page.history.days[-1], page.results.hold_out.figure(FigureName.REVENUE)
    assert (last.found.low, last.found.high) == pytest.approx((said.low, said.high), rel=1e-9)
    assert page.history.days[0].found is None  # nobody says anything of the first day
    for arm, visits in (("treated", page.results.hold_out.visits), ("control", page.results.hold_out.base_visits)):
        days = [getattr(one, arm) for one in page.history.days]
        whole = getattr(page.history, arm)
        assert sum(day.visits for day in days) == whole.visits == visits
        assert sum(day.revenue for day in days) == pytest.approx(whole.revenue)
        assert whole.visitors < sum(day.visitors for day in days)


def test_what_counts_in_no_verdict_counts_on_no_day(shop, settings):
    settings.HOLD_OUT_PERCENT = 50
    fill(shop, {"A": 0.3, "H": 0.3}, visitors=100)
    before = weighed(shop)
    chance, at = random.Random(9), now()
    crowd = [f"{'b' * 10}{one:022x}" for one in range(3 * MOST_A_DAY)]  # of one network and day
    told = [event_of(at, one, "view_item", chance) for one in crowd]
    told += [event_of(at, crowd[0], "view_item", chance) for _visit in range(3 * MOST_VISITS_A_DAY)]
    told += [event_of(at, crowd[1], "purchase", chance, 9000, visit=told[1].visit, order="no order of the shop")]
    with shop_scope(shop):
        store_events(told)
    page = weighed(shop)
    some = period_of(shop, page, page.history.days[1].day, None)
    for arm in ("treated", "control"):
        assert getattr(page.history, arm).revenue == getattr(before.history, arm).revenue
        assert getattr(some, arm).revenue == sum(getattr(one, arm).revenue for one in page.history.days[1:])
    new = [_visits_and_visitors(one) for one in (page.history, before.history)]
    assert [after - old for after, old in zip(*new, strict=True)] == [MOST_A_DAY + MOST_VISITS_A_DAY - 1, MOST_A_DAY]
    found = page.results.hold_out
    assert (page.history.treated.visits, page.history.control.visits) == (found.visits, found.base_visits)
    assert page.history.buyers == before.history.buyers
    today_alone = period_of(shop, page, page.history.days[-1].day, None)
    old = before.history.days[-1]
    assert _visits_and_visitors(today_alone)[1] == _visits_and_visitors(old)[1] + MOST_A_DAY


def _visits_and_visitors(one):
    return one.treated.visits + one.control.visits, one.treated.visitors + one.control.visitors


def test_a_visit_and_its_order_are_of_the_day_of_the_shop_on_which_it_began(shop, settings):
    settings.HOLD_OUT_PERCENT = 50
    fill(shop, {"A": 0.0, "H": 0.0}, visitors=60)
    there = now().astimezone(ZoneInfo(timezone_of(shop)))
    began = (there - timedelta(days=5)).replace(hour=23, minute=50)
    chance, bought = random.Random(9), began + timedelta(minutes=20)
    seen = event_of(began, "visitor-1-0", "view_item", chance)
    with shop_scope(shop):
        before = len(purchases_of_visitors(began, "EUR"))
        store_events([seen, event_of(bought, "visitor-1-0", "purchase", chance, 50, visit=seen.visit, order="5000")])
        store_orders([order_of(5000, bought, 50, "")])
        link_orders()
        assert len(purchases_of_visitors(began, "EUR")) == before + 1
    days = {one.day: one.treated.revenue + one.control.revenue for one in weighed(shop).history.days}
    assert {day: revenue for day, revenue in days.items() if revenue} == {began.date(): 50}


def test_a_period_counts_who_came_on_several_days_once(shop, settings):
    settings.HOLD_OUT_PERCENT = 50
    fill(shop, {"A": 0.3, "H": 0.3}, visitors=400)
    page = weighed(shop)
    first, last = page.history.days[5].day, page.history.days[14].day
    period = period_of(shop, page, first, last)
    assert (period.first, period.last, period.is_whole, len(period.days)) == (first, last, False, 10)
    assert period.treated.visits == sum(one.treated.visits for one in period.days)
    assert period.control.revenue == pytest.approx(sum(one.control.revenue for one in period.days))
    with shop_scope(shop):
        zone = ZoneInfo(timezone_of(shop))
        seen = {row.visitor for row in Event.objects.all() if first <= row.at.astimezone(zone).date() <= last}
    assert period.treated.visitors + period.control.visitors == len(seen)
    assert period.treated.visitors <= sum(one.treated.visitors for one in period.days)


def test_any_days_are_counted_from_what_is_kept_and_no_event_is_read_again(shop, settings):
    settings.HOLD_OUT_PERCENT = 50
    fill(shop, {"A": 0.3, "H": 0.3}, visitors=200, visits={"A": 6, "H": 3})
    page, zone = weighed(shop), ZoneInfo(timezone_of(shop))
    with shop_scope(shop):
        came = {(row.visitor, row.at.astimezone(zone).date()) for row in Event.objects.all()}
        Event.objects.all().delete()
    days = [one.day for one in page.history.days]
    end = len(days) - 1  # 40 times 24 hours reach into 40 days or 41, by the hour of the test
    for first, last in [(0, 0), (3, 3), (0, 9), (5, 20), (11, end), (end - 1, end), (0, end - 1)]:
        period = period_of(shop, page, days[first], days[last])
        seen = {visitor for visitor, day in came if days[first] <= day <= days[last]}
        assert period.treated.visitors + period.control.visitors == len(seen), (first, last)
        assert period.treated.visits == sum(one.treated.visits for one in page.history.days[first : last + 1])


@pytest.mark.parametrize("chunk", [1, 7])
def test_what_is_read_in_chunks_is_what_is_read_at_once(shop, settings, monkeypatch, chunk):
    settings.HOLD_OUT_PERCENT = 50
    fill(shop, {"A": 0.3, "H": 0.3}, visitors=60)
    whole = weighed(shop)
    monkeypatch.setattr(visitor_days, "AT_ONCE", chunk)
    found = weighed(shop)
    assert (found.history, found.results.hold_out) == (whole.history, whole.results.hold_out)


def test_a_comparison_takes_no_more_memory_for_more_visitors(monkeypatch):
    """Ten times as many visitors on the same days: sums stay sums, however many are added."""
    first = now().date()

    def most_held(visitors):
        rows = (
            DayVisits(f"{one:032x}", first + timedelta(days=day), 1, [])
            for one in range(visitors)
            for day in (one % 40, 40 + one % 7)
        )
        monkeypatch.setattr(purchases, "iter_visitor_days", lambda _since, _timezone: rows)
        contrast = Contrast(
            arm="A", base="H", since=now(), shares=(1, 1), has_past=True, letter=lambda visitor: "AH"[visitor[-1] < "8"]
        )
        tracemalloc.start()
        arms = arms_of(contrast, purchases.courses_of_visitors(now(), [], "UTC"), first)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert sum(arm.visitors for arm in arms) == visitors
        return peak

    monkeypatch.setattr(visitors, "MOST_A_DAY", 10**9)
    most_held(100)  # what is made once
    assert most_held(20_000) < 1.25 * most_held(2_000)


def test_a_period_reaches_as_far_as_the_comparison(shop, settings):
    settings.HOLD_OUT_PERCENT = 50
    fill(shop, {"A": 0.3, "H": 0.3}, visitors=100)
    page = weighed(shop)
    whole = period_of(shop, page, None, None)
    assert whole.is_whole
    assert whole.treated == page.history.treated
    assert len(whole.days) == (whole.last - whole.first).days + 1 >= DAYS
    wide = period_of(shop, page, whole.first - timedelta(days=900), whole.last + timedelta(days=900))
    assert wide == whole
    assert period_of(shop, page, None, whole.first - timedelta(days=1)) is None


def test_nothing_of_another_shop_is_in_a_history(shop, other_shop):
    fill(other_shop, {"A": 0.4, "H": 0.3}, visitors=100)
    assert weighed(shop).history is None
    fill(shop, {"A": 0.4, "H": 0.3}, visitors=60)
    page = weighed(shop)
    assert page.history.treated.visitors + page.history.control.visitors == 60
