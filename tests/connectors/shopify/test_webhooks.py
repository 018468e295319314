"""Webhooks: who sent them, and what each of them tells of."""

import json
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopconnect.connectors.base import (
    BulkDone,
    Changed,
    ChangeNotice,
    CustomersMerged,
    Deleted,
    PrivacyRequested,
    PrivacyRequestKind,
    RawWebhook,
    ResourceType,
    ScopesChanged,
    Uninstalled,
    Webhook,
)
from shopconnect.connectors.shopify.webhooks import TOPICS, verify
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.clock import now, write_time
from shopconnect.core.security.crypto import person_key
from tests.connectors.shopify.signing import APP, OLD_SECRET, SHOP, webhook_signature
from tests.connectors.shopify.test_app import APP as APP_FOLDER

YESTERDAY = now() - timedelta(days=1)
PERSON = {"id": 191167, "email": " John@Example.com", "phone": "555-625-1199"}
many = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def raw_webhook(
    topic: str, body: Any, *, family: str = "x-shopify-", signature: str | None = None, **named: str
) -> RawWebhook:
    """A webhook as Shopify sends it; headers are named with underscores, and one that is "" is left out."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {
        "hmac-sha256": webhook_signature(content) if signature is None else signature,
        "topic": topic,
        "shop-domain": SHOP,
        "api-version": "2026-10",
        "webhook-id": "delivery-1",
        "triggered-at": write_time(YESTERDAY),
    } | {name.replace("_", "-"): value for name, value in named.items()}
    return RawWebhook(headers={f"{family}{name}": value for name, value in headers.items() if value}, body=content)


def notices(topic: str, body: Any) -> tuple[ChangeNotice, ...]:
    """What a webhook tells of."""
    return verify(APP, raw_webhook(topic, body)).notices


def status(raw: RawWebhook) -> int | None:
    """How a webhook is refused."""
    with pytest.raises(ConnectorError) as refusal:
        verify(APP, raw)
    assert refusal.value.permanent
    return refusal.value.status


def test_a_signed_query_that_a_merchant_saw_is_no_webhook() -> None:
    """The admin signs what stands in an address under the same secret, and the headers of a webhook are not signed."""
    query = b' {"id": 7, "x":"=&embedded=1&host=aG9zdA&shop=other.myshopify.com&timestamp=1&zz="}'
    assert json.loads(query)["id"] == 7
    for topic in ("app/uninstalled", "shop/redact", "products/delete"):
        assert status(raw_webhook(topic, query)) == 400


@pytest.mark.parametrize("family", ["x-shopify-", "shopify-"])
def test_a_webhook_is_read_from_headers_of_either_family(family: str) -> None:
    assert verify(APP, raw_webhook("products/update", {"id": 7}, family=family)) == Webhook(
        platform="shopify",
        delivery_id="products/update:delivery-1",
        topic="products/update",
        shop=SHOP,
        at=YESTERDAY,
        notices=(Changed(resource=ResourceType.PRODUCT, external_id="7"),),
    )


HINTS: Mapping[str, tuple[Any, tuple[ChangeNotice, ...]]] = {
    **{
        topic: ({"id": 632910392}, (Changed(resource=ResourceType.PRODUCT, external_id="632910392"),))
        for topic in ("products/create", "products/update")
    },
    "products/delete": (
        {"id": 788032119674292922},
        (Deleted(resource=ResourceType.PRODUCT, external_id="788032119674292922"),),
    ),
    "inventory_levels/update": (
        {"inventory_item_id": 271878346596884015, "location_id": 24826418, "available": 0},
        (Changed(resource=ResourceType.STOCK_ITEM, external_id="271878346596884015"),),
    ),
    "inventory_items/update": ({"id": 39072856}, (Changed(resource=ResourceType.STOCK_ITEM, external_id="39072856"),)),
    **{
        topic: (
            {"id": "gid://shopify/Order/450789469"},
            (Changed(resource=ResourceType.ORDER, external_id="450789469"),),
        )
        for topic in ("orders/create", "orders/updated", "orders/paid", "orders/cancelled")
    },
    "orders/delete": ({"id": 450789469}, (Deleted(resource=ResourceType.ORDER, external_id="450789469"),)),
    "refunds/create": (
        {"id": 509562969, "order_id": 450789469},
        (Changed(resource=ResourceType.ORDER, external_id="450789469"),),
    ),
    **{
        topic: ({"id": 207119551}, (Changed(resource=ResourceType.CUSTOMER, external_id="207119551"),))
        for topic in ("customers/create", "customers/update")
    },
    "customers/delete": ({"id": 207119551}, (Deleted(resource=ResourceType.CUSTOMER, external_id="207119551"),)),
    "customers/merge": (
        {
            "admin_graphql_api_customer_kept_id": "gid://shopify/Customer/1",
            "admin_graphql_api_customer_deleted_id": "gid://shopify/Customer/2",
            "status": "completed",
        },
        (
            CustomersMerged(kept="1", merged="2"),
            Changed(resource=ResourceType.CUSTOMER, external_id="1"),
            Changed(resource=ResourceType.CUSTOMER, external_id="2"),
        ),
    ),
    **{
        topic: ({"id": 690933842}, (Changed(resource=ResourceType.SHOP, external_id=""),))
        for topic in ("shop/update", "domains/create", "domains/update", "domains/destroy")
    },
    "app/uninstalled": ({"id": 690933842, "myshopify_domain": SHOP}, (Uninstalled(),)),
    "app/scopes_update": ({"id": 1, "previous": [], "current": ["read_products"]}, (ScopesChanged(),)),
    "bulk_operations/finish": (
        {"admin_graphql_api_id": "gid://shopify/BulkOperation/147595010", "status": "completed"},
        (BulkDone(reference="gid://shopify/BulkOperation/147595010"),),
    ),
    "customers/data_request": (
        {
            "shop_id": 954889,
            "shop_domain": SHOP,
            "orders_requested": [299938, 280263],
            "customer": PERSON,
            "data_request": {"id": 9999},
        },
        (
            PrivacyRequested(
                kind=PrivacyRequestKind.DATA_REQUEST,
                reference="9999",
                customer="191167",
                person_key=person_key("john@example.com"),
                orders=("299938", "280263"),
            ),
        ),
    ),
    "customers/redact": (
        {"shop_id": 954889, "shop_domain": SHOP, "customer": PERSON, "orders_to_redact": [299938]},
        (
            PrivacyRequested(
                kind=PrivacyRequestKind.REDACT_CUSTOMER,
                customer="191167",
                person_key=person_key("john@example.com"),
                orders=("299938",),
            ),
        ),
    ),
    "shop/redact": ({"shop_id": 954889, "shop_domain": SHOP}, (PrivacyRequested(kind=PrivacyRequestKind.REDACT_SHOP),)),
}


@pytest.mark.parametrize("topic", HINTS)
def test_each_topic_hints_at_what_it_is_about(topic: str) -> None:
    body, expected = HINTS[topic]
    assert notices(topic, body) == expected


@pytest.mark.parametrize("state", ["failed", "in_progress", "", None])
def test_customers_are_merged_once_that_is_done(state: Any) -> None:
    body, (_merged, *asked) = HINTS["customers/merge"]
    assert notices("customers/merge", body | {"status": state}) == tuple(asked)


def test_every_topic_that_is_read_stands_in_the_table_above() -> None:
    assert set(TOPICS) == set(HINTS)


def test_every_topic_that_is_read_is_one_the_app_asks_for() -> None:
    asked = tomllib.loads((APP_FOLDER / "shopify.app.toml").read_text())["webhooks"]["subscriptions"]
    assert set(TOPICS) <= {
        topic for one in asked for topic in (*one.get("topics", ()), *one.get("compliance_topics", ()))
    }


@pytest.mark.parametrize(
    "body",
    [
        {"customer": None},
        {"customer": {"id": 1}},
        {"customer": {"email": ""}},
        {},
        {"customer": [], "orders_to_redact": None},
        {"orders_to_redact": {"a": 1}},
    ],
)
def test_a_wish_with_parts_missing_is_still_a_wish(body: Any) -> None:
    (request,) = notices("customers/redact", {"shop_domain": SHOP, **body})
    assert isinstance(request, PrivacyRequested)
    assert (request.kind, request.person_key, request.orders) == (PrivacyRequestKind.REDACT_CUSTOMER, None, ())


def test_no_address_leaves_a_webhook() -> None:
    for topic in ("customers/data_request", "customers/redact", "customers/update"):
        webhook = verify(APP, raw_webhook(topic, {"shop_domain": SHOP, "email": PERSON["email"], "customer": PERSON}))
        assert "example.com" not in repr(webhook).lower()
        assert "555" not in repr(webhook)


@pytest.mark.parametrize("topic", ["collections/update", "checkouts/update", "nobody/knows", "products"])
def test_an_unknown_topic_hints_at_nothing_and_is_no_error(topic: str) -> None:
    assert notices(topic, b"no JSON at all") == ()


def test_a_signature_is_looked_at_before_all_else() -> None:
    for raw in (
        raw_webhook("products/update", {"id": 7}, signature=""),
        raw_webhook("products/update", {"id": 7}, signature="no"),
        raw_webhook("products/update", b"no JSON", signature="no"),
        raw_webhook("", {"id": 7}, signature="no", shop_domain=""),
        RawWebhook(headers={}, body=b""),
    ):
        assert status(raw) == 401


def test_the_old_secret_signs_webhooks_too() -> None:
    body = b'{"id": 7}'
    assert verify(APP, raw_webhook("products/update", body, signature=webhook_signature(body, OLD_SECRET))).notices


def test_a_signed_webhook_that_makes_no_sense_is_a_bad_request() -> None:
    assert status(raw_webhook("", {"id": 7})) == 400
    for domain in ("", "evil.com", f"{SHOP}/x"):
        assert status(raw_webhook("products/update", {"id": 7}, shop_domain=domain)) == 400
    for body in (b"id=7", b"[7]", b"7", b"\xff\xfe", b"[" * 100_000, b'{"id": ' + b"9" * 5000 + b"}", b" "):
        assert status(raw_webhook("products/update", body)) == 400


def test_bytes_are_signed_not_what_they_mean() -> None:
    body = '{"id": 7, "title": "Café ☕"}'.encode()
    escaped = json.dumps(json.loads(body)).encode()
    assert verify(APP, raw_webhook("products/update", body)).notices
    assert status(raw_webhook("products/update", escaped, signature=webhook_signature(body))) == 401


@pytest.mark.parametrize(
    "value", [None, True, 1.5, "", "x", "-1", -1, [7], {"id": 7}, "9" * 21, "\ud800", "٣", "7\x00"]
)
def test_what_is_no_id_hints_at_nothing(value: Any) -> None:
    assert notices("products/update", {"id": value}) == ()
    assert notices("bulk_operations/finish", {"admin_graphql_api_id": value}) == ()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-29T18:00:27.877041743Z", datetime(2026, 3, 29, 18, 0, 27, 877041, UTC)),
        ("2026-03-29T18:00:27.8770Z", datetime(2026, 3, 29, 18, 0, 27, 877000, UTC)),
        ("2026-03-29T18:00:27Z", datetime(2026, 3, 29, 18, 0, 27, 0, UTC)),
        ("2026-03-29T18:00:27.999999999-04:00", datetime(2026, 3, 29, 22, 0, 27, 999999, UTC)),
        ("2026-03-29T18:00:27", None),
        ("yesterday", None),
        ("", None),
        ("9999-12-31T23:59:59-23:59", None),
        (".", None),
        ("\ud800", None),
    ],
)
def test_a_time_of_nine_decimals_is_read(text: str, moment: datetime | None) -> None:
    assert verify(APP, raw_webhook("app/scopes_update", {}, triggered_at=text)).at == moment


ERASING = ("app/uninstalled", "customers/redact", "shop/redact")


@pytest.mark.parametrize("topic", ERASING)
def test_an_old_webhook_erases_nothing(topic: str) -> None:
    old, young = (write_time(now() - timedelta(days=3, hours=hours)) for hours in (1, -1))
    named = {"shop_domain": SHOP}
    assert status(raw_webhook(topic, named, triggered_at=old)) == 400
    assert verify(APP, raw_webhook(topic, named, triggered_at=young)).notices
    assert [status(raw_webhook(topic, named, triggered_at=text)) for text in ("", "yesterday")] == [400, 400]
    assert verify(APP, raw_webhook("products/update", {"id": 7}, triggered_at=old)).notices


@pytest.mark.parametrize("field", ["shop_domain", "myshopify_domain"])
@pytest.mark.parametrize("topic", [*ERASING, "shop/update", "customers/data_request", "orders/create"])
def test_a_webhook_is_of_the_shop_that_its_body_names(topic: str, field: str) -> None:
    assert verify(APP, raw_webhook(topic, {"id": 7, field: SHOP.upper()})).shop == SHOP
    for other in ("other.myshopify.com", "", f"{SHOP}/x", None, 7, [SHOP]):
        assert status(raw_webhook(topic, {"id": 7, field: other})) == 400


@pytest.mark.parametrize("topic", ERASING)
def test_the_header_of_another_topic_makes_nothing_erase(topic: str) -> None:
    """The headers are unsigned: a signed body of another topic names no shop, and that is not enough."""
    assert status(raw_webhook(topic, {"id": 7, "updated_at": "2026-03-29T18:00:37Z"})) == 400


def test_a_webhook_that_is_sent_again_is_the_same_delivery() -> None:
    first = verify(APP, raw_webhook("orders/create", {"id": 1}))
    again = verify(APP, raw_webhook("orders/create", {"id": 1}, triggered_at="2026-03-29T19:00:00Z"))
    other = verify(APP, raw_webhook("orders/paid", {"id": 1}))
    assert first.delivery_id == again.delivery_id != other.delivery_id
    nameless = [verify(APP, raw_webhook("orders/create", {"id": number}, webhook_id="")) for number in (1, 1, 2)]
    assert nameless[0].delivery_id == nameless[1].delivery_id != nameless[2].delivery_id
    assert len(verify(APP, raw_webhook("orders/create", {"id": 1}, webhook_id="x" * 999)).delivery_id) == 255


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
fields = (
    "id",
    "inventory_item_id",
    "order_id",
    "customer",
    "data_request",
    "orders_requested",
    "orders_to_redact",
    "email",
    "admin_graphql_api_id",
    "admin_graphql_api_customer_kept_id",
)


@many
@given(st.sampled_from(sorted(TOPICS)), st.dictionaries(st.sampled_from(fields), anything), st.text(max_size=20))
def test_hostile_bodies_give_hints_that_can_be_stored(topic: str, body: dict[str, Any], email: str) -> None:
    if isinstance(body.get("customer"), dict):
        body["customer"]["email"] = email + "\ud800"
    for notice in notices(topic, body | {"shop_domain": SHOP}):
        text = repr(notice)
        assert "\x00" not in text
        text.encode()
