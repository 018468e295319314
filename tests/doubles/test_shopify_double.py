"""The double of Shopify obeys the rules that the product relies on, and the product's connector gets along with it."""

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from shopconnect.connectors.base import BulkState, PriceChange, ResourceType
from shopconnect.connectors.shopify import oauth
from shopconnect.connectors.types import ConnectorError, OrderDraft, ProductDraft, StockDraft
from tests.doubles.asking import app_of, ask, connect, now, token_of
from tests.doubles.shopify import __main__ as process
from tests.doubles.shopify.double import Double
from tests.waiting import PATIENCE_SECONDS, until

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def ended(connection, reference):
    """A bulk export, once it has ended."""
    return until(lambda: (bulk := connection.find_bulk(reference)).state is not BulkState.RUNNING and bulk)


def test_the_connector_reads_products_with_words_stock_and_cost(shop):
    connection = connect(shop)
    page = connection.list_changed(ResourceType.PRODUCT, LONG_AGO)
    products = {draft.title: draft for draft in page.items if isinstance(draft, ProductDraft)}
    assert set(products) == {"Pot", "Cup"}
    assert (products["Pot"].price, products["Pot"].stock) == (Decimal("12.00"), 7)
    assert products["Pot"].translations[0].title == "A pot"
    assert [variant.cost for variant in products["Cup"].variants] == [None, Decimal("1.50")]
    assert sum(isinstance(draft, StockDraft) for draft in page.items) == 3


def test_the_connector_reads_orders_with_their_refunds(shop):
    page = connect(shop).list_changed(ResourceType.ORDER, LONG_AGO)
    kinds = {draft.kind.value: draft for draft in page.items if isinstance(draft, OrderDraft)}
    assert set(kinds) == {"order", "refund"}
    assert kinds["refund"].refunds == kinds["order"].external_id
    assert kinds["order"].email == ""


def test_a_bulk_export_holds_what_pages_hold(shop, tmp_path):
    connection = connect(shop)
    for resource in (ResourceType.PRODUCT, ResourceType.CUSTOMER, ResourceType.ORDER):
        reference = connection.start_bulk(resource)
        bulk = ended(connection, reference)
        assert bulk.state is BulkState.DONE, bulk.detail
        path = tmp_path / resource.value
        connection.download_bulk(bulk, path)
        exported = list(connection.read_bulk(resource, path))
        paged = connection.list_changed(resource, LONG_AGO).items
        assert sorted(map(repr, exported)) == sorted(map(repr, paged))


def test_a_sixth_export_at_once_is_refused(shop):
    shop.bulks.seconds = PATIENCE_SECONDS
    connection = connect(shop)
    for _ in range(5):
        connection.start_bulk(ResourceType.PRODUCT)
    with pytest.raises(ConnectorError, match="concurrent") as refused:
        connection.start_bulk(ResourceType.PRODUCT)
    assert not refused.value.permanent


def test_an_export_that_fails_may_leave_a_part(shop, tmp_path):
    connection = connect(shop)
    shop.bulks.next_outcomes = ["PARTIAL", "FAILED", "EXPIRED"]
    states = []
    for _ in range(3):
        reference = connection.start_bulk(ResourceType.PRODUCT)
        bulk = ended(connection, reference)
        states.append((bulk.state, bool(bulk.url)))
    assert states == [(BulkState.FAILED, True), (BulkState.FAILED, False), (BulkState.FAILED, False)]


def test_an_empty_export_has_no_address(shopify, tmp_path):
    shop = shopify.add_shop("empty")
    shop.bulks.seconds = 0.01
    connection = connect(shop)
    reference = connection.start_bulk(ResourceType.PRODUCT)
    bulk = ended(connection, reference)
    assert (bulk.state, bulk.url) == (BulkState.DONE, "")


def test_what_is_gone_is_missing(shop):
    connection = connect(shop)
    pot = shop.store.all("Product")[0]
    number = pot["id"].rpartition("/")[2]
    shop.store.delete_product(pot)
    assert connection.fetch(ResourceType.PRODUCT, [number, "999999"]).missing == (number, "999999")


