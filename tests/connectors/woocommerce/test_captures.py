"""What real shops answered and sent is read, refused or believed as it must be; and the double answers alike."""

import json
import re
from urllib.parse import urlsplit

import pytest

from shopconnect.connectors.base import RawWebhook
from shopconnect.connectors.secrets import webhook_secret
from shopconnect.connectors.types import AccessEnded, ConnectorError
from shopconnect.connectors.woocommerce import mapper, payloads
from shopconnect.connectors.woocommerce.client import ShopRefused, WooClient
from shopconnect.connectors.woocommerce.webhooks import is_signed, verify
from tests.connectors.woocommerce.captures import ALL, answers, capture, deliveries

ANSWERS, DELIVERIES = 127, 34
# What we read at which path, the longer first. What is not here is read by nobody.
READ_AS = (
    (r"/products/\d+/variations(/\d+)?|/variations", payloads.WooVariation),
    (r"/products/categories(/\d+)?|/products/tags|/products/brands", payloads.WooTerm),
    (r"/products(/\d+)?", payloads.WooProduct),
    (r"/orders/\d+/refunds", payloads.WooRefund),
    (r"/orders(/\d+)?", payloads.WooOrder),
    (r"/customers(/\d+)?", payloads.WooCustomer),
    (r"/webhooks(/\d+)?", payloads.WooWebhook),
    (r"/settings/[a-z]+", payloads.WooSetting),
    (r"/system_status", payloads.WooStatus),
)
MAPPED = (payloads.WooProduct, payloads.WooOrder, payloads.WooCustomer)
all_here = pytest.mark.skipif(not ALL.is_dir(), reason=f"the captures are not at {ALL}")


def reader_of(path):
    path = path.partition("/wp-json")[2].rstrip("/")
    if path == "":
        return payloads.WooIndex
    return next((kind for pattern, kind in READ_AS if re.fullmatch(f"/wc/v3{pattern}", path)), None)


def drafts_of(row):
    if isinstance(row, payloads.WooProduct):
        return [mapper.product_draft(row, (), (), {}, "EUR")]
    if isinstance(row, payloads.WooOrder):
        return list(mapper.order_drafts(row, (), str))
    return [mapper.customer_draft(row)] if isinstance(row, payloads.WooCustomer) else []


def replay(source, found):
    """Return what the client makes of a captured answer."""
    content = json.dumps(found["body"]).encode()
    reply = found["status"], {"Content-Type": "application/json; charset=UTF-8"}, content
    source.double_shop.failures = [reply, reply]  # a 401 is asked twice
    client = WooClient(source.platform.origin.format(shop=source.shop), source.tokens)
    if found["request"]["method"] == "GET":
        return client.get("/wc/v3/whatever")
    return client.send(found["request"]["method"], "/wc/v3/whatever", {})


@pytest.mark.parametrize(("folder", "name"), answers())
def test_what_a_real_shop_answered_is_mapped_or_refused(source, folder, name):
    found = capture(folder, name)
    if "request" not in found:  # the keys that a shop sends by itself
        assert set(json.loads(found["body"]) if isinstance(found["body"], str) else found["body"]) >= {"consumer_key"}
        return
    if found["status"] >= 400:
        with pytest.raises(ConnectorError) as told:
            replay(source, found)
        is_ended = found["status"] == 401 and found["request"]["method"] == "GET"
        code = found["body"]["code"]
        is_ended &= code in ("woocommerce_rest_cannot_view", "woocommerce_rest_authentication_error")
        assert type(told.value) is (AccessEnded if is_ended else ShopRefused)
        assert (told.value.status, code in told.value.detail) == (found["status"], True)
        return
    body = replay(source, found)
    assert body == found["body"]
    kind = reader_of(urlsplit(found["request"]["url"]).path)
    if kind is not None:
        rows = body if isinstance(body, list) else [body]
        read = list(payloads.read_resources(kind, rows))
        assert len(read) == len(rows)
        for row in read:
            assert [draft.external_id for draft in drafts_of(row)] == ([str(row.id)] if kind in MAPPED else [])


@all_here
def test_all_that_was_captured_is_tried():
    assert sum(folder == "all" for folder, _ in answers()) == ANSWERS
    assert sum(folder == "all" for folder, _ in deliveries()) == DELIVERIES


