"""Rules of Shopify's that are easily forgotten, each with a test that the double keeps it."""

import json
import urllib.request
from threading import Event
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from shopconnect.connectors.shopify import oauth
from shopconnect.connectors.types import AppRefused, ConnectorError
from tests.doubles.asking import app_of, ask, now, token_of
from tests.doubles.shopify import admin_api, webhooks
from tests.doubles.shopify.double import SECRET, Double, DoubleShop
from tests.doubles.shopify.tokens import signed_proxy
from tests.waiting import PATIENCE_SECONDS, until

SUBSCRIBE = """mutation S($topic: WebhookSubscriptionTopic!, $uri: String!, $fields: [String!]) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: {uri: $uri, includeFields: $fields}) {
    webhookSubscription { id topic uri } userErrors { message }
  }
}"""
SUBSCRIBED = "{ webhookSubscriptions(first: 5) { nodes { topic uri } } }"


def said_by(shop: DoubleShop, document: str, **variables: Any) -> dict[str, Any]:
    return ask(shop, token_of(shop), document, **variables)[1]


def cost_of(shop: DoubleShop, query: str) -> int:
    return said_by(shop, query)["extensions"]["cost"]["requestedQueryCost"]


def test_what_may_be_of_several_types_costs_what_the_dearest_does(shop):
    few, many = "{ featuredMedia { id } }", "{ collections(first: 10) { nodes { id } } }"
    asked = '{ nodes(ids: ["gid://shopify/Product/1", "gid://shopify/Product/2"]) { id %s } }'
    customer = "... on Order { customer { id } }"
    assert cost_of(shop, asked % customer) == 2 * (1 + 1)
    dear = 2 * (1 + 2 + 10)
    assert cost_of(shop, asked % f"... on Product {many}") == dear
    assert cost_of(shop, asked % f"{customer} ... on Product {many}") == dear
    assert cost_of(shop, asked % f"... on Product {few} ... on Product {many}") == dear + 2
    assert cost_of(shop, asked % f"... on HasMetafields {{ ... on Product {many} }}") == dear


def test_each_level_of_protected_data_shows_its_own(shopify):
    query = """{
      customers(first: 1) { nodes { firstName tags defaultEmailAddress { emailAddress marketingState }
        defaultPhoneNumber { phoneNumber } } }
      orders(first: 1) { nodes { phone name shippingAddress { address1 zip lastName countryCodeV2 }
        shippingLine { phone code } } }
    }"""
    hidden = []
    for level in (0, 1, 2):
        store = (shop := shopify.add_shop(f"level{level}", data_level=level)).store
        zoe = store.add_customer(
            email="zoe@example.com", tags=[], firstName="Zoe", defaultPhoneNumber={"phoneNumber": "1"}
        )
        where = {"address1": "1 rue", "zip": "75001", "lastName": "Z", "countryCodeV2": "FR"}
        store.add_order(
            [(store.add_product("Pot")["variants"][0], 1)],
            customer=zoe,
            phone="1",
            shippingAddress=where,
            shippingLine={"phone": "1", "code": "post"},
        )
        errors = said_by(shop, query).get("errors", ())
        assert {error["extensions"]["code"] for error in errors} <= {"ACCESS_DENIED"}
        hidden.append({".".join(str(part) for part in error["path"] if part != 0) for error in errors})
    assert hidden[0] == {"customers.nodes"}  # and so nothing else is answered
    assert hidden[1] == {
        "customers.nodes.firstName",
        "customers.nodes.defaultEmailAddress.emailAddress",
        "customers.nodes.defaultPhoneNumber.phoneNumber",
        "orders.nodes.phone",
        "orders.nodes.shippingAddress.address1",
        "orders.nodes.shippingAddress.zip",
        "orders.nodes.shippingAddress.lastName",
        "orders.nodes.shippingLine.phone",
    }
    assert hidden[2] == set()