def test_a_query_beyond_a_thousand_points_is_refused(shop):
    query = "{ products(first: 250) { nodes { id variants(first: 100) { nodes { id } } } } }"
    _, said = ask(shop, token_of(shop), query)
    assert said["errors"][0]["extensions"]["code"] == "MAX_COST_EXCEEDED"


def test_an_empty_bucket_throttles_in_an_answer_of_200_and_fills_again(shop):
    token, query = token_of(shop), "{ products(first: 50) { nodes { id } } }"
    shop.api.bucket.level, shop.api.bucket.restored = 10.0, 1.0
    status, said = ask(shop, token, query)
    assert (status, said["errors"][0]["extensions"]["code"]) == (200, "THROTTLED")
    assert said["extensions"]["cost"]["throttleStatus"]["restoreRate"] == 1.0
    shop.api.bucket.restored = 1e6
    assert "errors" not in ask(shop, token, query)[1]


def test_unknown_fields_and_long_lists_are_refused(shop):
    token = token_of(shop)
    assert "Cannot query field" in ask(shop, token, "{ shop { nothing } }")[1]["errors"][0]["message"]
    said = ask(shop, token, "query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["gid://shopify/Product/1"] * 251)
    assert said[1]["errors"][0]["extensions"]["code"] == "MAX_INPUT_SIZE_EXCEEDED"


def test_scopes_and_protected_data_are_kept(shop):
    token = token_of(shop)
    said = ask(shop, token, "{ orders(first: 1) { nodes { id email } } }")[1]
    assert said["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    assert said["data"]["orders"]["nodes"][0]["email"] is None
    shop.install_scopes("read_products")
    denied = ask(shop, token, "{ orders(first: 1) { nodes { id } } }")[1]
    assert "read_orders" in denied["errors"][0]["message"]


def test_tokens_end_after_an_hour_and_a_refresh_gives_a_new_pair(shop, shopify):
    app = app_of(shopify)
    first = oauth.exchange_session_token(app, shop.domain, shop.session_token(), now())
    assert ask(shop, first.access, "{ shop { name } }")[0] == 200
    shopify.clock.skip(3601)
    assert ask(shop, first.access, "{ shop { name } }")[0] == 401
    second = oauth.refresh(app, shop.domain, first, now())
    assert second.refresh != first.refresh
    assert ask(shop, second.access, "{ shop { name } }")[0] == 200
    again = oauth.refresh(app, shop.domain, first, now())  # the answer was not stored: the old one still serves
    oauth.refresh(app, shop.domain, again, now())
    with pytest.raises(ConnectorError, match="invalid_grant") as refused:
        oauth.refresh(app, shop.domain, first, now())
    assert refused.value.permanent
    assert shop.grants.refreshes == 4


def test_a_refresh_token_ends_after_90_days_and_30_days_after_its_use(shop, shopify):
    app = app_of(shopify)
    first, other = (oauth.exchange_session_token(app, shop.domain, shop.session_token(), now()) for _ in range(2))
    oauth.refresh(app, shop.domain, first, now())
    shopify.clock.skip(30 * 86_400)
    with pytest.raises(ConnectorError, match="invalid_grant"):
        oauth.refresh(app, shop.domain, first, now())
    shopify.clock.skip(60 * 86_400)
    with pytest.raises(ConnectorError, match="invalid_grant"):
        oauth.refresh(app, shop.domain, other, now())


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another"},
        {"iss": "https://other.myshopify.com/admin"},
        {"dest": "https://other.myshopify.com"},
        {"exp": 1},
        {"nbf": 9_999_999_999},
    ],
)
def test_no_tokens_are_given_for_a_session_token_that_does_not_hold(shop, claims):
    with pytest.raises(ConnectorError, match="invalid_subject_token"):
        oauth.exchange_session_token(app_of(shop.double), shop.domain, shop.session_token(**claims), now())