@pytest.mark.parametrize(("folder", "name"), deliveries())
def test_the_signature_of_a_real_delivery_holds(folder, name):
    found = capture(folder, name)
    signature = {key.lower(): value for key, value in found["headers"]}["x-wc-webhook-signature"]
    body = found["raw_body"].encode()
    assert is_signed(body, signature, found["secret_used"])
    assert not is_signed(body + b" ", signature, found["secret_used"])
    assert not is_signed(body, signature, found["secret_used"] + "x")


@pytest.mark.parametrize(("folder", "name"), deliveries())
def test_a_real_delivery_names_what_changed(source, folder, name, monkeypatch):
    found = capture(folder, name)
    monkeypatch.setattr("shopconnect.connectors.woocommerce.webhooks.webhook_secret", lambda *_: found["secret_used"])
    headers = {key.lower(): value for key, value in found["headers"]}
    body = json.loads(found["raw_body"])
    notices = verify(RawWebhook(headers=headers, body=found["raw_body"].encode(), shop="any.example")).notices
    named = body["parent_id"] if body.get("type") == "variation" else body["id"]
    is_ours = not headers["x-wc-webhook-topic"].startswith("coupon.")
    assert [one.external_id for one in notices] == ([str(named)] if is_ours else [])


def test_a_real_ping_is_no_news_and_is_believed_nothing(source):
    found = capture("cut", "webhooks/ping")
    headers = {key.lower(): value for key, value in found["headers"]}
    raw = RawWebhook(headers=headers, body=found["raw_body"].encode(), shop=source.shop)
    assert verify(raw).notices == ()
    assert webhook_secret("woocommerce", source.shop) not in repr(verify(raw))


# The double


def shape_of(value):
    """What fields there are and of which types; null stands for whatever may be null."""
    if isinstance(value, dict):
        return {name: shape_of(one) for name, one in value.items() if name not in ("_links", "meta_data")}
    if isinstance(value, list):
        return [shape_of(value[0])] if value else []
    return "number" if type(value) in (int, float) else type(value).__name__


def differing(real, ours, place=""):
    """Where two shapes differ; an empty list, or null, tells nothing."""
    if isinstance(real, dict) and isinstance(ours, dict):
        found = [f"{place}.{name}" for name in real.keys() ^ ours.keys()]
        for name in real.keys() & ours.keys():
            found += differing(real[name], ours[name], f"{place}.{name}")
        return found
    if isinstance(real, list) and isinstance(ours, list):
        return differing(real[0], ours[0], f"{place}[]") if real and ours else []
    return [] if real == ours or "NoneType" in (real, ours) else [f"{place}: {real} {ours}"]


def asked_of_the_double(source, path):
    client = WooClient(source.platform.origin.format(shop=source.shop), source.tokens)
    return client.get(path, per_page="100")


PAIRS = (
    ("product_variable", "/wc/v3/products", lambda row: row["type"] == "variable"),
    ("products_list_p1", "/wc/v3/products", lambda row: row["type"] == "simple"),
    ("variations_all", "/wc/v3/variations", bool),
    ("order", "/wc/v3/orders", bool),
    ("customer", "/wc/v3/customers", bool),
    ("categories", "/wc/v3/products/categories", bool),
)


@pytest.mark.parametrize(("name", "path", "which"), PAIRS)
def test_the_double_answers_in_the_fields_and_types_of_a_real_shop(source, name, path, which):
    real = capture("cut", name)["body"]
    real = real[0] if isinstance(real, list) else real
    ours = next(row for row in asked_of_the_double(source, path) if which(row))
    assert differing(shape_of(real), shape_of(ours)) == []


def test_the_doubles_refunds_and_webhooks_have_the_fields_of_real_ones(source):
    order = next(row for row in source.store.rows("order") if row["refunds"])
    refund = asked_of_the_double(source, f"/wc/v3/orders/{order['id']}/refunds")[0]
    assert differing(shape_of(capture("cut", "step_order_refund")["body"]), shape_of(refund)) == []
    source.platform.connect(source.shop, source.tokens).subscribe_webhooks("https://ours.example/hooks")
    webhook = asked_of_the_double(source, "/wc/v3/webhooks")[0]
    assert differing(shape_of(capture("cut", "webhooks_disabled")["body"][0]), shape_of(webhook)) == []


def test_the_doubles_errors_are_a_real_shops_word_for_word(source):
    client = WooClient(source.platform.origin.format(shop=source.shop), source.tokens)
    for name, path in (("err_404_product", "/wc/v3/products/424242"), ("err_404_route", "/wc/v3/nimporte")):
        with pytest.raises(ShopRefused) as told:
            client.get(path)
        real = capture("cut", name)["body"]
        assert (told.value.code, told.value.message) == (real["code"], real["message"])
