"""From a shopper's device to the table of events: consent, sizes, clocks, duplicates, and Redis away."""

import json
from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from redis.exceptions import ConnectionError as RedisAway

from shopconnect.core.cache.redis import client
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events import intake
from shopconnect.events.batches import read_batch
from shopconnect.events.models import Event
from shopconnect.events.selectors import count_lost
from shopconnect.events.tasks import events as events_task
from shopconnect.privacy.selectors import iter_consents, withdrawn_visitors
from tests.shopconnect.events.conftest import VISIT, VISITOR, Device, device_of, stored, uuid7

VIEW = {"name": "view_item", "product": "p6"}


def waiting() -> int:
    return sum(int(client().xlen(key)) for key in client().keys("shop:*:events"))


def test_what_a_device_tells_is_in_the_table_ten_seconds_later(device: Device, shop: ShopId):
    said = {
        "id": uuid7(),
        "name": "add_to_cart",
        "product": "p6",
        "products": ["p6", 7],
        "query": "bowl",
        "page": "/products/p6?key=secret#top",
        "source": "news",
        "medium": "email",
        "campaign": "spring",
        "value": "12.50",
        "currency": "EUR",
    }
    answer = device.tell(said)
    assert (answer.status_code, answer.json()) == (202, {"taken": 1})
    events_task()
    (event,) = stored(shop)
    assert (str(event.id), event.name, event.visit, event.visitor) == (said["id"], "add_to_cart", VISIT, VISITOR)
    assert (event.product_external_id, event.product_external_ids) == ("p6", ["p6", "7"])
    assert (event.query, event.page, event.source, event.medium) == ("bowl", "/products/p6", "news", "email")
    assert (event.campaign, event.value_amount, event.currency) == ("spring", Decimal("12.5"), "EUR")
    assert event.customer_external_id == ""  # nobody signed for one
    assert event.day == event.at.astimezone(UTC).date()
    assert waiting() == 0


def test_an_impression_keeps_the_shelf_the_model_and_why(device: Device, shop: ShopId):
    said = {
        "name": "widget_impression",
        "products": ["p1", "p2", "p3"],
        "shelf": "for-you",
        "model": "20261125T030501-a_1",
        "reasons": ["viewed,trend", "", "<b>"],
    }
    device.tell({"id": uuid7(number=1), **said})
    device.tell({"id": uuid7(number=2), **said, "shelf": "For you!", "model": {}, "reasons": "viewed"})
    intake.move_batches()
    shown, hostile = stored(shop)
    assert (shown.shelf, shown.model_version) == ("for-you", "20261125T030501-a_1")
    assert (shown.product_external_ids, shown.reason_keys) == (["p1", "p2", "p3"], ["viewed,trend", "", ""])
    assert (hostile.shelf, hostile.model_version, hostile.reason_keys) == ("", "", [])


def test_a_batch_costs_no_question_to_the_database(device: Device, django_assert_num_queries: Any):
    device.tell({"id": uuid7(number=1), **VIEW})
    with django_assert_num_queries(0):
        assert device.tell({"id": uuid7(number=2), **VIEW}).status_code == 202


@pytest.mark.parametrize("consent", ["denied", "", "yes", None, True])
def test_without_a_yes_nothing_is_kept(device: Device, consent: object):
    body = {"consent": consent, "visit": VISIT, "events": [{"id": uuid7(), **VIEW}]}
    assert device.post("events", body, "application/json").status_code == 204
    assert waiting() == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-gpc": "1"},
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"user-agent": "facebookexternalhit/1.1"},
    ],
)
def test_of_robots_and_of_who_wants_privacy_nothing_is_kept(device: Device, headers: dict[str, str]):
    assert device.tell({"id": uuid7(), **VIEW}, **headers).status_code == 204
    assert waiting() == 0


@pytest.mark.parametrize("mark", ["s", "p"])
def test_of_staff_and_previews_nothing_is_kept(device: Device, mark: str):
    body = {"consent": "granted", "visit": VISIT, "apart": mark, "events": [{"id": uuid7(), **VIEW}]}
    assert device.post("events", body, "application/json").status_code == 204
    assert waiting() == 0


def test_a_telephone_named_like_a_robot_is_none(device: Device):
    agent = {"user-agent": "Mozilla/5.0 (Linux; Android 13; CUBOT X70) Chrome/120"}
    assert device.tell({"id": uuid7(), **VIEW}, **agent).status_code == 202


def test_a_page_that_is_left_and_a_pixel_in_its_sandbox_may_tell(device: Device):
    batch = json.dumps({"consent": "granted", "visit": VISIT, "events": [{"id": uuid7(), **VIEW}]})
    assert device.post("events", batch).status_code == 202
    assert device.post("events", batch, origin="null").status_code == 202
    assert device.post("events", batch, origin="https://elsewhere.example").status_code == 403
    assert waiting() == 2


