"""The web pixel, run by Node in a stand-in for Shopify's strict sandbox."""

import json
import subprocess
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from shopconnect.connectors.shopify.app_folder import APP
from shopconnect.connectors.shopify.checkouts import checkout_digest
from shopconnect.events.batches import NAMES, read_batch
from tests.peers.node import node
from tests.servers import ROOT
from tests.waiting import PATIENCE_SECONDS

PIXEL = APP / "extensions" / "shopconnect-pixel" / "src" / "pixel.js"
ENDPOINT = "https://connect.example/w/pk_12345678/events"
AT = "2026-11-25T10:00:00.000Z"
VARIANT = {"id": "41", "price": {"amount": 9.8}, "product": {"id": "gid://shopify/Product/7", "title": "Bowl"}}
CHECKOUT = {
    "email": "ann@shop.example",
    "phone": "+33123456789",
    "token": "secret",
    "shippingAddress": {"address1": "1 Main Street"},
    "currencyCode": "EUR",
    "order": {"id": "gid://shopify/OrderIdentity/5001"},
    "totalPrice": {"amount": 24.5},
    "lineItems": [{"variant": VARIANT}, {"variant": VARIANT}, {"variant": None}],
}


def play(*events: tuple[str, dict[str, Any]], **more: Any) -> dict[str, Any]:
    """What the pixel does when these events come."""
    script = {"settings": {"endpoint": ENDPOINT}, "events": events, **more}
    told = subprocess.run(
        [node(), ROOT / "tests" / "connectors" / "shopify" / "pixel.mjs", PIXEL],
        input=json.dumps(script),
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_SECONDS,
    )
    return dict(json.loads(told.stdout))


def event(name: str, data: dict[str, Any], path: str = "/products/bowl", **more: Any) -> tuple[str, dict[str, Any]]:
    context = {"document": {"location": {"pathname": path, "search": "?key=secret"}}}
    said = {"id": f"sh-{name}", "clientId": "client-1", "timestamp": AT, "seq": 1, "context": context, "data": data}
    return name, said | more


