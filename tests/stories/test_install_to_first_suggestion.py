"""A merchant installs us from their platform: the shop comes in, shoppers see suggestions, and it keeps step."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from shopconnect.catalog.models import Product
from shopconnect.connectors import registry
from shopconnect.connectors.woocommerce.platform import WooCommerce
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.models import Order
from shopconnect.platforms.woocommerce.slots import SharedSlots
from shopconnect.shops.models import Install
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.types import KeyKind
from shopconnect.sync.models import Backfill
from shopconnect.sync.types import BackfillState
from tests.doubles.woocommerce.double import WooDouble
from tests.stories.merchants import ORDERS, POTS, Merchant, OnShopify, OnWooCommerce
from tests.waiting import PATIENCE_SECONDS, until


@pytest.fixture(params=["shopify", "woocommerce"])
def merchant(request: Any, settings: Any, site: str, woo: WooDouble) -> Iterator[Merchant]:
    """One on each platform."""
    if request.param == "shopify":
        yield OnShopify(request.getfixturevalue("shopify").add_shop("lumen"))
        return
    settings.SITE_URL = site
    with registry.only(WooCommerce(woo.origin, SharedSlots)):
        yield OnWooCommerce(woo.add_shop())
    woo.shops.clear()


def is_in(shop_id: ShopId) -> bool:
    with shop_scope(shop_id):
        return set(Backfill.objects.values_list("state", flat=True)) == {BackfillState.DONE}


def titles(shop_id: ShopId) -> set[str]:
    with shop_scope(shop_id):
        return set(Product.objects.filter(deleted_at=None).values_list("title", flat=True))


def test_from_the_install_to_the_first_suggestion(site: str, merchant: Merchant) -> None:
    shop_id = merchant.install(site)
    until(lambda: is_in(shop_id))
    with shop_scope(shop_id):
        assert (Product.objects.count(), Order.objects.count()) == (POTS, ORDERS)

    shelf = f"{site}/w/{keys_of_shop(shop_id, KeyKind.WIDGET)[0]}/shelf?lang=fr&k=4"
    headers = {"Origin": merchant.origin}
    until(lambda: len(requests.get(shelf, headers=headers, timeout=PATIENCE_SECONDS).json()["items"]) == 4)

    merchant.change()
    until(lambda: "Marmite" in titles(shop_id) and len(titles(shop_id)) == POTS - 1)

    merchant.leave(shop_id)
    until(lambda: is_gone(shop_id))
    assert titles(shop_id)  # it stays until the law, or thirty days, take it away


def is_gone(shop_id: ShopId) -> bool:
    with shop_scope(shop_id):
        return not Install.objects.filter(uninstalled_at=None).exists()