def test_nobody_pages_beyond_the_limit_of_a_list(shop, monkeypatch):
    monkeypatch.setattr(admin_api, "MOST_PAGED", 3)
    for number in range(4):
        shop.store.add_product(f"Pot {number}")
    query = """query Q($after: String, $query: String) {
      products(first: 2, after: $after, query: $query, sortKey: ID) { nodes { id } pageInfo { endCursor } }
    }"""
    page = said_by(shop, query)["data"]["products"]
    beyond = said_by(shop, query, after=page["pageInfo"]["endCursor"])
    assert beyond["errors"][0]["message"] == "Pagination is limited to 3 objects."
    last = page["nodes"][-1]["id"].rpartition("/")[2]
    assert len(said_by(shop, query, query=f"id:>{last}")["data"]["products"]["nodes"]) == 2


def test_an_export_goes_beyond_the_limit_of_a_list(shop, monkeypatch):
    monkeypatch.setattr(admin_api, "MOST_PAGED", 1)
    query = "{ products { edges { node { id } } } }"
    started = said_by(
        shop,
        "mutation B($query: String!) { bulkOperationRunQuery(query: $query, groupObjects: false) "
        "{ bulkOperation { id } userErrors { message } } }",
        query=query,
    )
    operation = shop.bulks.find(started["data"]["bulkOperationRunQuery"]["bulkOperation"]["id"])
    until(lambda: operation["status"] == "COMPLETED")
    assert operation["rootObjectCount"] == "2"


def test_orders_of_more_than_sixty_days_are_not_there_without_the_scope(shop, shopify):
    order = shop.store.all("Order")[0]
    query = """query Q($id: ID!, $customer: ID!, $refund: ID!) {
      orders(first: 5) { nodes { id } } order(id: $id) { id } node(id: $id) { id } nodes(ids: [$id, $refund]) { id }
      customer(id: $customer) { orders(first: 5) { nodes { id } } }
    }"""
    named = {"id": order["id"], "customer": order["customer"]["id"], "refund": order["refunds"][0]["id"]}
    it = {"id": order["id"]}
    whole = {
        "orders": {"nodes": [it]},
        "order": it,
        "node": it,
        "nodes": [it, {"id": named["refund"]}],
        "customer": {"orders": {"nodes": [it]}},
    }
    empty = {
        "orders": {"nodes": []},
        "order": None,
        "node": None,
        "nodes": [None, None],
        "customer": {"orders": {"nodes": []}},
    }
    assert said_by(shop, query, **named)["data"] == whole
    shopify.clock.skip(61 * 86_400)
    assert said_by(shop, query, **named)["data"] == empty
    shop.install_scopes(f"{shop.grants.scopes},read_all_orders")
    assert said_by(shop, query, **named)["data"] == whole


def test_an_app_that_was_removed_is_no_client_until_it_is_back(shop, shopify):
    app = app_of(shopify)
    pair = oauth.exchange_session_token(app, shop.domain, shop.session_token(), now())
    shop.uninstall()
    assert ask(shop, pair.access, "{ shop { name } }")[0] == 401
    with pytest.raises(AppRefused, match="invalid_client"):
        oauth.refresh(app, shop.domain, pair, now())
    back = oauth.exchange_session_token(app, shop.domain, shop.session_token(), now())
    assert oauth.refresh(app, shop.domain, back, now()).access
    with pytest.raises(ConnectorError, match="invalid_grant"):
        oauth.refresh(app, shop.domain, pair, now())


