"""The calendar: when events are, what the past says of them, and the page on which merchants enter their own."""

import json
from datetime import date, timedelta

import numpy as np
import pytest

from recommender.stock.calendar.dates import calendar_of, national_days, usual_events
from recommender.stock.calendar.folder import event_lines, read_event, store_events
from recommender.stock.calendar.keeping import own_events, remove_event
from recommender.stock.engine.demand import Demand, Lines
from recommender.stock.engine.events import event_effects, event_factors, shares_of, without_events
from recommender.stock.engine.forecast import Forecaster
from recommender.stock.learning import learn_stock
from recommender.stock.types import CalendarDay, EventKind
from shopconnect.accounts.types import Role
from shopconnect.connectors.files.reading import parse
from shopconnect.connectors.files.values import BadRow
from shopconnect.core.tenancy.scope import shop_scope
from tests.makers import make_shop
from tests.recommender.stock.shops import stocked_shop
from tests.shopconnect.shops.conftest import make_member, signed_in

PATH = "/stock/calendar/"


def days_of(country: str, year: int) -> dict[EventKind, tuple[date, date]]:
    return {one.kind: (one.first, one.last) for one in usual_events(country, year)}


@pytest.mark.parametrize(
    ("year", "winter", "summer", "black_friday", "mothers_day"),
    [
        (2024, (1, 10), (6, 26), (11, 29), (5, 26)),
        (2025, (1, 8), (6, 25), (11, 28), (5, 25)),
        (2026, (1, 7), (6, 24), (11, 27), (5, 31)),
        (2020, (1, 8), (6, 24), (11, 27), (6, 7)),  # Pentecost was the last Sunday of May
    ],
)
def test_french_sales_black_friday_and_mothers_day_are_when_the_law_has_them(
    year, winter, summer, black_friday, mothers_day
):
    found = days_of("FR", year)
    assert found[EventKind.WINTER_SALES] == (date(year, *winter), date(year, *winter) + timedelta(days=27))
    assert found[EventKind.SUMMER_SALES][0] == date(year, *summer)
    assert found[EventKind.BLACK_FRIDAY][0] == date(year, *black_friday)
    assert found[EventKind.MOTHERS_DAY][1] == date(year, *mothers_day)


def test_france_has_eleven_national_days_with_french_names_and_others_their_own():
    days = national_days("FR", [2026], "fr")
    assert len(days) == 11
    assert (date(2026, 7, 14), "Fête nationale") in days
    assert dict(national_days("GB", [2026]))[date(2026, 12, 25)] == "Christmas Day"
    assert dict(national_days("FR", [2026], "en"))[date(2026, 5, 1)] == "Labour Day"
    assert dict(national_days("US", [2026], "en"))[date(2026, 9, 7)] == "Labor Day"
    assert national_days("", [2026]) == national_days("ZZ", [2026]) == []
    assert days_of("GB", 2026)[EventKind.MOTHERS_DAY][1] == date(2026, 3, 15)
    assert set(days_of("", 2026)) == {EventKind.BLACK_FRIDAY}


def test_what_the_merchant_enters_takes_the_place_of_the_usual_of_its_year():
    own = [CalendarDay(EventKind.WINTER_SALES, "", date(2026, 1, 2), date(2026, 1, 29))]
    found = calendar_of(["FR"], date(2026, 1, 1), date(2027, 12, 31), own)
    assert [one.first for one in found if one.kind == EventKind.WINTER_SALES] == [date(2026, 1, 2), date(2027, 1, 6)]
    two = [CalendarDay(EventKind.OWN, name, date(2026, 1, 5), date(2026, 1, 8)) for name in ("Fair", "Market")]
    shares = shares_of(two, date(2026, 1, 1), 2)
    assert shares == pytest.approx(np.array([[3 / 7, 1 / 7]] * 2))


def test_an_event_that_lifts_weeks_is_found_and_one_that_never_was_says_nothing():
    chance = np.random.default_rng(2)
    weeks, shares = 104, np.zeros((2, 117))
    shares[0, [10, 33, 62, 85, 106]] = 1
    shares[1, 110] = 1
    usual = np.exp(6 + 0.003 * np.arange(weeks) + 0.05 * chance.normal(size=weeks))
    totals = usual * np.exp(0.8 * shares[0, :weeks])
    effects = event_effects(totals, shares)
    assert effects == pytest.approx([0.8, 0], abs=0.1)
    assert without_events(totals, effects, shares)[33] == pytest.approx(usual[33], rel=0.15)
    factors = event_factors(effects, shares, weeks, 4)
    assert factors[2] / factors[0] == pytest.approx(np.exp(effects[0]))
    closed = totals.copy()
    closed[50] = 0
    assert np.abs(event_effects(closed, shares)).max() < 1


