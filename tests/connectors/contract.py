"""What every platform can be relied on for: one class, which each platform's tests inherit with a source of their own.

The source is a double of the platform that obeys its published rules; it holds a shop with products, customers and
orders (a refund among them), and can be changed behind the connection's back.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import pytest

from shopconnect.connectors.base import (
    Ability,
    BulkState,
    Changed,
    Connection,
    Deleted,
    Draft,
    Platform,
    PriceChange,
    RawWebhook,
    ResourceType,
    Tokens,
    lists_changes,
)
from shopconnect.connectors.descriptor import PlatformDescriptor
from shopconnect.connectors.types import (
    AccessEnded,
    ConnectorError,
    CustomerDraft,
    OrderDraft,
    OrderKind,
    ProductDraft,
    StockDraft,
)
from shopconnect.core.tenancy.context import InScope, ShopId, entered

RESOURCES = (ResourceType.PRODUCT, ResourceType.CUSTOMER, ResourceType.ORDER)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Source(Protocol):
    """A platform's double, as far as the contract moves it."""

    platform: Platform
    descriptor: PlatformDescriptor
    shop: str
    tokens: Tokens

    def block(self, status: int) -> None:
        """Have a firewall answer in the platform's place, with a page of its own."""
        ...

    def subscriptions(self) -> list[tuple[str, str]]:
        """Return addresses and topics that webhooks are sent to, of those who can SUBSCRIBE."""
        ...

    def page_by(self, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have lists of ids come in pages of so many at most."""
        ...

    def retitle_product(self, external_id: str, title: str) -> None:
        """Give a product another title, as a merchant would."""
        ...

    def delete_product(self, external_id: str) -> None:
        """Delete a product."""
        ...

    def price_of(self, product: str, variant: str) -> Decimal:
        """Return the price that shoppers pay."""
        ...

    def webhook_of_product(self, external_id: str) -> RawWebhook:
        """Return the webhook that is sent when a product changes."""
        ...

    def webhook_of_deletion(self, external_id: str) -> RawWebhook:
        """Return the webhook that is sent when a product is deleted, which it may be by that."""
        ...

    def finish_bulk(self) -> None:
        """Let the time go by that a bulk export takes."""
        ...


def main_id(draft: Draft) -> str:
    """The id of what a draft came with: a product of its stock, an order of its refunds."""
    if isinstance(draft, StockDraft):
        return draft.product
    return draft.refunds or draft.external_id if isinstance(draft, OrderDraft) else draft.external_id


def all_pages(ask: Callable[[str], Any]) -> Iterator[Any]:
    cursor = ""
    while True:
        page = ask(cursor)
        yield from page.items
        cursor = page.next_cursor
        if not cursor:
            return


def in_one_order(drafts: Any) -> list[str]:
    return sorted(map(repr, drafts))


class PlatformContract:
    """Inherit as TestSomething, with a fixture `source`."""

    @pytest.fixture
    def connection(self, source: Source) -> Connection:
        return source.platform.connect(source.shop, source.tokens)

    def ids(self, connection: Connection, resource: ResourceType) -> list[str]:
        return list(all_pages(lambda cursor: connection.list_ids(resource, cursor)))

    def exported(self, source: Source, connection: Connection, resource: ResourceType, path: Path) -> list[Draft]:
        reference = connection.start_bulk(resource)
        source.finish_bulk()
        bulk = connection.find_bulk(reference)
        assert (bulk.state, bulk.reference) == (BulkState.DONE, reference)
        connection.download_bulk(bulk, path)
        return list(connection.read_bulk(resource, path))

    def change(self, connection: Connection, ids: list[str]) -> PriceChange:
        (product, *_) = connection.fetch(ResourceType.PRODUCT, ids[:1]).drafts
        assert isinstance(product, ProductDraft)
        variant = product.variants[0]
        assert variant.price is not None
        return PriceChange(
            product=product.external_id,
            variant=variant.external_id,
            price=variant.price + 1,
            compare_at_price=None,
            expected=variant.price,
            currency=product.currency,
        )

    def test_a_shop_says_what_it_is(self, connection):
        shop = connection.read_shop()
        assert (len(shop.currency), "/" in shop.timezone or shop.timezone == "UTC") == (3, True)
        assert shop.hosts

    @pytest.mark.parametrize("resource", RESOURCES)
    def test_how_many_there_are_is_told(self, connection, resource):
        assert connection.count(resource) == len(self.ids(connection, resource))

    @pytest.mark.parametrize("resource", RESOURCES)
    def test_ids_are_all_there_each_once(self, connection, resource):
        ids = self.ids(connection, resource)
        assert ids
        assert len(set(ids)) == len(ids)

    @pytest.mark.parametrize("gone", ["first", "all"])
    def test_a_list_of_ids_goes_on_where_it_was_whatever_went_behind_it(self, source, connection, monkeypatch, gone):
        source.page_by(3, monkeypatch)
        ids = self.ids(connection, ResourceType.PRODUCT)
        page = connection.list_ids(ResourceType.PRODUCT)
        assert (0 < len(page.items) <= 3, bool(page.next_cursor)) == (True, True)
        ids = ids[len(page.items) :]
        for external_id in page.items[:1] if gone == "first" else page.items:
            source.delete_product(external_id)
        rest = []
        cursor = page.next_cursor
        while cursor:
            page = connection.list_ids(ResourceType.PRODUCT, cursor)
            rest += page.items
            cursor = page.next_cursor
        assert rest == ids

    def test_no_connection_can_what_its_descriptor_does_not_say(self, source, connection):
        assert connection.can <= source.descriptor.abilities
        assert (source.descriptor.name, bool(source.descriptor.label)) == (source.platform.name, True)

    def test_stock_beside_the_ids_is_what_a_product_has_in_all(self, connection):
        page = connection.list_ids(ResourceType.PRODUCT)
        drafts = connection.fetch(ResourceType.PRODUCT, page.items[:250]).drafts
        held = {one.external_id: one.stock for one in drafts if isinstance(one, ProductDraft)}
        assert {one: page.stock[one] for one in held if one in page.stock} == {
            one: stock for one, stock in held.items() if one in page.stock
        }
        assert not connection.list_ids(ResourceType.CUSTOMER).stock

    def test_times_beside_the_ids_are_those_of_customers(self, connection):
        page = connection.list_ids(ResourceType.CUSTOMER)
        drafts = connection.fetch(ResourceType.CUSTOMER, page.items[:250]).drafts
        held = {one.external_id: one.updated_at for one in drafts if isinstance(one, CustomerDraft)}
        assert page.changed_at == (held if not lists_changes(connection, ResourceType.CUSTOMER) else {})
        assert not connection.list_ids(ResourceType.PRODUCT).changed_at

    @pytest.mark.parametrize("resource", RESOURCES)
    def test_what_is_asked_for_by_id_comes_whole_and_is_its_own(self, connection, resource):
        ids = self.ids(connection, resource)[:250]
        found = connection.fetch(resource, ids)
        assert {main_id(draft) for draft in found.drafts} == set(ids)
        assert found.missing == ()
        assert all(draft.updated_at for draft in found.drafts if not isinstance(draft, StockDraft))

    @pytest.mark.parametrize("resource", RESOURCES)
    @pytest.mark.parametrize("stranger", ["4294967295", "no-such-resource", "", "1 OR 1=1", "é", "9" * 60])
    def test_what_is_not_there_is_missing_whatever_its_id_looks_like(self, connection, resource, stranger):
        known = self.ids(connection, resource)[0]
        found = connection.fetch(resource, [stranger, known])
        assert found.missing == (stranger,)
        assert {main_id(draft) for draft in found.drafts} == {known}

    @pytest.mark.parametrize("resource", RESOURCES)
    def test_all_that_ever_changed_is_all_there_is_oldest_change_first(self, connection, resource):
        if not lists_changes(connection, resource):
            pytest.skip("does not list what changed of these")
        ids = self.ids(connection, resource)
        drafts = list(all_pages(lambda cursor: connection.list_changed(resource, LONG_AGO, cursor)))
        whole = [
            draft
            for lot in range(0, len(ids), 250)
            for draft in connection.fetch(resource, ids[lot : lot + 250]).drafts
        ]
        assert in_one_order(drafts) == in_one_order(whole)
        times = [
            draft.updated_at
            for draft in drafts
            if not isinstance(draft, StockDraft) and getattr(draft, "kind", OrderKind.ORDER) is OrderKind.ORDER
        ]
        assert times == sorted(times)

    def test_what_changed_since_is_what_changed(self, source, connection):
        ids = self.ids(connection, ResourceType.PRODUCT)
        newest = max(
            draft.updated_at
            for draft in connection.fetch(ResourceType.PRODUCT, ids[:250]).drafts
            if isinstance(draft, ProductDraft)
        )
        source.retitle_product(ids[1], "Another title")
        page = connection.list_changed(ResourceType.PRODUCT, newest + timedelta(seconds=1))
        products = [draft for draft in page.items if isinstance(draft, ProductDraft)]
        assert [(draft.external_id, draft.title) for draft in products] == [(ids[1], "Another title")]

    def test_what_was_deleted_is_missing_and_listed_no_more(self, source, connection):
        ids = self.ids(connection, ResourceType.PRODUCT)
        source.delete_product(ids[0])
        assert connection.fetch(ResourceType.PRODUCT, ids[:2]).missing == (ids[0],)
        assert self.ids(connection, ResourceType.PRODUCT) == ids[1:]

    @pytest.mark.parametrize("resource", RESOURCES)
    def test_a_bulk_export_says_the_same_as_asking(self, source, connection, resource, tmp_path):
        if Ability.BULK not in connection.can:
            pytest.skip("exports nothing in bulk")
        ids = self.ids(connection, resource)
        drafts = self.exported(source, connection, resource, tmp_path / "file")
        whole = [
            draft
            for lot in range(0, len(ids), 250)
            for draft in connection.fetch(resource, ids[lot : lot + 250]).drafts
        ]
        assert in_one_order(drafts) == in_one_order(whole)
        assert list(connection.read_bulk(resource, tmp_path / "file")) == drafts
        assert list(connection.read_bulk(resource, tmp_path / "file", skip=3)) == drafts[3:]

    def test_drafts_fit_together(self, connection):
        products = connection.fetch(ResourceType.PRODUCT, self.ids(connection, ResourceType.PRODUCT)[:250]).drafts
        orders = connection.fetch(ResourceType.ORDER, self.ids(connection, ResourceType.ORDER)[:250]).drafts
        sold = {draft.external_id for draft in products if isinstance(draft, ProductDraft)}
        own = {
            (draft.external_id, one.external_id)
            for draft in products
            if isinstance(draft, ProductDraft)
            for one in draft.variants
        }
        assert {line.product for draft in orders for line in draft.lines} & sold
        assert {(draft.product, draft.variant) for draft in products if isinstance(draft, StockDraft)} <= own
        for draft in orders:
            assert all(line.quantity > 0 and line.total >= 0 for line in draft.lines)
        refunds = [draft for draft in orders if draft.kind is OrderKind.REFUND]
        assert refunds
        assert {draft.refunds for draft in refunds} <= {
            draft.external_id for draft in orders if draft.kind is OrderKind.ORDER
        }

    def test_a_price_is_set_once_however_often_it_is_pushed(self, source, connection):
        if Ability.PUSH_PRICE not in connection.can:
            pytest.skip("sets no prices")
        change = self.change(connection, self.ids(connection, ResourceType.PRODUCT))
        assert connection.push_price(change, "key-1").is_done
        assert source.price_of(change.product, change.variant) == change.price
        before = connection.fetch(ResourceType.PRODUCT, [change.product])
        assert connection.push_price(change, "key-1").is_done
        after = connection.fetch(ResourceType.PRODUCT, [change.product])
        assert after == before
        assert after.drafts[0].updated_at == before.drafts[0].updated_at

    def test_a_price_that_another_changed_meanwhile_is_left_alone(self, source, connection):
        if Ability.PUSH_PRICE not in connection.can:
            pytest.skip("sets no prices")
        change = self.change(connection, self.ids(connection, ResourceType.PRODUCT))
        receipt = connection.push_price(replace(change, expected=change.price + 5), "key-2")
        assert (receipt.is_done, bool(receipt.refusal)) == (False, True)
        assert source.price_of(change.product, change.variant) == change.expected

    def test_a_price_of_what_is_not_there_is_refused(self, connection):
        if Ability.PUSH_PRICE not in connection.can:
            pytest.skip("sets no prices")
        change = self.change(connection, self.ids(connection, ResourceType.PRODUCT))
        receipt = connection.push_price(replace(change, variant="4294967295"), "key-3")
        assert (receipt.is_done, bool(receipt.refusal)) == (False, True)

    def test_tokens_that_do_not_hold_are_refused_for_good(self, source):
        connection = source.platform.connect(source.shop, Tokens(access="wrong"))
        with pytest.raises(ConnectorError) as told:
            connection.read_shop()
        assert (told.value.status, told.value.permanent) == (401, True)
        assert isinstance(told.value, AccessEnded)
        assert "wrong" not in str(vars(told.value))

    @pytest.mark.parametrize("status", [401, 403, 404])
    def test_what_a_firewall_answers_ends_no_access(self, source, connection, status):
        source.block(status)
        with pytest.raises(ConnectorError) as told:
            connection.read_shop()
        assert not isinstance(told.value, AccessEnded)

    def test_webhooks_are_subscribed_to_once_and_ended_for_good(self, source, connection):
        if Ability.SUBSCRIBE not in connection.can:
            pytest.skip("its app has webhooks for all shops")
        for _ in range(2):
            connection.subscribe_webhooks("https://ours.example/hooks")
            held = source.subscriptions()
            assert held
            assert len(held) == len(set(held))
        connection.subscribe_webhooks("https://elsewhere.example/hooks")
        for _ in range(2):
            connection.unsubscribe_webhooks("https://ours.example/hooks")
            assert {address for address, _topic in source.subscriptions()} == {"https://elsewhere.example/hooks"}

    def test_a_webhook_at_another_shops_address_says_nothing_of_that_shop(self, source, connection):
        product = self.ids(connection, ResourceType.PRODUCT)[0]
        raw = replace(source.webhook_of_product(product), shop="other.example.com")
        try:
            named = source.platform.verify(raw).shop
        except ConnectorError as error:
            named = source.shop if error.status == 401 else ""
        assert named == source.shop

    def test_renewed_tokens_hold(self, source):
        if not source.tokens.is_renewed:
            pytest.skip("tokens last until they are revoked")
        renewed = source.platform.renew(source.shop, source.tokens)
        assert renewed.access != source.tokens.access
        assert renewed.expires_at is not None
        assert source.platform.connect(source.shop, renewed).read_shop().currency

    def test_a_webhook_says_what_was_touched_and_the_same_each_time(self, source, connection):
        product = self.ids(connection, ResourceType.PRODUCT)[0]
        raw = source.webhook_of_product(product)
        webhook = source.platform.verify(raw)
        assert (webhook.platform, webhook.shop) == (source.platform.name, source.shop)
        assert webhook.notices == (Changed(resource=ResourceType.PRODUCT, external_id=product),)
        assert webhook.delivery_id
        assert source.platform.verify(raw) == webhook

    def test_a_webhook_says_what_is_gone(self, source, connection):
        product = self.ids(connection, ResourceType.PRODUCT)[0]
        webhook = source.platform.verify(source.webhook_of_deletion(product))
        if webhook.notices == (Changed(resource=ResourceType.PRODUCT, external_id=product),):
            # Its word may be late, so that what holds now is asked for.
            assert connection.fetch(ResourceType.PRODUCT, [product]).missing == (product,)
        else:
            assert webhook.notices == (Deleted(resource=ResourceType.PRODUCT, external_id=product),)

    def test_a_webhook_with_one_byte_more_is_refused(self, source, connection):
        raw = source.webhook_of_product(self.ids(connection, ResourceType.PRODUCT)[0])
        with pytest.raises(ConnectorError) as told:
            source.platform.verify(replace(raw, body=raw.body + b" "))
        assert (told.value.status, told.value.permanent) == (401, True)

    @pytest.mark.parametrize(
        "ask",
        [
            lambda one: one.read_shop(),
            lambda one: one.fetch(ResourceType.PRODUCT, ["1"]),
            lambda one: one.list_changed(ResourceType.ORDER, LONG_AGO),
            lambda one: one.list_ids(ResourceType.CUSTOMER),
            lambda one: one.list_changed_ids(ResourceType.ORDER, LONG_AGO),
        ],
    )
    def test_nothing_is_asked_inside_a_scope(self, connection, ask):
        with entered(ShopId(1)), pytest.raises(InScope):
            ask(connection)

    def test_customers_of_an_order_are_customers(self, connection):
        customers = connection.fetch(ResourceType.CUSTOMER, self.ids(connection, ResourceType.CUSTOMER)[:250]).drafts
        orders = connection.fetch(ResourceType.ORDER, self.ids(connection, ResourceType.ORDER)[:250]).drafts
        known = {draft.external_id for draft in customers if isinstance(draft, CustomerDraft)}
        assert {draft.customer for draft in orders if isinstance(draft, OrderDraft)} - {""} <= known
