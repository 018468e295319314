"""Counts come from the gateway into the table once, whoever dies meanwhile; a shelf that fails falls back by itself."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client

from recommender.products.types import RULES_KIND, VARIETY_KIND
from shopconnect.accounts.types import Role
from shopconnect.core.cache.redis import client
from shopconnect.core.clock import now
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.experiments import counting, guard, statements
from shopconnect.experiments.counting import move_counts, store_tallies, store_troubles
from shopconnect.experiments.guard import lift_fallback
from shopconnect.experiments.models import Experiment, Fallback
from shopconnect.experiments.selectors import tallies
from shopconnect.experiments.services import arm_of, has_fallen, set_hold_out, start_experiment
from shopconnect.experiments.types import ShelfTally, Trouble
from shopconnect.notifications.models import Notice
from shopconnect.notifications.notices import sentence
from shopconnect.orders.arms import sign_arm
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.types import KeyKind
from shopconnect.widgets import counts, limits, registry
from shopconnect.widgets.types import Rate, WidgetResponse
from shopconnect.widgets.visitors import sign_visitor
from tests.recommender.products.shops import post_shelf
from tests.shopconnect.shops.conftest import make_member

TODAY = now().date().isoformat()


def note(shop_id, mark="similar|A", what="requests", times=1):
    for _ in range(times):
        counts.note(shop_id, mark, what)


def call(shop_id):
    """Have some shopper call, so that what was noted goes along."""
    limits.count_call(shop_id, "events", "somebody", Rate(1000))


def counted(shop_id):
    with shop_scope(shop_id):
        return list(tallies())


def test_what_was_noted_waits_for_a_second_and_then_goes_along(shop, settings):
    settings.NOTED_SECONDS = 3600.0
    call(shop)
    note(shop, times=3)
    call(shop)
    assert not client().exists(counts.noted_key(shop))
    limits.forget()  # the time is over
    call(shop)
    assert client().hvals(counts.noted_key(shop)) == [b"3"]


def test_what_was_noted_rides_on_the_next_call_and_is_moved_each_minute(shop):
    note(shop, times=3)
    note(shop, what="empties")
    note(shop, "cart|h")
    assert not client().exists(counts.noted_key(shop))
    call(shop)
    assert move_counts() == 1
    assert counted(shop) == [ShelfTally(TODAY, "cart", "h", 1), ShelfTally(TODAY, "similar", "A", 3, 1)]
    assert move_counts() == 0
    note(shop)
    call(shop)
    move_counts()
    assert counted(shop)[1].requests == 4


def test_a_worker_that_dies_after_writing_counts_nothing_twice(shop, monkeypatch):
    note(shop, times=5)
    call(shop)
    monkeypatch.setattr(counting, "FORGET_BATCH", "return redis.error_reply('gone')")
    with pytest.raises(Exception, match="gone"):
        move_counts()
    monkeypatch.undo()
    assert counted(shop)[0].requests == 5
    note(shop)
    call(shop)
    move_counts()
    assert counted(shop) == [ShelfTally(TODAY, "similar", "A", 6)]


def test_a_worker_that_dies_before_writing_loses_nothing(shop, monkeypatch):
    note(shop, times=5)
    call(shop)
    monkeypatch.setattr(counting, "store_tallies", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        move_counts()
    monkeypatch.undo()
    note(shop)
    call(shop)
    move_counts()
    assert counted(shop)[0].requests == 6


def test_shops_are_counted_apart_and_a_shop_that_went_leaves_nothing(shop, other_shop):
    note(shop)
    note(other_shop, times=2)
    note(999_999_999)
    call(shop)
    move_counts()
    assert [row.requests for row in counted(shop)] == [1]
    assert [row.requests for row in counted(other_shop)] == [2]
    assert not client().keys("shop:999999999:*")


@pytest.fixture
def asked(shop, serve):
    """Ask an endpoint whose calls are counted; it answers as it is told."""
    does = {}
    counted = registry.shopper_endpoint(label=lambda ask: f"similar|{ask.non_shopper or 'A'}")
    endpoint = counted(lambda ask: does["answer"]())
    serve("counted", endpoint)

    def ask(answer, **headers):
        does["answer"] = answer
        shopper = Client(headers={"origin": "http://localhost:9000", **headers})
        return shopper.get(f"/w/{keys_of_shop(shop, KeyKind.WIDGET)[0]}/counted")

    return ask


def test_the_gateway_counts_answers_empties_and_errors_and_robots_by_themselves(shop, asked):
    asked(lambda: WidgetResponse({}))
    asked(lambda: WidgetResponse({}, is_empty=True))
    asked(lambda: 1 / 0)
    asked(lambda: WidgetResponse({}), **{"user-agent": "Googlebot/2.1"})
    call(shop)
    move_counts()
    assert counted(shop) == [ShelfTally(TODAY, "similar", "A", 3, 1, 1), ShelfTally(TODAY, "similar", "r", 1)]


def seen_by(today, kind, count, networks, hours):
    """Trouble as so many networks saw it in so many hours, each as often."""
    return [
        Trouble(today.day, today.shelf, today.arm, kind, one % hours, f"{one:06x}", count // networks)
        for one in range(networks)
    ]


def before_and_today(shop_id, today, *, errors=2, empties=10, networks=60, hours=4):
    rows = [
        ShelfTally((now() - timedelta(days=one)).date().isoformat(), "similar", "A", 1000, empties, errors)
        for one in range(1, 8)
    ]
    with shop_scope(shop_id):
        store_tallies([*rows, today])
        store_troubles(seen_by(today, "errors", today.errors, networks, hours))
        store_troubles(seen_by(today, "empties", today.empties, networks, hours))
        return guard.look_at_rates()


@pytest.mark.parametrize(
    ("today", "because"),
    [
        (ShelfTally(TODAY, "similar", "A", 300, 0, 60), "errors"),
        (ShelfTally(TODAY, "similar", "a", 300, 180, 0), "empties"),
        (ShelfTally(TODAY, "similar", "A", 3000, 60, 60), None),
        (ShelfTally(TODAY, "similar", "A", 4, 0, 2), None),
        (ShelfTally(TODAY, "similar", "H", 300, 300, 0), None),
    ],
)
def test_a_shelf_falls_back_when_it_surely_fails_more_than_it_did(shop, today, because):
    make_member(shop, Role.OWNER)
    assert before_and_today(shop, today) == (["similar"] if because else [])
    assert has_fallen(shop, "similar") is (because is not None)
    assert not has_fallen(shop, "cart")
    with shop_scope(shop):
        assert guard.look_at_rates() == []
        assert list(Fallback.objects.values_list("because", flat=True)) == ([because] if because else [])
        told = [row.params for row in Notice.objects.all()]
        assert [one["because"] for one in told] == ([because] if because else [])
        assert [one["networks"] for one in told] == (["60"] if because else [])


@pytest.mark.parametrize(("networks", "hours"), [(4, 4), (60, 2)])
def test_what_few_addresses_or_hours_saw_lets_no_shelf_fall(shop, networks, hours):
    today = ShelfTally(TODAY, "similar", "A", 60, 0, 40 if networks == 60 else 0)
    assert before_and_today(shop, today, networks=networks, hours=hours) == []
    assert not has_fallen(shop, "similar")


def test_a_shelf_shows_again_what_was_learnt_once_its_trouble_is_over(shop):
    make_member(shop, Role.OWNER)
    with time_machine.travel(datetime.combine(now().date(), time(12), UTC), tick=False) as clock:
        assert before_and_today(shop, ShelfTally(TODAY, "similar", "A", 300, 0, 60), hours=12) == ["similar"]
        with shop_scope(shop):
            clock.shift(timedelta(hours=4))
            today = ShelfTally(TODAY, "similar", "A", 0, 0, 0)
            store_troubles([Trouble(TODAY, "similar", "A", "errors", 15, f"{one:06x}", 1) for one in range(6)])
            assert guard.look_at_rates() == []
            assert Fallback.objects.get().lifted_at is None  # it goes on
            clock.shift(timedelta(hours=4))
            store_troubles([Trouble(TODAY, "similar", "A", "errors", 19, "ffffff", 500)])
            assert guard.look_at_rates() == []  # one address holds nothing up, and what is over does not count again
            assert guard.look_at_rates() == []
            assert Fallback.objects.get().lifted_at == now()
            assert [row.kind for row in Notice.objects.order_by("id")] == ["shelf_fell", "shelf_lifted"]
            store_tallies([today._replace(requests=300)], statements.ADD_COUNTS)
            store_troubles(seen_by(today, "errors", 60, 60, 3))
            assert guard.look_at_rates() == []  # of hours before it was lifted
            again = seen_by(today, "errors", 60, 60, 3)
            store_troubles(row._replace(hour=20 + row.hour, network=f"a{row.network[1:]}") for row in again)
            assert guard.look_at_rates() == ["similar"]
    assert has_fallen(shop, "similar")


def test_a_shelf_that_was_always_empty_so_often_does_not_fall(shop):
    assert before_and_today(shop, ShelfTally(TODAY, "similar", "A", 300, 180, 0), empties=500) == []


@pytest.mark.parametrize(
    ("tried", "because", "said"),
    [
        (ShelfTally(TODAY, "similar", "B", 300, 180, 0), "empties", "stayed empty more often"),
        (ShelfTally(TODAY, "similar", "b", 300, 0, 60), "errors", "failed more often"),
        (ShelfTally(TODAY, "similar", "B", 3000, 60, 0), "", ""),
    ],
)
def test_what_is_tried_and_fails_ends_the_test_and_the_shelf_stays(shop, tried, because, said):
    make_member(shop, Role.OWNER)
    start_experiment(shop, RULES_KIND, 3, 14)
    with shop_scope(shop):
        store_tallies([ShelfTally(TODAY, "similar", "A", 300, 9, 1), tried])
        store_troubles(seen_by(tried, "empties", tried.empties, 60, 4))
        store_troubles(seen_by(tried, "errors", tried.errors, 60, 4))
        assert guard.look_at_rates() == []
        assert Experiment.objects.get().ended_because == because
        assert [said in sentence(row.kind, row.params) for row in Notice.objects.all()] == [True] * bool(because)
    start_experiment(shop, VARIETY_KIND, 10, 14) if because else None
    with shop_scope(shop):  # what was counted of B today is no fault of the next test
        assert guard.look_at_rates() == []
        assert Experiment.objects.filter(ended_at=None).count() == 1
    assert not has_fallen(shop, "similar")


def test_an_owner_lifts_a_fallback(shop):
    assert before_and_today(shop, ShelfTally(TODAY, "similar", "A", 300, 0, 60)) == ["similar"]
    lift_fallback(shop, "similar")
    with shop_scope(shop):
        assert guard.look_at_rates() == []  # what was counted before is over
    assert not has_fallen(shop, "similar")


def test_to_the_hold_out_a_shelf_shows_nothing_and_the_reply_names_its_arm(shop):
    set_hold_out(shop, 20)
    visitors = [f"{one:032x}" for one in range(60)]
    held_out = next(one for one in visitors if arm_of(shop, one, "", now().date()).is_held_out)
    shopper = Client(headers={"origin": "http://localhost:9000"})
    url = f"/w/{keys_of_shop(shop, KeyKind.WIDGET)[0]}/shelf"
    said = {"product": "p1", "visitor": sign_visitor(shop, held_out), "page": "/p/1"}
    reply = post_shelf(shopper, url, said)
    assert reply.json() == {"items": [], "arm": "H", "signed_arm": sign_arm(shop, "H")}
    assert reply["Cache-Control"] == "no-store"
    shopper.defaults["HTTP_SEC_GPC"] = "1"
    private = post_shelf(shopper, url, said)
    assert private.json()["arm"] in ("a", "h")
    assert shopper.get(url, {"product": "p1"}).json()["arm"] == ""
    call(shop)
    move_counts()
    assert [(row.shelf, row.arm, row.requests, row.empties) for row in counted(shop) if row.arm == "H"] == [
        ("beside", "H", 1, 1)
    ]
