"""Strangers let no shelf fall back: what one address sees, or makes up, counts a few times a day."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client

from recommender.products import widget
from shopconnect.core.cache.redis import client as redis_client
from shopconnect.core.clock import now
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.experiments.counting import move_counts, store_tallies
from shopconnect.experiments.selectors import summed_tallies
from shopconnect.experiments.services import configs, has_fallen
from shopconnect.experiments.types import ShelfTally
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.types import KeyKind
from shopconnect.widgets import counts, limits, visits
from shopconnect.widgets.types import Rate
from tests.recommender.products.shops import fill_shop, train


@pytest.fixture(autouse=True)
def _fresh(settings):
    settings.HOLD_OUT_PERCENT = 0
    for memory in (configs, limits, counts, visits):
        memory.forget()
    redis_client().flushdb()


@pytest.fixture
def address(shop):
    fill_shop(shop)
    train(shop)
    with shop_scope(shop):
        rows = [ShelfTally((now() - timedelta(days=one)).date().isoformat(), "similar", "a", 1000) for one in (1, 2, 3)]
        store_tallies(rows)
    return f"/w/{keys_of_shop(shop, KeyKind.WIDGET)[0]}/shelf"


def ask(address, times, network=1, product="p12"):
    shopper = Client(headers={"origin": "http://localhost"}, REMOTE_ADDR=f"198.51.100.{network}")
    said = {"shelf": "similar", "product": product, "page": "/p/12"}
    return {shopper.get(address, said).status_code for _ in range(times)}


def counted(shop_id):
    """Have the minute pass; returns requests, empties and errors of today."""
    limits.count_call(shop_id, "events", "somebody", Rate(1000))
    move_counts()
    with shop_scope(shop_id):
        rows = summed_tallies(now().date(), "shelf").values()
    return [(row.requests, row.empties, row.errors) for row in rows]


def fails(*_: object) -> None:
    raise RuntimeError("It failed.")


def test_what_the_shop_does_not_sell_is_no_trouble_whatever_comes_of_it(shop, address, monkeypatch):
    assert ask(address, 222, product="made-up") == {200}
    assert counted(shop) == [(100, 0, 0)]
    monkeypatch.setattr(widget, "ready_shelf", fails)
    assert ask(address, 20, network=2, product="made-up") == {500}
    assert counted(shop) == [(120, 0, 0)]
    assert not has_fallen(shop, "similar")


@pytest.mark.parametrize("shelf", ["for-you", "again", "viewed", "recent", "cart", "sale"])
def test_a_shelf_that_is_empty_for_whoever_says_nothing_is_no_trouble(shop, address, shelf):
    for network in range(3):
        shopper = Client(headers={"origin": "http://localhost"}, REMOTE_ADDR=f"198.51.100.{network}")
        found = shopper.get(address, {"shelf": shelf, "product": "p12", "page": "/q"})
        assert (found.status_code, found.json()["items"]) == (200, [])
    assert counted(shop) == [(3, 0, 0)]


@pytest.mark.parametrize("shelf", ["", "trending"])
@pytest.mark.parametrize("liked", [40, 20])
def test_a_shelf_that_hides_all_that_a_stranger_names_is_no_trouble(shop, address, shelf, liked):
    everything = [f"p{number}" for number in range(40)]
    said = {"shelf": shelf, "product": "p12", "page": "/q"}
    said |= {"cart": ",".join(everything[:liked]), "disliked": ",".join(everything[liked:])}
    shopper = Client(headers={"origin": "http://localhost"})
    found = shopper.post(address, urlencode(said), content_type="application/x-www-form-urlencoded")
    assert (found.status_code, found.json()["items"]) == (200, [])
    assert counted(shop) == [(1, 0, 0)]


def test_one_address_that_fails_all_day_lets_no_shelf_fall(shop, address, monkeypatch):
    ask(address, 20, network=9)
    monkeypatch.setattr(widget, "ready_shelf", fails)
    with time_machine.travel(datetime.combine(now().date(), datetime.min.time(), UTC), tick=False) as clock:
        for _ in range(6):
            ask(address, 40)
            counted(shop)
            clock.shift(timedelta(hours=1))
        assert counted(shop)[0][1:] == (0, 5)
    configs.forget()
    assert not has_fallen(shop, "similar")


def test_a_shelf_that_fails_for_many_hours_long_falls_and_says_from_where_it_was_seen(shop, address, monkeypatch):
    monkeypatch.setattr(widget, "ready_shelf", fails)
    with time_machine.travel(datetime.combine(now().date(), datetime.min.time(), UTC), tick=False) as clock:
        for hour in range(3):
            for network in range(1, 13):
                assert ask(address, 2, network=network) == {500}
            counted(shop)
            configs.forget()
            assert has_fallen(shop, "similar") is (hour == 2)
            clock.shift(timedelta(hours=1))