@pytest.mark.parametrize(
    "event",
    [
        {"id": uuid7(), "name": "anything"},
        {"id": uuid7(), "name": ["view_item"]},
        {"id": "1", "name": "view_item"},
        {"id": "f47ac10b-58cc-4372-a567-0e02b2c3d479", "name": "view_item"},
        {"name": "view_item"},
        ["view_item"],
        None,
    ],
)
def test_an_event_without_a_known_name_and_an_id_of_its_own_is_refused_with_its_batch(device: Device, event: Any):
    answer = device.tell({"id": uuid7(), **VIEW}, event)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "unclear")
    assert waiting() == 0


@pytest.mark.parametrize("count", [0, 51])
def test_a_batch_holds_one_to_fifty_events(device: Device, count: int):
    assert device.tell(*[{"id": uuid7(number=n), **VIEW} for n in range(count)]).status_code == 400
    assert device.tell(*[{"id": uuid7(number=n), **VIEW} for n in range(50)]).status_code == 202


@pytest.mark.parametrize("visit", ["", "short", "x" * 65, "with space", "a' OR 1=1", 12345678, None])
def test_a_visit_is_a_random_name_or_the_batch_is_refused(device: Device, visit: object):
    body = {"consent": "granted", "visit": visit, "events": [{"id": uuid7(), **VIEW}]}
    assert device.post("events", body, "application/json").status_code == 400


def test_ten_megabytes_are_refused_unread(device: Device):
    body = json.dumps({"consent": "granted", "visit": VISIT, "events": [{"id": uuid7(), "query": "x" * 10_000_000}]})
    assert device.post("events", body).status_code == 413
    assert waiting() == 0


def test_hostile_texts_are_kept_as_text_and_bounded(device: Device, shop: ShopId):
    hostile = "'); DROP TABLE events_event; --<script>\u0000\ud800" + "x" * 5000
    said = {
        "id": uuid7(),
        "name": "search",
        "product": hostile,
        "products": [hostile, {}, None],
        "query": hostile,
        "page": hostile,
        "source": hostile,
        "value": "1e999",
        "currency": "€",
    }
    assert device.tell(said).status_code == 202
    intake.move_batches()
    (event,) = stored(shop)
    assert event.query.startswith("'); DROP TABLE events_event; --<script>x")
    assert (len(event.query), len(event.product_external_id), len(event.product_external_ids)) == (499, 254, 1)
    assert (event.value_amount, event.currency) == (None, "")


@pytest.mark.parametrize("value", ["nan", "Infinity", "1e999", "", "12,5", True, [1], {}, None, 10**30, "-" + "9" * 39])
def test_what_is_no_amount_is_none(device: Device, shop: ShopId, value: object):
    assert device.tell({"id": uuid7(), **VIEW, "value": value}).status_code == 202
    intake.move_batches()
    assert stored(shop)[0].value_amount is None


def test_a_search_with_an_address_in_it_loses_its_words(device: Device, shop: ShopId):
    device.tell({"id": uuid7(), "name": "search", "query": "ann@shop.example"})
    intake.move_batches()
    assert stored(shop)[0].query == ""


def test_a_wrong_clock_is_held_within_the_week_before(device: Device, shop: ShopId):
    arrived = now()
    for number, days in enumerate((-4000, -8, -6, 0, 1, 4000)):
        device.tell({"id": uuid7(arrived + timedelta(days=days), number), **VIEW})
    device.tell({"id": "ffffffff-ffff-7fff-bfff-ffffffffffff", **VIEW})
    intake.move_batches()
    ages = [(arrived - event.at).total_seconds() / 86_400 for event in stored(shop)]
    assert ages == pytest.approx([7, 7, 6, 0, 0, 0, 0], abs=0.001)


@pytest.mark.parametrize("value", ["999999999999.9999999", "1e999999999999999999", "-1e12", 1e300])
def test_an_amount_beyond_the_table_is_none_and_takes_no_other_event_along(device: Device, shop: ShopId, value: object):
    device.tell({**VIEW, "id": uuid7()})
    assert device.tell({**VIEW, "id": uuid7(), "value": value}).status_code == 202
    events_task()
    assert [event.value_amount for event in stored(shop)] == [None, None]


def test_a_batch_that_the_table_does_not_take_is_lost_by_itself_and_counted(device: Device, shop: ShopId):
    device.tell({**VIEW, "id": uuid7()})
    (draft,) = read_batch({"visit": VISIT, "events": [{**VIEW, "id": uuid7()}]}, "", VISITOR, now())
    intake.keep_batch(shop, [replace(draft, value=Decimal(10) ** 12)])
    device.tell({**VIEW, "id": uuid7()})
    events_task()
    assert len(stored(shop)) == 2
    with shop_scope(shop):
        assert count_lost(now().date())[0] == 1
    assert waiting() == 0


def test_an_event_told_twice_is_stored_once(device: Device, shop: ShopId):
    event = {"id": uuid7(), **VIEW}
    device.tell(event, event)
    device.tell(event)
    assert intake.move_batches() == 1
    device.tell(event)
    assert intake.move_batches() == 0
    assert len(stored(shop)) == 1


