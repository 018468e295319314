"""What an hour of the timetable costs for so many shops that sell: calls to Shopify, CPU, and so how many workers.

SOAK_SHOPS says how many, and -s shows the figures. CPU is this thread's, which does what workers do, and PostgreSQL's;
the double answers in threads of its own.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from shopconnect.catalog.models import Product
from shopconnect.core import http
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.measure.bench.processor import cpu_seconds, postgres_root
from shopconnect.orders.models import Order
from shopconnect.sync.reconcile import ask_reconciling, ask_sweeps
from tests.doubles.shopify.costs import LeakyBucket
from tests.doubles.shopify.double import Double, DoubleShop
from tests.shopconnect.sync.worlds import work_off
from tests.soak.sites import show
from tests.stories.test_shopify_comes_in import install
from tests.stories.test_shopify_keeps_step import shopify  # noqa: F401

SHOPS = int(os.environ.get("SOAK_SHOPS", "10"))
PRODUCTS, QUARTERS, NIGHTS = 20, 4, 1 / 24  # of an hour
BUSY_SHARE = 0.7  # of a worker's time: above it what is due begins to wait
MOST_CALLS = 40  # an hour and shop


@dataclass
class Costs:
    """Calls and seconds of CPU of what was done."""

    calls: int = 0
    seconds: float = 0.0

    def add(self, work: Callable[[], object], asked: list[str]) -> None:
        """Do something and count what it takes."""
        roots, before = [postgres_root()], len(asked)
        began = time.thread_time() + cpu_seconds(roots)
        work()
        self.seconds += time.thread_time() + cpu_seconds(roots) - began
        self.calls += len(asked) - before


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The address of each call that leaves us, as it is made."""
    urls: list[str] = []
    call = http.call

    def counted(method: str, url: str, **more: Any) -> http.HttpAnswer:
        urls.append(url)
        return call(method, url, **more)

    monkeypatch.setattr(http, "call", counted)
    return urls


@pytest.fixture
def shops(transactional_db: None, nobody_is_woken: None, shopify: Double) -> dict[ShopId, DoubleShop]:  # noqa: F811
    """Shops of the double that came in."""
    found = {}
    for number in range(SHOPS):
        shop = shopify.add_shop(f"shop-{number}")
        shop.bulks.seconds, shop.api.bucket = 0.01, LeakyBucket(100_000, 100_000)
        for product in range(PRODUCTS):
            shop.store.add_product(f"Thing {product}", "10.00", quiet=True)
        shop_id = install(shop)
        work_off(shop_id, "backfill", turns=300)
        found[shop_id] = shop
    return found


def sell(shop: DoubleShop, number: int) -> None:
    """Have a shop sell and change a price, as busy ones do in a quarter of an hour; no webhook tells of it."""
    product = shop.store.all("Product")[number]
    shop.store.add_order([(product["variants"][0], 1)], quiet=True)
    product["variants"][0]["price"] = f"{20 + number}.00"
    product["updatedAt"] = shop.store.all("Order")[-1]["updatedAt"]


@pytest.mark.timeout(3600)
def test_an_hour_of_so_many_shops_costs_so_many_workers(shops: dict[ShopId, DoubleShop], asked: list[str]):
    quarter, night = Costs(), Costs()
    for number in range(QUARTERS):
        for shop in shops.values():
            sell(shop, number)
        ask_reconciling(now())
        quarter.add(lambda: [work_off(shop_id) for shop_id in shops], asked)
    ask_sweeps(now())
    night.add(lambda: [work_off(shop_id) for shop_id in shops], asked)
    for shop_id in shops:
        with shop_scope(shop_id):
            assert Order.objects.count() == QUARTERS
            assert Product.objects.filter(price_amount__gte=20).count() == QUARTERS
    calls = (quarter.calls + night.calls * NIGHTS) / SHOPS
    seconds = (quarter.seconds + night.seconds * NIGHTS) / SHOPS
    workers = SHOPS * seconds / 3600 / BUSY_SHARE
    show(f"{SHOPS} shops: {calls:.1f} calls and {seconds:.2f} s of CPU an hour and shop, {workers:.2f} workers")
    assert 0 < calls < MOST_CALLS
