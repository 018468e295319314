"""Where an order stands is said to who knows its number and e-mail address, and to nobody else."""

import pytest

from shopconnect.connectors import registry
from shopconnect.connectors.shopify.descriptor import descriptor_of
from shopconnect.core.security.crypto import person_key
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders import selectors
from shopconnect.orders.models import Customer, Shipment
from shopconnect.shops import installs
from tests.shopconnect.api.conftest import make_order
from tests.shopconnect.shops.platforms import DRAFT, NAME, SHOP, tokens

PATH, ADA, BEN = "/api/v1/orders/track", "ada@example.com", "ben@example.com"


@pytest.fixture
def orders(shop, other_shop):
    """A guest's order with two parcels, one of an account, and the same number in another shop."""
    with shop_scope(shop):
        guests = make_order("1", number="#1001", status="paid", person_key=person_key(ADA))
        Shipment.objects.create(order=guests, position=1, carrier="DHL", status="ready")
        Shipment.objects.create(order=guests, position=0, tracking_url="https://post.example/8R", status="in_transit")
        account = Customer.objects.create(external_id="c", person_key=person_key(BEN))
        make_order("2", number="1002", customer=account)
        make_order("3", number="#1003", kind="refund", person_key=person_key(ADA))
        make_order("4", number="", person_key=person_key(ADA))
    with shop_scope(other_shop):
        make_order("1", number="#1001", person_key=person_key(BEN))


def track(api, number, email):
    return api.post(PATH, {"number": number, "email": email}, content_type="application/json")


def test_who_knows_both_is_told_where_the_order_stands_and_nothing_more(api, orders):
    assert track(api, "1001", " Ada@Example.com ").json() == {
        "number": "#1001",
        "status": "paid",
        "placed_at": "2026-11-20T10:15:00Z",
        "cancelled_at": None,
        "shipments": [
            {"at": None, "carrier": "", "tracking_url": "https://post.example/8R", "status": "in_transit"},
            {"at": None, "carrier": "DHL", "tracking_url": "", "status": "ready"},
        ],
    }


def test_an_order_of_an_account_is_found_by_the_accounts_address(api, orders):
    for number in ("1002", "#1002", " 1002 "):
        assert track(api, number, BEN).json()["number"] == "1002"


def test_an_unknown_number_and_another_address_are_answered_alike(api, orders):
    answers = [
        track(api, number, email)
        for number, email in (("1001", BEN), ("1002", ADA), ("9", ADA), ("1003", ADA), ("#", ADA), ("%", ADA))
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}


def test_what_cannot_be_read_says_why(api, orders):
    for number, email, field in (("", ADA, "number"), ("x" * 256, ADA, "number"), ("1001", "ada", "email")):
        sent = {"number": number, "email": email}
        answer = api.post(PATH, sent, content_type="application/json")
        assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, [field])


def test_it_needs_its_own_scope_which_opens_nothing_else(shop, caller, orders):
    assert track(caller(shop, ["read:orders", "read:customers"]), "1001", ADA).status_code == 403
    tracker = caller(shop, ["track:orders"])
    assert track(tracker, "1001", ADA).status_code == 200
    assert tracker.get("/api/v1/orders").status_code == 403


def test_nobody_guesses_the_address_of_a_number(api, shop, caller, orders):
    tries = [track(api, "1001", f"guess-{number}@example.com").status_code for number in range(10)]
    late = track(caller(shop), "#1001", ADA)  # with another token too
    assert (tries, late.status_code, "Retry-After" in late) == ([404] * 10, 429, True)
    assert [track(api, number, ADA).status_code for number in ("##1001", "# 1001", " ###1001 ")] == [429] * 3
    assert track(api, "1002", BEN).status_code == 200


@pytest.mark.parametrize(("level", "number"), [(1, None), (2, "#7")])
def test_a_shop_of_shopify_tells_at_level_2_only(db, new_room, level, number):
    registry.register_descriptor(descriptor_of(level))
    shop_id = installs.install_shop(NAME, SHOP, tokens(), DRAFT)
    with shop_scope(shop_id):
        make_order("7", number="#7", person_key=person_key(ADA))  # from when the level was 2
        found = selectors.find_tracked_order("7", person_key(ADA))
    assert (found and found.number) == number
