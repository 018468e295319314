"""The invented platform keeps the contract: what it lacks is named by its abilities, not by its name."""

from decimal import Decimal

import pytest

from shopconnect.connectors.base import MOST_PAGES, ResourceType, Tokens
from shopconnect.connectors.types import PageDraft
from shopconnect.core.security import crypto
from tests.connectors.contract import PlatformContract
from tests.connectors.dummy.platform import DESCRIPTOR, Dummy, sign
from tests.connectors.dummy.store import DummyShop
from tests.connectors.page_contract import PagesContract

HOST = "shop.example.com"


class DummySource:
    """The platform, moved as the contract moves a source."""

    descriptor = DESCRIPTOR

    def __init__(self):
        self.store = DummyShop(HOST).fill()
        self.platform, self.shop = Dummy(shops={HOST: self.store}), HOST
        self.tokens = Tokens(access=self.store.key, secret=self.store.secret)

    def retitle_product(self, external_id, title):
        self.store.change_product(external_id, title=title)

    def delete_product(self, external_id):
        del self.store.held[ResourceType.PRODUCT][external_id]

    def price_of(self, product, variant):
        return Decimal(self.store.held[ResourceType.PRODUCT][product][0].variants[0].price)

    def webhook_of_product(self, external_id):
        return sign(HOST, "product.updated", external_id)

    def webhook_of_deletion(self, external_id):
        return sign(HOST, "product.deleted", external_id)

    def block(self, status):
        self.store.wall = status

    def subscriptions(self):
        return list(self.store.subscribed)

    def page_by(self, size, monkeypatch):
        monkeypatch.setattr("tests.connectors.dummy.platform.PAGE", size)

    def write_page(self, title, html, *, is_published=True):
        if is_published and len(self.store.pages) < MOST_PAGES:
            self.store.pages.append(PageDraft(title=title, html=html))

    def finish_bulk(self):
        """There is none."""


@pytest.fixture
def source(settings):
    crypto.configure(settings.FIELD_KEYS, settings.HASH_KEY)
    return DummySource()


class TestDummy(PlatformContract):
    """Run with the invented platform."""


class TestDummyPages(PagesContract):
    """Run with the invented platform."""


def test_what_one_shop_signed_says_nothing_of_another(source):
    source.platform.shops["other.example.com"] = DummyShop("other.example.com")
    raw = sign("other.example.com", "product.updated", "1")
    assert source.platform.verify(raw).shop == "other.example.com"
