"""A merchant on a platform, as a story moves them: who installs us, changes the shop, and leaves."""

from typing import Protocol

import requests

from shopconnect.core.tenancy.context import ShopId
from shopconnect.shops.installs import find_installed
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.types import KeyKind
from shopconnect.sync.subscriptions import disconnect_shop
from tests.doubles.shopify.double import DoubleShop
from tests.doubles.woocommerce.double import WooShop
from tests.shopconnect.platforms.woocommerce.merchants import connect
from tests.shopconnect.shops.conftest import make_person, signed_in
from tests.waiting import PATIENCE_SECONDS, until

POTS, ORDERS = 12, 30


class Merchant(Protocol):
    """A shop of twelve pots and thirty orders of two each, and whoever runs it."""

    origin: str  # of its storefront

    def install(self, site: str) -> ShopId:
        """Do in a browser what installs us."""
        ...

    def change(self) -> None:
        """Call the first pot a Marmite, delete the second, and have it told."""
        ...

    def leave(self, shop_id: ShopId) -> None:
        """Go."""
        ...


class OnShopify:
    """One on Shopify."""

    def __init__(self, shop: DoubleShop) -> None:
        self.shop, store = shop, shop.store
        self.origin = f"https://{store.shop['primaryDomain']['host']}"
        shop.bulks.seconds = 0.1
        pots = [store.add_product(f"Pot {number}", "12.00", stock=9, quiet=True) for number in range(POTS)]
        zoe = store.add_customer(quiet=True)
        for number in range(ORDERS):
            pair = [(pots[number % POTS]["variants"][0], 1), (pots[(number + 1) % POTS]["variants"][0], 2)]
            store.add_order(pair, customer=zoe, quiet=True)

    def install(self, site: str) -> ShopId:
        query = {"shop": self.shop.domain, "id_token": self.shop.session_token(), "embedded": "1", "host": "YWRtaW4"}
        page = requests.get(f"{site}/shopify/", params=query, timeout=PATIENCE_SECONDS)
        assert page.status_code == 200, page.text[:500]
        shop_id = find_installed("shopify", self.shop.domain)
        assert shop_id is not None
        until(lambda: self.shop.api.pixel is not None)
        endpoint = self.shop.api.pixel["settings"]["endpoint"]
        assert endpoint.endswith(f"/w/{keys_of_shop(shop_id, KeyKind.WIDGET)[0]}/events")
        return shop_id

    def change(self) -> None:
        self.shop.store.change_product(self.shop.store.all("Product")[0], title="Marmite")
        self.shop.store.delete_product(self.shop.store.all("Product")[1])
        assert self.shop.webhooks.wait()
        assert {status for webhook in self.shop.webhooks.sent for status in webhook.statuses} == {200}

    def leave(self, shop_id: ShopId) -> None:
        self.shop.uninstall()
        assert self.shop.webhooks.wait()


class OnWooCommerce:
    """One on WooCommerce."""

    def __init__(self, shop: WooShop) -> None:
        self.shop, self.origin, store = shop, f"https://{shop.name}", shop.store
        shop.takes_http = True  # our own site, in tests
        pots = [store.add_product(f"Pot {number}", "12.00", stock=9) for number in range(POTS)]
        zoe = store.add_customer("zoe@example.com")
        for number in range(ORDERS):
            store.add_order([(pots[number % POTS], 1), (pots[(number + 1) % POTS], 2)], customer=zoe)
        store.is_live = True

    def install(self, site: str) -> ShopId:
        page = connect(signed_in(make_person("ada@example.com")), self.shop, home=site)
        assert page["Location"] == "/", page.content[:500]
        shop_id = find_installed("woocommerce", self.shop.name)
        assert shop_id is not None
        until(lambda: len(self.shop.webhooks.all()) == 11)
        return shop_id

    def change(self) -> None:
        pots = self.shop.store.rows("product")
        with self.shop.store.changing("product", pots[0]):
            pots[0]["name"] = "Marmite"
        self.shop.store.trash("product", pots[1])
        assert self.shop.webhooks.run_queue() == 2
        assert {one.failures for one in self.shop.webhooks.all()} == {0}

    def leave(self, shop_id: ShopId) -> None:
        disconnect_shop(shop_id)
        assert self.shop.webhooks.all() == []
