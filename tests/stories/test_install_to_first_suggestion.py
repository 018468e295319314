"""A merchant installs us from Shopify's admin: the shop comes in, shoppers see suggestions, and it keeps step."""

import requests

from shopconnect.catalog.models import Product
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.models import Order
from shopconnect.shops.installs import find_installed
from shopconnect.shops.models import Install
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.types import KeyKind
from shopconnect.sync.models import Backfill
from shopconnect.sync.types import BackfillState
from tests.doubles.shopify.double import Double, DoubleShop
from tests.waiting import PATIENCE_SECONDS, until


def filled(shop: DoubleShop) -> DoubleShop:
    shop.bulks.seconds = 0.1
    pots = [shop.store.add_product(f"Pot {number}", "12.00", stock=9, quiet=True) for number in range(12)]
    zoe = shop.store.add_customer(quiet=True)
    for number in range(30):
        pair = [(pots[number % 12]["variants"][0], 1), (pots[(number + 1) % 12]["variants"][0], 2)]
        shop.store.add_order(pair, customer=zoe, quiet=True)
    return shop


def open_app(site: str, shop: DoubleShop) -> requests.Response:
    query = {"shop": shop.domain, "id_token": shop.session_token(), "embedded": "1", "host": "YWRtaW4"}
    return requests.get(f"{site}/shopify/", params=query, timeout=PATIENCE_SECONDS)


def is_in(shop_id: ShopId) -> bool:
    with shop_scope(shop_id):
        return set(Backfill.objects.values_list("state", flat=True)) == {BackfillState.DONE}


def titles(shop_id: ShopId) -> set[str]:
    with shop_scope(shop_id):
        return set(Product.objects.filter(deleted_at=None).values_list("title", flat=True))


def test_from_the_install_to_the_first_suggestion(site: str, shopify: Double) -> None:
    shop = filled(shopify.add_shop("lumen"))
    page = open_app(site, shop)
    assert page.status_code == 200, page.text[:500]
    shop_id = find_installed("shopify", shop.domain)
    assert shop_id is not None
    until(lambda: is_in(shop_id))
    with shop_scope(shop_id):
        assert (Product.objects.count(), Order.objects.count()) == (12, 30)

    key = keys_of_shop(shop_id, KeyKind.WIDGET)[0]
    until(lambda: shop.api.pixel is not None)
    assert shop.api.pixel["settings"]["endpoint"].endswith(f"/w/{key}/events")
    shelf = f"{site}/w/{key}/shelf?lang=fr&k=4"
    origin = f"https://{shop.store.shop['primaryDomain']['host']}"
    until(lambda: len(requests.get(shelf, headers={"Origin": origin}, timeout=PATIENCE_SECONDS).json()["items"]) == 4)

    shop.store.change_product(shop.store.all("Product")[0], title="Marmite")
    shop.store.delete_product(shop.store.all("Product")[1])
    assert shop.webhooks.wait()
    assert {status for webhook in shop.webhooks.sent for status in webhook.statuses} == {200}
    until(lambda: "Marmite" in titles(shop_id) and len(titles(shop_id)) == 11)

    shop.uninstall()
    assert shop.webhooks.wait()
    until(lambda: open_is_gone(shop_id))
    assert titles(shop_id)  # it stays until the law, or thirty days, take it away


def open_is_gone(shop_id: ShopId) -> bool:
    with shop_scope(shop_id):
        return not Install.objects.filter(uninstalled_at=None).exists()
