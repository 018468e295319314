"""The demo shop of a folder lives on a platform's double, comes in by the real install, and goes on living there."""

import json
import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from chatbot.answers.selectors import count_entries
from shopconnect.catalog.selectors import count_products
from shopconnect.connectors.woocommerce.health import MOST_WEBHOOKS
from shopconnect.connectors.woocommerce.platform import WooCommerce
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.demo.installing import install_demo
from shopconnect.orders.selectors import count_orders
from shopconnect.shops.selectors import find_shop
from tests.doubles.shopify import __main__ as shopify_process
from tests.doubles.shopify import loading as shopify_loading
from tests.doubles.shopify.double import Double
from tests.doubles.woocommerce import __main__ as woo_process
from tests.doubles.woocommerce import loading as woo_loading
from tests.doubles.woocommerce.double import WooDouble
from tests.doubles.woocommerce.webhooks import WooDelivery, post
from tests.waiting import until


def demo_folder(folder: Path) -> Path:
    """A shop of twelve products, one of two variants, that sold for a month; one order was refunded in part."""
    began = datetime.now(UTC) - timedelta(days=31)
    products = [
        {
            "id": str(number),
            "title": f"Pot {number}",
            "price": "12.00",
            "currency": "EUR",
            "stock": 40,
            "translations": {"en": {"title": f"A pot {number}"}},
            "category": ["Home", "Pots"],
        }
        for number in range(1, 13)
    ]
    products[0]["variants"] = [{"id": "a", "title": "S", "stock": 1}, {"id": "b", "title": "L", "price": "15.00"}]
    orders = [
        {
            "id": str(number),
            "placed_at": (began + timedelta(days=number)).isoformat(),
            "currency": "EUR",
            "customer": str(number % 5 + 1),
            "lines": [{"product": str((number + step) % 12 + 1), "quantity": 1, "price": "12.00"} for step in (0, 1)],
        }
        for number in range(1, 31)
    ]
    orders.append(orders[0] | {"id": "99", "kind": "refund", "refunds": "1", "lines": orders[0]["lines"][:1]})
    files = {
        "shop": [{"name": "Lumen", "currency": "EUR", "timezone": "Europe/Paris"}],
        "products": products,
        "customers": [{"id": str(number), "language": "fr"} for number in range(1, 6)],
        "orders": orders,
        "faq": [{"id": "1", "language": "en", "question": "When?", "answer": "Tomorrow."}],
    }
    for name, rows in files.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


class OnShopify:
    """The shop on the double of Shopify, with the rights of an app that reads all orders."""

    platform, slug = "shopify", "demo"

    def __init__(self, request: pytest.FixtureRequest, folder: Path) -> None:
        double: Double = request.getfixturevalue("shopify")
        self.shop = double.add_shop(self.slug, data_level=2)
        self.shop.install_scopes(f"{double.scopes},read_all_orders")
        shopify_loading.fill(self.shop, folder)

    def live(self) -> tuple[int, set[int]]:
        """Have things happen; returns of how many new orders webhooks told, and how they were answered."""
        for turn in range(6):
            shopify_process.live(self.shop, random.Random(turn))
        assert self.shop.webhooks.wait()
        sent = self.shop.webhooks.sent
        return sum(one.topic == "orders/create" for one in sent), {status for one in sent for status in one.statuses}


class OnWooCommerce:
    """The shop on the double of WooCommerce."""

    platform, slug = "woocommerce", "demo-woocommerce"

    def __init__(self, request: pytest.FixtureRequest, folder: Path) -> None:
        double: WooDouble = request.getfixturevalue("woo")
        request.getfixturevalue("settings").SITE_URL = request.getfixturevalue("site")
        request.getfixturevalue("offer")(WooCommerce(double.origin))
        request.addfinalizer(double.shops.clear)
        self.shop = double.add_shop("demo.woocommerce")
        woo_loading.fill(self.shop, folder, double.origin.format(shop=self.shop.name))
        self.shop.takes_http = self.shop.store.is_live = True
        self.shop.webhooks.send = self._send
        self._sent: list[tuple[str, int]] = []

    def live(self) -> tuple[int, set[int]]:
        """See above; its webhooks are subscribed to by a worker, and sent when its queue runs."""
        assert until(lambda: len(self.shop.webhooks.all()) == MOST_WEBHOOKS)
        for turn in range(6):
            woo_process.live(self.shop, random.Random(turn))
        self.shop.webhooks.run_queue()
        return sum(topic == "order.created" for topic, _ in self._sent), {status for _, status in self._sent}

    def _send(self, delivery: WooDelivery) -> int:
        status = post(delivery)
        self._sent.append((delivery.headers.get("X-WC-Webhook-Topic", ""), status))
        return status


@pytest.mark.timeout(300)
@pytest.mark.parametrize("world", [OnShopify, OnWooCommerce])
def test_the_demo_shop_lives_on_a_platform(
    site: str, request: pytest.FixtureRequest, tmp_path: Path, world: type[OnShopify] | type[OnWooCommerce]
) -> None:
    folder, seen = demo_folder(tmp_path), []
    there = world(request, folder)
    shop_id = install_demo(there.platform, there.slug, folder, lambda _, percent: seen.append(percent), lambda *_: None)
    assert seen == sorted(seen)
    assert seen[-1] == 100
    with shop_scope(shop_id):
        products, bought = count_products(), count_orders()
        assert (products.products, products.variants, count_entries()) == (12, 13, {"en": 1})
        assert (bought.orders, bought.refunds, bought.customers) == (30, 1, 5)
    assert find_shop(there.slug) == shop_id
    more, statuses = there.live()
    assert (more > 0, statuses) == (True, {200})

    def has_come() -> bool:
        with shop_scope(shop_id):
            return count_orders().orders == 30 + more

    assert until(has_come)
    again = install_demo(there.platform, there.slug, folder, lambda *_: None, lambda *_: None)
    assert again == shop_id


@pytest.mark.timeout(300)
def test_shoppers_walk_through_the_shop_on_shopify(
    site: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = demo_folder(tmp_path)
    shop = OnShopify(request, folder).shop
    install_demo("shopify", "demo", folder, lambda *_: None, lambda *_: None)
    monkeypatch.setattr(settings, "DEMO_SHOP", f"{shop.double.url}/{shop.domain}")
    pages, shelves, _, failed = walked(site, capsys)
    assert (pages > 3, shelves, failed) == (True, 0, 0)
    shop.theme.change(frozenset({"embed", "product"}), shows_chat=True)
    pages, shelves, _, failed = walked(site, capsys)
    assert (pages > 3, shelves > 0, failed) == (True, True, 0)


def walked(site: str, capsys: pytest.CaptureFixture[str]) -> list[int]:
    """Have shoppers walk for some seconds: pages, shelves and questions, and what failed of them."""
    call_command("simulate_shoppers", "demo", seconds=4, pause=0.1, site=site, seed=3)
    return list(map(int, re.findall(r"\d+", capsys.readouterr().out)))
