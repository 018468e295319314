"""Webhooks as the double sends them, which is how a real shop does."""

import pytest

from shopconnect.connectors.base import Changed, RawWebhook, ResourceType
from shopconnect.connectors.secrets import webhook_secret
from shopconnect.connectors.types import ConnectorError, OrderKind
from shopconnect.connectors.woocommerce.subscriptions import TOPICS
from tests.connectors.woocommerce.sources import ADDRESS, raw


class Mailbox:
    """Where deliveries arrive; `status` is how they are answered."""

    def __init__(self, source):
        self.deliveries, self.status = [], 200
        self.source = source
        source.double_shop.webhooks.send = self

    def __call__(self, delivery):
        self.deliveries.append(delivery)
        return self.status

    @property
    def webhooks(self):
        return [self.source.platform.verify(raw(one, self.source.shop)) for one in self.deliveries]


@pytest.fixture
def mailbox(source):
    box = Mailbox(source)
    source.platform.connect(source.shop, source.tokens).subscribe_webhooks(ADDRESS)
    assert {one.topic for one in box.webhooks} == {"ping"}
    box.deliveries.clear()
    return box


def test_eleven_deliveries_under_one_id_are_eleven(source, mailbox):
    for number in range(11):
        source.store.add_product(f"Pot {number}")
    source.double_shop.webhooks.run_queue()
    assert (
        len({one.headers["X-WC-Webhook-Delivery-ID"] for one in mailbox.deliveries if "X-WC-Webhook-ID" in one.headers})
        == 1
    )
    told = [one for one in mailbox.webhooks if one.notices]
    assert len({one.delivery_id for one in told}) == 11
    assert len({one.notices for one in told}) == 11


def test_a_sold_out_variation_names_its_product(source, mailbox):
    product = source.store.add_variable("Tea", ["5.00", "6.00"])
    source.double_shop.webhooks.run_queue()
    mailbox.deliveries.clear()
    variation = source.store.variations_of(product)[0]
    with source.store.changing("variation", variation):
        variation["stock_quantity"] = 0
    source.double_shop.webhooks.run_queue()
    named = {notice.external_id for one in mailbox.webhooks for notice in one.notices}
    assert named == {str(product["id"])}


def test_a_deletion_that_was_undone_before_it_was_told_deletes_nothing(source, mailbox):
    pot = source.store.add_product("Pot")
    source.store.trash("product", pot)
    source.store.restore("product", pot)
    source.double_shop.webhooks.run_queue()
    notices = {notice for one in mailbox.webhooks for notice in one.notices}
    assert notices == {Changed(resource=ResourceType.PRODUCT, external_id=str(pot["id"]))}


def test_what_is_deleted_for_good_is_told_by_nobody(source, mailbox):
    source.store.erase("product", source.store.rows("product")[0])
    assert source.double_shop.webhooks.run_queue() == 0


def test_an_erasure_by_wordpress_stands_on_the_order_however_it_is_read(source, mailbox):
    order, other = source.store.rows("order")[:2]
    source.store.erase_person(order)
    found = source.platform.connect(source.shop, source.tokens).fetch(
        ResourceType.ORDER, [str(order["id"]), str(other["id"])]
    )
    told = {
        draft.external_id: (draft.is_erased, draft.email) for draft in found.drafts if draft.kind is OrderKind.ORDER
    }
    assert told == {str(order["id"]): (True, ""), str(other["id"]): (False, other["billing"]["email"])}


def test_the_seventh_failure_switches_off_and_looking_after_makes_it_anew(source, mailbox):
    mailbox.status = 500
    pot = source.store.rows("product")[0]
    for number in range(7):
        assert [one.row["status"] for one in source.double_shop.webhooks.all()].count("disabled") == 0, number
        with source.store.changing("product", pot):
            pot["name"] = f"Pot {number}"
        source.double_shop.webhooks.run_queue()
    off = [one for one in source.double_shop.webhooks.all() if one.row["status"] == "disabled"]
    assert [one.row["topic"] for one in off] == ["product.updated"]
    mailbox.status = 200
    source.platform.connect(source.shop, source.tokens).subscribe_webhooks(ADDRESS)
    held = source.double_shop.webhooks.all()
    assert sorted(one.row["topic"] for one in held) == sorted(TOPICS)
    assert {(one.row["status"], one.failures) for one in held} == {("active", 0)}


def test_another_shops_secret_signs_nothing_here(source):
    product = source.store.rows("product")[0]["id"]
    assert webhook_secret("woocommerce", source.shop) != webhook_secret("woocommerce", "other.example.com")
    hook = source.webhook("product.updated", product)
    with pytest.raises(ConnectorError) as told:
        source.platform.verify(RawWebhook(headers=hook.headers, body=hook.body, shop="other.example.com"))
    assert told.value.status == 401


@pytest.mark.parametrize("topic", ["product.deleted", "customer.deleted", "order.restored", "coupon.created", "x", ""])
def test_a_header_that_no_signature_covers_has_something_asked_for_at_most(source, topic):
    hook = source.webhook("product.updated", source.store.rows("product")[0]["id"])
    headers = {**hook.headers, "x-wc-webhook-topic": topic}
    found = source.platform.verify(RawWebhook(headers=headers, body=hook.body, shop=source.shop))
    assert {type(one) for one in found.notices} <= {Changed}


@pytest.mark.parametrize("body", [b"", b"webhook_id=", b"webhook_id=1&x=2", b'{"id":1}'])
def test_only_a_ping_needs_no_signature(source, body):
    with pytest.raises(ConnectorError) as told:
        source.platform.verify(
            RawWebhook(headers={"x-wc-webhook-topic": "product.updated"}, body=body, shop=source.shop)
        )
    assert told.value.status == 401
