"""What an hour of the timetable costs for so many shops that sell: calls to Shopify, CPU, and so how many workers.

SOAK_SHOPS says how many are worked, SOAK_NEIGHBOURS how many more there are of which there are rows only: they are
asked about each quarter of an hour and in each sweep, and make the tables as long as those of a large house. -s shows
the figures. CPU is this thread's, which does what workers do, and PostgreSQL's; the double answers in threads of its
own.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from shopconnect.catalog.models import Product
from shopconnect.connectors.base import Tokens
from shopconnect.connectors.types import ShopDraft
from shopconnect.core import http
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import SWEEP_SECONDS, sweep
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.measure.bench.processor import cpu_seconds, postgres_root
from shopconnect.orders.models import Order
from shopconnect.shops import installs
from shopconnect.sync.reconcile import RESOURCES, ask_reconciling, ask_sweeps
from shopconnect.sync.watermarks import watch_from
from tests.doubles.shopify.costs import LeakyBucket
from tests.doubles.shopify.double import Double, DoubleShop
from tests.shopconnect.sync.worlds import work_off
from tests.soak.sites import show
from tests.stories.test_shopify_comes_in import install
from tests.stories.test_shopify_keeps_step import shopify  # noqa: F401

SHOPS, NEIGHBOURS = (int(os.environ.get(f"SOAK_{name}", "10")) for name in ("SHOPS", "NEIGHBOURS"))
PRODUCTS, QUARTERS, NIGHTS = 20, 4, 1 / 24  # of an hour
SWEEPS = 3600 / SWEEP_SECONDS
BUSY_SHARE = 0.7  # of a worker's time: above it what is due begins to wait
MOST_CALLS = 40  # an hour and shop


@dataclass
class Costs:
    """Calls, seconds of CPU and seconds by the clock of what was done."""

    calls: int = 0
    seconds: float = 0.0
    clock_seconds: float = 0.0

    def add(self, work: Callable[[], object], asked: list[str]) -> None:
        """Do something and count what it takes."""
        roots, before = [postgres_root()], len(asked)
        began, began_at = time.thread_time() + cpu_seconds(roots), time.monotonic()
        work()
        self.clock_seconds += time.monotonic() - began_at
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
def neighbours(transactional_db: None) -> None:
    """Shops that are installed and in step, as rows: nobody works them."""
    for number in range(NEIGHBOURS):
        name = f"neighbour-{number}"
        draft = ShopDraft(name=name, currency="EUR", timezone="Europe/Paris", hosts=(f"{name}.example",))
        shop_id = installs.install_shop("shopify", f"{name}.myshopify.com", Tokens(access=name), draft)
        with shop_scope(shop_id):
            Due.objects.filter(shop_id=shop_id).delete()
            for resource in RESOURCES.values():
                watch_from(resource, now())


@pytest.fixture
def shops(neighbours: None, nobody_is_woken: None, shopify: Double) -> dict[ShopId, DoubleShop]:  # noqa: F811
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
    asking, sweeping, quarter, night = Costs(), Costs(), Costs(), Costs()
    for number in range(QUARTERS):
        for shop in shops.values():
            sell(shop, number)
        asking.add(lambda: ask_reconciling(now()), asked)
        sweeping.add(sweep, asked)
        quarter.add(lambda: [work_off(shop_id) for shop_id in shops], asked)
    ask_sweeps(now())
    Due.objects.update(due_at=now())
    flood = Costs()
    flood.add(sweep, asked)
    night.add(lambda: [work_off(shop_id) for shop_id in shops], asked)
    for shop_id in shops:
        with shop_scope(shop_id):
            assert Order.objects.count() == QUARTERS
            assert Product.objects.filter(price_amount__gte=20).count() == QUARTERS
    calls = (quarter.calls + night.calls * NIGHTS) / SHOPS
    seconds = (quarter.seconds + night.seconds * NIGHTS) / SHOPS
    clerks = asking.seconds + sweeping.seconds / QUARTERS * SWEEPS
    workers = ((SHOPS + NEIGHBOURS) * seconds + clerks) / 3600 / BUSY_SHARE
    show(f"{SHOPS} shops: {calls:.1f} calls and {seconds:.2f} s of CPU an hour and shop")
    each_quarter, each_sweep = asking.clock_seconds / QUARTERS, sweeping.clock_seconds / QUARTERS
    show(
        f"{SHOPS + NEIGHBOURS} shops: asking {each_quarter * 1000:.0f} ms a quarter of an hour,"
        f" a sweep {each_sweep * 1000:.0f} ms, {flood.clock_seconds * 1000:.0f} ms where all is due;"
        f" {clerks:.1f} s of CPU an hour for both; {workers:.2f} workers if all of them sell"
    )
    assert 0 < calls < MOST_CALLS