@pytest.mark.parametrize("cookie", ["", "customer=77; cart=abc"])
def test_the_app_proxy_signs_what_it_hands_on_and_passes_no_cookie(app, cookie):
    with Double(app.url) as shopify:
        shop = shopify.add_shop()
        request = urllib.request.Request(
            f"{shopify.url}/{shop.domain}/apps/shopconnect/shelf/home?a=1&a=2",
            data=b"{}",
            method="POST",
            headers={"Content-Type": "application/json", "Sec-GPC": "1"} | ({"Cookie": cookie} if cookie else {}),
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            assert "Set-Cookie" not in answer.headers
    assert app.seen[0][1] == b"{}"
    passed = {name.lower(): value for name, value in app.seen[0][0].items()}
    assert "cookie" not in passed
    assert (passed["sec-gpc"], passed["x-forwarded-for"]) == ("1", "192.0.2.7")
    parts = urlsplit(app.asked[0])
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    assert parts.path == "/proxy/shopify/shelf/home"
    assert dict(pairs)["logged_in_customer_id"] == ("77" if cookie else "")
    assert [name for name, _ in pairs] == [
        "a",
        "a",
        "shop",
        "logged_in_customer_id",
        "path_prefix",
        "timestamp",
        "signature",
    ]
    assert signed_proxy(SECRET, pairs[:-1]) == pairs


def test_a_webhook_overtakes_another(app):
    held = Event()
    app.holds[:] = [held]
    with Double(app.url) as shopify:
        shop = shopify.add_shop()
        for number in range(webhooks.AT_ONCE):
            shop.store.add_product(f"Pot {number}")
        until(lambda: sum(webhook.is_taken for webhook in shop.webhooks.sent) == webhooks.AT_ONCE - 1)
        held.set()
        assert shop.webhooks.wait()
    assert all(webhook.is_taken for webhook in shop.webhooks.sent)


def test_a_webhook_that_is_refused_holds_no_other_up(app):
    app.refusals[:] = [503] * 20
    with Double(app.url) as shopify:
        shop = shopify.add_shop()
        for number in range(10):
            shop.store.add_product(f"Pot {number}")
        assert shop.webhooks.wait()
    assert all(webhook.is_taken for webhook in shop.webhooks.sent)
    assert sum(len(webhook.statuses) for webhook in shop.webhooks.sent) == 30


def test_webhooks_may_come_late_and_in_storms(app):
    with Double(app.url) as shopify:
        shop = shopify.add_shop()
        shop.webhooks.storm, shop.webhooks.late_seconds = 20, 0.5
        shop.store.add_product("Pot")
        assert shop.webhooks.wait()
    assert len({headers["X-Shopify-Webhook-Id"] for headers, _ in app.seen}) == 20
    assert len({body for _, body in app.seen}) == 1
    numbers = [headers["X-Shopify-Webhook-Id"] for headers, _ in app.seen]
    assert numbers != [webhook.headers["X-Shopify-Webhook-Id"] for webhook in shop.webhooks.sent]


def test_eight_retries_then_a_subscription_that_the_app_made_is_gone_and_one_of_its_toml_stays(app, monkeypatch):
    monkeypatch.setattr(webhooks, "PAUSES", (0.0,) * len(webhooks.PAUSES))
    app.refusals[:] = [500] * 100
    with Double(app.url) as shopify:
        shop = shopify.add_shop()
        for topic, fields in (("PRODUCTS_UPDATE", ["id"]), ("THEMES_PUBLISH", [])):
            made = said_by(shop, SUBSCRIBE, topic=topic, uri=f"{app.url}/made", fields=fields)
            assert made["data"]["webhookSubscriptionCreate"]["userErrors"] == []
        again = said_by(shop, SUBSCRIBE, topic="PRODUCTS_UPDATE", uri=f"{app.url}/made", fields=[])
        assert "already taken" in again["data"]["webhookSubscriptionCreate"]["userErrors"][0]["message"]
        pot = shop.store.add_product("Pot", quiet=True)
        shop.store.change_price(pot["variants"][0], "1.00")
        assert shop.webhooks.wait()
        left = said_by(shop, SUBSCRIBED)["data"]["webhookSubscriptions"]["nodes"]
        assert [len(webhook.statuses) for webhook in shop.webhooks.sent] == [9, 9]
        assert left == [{"topic": "THEMES_PUBLISH", "uri": f"{app.url}/made"}]
        app.refusals.clear()
        shop.store.change_price(pot["variants"][0], "2.00")
        assert shop.webhooks.wait()
    assert [webhook.made for webhook in shop.webhooks.sent[2:]] == [None]
    assert set(json.loads(app.seen[-1][1])) == {"id", "updated_at"}