def test_each_word_of_refusal_is_said(shop, shopify):
    app, pair = app_of(shopify), oauth.exchange_session_token(app_of(shopify), shop.domain, shop.session_token(), now())
    with pytest.raises(ConnectorError, match="invalid_client"):
        oauth.refresh(replace(app, secret="wrong"), shop.domain, pair, now())
    with pytest.raises(ConnectorError, match="invalid_request"):
        oauth.exchange_code(app, shop.domain, "never given", now())
    shop.grants.refuse = "invalid_grant"
    with pytest.raises(ConnectorError, match="invalid_grant"):
        oauth.refresh(app, shop.domain, pair, now())


def test_a_refresh_whose_answer_is_lost_was_done(shop, shopify):
    app = app_of(shopify)
    pair = oauth.exchange_session_token(app, shop.domain, shop.session_token(), now())
    shopify.fail("lost", path="access_token")
    with pytest.raises(ConnectorError):
        oauth.refresh(app, shop.domain, pair, now())
    assert shop.grants.refreshes == 1
    assert oauth.refresh(app, shop.domain, pair, now()).access


def test_a_price_is_set_once_and_refused_where_it_is_another(shop):
    shop.install_scopes(f"{shop.grants.scopes},write_products")
    connection = connect(shop)
    variant = shop.store.all("Product")[0]["variants"][0]
    product, number = (node["id"].rpartition("/")[2] for node in (variant["product"], variant))
    change = PriceChange(
        product=product,
        variant=number,
        price=Decimal("9.50"),
        compare_at_price=None,
        expected=Decimal("12.00"),
        currency="EUR",
    )
    assert connection.push_price(change, "a").is_done
    assert variant["price"] == "9.50"
    assert connection.push_price(change, "a").is_done
    shop.store.change_price(variant, "20.00")
    assert not connection.push_price(change, "b").is_done


@pytest.mark.parametrize("how", ["429", "500", "502", "html", "truncated", "drop"])
def test_the_connector_gets_over_what_goes_wrong_once(shop, shopify, how):
    connection = connect(shop)
    shopify.fail(how)
    assert connection.read_shop().name == "First"


def test_webhooks_bring_the_fields_of_the_toml_and_come_again_under_the_same_id(app):
    with Double(app.url) as shopify:
        shop = shopify.add_shop()
        app.refusals[:] = [500, 503]
        shop.store.add_product("Pot")
        assert shop.webhooks.wait()
    assert len(app.seen) == 3
    assert len({headers["X-Shopify-Webhook-Id"] for headers, _ in app.seen}) == 1
    assert set(json.loads(app.seen[0][1])) == {"id", "updated_at"}
    assert len(app.seen[0][0]["X-Shopify-Triggered-At"].rpartition(".")[2]) == len("123456741Z")


def test_webhooks_are_doubled_shuffled_and_lost_as_asked(app):
    with Double(app.url) as shopify:
        shop = shopify.add_shop()
        shop.webhooks.doubled, shop.webhooks.lost, shop.webhooks.shuffled = 0.5, 0.2, 10
        for number in range(100):
            shop.store.add_product(f"Pot {number}")
        assert shop.webhooks.wait()
        ids = [json.loads(body)["id"] for _, body in app.seen]
    assert 60 < len(set(ids)) < 95
    assert len(ids) > len(set(ids)) + 20
    assert ids != sorted(ids)


def test_the_clock_moves_as_far_as_a_test_likes(shopify):
    before = shopify.clock.now()
    shopify.clock.skip(86_400)
    assert shopify.clock.now() - before >= timedelta(days=1)


def test_it_knows_nothing_of_the_product_but_its_toml():
    for file in (Path(__file__).parent / "shopify").glob("*.py"):
        text = file.read_text()
        assert "from shopconnect" not in text
        assert "import django" not in text


def test_it_says_at_once_that_its_schema_is_not_there(monkeypatch):
    monkeypatch.setattr(process, "FOLDER", Path("nowhere"))
    monkeypatch.setattr(sys, "argv", ["shopify", "--settings"])
    with pytest.raises(SystemExit, match="published schema is not installed"):
        process.main()
