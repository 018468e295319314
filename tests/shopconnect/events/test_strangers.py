"""What a stranger tells: under names that we did not sign, from one address without end, or a flood at one shop."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from shopconnect.core.clock import now
from shopconnect.core.observability import exposition
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events import intake
from shopconnect.events.selectors import count_lost
from shopconnect.experiments.result_rows import excluded_rows
from shopconnect.experiments.results import page_of
from shopconnect.privacy.selectors import iter_consents
from shopconnect.widgets.visitors import MOST_A_DAY, sign_visitor, signed_visitor
from tests.shopconnect.events.conftest import VISITOR, Device, device_of, stored, uuid7
from tests.shopconnect.events.test_intake import VIEW, waiting


def test_one_shops_flood_takes_no_other_shops_share_and_what_was_lost_is_shown(
    device: Device, shop: ShopId, other_shop: ShopId, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(intake, "MOST_WAITING", 24)
    other = device_of(other_shop)
    flood = [device.tell({"id": uuid7(number=one), **VIEW}).status_code for one in range(1, 21)]
    assert flood == [202] * 12 + [503] * 8
    calm = [other.tell({"id": uuid7(number=one), **VIEW}).status_code for one in range(1, 5)]
    assert calm == [202] * 4
    assert device.tell({"id": uuid7(number=50), **VIEW}).status_code == 503
    intake.move_batches()
    assert (len(stored(shop)), len(stored(other_shop)), waiting()) == (12, 4, 0)
    assert device.tell({"id": uuid7(number=51), **VIEW}).status_code == 202
    for shop_id, lost in ((shop, (9, 12)), (other_shop, (0, 0))):
        with shop_scope(shop_id):
            assert count_lost(now().date()) == lost
    (row,) = excluded_rows(page_of(shop).excluded)
    assert (row.title, row.count) == ("Shopper events lost because too many arrived at once", 9)
    assert b'shopconnect_lost_events_total{why="quota"} 9.0' in exposition.written()


def test_what_an_address_tells_without_end_is_dropped(device: Device, shop: ShopId, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("shopconnect.events.widget.MOST_BATCHES", 3)
    told = [device.tell({"id": uuid7(number=one), **VIEW}).json() for one in range(1, 6)]
    assert told == [{"taken": 1}] * 3 + [{"taken": 0}] * 2


def test_a_device_without_a_name_is_given_one_with_the_first_batch_and_keeps_it(device: Device, shop: ShopId):
    device.name = ""
    given = device.tell({"id": uuid7(number=1), **VIEW}).json()
    assert given["taken"] == 1
    device.name = given["visitor"]
    assert device.tell({"id": uuid7(number=2), **VIEW}).json() == {"taken": 1}
    device.post("consent", {"visitor": device.name, "choice": "granted"}, "application/json")
    intake.move_batches()
    visitor = signed_visitor(shop, device.name)
    assert [event.visitor for event in stored(shop)] == [visitor, visitor]
    with shop_scope(shop):
        assert [(one.visitor, one.is_given) for one in iter_consents()] == [(visitor, True)]


@pytest.mark.parametrize("forged", ["visitor-0001", "{id}", "{id}-" + "0" * 24, "{elsewhere}", 7, None, ["a"]])
def test_a_name_that_we_did_not_sign_is_replaced_and_nobody_is_taken_for_another(
    device: Device, shop: ShopId, other_shop: ShopId, forged: object
):
    names = {"id": VISITOR, "elsewhere": sign_visitor(other_shop, VISITOR)}
    device.name = forged.format(**names) if isinstance(forged, str) else forged
    given = device.tell({"id": uuid7(), **VIEW}).json()["visitor"]
    intake.move_batches()
    (event,) = stored(shop)
    assert event.visitor == signed_visitor(shop, given) not in ("", VISITOR)


def test_a_choice_under_a_name_that_is_none_of_ours_leaves_no_row(device: Device, shop: ShopId):
    for choice in ("granted", "denied"):
        said = {"visitor": VISITOR, "choice": choice}
        assert device.post("consent", said, "application/json").status_code == 204
    with shop_scope(shop):
        assert list(iter_consents()) == []


def new_visitor(device: Device, number: int, event: int = 0, name: str = "view_item", **headers: str) -> Any:
    """Tell of a device that has no name yet."""
    events = [{"id": uuid7(number=1000 * number + event + 1), **VIEW, "name": name}]
    body = {"consent": "granted", "visit": f"visit-{number:04}", "visitor": "", "events": events}
    return device.post("events", body, "application/json", **headers)


def test_one_address_gets_as_many_names_a_day_as_may_count_and_what_more_of_it_tell_is_dropped(
    device: Device, shop: ShopId
):
    told = [new_visitor(device, one) for one in range(1, MOST_A_DAY + 6)]
    assert {answer.status_code for answer in told} == {202}
    assert [answer.json()["taken"] for answer in told] == [1] * MOST_A_DAY + [0] * 5
    intake.move_batches()
    assert len({event.visitor for event in stored(shop)}) == len(stored(shop)) == MOST_A_DAY
    elsewhere = new_visitor(device, 99, **{"x-forwarded-for": "203.0.113.9"})
    assert "visitor" not in elsewhere.json()  # nobody is believed where they come from
    device.client.defaults["REMOTE_ADDR"] = "203.0.113.9"
    assert new_visitor(device, 98).json()["taken"] == 1
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        device.client.defaults["REMOTE_ADDR"] = "127.0.0.1"
        assert new_visitor(device, 97).json()["taken"] == 1


def test_a_batch_that_is_refused_uses_no_name_up(device: Device, shop: ShopId, monkeypatch: pytest.MonkeyPatch):
    for one in range(MOST_A_DAY):
        assert new_visitor(device, one, name="no event of ours").status_code == 400
    with monkeypatch.context() as full:
        full.setattr(intake, "MOST_WAITING", 0)
        for one in range(MOST_A_DAY):
            assert new_visitor(device, one).status_code == 503
    assert [new_visitor(device, one).json()["taken"] for one in range(MOST_A_DAY)] == [1] * MOST_A_DAY


def test_a_visit_is_given_one_name_however_often_it_asks_before_the_answer(device: Device, shop: ShopId):
    told = [new_visitor(device, 1, event=one).json() for one in range(1, MOST_A_DAY + 2)]
    assert {answer["taken"] for answer in told} == {1}
    assert len({answer["visitor"] for answer in told}) == 1
    assert new_visitor(device, 2).json()["visitor"] != told[0]["visitor"]  # and they used one name up
    device.client.defaults["REMOTE_ADDR"] = "203.0.113.9"
    assert new_visitor(device, 1).json()["visitor"] != told[0]["visitor"]