def test_batches_moved_twice_leave_the_same_world(device: Device, shop: ShopId):
    device.tell({"id": uuid7(), **VIEW})
    entry = client().xrange(intake.stream_key(shop))[0][1]
    assert intake.move_batches() == 1
    client().xadd(intake.stream_key(shop), entry)
    client().sadd(intake.SHOPS, shop)  # the worker died after the commit, before it emptied the stream
    assert intake.move_batches() == 0
    assert len(stored(shop)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_store_each_event_once(device: Device, shop: ShopId):
    for batch in range(20):
        device.tell(*[{"id": uuid7(number=50 * batch + n), **VIEW} for n in range(50)])

    def move() -> None:
        intake.move_batches()
        connection.close()

    workers = [Thread(target=move) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(stored(shop)) == 1000
    assert waiting() == 0


def test_a_shops_key_tells_of_that_shop_only(device: Device, shop: ShopId, other_shop: ShopId):
    other = device_of(other_shop)
    device.tell({"id": uuid7(number=1), **VIEW})
    other.tell({"id": uuid7(number=2), **VIEW})
    intake.move_batches()
    assert [str(event.id)[-1] for event in stored(shop)] == ["1"]
    assert [str(event.id)[-1] for event in stored(other_shop)] == ["2"]


@pytest.mark.django_db(transaction=True)
def test_the_batches_of_an_erased_shop_hold_nobody_up(device: Device, shop: ShopId):
    device.tell({"id": uuid7(), **VIEW})
    entry = client().xrange(intake.stream_key(shop))[0][1]
    client().xadd(intake.stream_key(ShopId(1)), {b"events": entry[b"events"]})
    client().sadd(intake.SHOPS, 1)
    assert intake.move_batches() == 1
    assert len(stored(shop)) == 1
    assert waiting() == 0


def test_while_redis_is_away_a_batch_is_declined_and_tried_later(device: Device, monkeypatch: pytest.MonkeyPatch):
    calls: list[int] = []

    def away() -> None:
        calls.append(1)
        raise RedisAway

    device.tell({"id": uuid7(), **VIEW})
    monkeypatch.setattr(intake, "client", away)
    answers = [device.tell({"id": uuid7(), **VIEW}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503] * 3
    assert answers[0]["Retry-After"] == "5"
    assert len(calls) == 1  # the breaker keeps us from waiting each time


def test_a_stream_that_nobody_empties_is_not_filled_without_end(device: Device, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(intake, "MOST_WAITING", 4)
    answers = [device.tell({"id": uuid7(), **VIEW}).status_code for _ in range(3)]
    assert answers == [202, 202, 503]
    assert waiting() == 2


def test_a_choice_is_a_row_and_a_no_is_overtaken_by_no_yes(device: Device, shop: ShopId):
    for choice in ("granted", "denied", "granted"):
        said = {"visitor": device.name, "choice": choice, "source": "widget"}
        assert device.post("consent", said, "application/json").status_code == 204
    with shop_scope(shop):
        assert [(one.visitor, one.is_given, one.source) for one in iter_consents()] == [
            (VISITOR, True, "widget"),
            (VISITOR, False, "widget"),
        ]
        assert withdrawn_visitors() == [VISITOR]


def test_a_no_parts_the_visitor_from_the_customer_and_stops_what_is_on_its_way(device: Device, shop: ShopId):
    device.tell({"id": uuid7(number=1), **VIEW})
    intake.move_batches()
    with shop_scope(shop):
        Event.objects.update(customer_external_id="c1")
    device.tell({"id": uuid7(number=2), **VIEW})
    device.post("consent", {"visitor": device.name, "choice": "denied"}, "application/json")
    intake.move_batches()
    assert [(event.visitor, event.customer_external_id) for event in stored(shop)] == [(VISITOR, "")]


@pytest.mark.parametrize(
    "said", [{}, {"choice": "granted"}, {"visitor": VISITOR}, {"visitor": VISITOR, "choice": "maybe"}]
)
def test_a_choice_of_nobody_or_of_nothing_is_refused(device: Device, shop: ShopId, said: dict[str, str]):
    assert device.post("consent", said, "application/json").status_code == 400
    with shop_scope(shop):
        assert list(iter_consents()) == []


def test_a_yes_beside_a_browsers_no_is_not_stored(device: Device, shop: ShopId):
    said = {"visitor": device.name, "choice": "granted"}
    assert device.post("consent", said, "application/json", **{"sec-gpc": "1"}).status_code == 204
    with shop_scope(shop):
        assert list(iter_consents()) == []


def test_a_stranger_without_a_shops_key_tells_nothing(db: None):
    body = {"consent": "granted", "visit": VISIT, "events": [{"id": uuid7(), **VIEW}]}
    assert (
        Client(headers={"origin": "null"}).post("/w/pk_unknown123/events", body, "application/json").status_code == 404
    )
    assert waiting() == 0
