"""A shelf comes at once, without the database; what was shown last stands in where nothing better comes."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommender.products import services
from recommender.products.data.catalogue import save_catalogue
from recommender.products.serving import ready
from recommender.products.serving.ready import ShelfRequest, ready_shelf
from recommender.products.serving.snapshot import open_snapshot
from recommender.products.types import Context, Shelf
from shopconnect.core.artefacts import store
from shopconnect.core.artefacts.arrays import map_arrays
from shopconnect.core.cache import redis
from shopconnect.core.clock import now
from shopconnect.experiments.services import configs
from shopconnect.orders import histories
from shopconnect.orders.histories import fill_histories, history_key
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.types import KeyKind
from shopconnect.widgets.services import fronts
from shopconnect.widgets.signing import sign_customer
from tests.recommender.products.shops import fill_shop, post_shelf, train
from tests.waiting import PATIENCE_SECONDS


@pytest.fixture
def fitted_shop(shop):
    store.erase(shop)
    fill_shop(shop, sold_out=(3,))
    train(shop)
    return shop


def page(shop_id, product="p12", **said):
    shelf, k = said.pop("shelf", None), said.pop("k", 4)
    return ShelfRequest(shop_id, shelf, Context(product=product, **said), k)


def signed_in(shop_id, customer):
    key = keys_of_shop(shop_id, KeyKind.WIDGET)[0]
    return sign_customer(key, customer, int(now().timestamp()) + 60)


def shown(ready_shelf):
    return [item["id"] for item in json.loads(ready_shelf.text)["items"]]


def close_everything(shop_id, monkeypatch):
    """Have this process close what it has opened, as it does with what is asked for least."""
    with monkeypatch.context() as small:
        small.setattr(store, "OPEN_ARTEFACTS", 0)
        save_catalogue(shop_id)
        store.load(shop_id, "catalogue")


def test_a_page_that_everybody_sees_is_made_once_and_one_of_a_visit_each_time(fitted_shop, monkeypatch):
    made, make = [], ready.shelves.shelf_of
    monkeypatch.setattr(ready.shelves, "shelf_of", lambda *a, **k: made.append(a) or make(*a, **k))
    ready_shelf(page(fitted_shop))
    made.clear()
    first, second = ready_shelf(page(fitted_shop)), ready_shelf(page(fitted_shop))
    assert first is second
    assert made == []
    ready_shelf(page(fitted_shop, views=("p1",)))
    ready_shelf(page(fitted_shop, views=("p1",)))
    assert len(made) == 2
    assert shown(first) == [
        item["id"] for item in make(open_snapshot(fitted_shop), None, Context(product="p12"), 4)["items"]
    ]


@pytest.mark.parametrize(
    "said", [{"product": "p13"}, {"language": "fr"}, {"country": "FR"}, {"k": 3}, {"shelf": Shelf.SIMILAR}]
)
def test_what_is_asked_for_otherwise_is_another_page(fitted_shop, said):
    assert ready_shelf(page(fitted_shop, **said)) is not ready_shelf(page(fitted_shop))


def test_what_was_made_ready_follows_each_new_version(fitted_shop):
    before = ready_shelf(page(fitted_shop))
    save_catalogue(fitted_shop)
    after = ready_shelf(page(fitted_shop))
    assert after is not before
    services.train_shop(fitted_shop)
    assert json.loads(ready_shelf(page(fitted_shop)).text)["model"] != json.loads(before.text)["model"]


def test_what_was_made_ready_holds_for_a_day_and_is_made_again_on_the_next(fitted_shop):
    with time_machine.travel(datetime(2026, 3, 1, 0, 0, 5, tzinfo=UTC), tick=False) as clock:
        before = ready_shelf(page(fitted_shop))
        clock.shift(timedelta(hours=23, minutes=59, seconds=54))
        assert ready_shelf(page(fitted_shop)) is before
        clock.shift(timedelta(seconds=1))
        assert ready_shelf(page(fitted_shop)) is not before


def test_the_last_list_stands_in_then_what_sells_then_nothing(fitted_shop, other_shop):
    last = ready_shelf(page(fitted_shop))
    selling = ready_shelf(page(fitted_shop, product="", shelf=Shelf.TRENDING))
    store.erase(fitted_shop)
    assert shown(ready_shelf(page(fitted_shop))) == shown(last) != []
    assert shown(ready_shelf(page(fitted_shop, views=("p1",)))) == shown(last)
    assert shown(ready_shelf(page(fitted_shop, product="p30"))) == shown(selling) != []
    ready.forget()
    nothing = ready_shelf(page(fitted_shop))
    assert (shown(nothing), nothing.is_empty) == ([], True)
    assert shown(ready_shelf(page(other_shop))) == []


def test_a_shelf_that_stays_empty_is_noticed_unless_a_stranger_made_up_the_product(fitted_shop):
    made_up = ready_shelf(page(fitted_shop, product="made-up", shelf=Shelf.TOGETHER))
    known = ready_shelf(page(fitted_shop, shelf=Shelf.SALE))
    assert (shown(made_up), made_up.is_empty) == ([], False)
    assert (shown(known), known.is_empty) == ([], True)


def test_a_shelf_waits_for_nothing_that_is_slow_to_open(fitted_shop, monkeypatch, settings):
    settings.MOMENT_SECONDS = 0.05
    for room in ("products", "catalogue"):
        store.load(fitted_shop, room)  # however busy the machine is, both are open
    last = ready_shelf(page(fitted_shop))
    close_everything(fitted_shop, monkeypatch)
    go = threading.Event()
    monkeypatch.setattr(store, "map_arrays", lambda *asked: go.wait(PATIENCE_SECONDS) and map_arrays(*asked))
    assert shown(ready_shelf(page(fitted_shop))) == shown(last)
    assert not go.is_set()
    go.set()
    for room in ("products", "catalogue"):
        store.load(fitted_shop, room)
    assert shown(ready_shelf(page(fitted_shop))) == shown(last)


def test_a_shelf_asks_the_database_nothing(fitted_shop, client):
    address = f"/w/{keys_of_shop(fitted_shop, KeyKind.WIDGET)[0]}/shelf"
    pages = [{"product": "p12"}, {"product": "p12", "page": "/p/p12"}, {"shelf": "trending"}]
    visits = [
        {"shelf": "for-you", "views": ",".join(f"p{number}" for number in range(10)), "page": "/"},
        {"product": "p12", "views": "p1,p2", "cart": "p30", "disliked": "p20", "visitor": "a" * 22},
        {"shelf": "again", "page": "/", "consent": "granted", "customer": signed_in(fitted_shop, "c1")},
    ]
    known = history_key(fitted_shop, "c1")
    redis.client().unlink(known)

    def asked():
        return [client.get(address, said) for said in pages] + [post_shelf(client, address, said) for said in visits]

    for said in visits[:-1]:
        assert post_shelf(client, address, said).status_code == 200
    with CaptureQueriesContext(connection) as questions:
        assert (
            post_shelf(client, address, visits[-1]).json()["items"] == []
        )  # a worker is asked, and nobody waits for it
    assert ([context["sql"] for context in questions], redis.client().get(known)) == ([], histories.PENDING)
    fill_histories(fitted_shop)
    with CaptureQueriesContext(connection) as questions:
        answers = [reply.json()["items"] for reply in asked()]
    assert all(answers)
    assert [context["sql"] for context in questions] == []


def test_the_short_way_says_what_the_long_one_does(fitted_shop, client):
    fronts.forget()
    configs.forget()
    answer = client.get(f"/w/{keys_of_shop(fitted_shop, KeyKind.WIDGET)[0]}/shelf", {"product": "p12"})
    assert answer["Content-Length"] == str(len(answer.content))
    assert answer["Content-Type"] == "application/json"
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    nothing = client.get("/w/nobody/nothing/at/all")
    assert nothing.status_code == 404
    assert "default-src 'self'" in nothing["Content-Security-Policy"]
