"""Shopify is a platform as every other, and its double never had to throttle us."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from shopconnect.connectors.base import RawWebhook, ResourceType
from shopconnect.connectors.shopify import client, connection, oauth, places, reading
from shopconnect.connectors.shopify.descriptor import descriptor_of
from shopconnect.connectors.shopify.platform import Shopify
from shopconnect.connectors.shopify.types import PAGE_SCOPES, App
from shopconnect.connectors.types import ConnectorError
from shopconnect.core import http
from shopconnect.core.clock import now
from tests.connectors.contract import RESOURCES, PlatformContract, all_pages, main_id
from tests.connectors.page_contract import PagesContract
from tests.connectors.shopify.answers import Time
from tests.doubles.shopify import admin_api, server
from tests.doubles.shopify.clock import written
from tests.doubles.shopify.double import Double
from tests.doubles.shopify.store import gid, number_of
from tests.waiting import PATIENCE_SECONDS, until

BULK_SECONDS, PLACES, MANY_VARIANTS, MANY_LINES = 0.05, 9, 13, 24
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def fill(store, *, pots=30, people=7, orders=15):
    """Products with few variants and with many, at one place and at many; orders of all kinds of length, refunds."""
    changed = now() - timedelta(days=30)
    made = [
        store.add_product(
            f"Pot {number}",
            quiet=True,
            words={"en": {"title": f"A pot {number}"}},
            collections=[],
            variants=[
                {"title": f"V{place}", "price": f"{place}.50", "stock": place, "cost": "1.00"}
                for place in range(1, MANY_VARIANTS if number % 5 == 0 else 3)
            ],
        )
        for number in range(1, pots + 1)
    ]
    for place in range(PLACES):
        item = made[3]["variants"][0]["inventoryItem"]
        level = {
            "updatedAt": written(changed),
            "location": store.add("Location", {"name": f"{place}"}),
            "available": place,
        }
        item["inventoryLevels"].append(store.add("InventoryLevel", level | {"item": item}))
    members = [store.add_customer(email=f"{number}@example.com", quiet=True) for number in range(1, people + 1)]
    bought = [
        store.add_order(
            [(product["variants"][0], 3) for product in made[: MANY_LINES if number == 4 else 2]],
            customer=members[number % 7] if number % 3 else None,
            email="someone@example.com",
            quiet=True,
        )
        for number in range(1, orders + 1)
    ]
    for order in bought[3::4]:
        store.refund(order, [(line, 1) for line in order["lineItems"]], quiet=True)
    for number, node in enumerate([*made, *members, *bought]):
        node["updatedAt"] = written(changed + timedelta(minutes=number % 11))


class ShopifySource:
    """The double, moved as the contract moves a source."""

    def __init__(self, double, level=1):
        self.double_shop = shop = double.add_shop("first", data_level=level)
        shop.webhooks.lost = 1.0  # nobody listens
        shop.bulks.seconds = BULK_SECONDS
        shop.install_scopes(f"{double.scopes},write_products,{','.join(PAGE_SCOPES)}")
        fill(shop.store)
        app = App(client_id=double.client_id, secret=double.secret, origin=double.origin, data_level=level)
        self.platform, self.shop = Shopify(app), shop.domain
        self.descriptor = descriptor_of(level)
        self.tokens = oauth.exchange_session_token(app, shop.domain, shop.session_token(), now())

    def block(self, status):
        server.FAILURES["firewall"] = (status, {"Content-Type": "text/html"}, b"<html>Blocked</html>")
        self.double_shop.double.fail("firewall", times=9)

    def write_page(self, title, html, *, is_published=True):
        self.double_shop.store.add_page(title, html, is_published=is_published)

    def subscriptions(self):
        return []

    def page_by(self, size, monkeypatch):
        monkeypatch.setattr(connection, "MOST_ITEMS", size)
        monkeypatch.setattr(client, "MOST_ITEMS", size)

    def connect(self, time=None):
        """The connection; where a test has a time of its own, waiting moves that."""
        if time is None:
            return self.platform.connect(self.shop, self.tokens)
        app = self.platform.app
        url = app.address(self.shop, f"/admin/api/{app.api_version}/graphql.json")
        asking = client.Client(url, self.tokens.access, clock=time.clock, wait=time.wait)
        return connection.ShopifyConnection(app, self.shop, self.tokens, asking)

    def retitle_product(self, external_id, title):
        self.double_shop.store.change_product(self._product(external_id), title=title)

    def delete_product(self, external_id):
        self.double_shop.store.delete_product(self._product(external_id))

    def price_of(self, product, variant):
        return Decimal(self.double_shop.store.find(gid("ProductVariant", variant))["price"])

    def webhook_of_product(self, external_id):
        return self._webhook("products/update", external_id)

    def webhook_of_deletion(self, external_id):
        return self._webhook("products/delete", external_id)

    def finish_bulk(self):
        until(lambda: all(one["status"] == "COMPLETED" for one in self.double_shop.bulks.all()))

    def _product(self, external_id):
        return self.double_shop.store.find(gid("Product", external_id))

    def _webhook(self, topic, external_id):
        made = self.double_shop.webhooks.make(topic, b'{"id": %s}' % external_id.encode())
        return RawWebhook(headers={name.lower(): value for name, value in made.headers.items()}, body=made.body)


@pytest.fixture
def source():
    http.configure(allow_loopback=True)
    with Double() as double:
        yield ShopifySource(double)


class TestShopifyPages(PagesContract):
    """Run with the double."""

    def test_policies_that_are_written_come_first(self, source):
        source.write_page("Questions", "<p>?</p>")
        source.double_shop.store.add_policy("Refund policy", "<p>30 days.</p>")
        source.double_shop.store.add_policy("Shipping policy", " ")
        found = self.connect(source).read_pages()
        assert [(one.title, one.html, one.is_policy) for one in found] == [
            ("Refund policy", "<p>30 days.</p>", True),
            ("Questions", "<p>?</p>", False),
        ]

    def test_translations_come_with_what_they_translate(self, source):
        store = source.double_shop.store
        english = {"title": "Questions", "body_html": "<p>Which?</p>"}
        page = store.add_page("Questions fréquentes", "<p>Quoi ?</p>", words={"en": english, "de": {"title": "Fragen"}})
        store.add_policy("Remboursement", "<p>30 jours.</p>", words={"en": {"body": "<p>30 days.</p>"}})
        found = self.connect(source).read_pages()
        assert [(one.title, one.html, one.language) for one in found] == [
            ("Remboursement", "<p>30 jours.</p>", "fr"),
            ("Remboursement", "<p>30 days.</p>", "en"),
            ("Questions fréquentes", "<p>Quoi ?</p>", "fr"),
            ("Questions", "<p>Which?</p>", "en"),
        ]
        assert found[0].original == found[1].original != found[2].original == found[3].original == page["id"]


class TestShopify(PlatformContract):
    """Run with the double of Shopify."""


def test_whatever_is_read_one_after_another_the_bucket_is_never_overdrawn(source):
    bucket = source.double_shop.api.bucket
    bucket.restored = 1000.0
    reached = source.connect()
    for resource in RESOURCES:
        ids = list(all_pages(lambda cursor: reached.list_ids(resource, cursor)))  # noqa: B023
        reached.fetch(resource, ids)
        list(all_pages(lambda cursor: reached.list_changed(resource, LONG_AGO, cursor)))  # noqa: B023
    assert bucket.throttled == 0


def test_a_bucket_that_others_emptied_is_waited_for(source):
    time, bucket = Time(), source.double_shop.api.bucket
    bucket.clock, bucket.at, bucket.level, bucket.restored = time.clock, time.now, 0.0, 20.0
    assert source.connect(time).read_shop().currency == "EUR"
    assert (bucket.throttled, len(time.waits)) == (1, 1)


@pytest.mark.parametrize("resource", RESOURCES)
def test_lists_longer_than_shopify_pages_through_come_whole(source, resource, monkeypatch):
    monkeypatch.setattr(admin_api, "MOST_PAGED", 26)
    monkeypatch.setattr(places, "MOST_SEEN", 18)
    monkeypatch.setattr(client, "MOST_ITEMS", 8)
    monkeypatch.setattr(connection, "MOST_ITEMS", 8)
    monkeypatch.setitem(reading.KINDS, resource, replace(reading.KINDS[resource], first=8))
    fill(source.double_shop.store, pots=60, people=60, orders=60)
    source.double_shop.api.bucket.restored = 10_000.0
    reached = source.connect()
    store = source.double_shop.store
    wanted = {str(number_of(node)) for node in store.all(resource.value.title())}
    assert list(all_pages(lambda cursor: reached.list_ids(resource, cursor))) == sorted(wanted, key=int)
    drafts = all_pages(lambda cursor: reached.list_changed(resource, LONG_AGO, cursor))
    assert {main_id(draft) for draft in drafts} == wanted
    assert set(all_pages(lambda cursor: reached.list_changed_ids(resource, LONG_AGO, cursor))) == wanted


@pytest.mark.parametrize(("level", "emails"), [(1, {""}), (2, {"1@example.com", "someone@example.com"})])
def test_an_address_of_mail_comes_at_level_2_and_not_at_level_1(level, emails, tmp_path):
    http.configure(allow_loopback=True)
    with Double() as double:
        source = ShopifySource(double, level)
        reached = source.connect()
        found = set()
        for resource in (ResourceType.CUSTOMER, ResourceType.ORDER):
            reference = reached.start_bulk(resource)
            source.finish_bulk()
            reached.download_bulk(reached.find_bulk(reference), tmp_path / resource)
            exported = list(reached.read_bulk(resource, tmp_path / resource))
            asked = reached.fetch(resource, reached.list_ids(resource).items[:1]).drafts
            found |= {exported[0].email, asked[0].email}
    assert found == emails


@pytest.mark.parametrize("how", ["429", "500", "502", "503", "html", "truncated", "drop", "lost"])
def test_each_way_in_which_shopify_stumbles_is_got_over(how, source):
    source.double_shop.double.fail(how, times=2)
    assert source.connect().read_shop().currency == "EUR"


def test_an_answer_that_comes_too_late_is_asked_for_again(source, monkeypatch):
    monkeypatch.setattr(client, "READ_SECONDS", 1.0)
    source.double_shop.double.slow_seconds = PATIENCE_SECONDS
    source.double_shop.double.fail("slow")
    assert source.connect(Time()).read_shop().currency == "EUR"
    assert not source.double_shop.double.next_failure("graphql.json")


def test_tokens_that_were_taken_away_are_refused_for_good(source):
    source.double_shop.grants.revoke()
    with pytest.raises(ConnectorError) as told:
        source.connect().read_shop()
    assert (told.value.status, told.value.permanent) == (401, True)


def test_a_webhook_signed_with_the_old_secret_holds(source):
    product = source.connect().list_ids(ResourceType.PRODUCT).items[0]
    app = replace(source.platform.app, secret="new", old_secret=source.platform.app.secret)
    assert Shopify(app).verify(source.webhook_of_product(product)).shop == source.shop