def batches(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [one["body"] for one in result["posted"] if one["url"] == ENDPOINT]


EXAMPLES = [
    (event("page_viewed", {}), {"name": "page_view"}),
    (event("product_viewed", {"productVariant": VARIANT}), {"name": "view_item", "product": "7"}),
    (
        event("collection_viewed", {"collection": {"productVariants": [VARIANT]}}),
        {"name": "view_item_list", "products": ["7"]},
    ),
    (event("search_submitted", {"searchResult": {"query": "bowl"}}), {"name": "search", "query": "bowl"}),
    (event("product_added_to_cart", {"cartLine": {"merchandise": VARIANT}}), {"name": "add_to_cart", "product": "7"}),
    (
        event("product_removed_from_cart", {"cartLine": {"merchandise": VARIANT}}),
        {"name": "remove_from_cart", "product": "7"},
    ),
    (event("cart_viewed", {"cart": {"lines": [{"merchandise": VARIANT}]}}), {"name": "view_cart", "products": ["7"]}),
    *[
        (
            event(theirs, {"checkout": CHECKOUT}, "/checkouts/cn/secret/information"),
            {"name": ours, "products": ["7"], "value": 24.5, "currency": "EUR"} | more,
        )
        for theirs, ours, more in (
            ("checkout_started", "begin_checkout", {}),
            ("checkout_shipping_info_submitted", "add_shipping_info", {}),
            ("payment_info_submitted", "add_payment_info", {}),
            ("checkout_completed", "purchase", {"order": "5001", "checkout": checkout_digest("secret")}),
        )
    ],
]


@pytest.mark.parametrize(("told", "expected"), EXAMPLES, ids=[told[0] for told, _ in EXAMPLES])
def test_a_standard_event_is_told_in_our_words_and_says_nothing_of_the_person(told: Any, expected: dict[str, Any]):
    (batch,) = batches(play(told))
    (said,) = batch["events"]
    page = "/checkouts" if "checkout" in told[1]["data"] else "/products/bowl"
    assert {name: value for name, value in said.items() if name not in ("id", "page")} == expected
    assert said["page"] == page
    assert not any(word in json.dumps(batch) for word in ("secret", "ann@", "Main Street", "+33", "client-1"))
    arrived = datetime(2026, 11, 25, 11, tzinfo=UTC)
    (draft,) = read_batch(batch, "", "", "", arrived)  # and the gateway takes it
    is_purchase = expected["name"] == "purchase"
    assert (draft.name, draft.at) == (expected["name"], arrived if is_purchase else datetime.fromisoformat(AT))
    assert (draft.order, draft.checkout) == (expected.get("order", ""), expected.get("checkout", ""))


def test_what_is_missing_from_an_event_breaks_nothing():
    empty = [(name, {"id": name, "timestamp": AT}) for name in play()["heard"] if name != "visitorConsentCollected"]
    (batch,) = batches(play(*empty))
    assert len(batch["events"]) == len(empty) == 11
    assert {one["name"] for one in batch["events"]} <= NAMES
    assert len(read_batch(batch, "", "", "", datetime.now(UTC))) == 11


def test_an_event_has_the_same_id_whenever_it_is_told():
    first, second = (batches(play(event("page_viewed", {})))[0]["events"][0]["id"] for _ in range(2))
    other = batches(play(event("page_viewed", {}, id="sh-2")))[0]["events"][0]["id"]
    assert first == second != other
    assert (UUID(first).version, UUID(first).variant) == (7, UUID(other).variant)


def test_an_event_that_comes_twice_is_told_once_and_all_in_their_order():
    late, early = event("cart_viewed", {}, seq=9), event("page_viewed", {}, seq=3)
    (batch,) = batches(play(late, early, late))
    assert [one["name"] for one in batch["events"]] == ["page_view", "view_cart"]


def test_a_visitor_is_named_once_and_shares_the_loaders_names():
    result = play(event("page_viewed", {}, then_wait=300), event("cart_viewed", {}), names=["named-by-us"])
    consents = [one["body"] for one in result["posted"] if one["url"].endswith("/consent")]
    visitor = result["kept"]["shopconnect.visitor"]
    assert consents == [{"visitor": visitor, "choice": "granted", "source": "pixel"}]
    assert [batch["visitor"] for batch in batches(result)] == ["", visitor]
    forged = play(event("page_viewed", {}), names=["named-by-us"], kept={"shopconnect.visitor": "visitor-0001"})
    assert forged["kept"]["shopconnect.visitor"] == "named-by-us"
    assert len({batch["visit"] for batch in batches(result)}) == 1
    known = play(event("page_viewed", {}), kept={"shopconnect.visitor": visitor})
    assert [one["url"] for one in known["posted"]] == [ENDPOINT]
    assert known["posted"][0]["keepalive"] is True
    assert known["posted"][0].get("headers") is None  # plain text: no preflight from the sandbox


def test_while_a_device_is_being_named_nothing_waits():
    told = play(
        event("page_viewed", {}, then_wait=250), event("cart_viewed", {}), answers_after=900, names=["named-by-us"] * 2
    )
    assert [(one["visitor"], one["events"][0]["name"]) for one in batches(told)] == [
        ("", "page_view"),
        ("", "view_cart"),
    ]
    assert len({one["visit"] for one in batches(told)}) == 1
    assert [one["body"]["choice"] for one in told["posted"] if one["url"].endswith("/consent")] == ["granted"]


def test_a_visit_ends_after_half_an_hour_of_quiet():
    def visit_after(minutes: int) -> str:
        last = int(datetime.now(UTC).timestamp() * 1000) - minutes * 60_000
        kept = {"shopconnect.visitor": "visitor-0001", "shopconnect.visit": f"visit-0001 {last}"}
        return str(batches(play(event("page_viewed", {}), kept=kept))[0]["visit"])

    assert visit_after(29) == "visit-0001"
    assert visit_after(31) != "visit-0001"


def test_without_consent_nothing_is_named_or_told():
    result = play(event("page_viewed", {}), init={"customerPrivacy": {"analyticsProcessingAllowed": False}})
    assert (result["posted"], result["kept"]) == ([], {})


def choice(allowed: bool, then_wait: int = 200) -> tuple[str, dict[str, Any]]:
    said = {"customerPrivacy": {"analyticsProcessingAllowed": allowed}, "then_wait": then_wait}
    return "visitorConsentCollected", said


def test_a_no_takes_every_name_away_and_a_yes_begins_anew():
    kept = {"shopconnect.visitor": "visitor-0001", "shopconnect.visit": "visit-0001 1"}
    result = play(event("page_viewed", {}), choice(False), event("cart_viewed", {}, then_wait=200), kept=kept)
    assert result["kept"] == {}
    assert [one["body"] for one in result["posted"]] == [
        {"visitor": "visitor-0001", "choice": "denied", "source": "pixel"}
    ]
    again = play(choice(False), choice(True), event("cart_viewed", {}), kept=kept, names=["named-by-us"])
    assert again["kept"]["shopconnect.visitor"] == "named-by-us"
    assert [one["name"] for one in batches(again)[0]["events"]] == ["view_cart"]


@pytest.mark.parametrize("wait", [110, 130, 150, 190])  # a batch goes after 100 ms, and each resource it asks takes 20
@pytest.mark.parametrize("kept", [{}, {"shopconnect.visitor": "visitor-0001"}])
def test_a_no_while_a_batch_gets_ready_holds_it_back(kept: dict[str, str], wait: int):
    result = play(event("page_viewed", {}, then_wait=wait), choice(False), kept=kept, slow=20)
    after = [one["body"].get("choice") for one in result["posted"] if one["played"] == 2]
    assert (result["kept"], set(after) <= {"denied"}) == ({}, True)
    again = play(
        event("page_viewed", {}, then_wait=wait),
        choice(False, 0),
        choice(True, 0),
        event("cart_viewed", {}),
        kept=kept,
        slow=20,
    )
    late = [one["body"]["events"] for one in again["posted"] if one["url"] == ENDPOINT and one["played"] > 1]
    assert [[said["name"] for said in events] for events in late] == [["view_cart"]]


def test_while_we_are_away_the_pixel_goes_on():
    result = play(event("page_viewed", {}, then_wait=300), event("cart_viewed", {}), away=True)
    assert len(batches(result)) == 2


def test_a_visit_of_staff_is_told_with_its_mark():
    told = (event("page_viewed", {}),)
    (batch,) = batches(play(*told, kept={"shopconnect.apart": "s"}))
    assert batch["apart"] == "s"
    (batch,) = batches(play(*told))
    assert batch["apart"] == ""