def demand_of(totals: np.ndarray) -> Demand:
    """One item that sells so much in a week, and one that sells half of it."""
    units = np.round(np.stack([totals, totals / 2]))
    items, weeks = np.indices(units.shape)
    lines = Lines(items.ravel(), weeks.ravel(), np.ones(units.size), units.ravel(), np.ones(units.size))
    return Demand(((1, ""), (2, "")), 20_000, lines, units, np.ones_like(units))


@pytest.mark.parametrize(("lift", "is_believed"), [(0.9, True), (0.0, False)])
def test_forecasts_take_events_in_only_where_that_was_sure_to_err_less(lift, is_believed):
    chance = np.random.default_rng(3)
    weeks, shares = 80, np.zeros((1, 93))
    held = np.append(np.cumsum(chance.integers(4, 9, 12)), 86)  # at no regular distance, so that no season shows it
    shares[0, held] = 1
    totals = 200 * np.exp(lift * shares[0, :weeks] + 0.03 * chance.normal(size=weeks))
    forecaster = Forecaster(demand_of(totals), np.ones(2), np.zeros(2, int), shares)
    assert forecaster.choice(weeks).has_events == is_believed
    assert not Forecaster(demand_of(totals), np.ones(2), np.zeros(2, int)).choice(weeks).has_events
    told = forecaster.weekly(weeks, 13)[0]
    assert (told[86 - weeks] > 1.5 * np.median(told)) == is_believed


@pytest.mark.django_db
def test_the_calendar_is_a_page_where_owners_enter_events():
    shop_id, other = stocked_shop(), make_shop("other")
    owner, analyst = (signed_in(make_member(shop_id, role)) for role in (Role.OWNER, Role.ANALYST))
    assert "Forecasts haven’t been calculated yet" in owner.get(PATH).content.decode()
    learn_stock(shop_id)
    page = owner.get(PATH).content.decode()
    assert "Black Friday" in page
    assert "the calendar doesn’t reliably make forecasts better yet" in page
    fair = {"kind": "own", "name": "Pottery fair", "first": "2026-05-01", "last": "2026-05-03"}
    for _ in range(2):  # a double click
        assert "Event added." in owner.post(f"{PATH}add/", fair, follow=True).content.decode()
    with shop_scope(shop_id):
        (event,) = own_events()
    assert (event.kind, event.name, event.last) == (EventKind.OWN, "Pottery fair", date(2026, 5, 3))
    for bad, said in (
        ({"last": "2026-04-01"}, "The last day must be the first one or later"),
        ({"name": ""}, "Give the event a name."),
        ({"first": "soon"}, "Enter a date such as 2026-12-31."),
        ({"kind": "national_day"}, "Choose one of the settings."),
    ):
        answer = owner.post(f"{PATH}add/", fair | bad)
        assert answer.status_code == 400
        assert said in answer.content.decode()
        assert 'value="2026-05-03"' in answer.content.decode() or "last" in bad
    assert analyst.get(PATH).status_code == 200
    assert "Add an event" not in analyst.get(PATH).content.decode()
    assert analyst.post(f"{PATH}add/", fair).status_code == 403
    remove_event(other, 1, event.public_id)
    with shop_scope(shop_id):
        assert own_events() == [event]
    owner.post(f"{PATH}{event.public_id}/remove/")
    with shop_scope(shop_id):
        assert own_events() == []


@pytest.mark.django_db
def test_the_calendar_leaves_a_shop_and_comes_back_as_it_was():
    rows = [
        b'{"event":"school_holidays","first":"2026-02-21","last":"2026-03-09"}',
        b'{"event":"own","name":"Fair","first":"2026-05-01","last":"2026-05-03"}',
    ]
    with shop_scope(make_shop()):
        drafts = [read_event(parse(row)) for row in rows]
        first, again = store_events(drafts), store_events(drafts)
        assert (first.new, again.new, again.same) == (2, 0, 2)
        assert [parse(json.dumps(line).encode()) for line in event_lines()] == [parse(row) for row in rows]
    for bad in (b'{"event":"national_day","first":"2026-02-21","last":"2026-03-09"}', b'{"event":"own","first":"x"}'):
        with pytest.raises(BadRow):
            read_event(parse(bad))
