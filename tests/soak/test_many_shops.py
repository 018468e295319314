"""A shop of 100,000 products comes in beside fifty small ones that are at work: none of these waits for it."""

import itertools
import json
import os
import random
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.shopify.test_bulk import product_lines
from tests.doubles.shopify.bulk import Bulks
from tests.doubles.shopify.double import DoubleShop
from tests.doubles.shopify.store import Node, number_of
from tests.doubles.shopify.webhooks import Delivery
from tests.soak import ups
from tests.soak.sites import PREPARED, Site, running_site, show, until

PRODUCTS, SMALL, RESOURCES = int(os.environ.get("SOAK_PRODUCTS", "100000")), 50, 8
EVERY_SECONDS, TURNS, PUSH_TURNS = 5.0, 8, 4  # each shop's changes come in one of the turns
MOST_SECONDS, MOST_MEGABYTES, PATIENCE = 60.0, 500, 900.0
ALONE_SECONDS = 30.0  # what a small first sync takes with nobody beside it, on a slow machine
PUSHES = """
from decimal import Decimal
from recommender.prices.services import ask_price_change
from recommender.prices.types import PriceRequest
from shopconnect.catalog.selectors import find_product_by_external_id
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.selectors import find_shop
for line in sys.stdin:
    slug, product, variant, price = line.split()
    with shop_scope(find_shop(slug)):
        ours = find_product_by_external_id(product)
    request = PriceRequest(
        product_public_id=ours.public_id,
        variant=variant,
        price=Decimal(price),
        compare_at_price=None,
        currency=ours.currency,
    )
    ask_price_change(find_shop(slug), None, request, f"{product} {price}")
"""
PRICES = """
    SELECT s.slug, p.external_id, p.price_amount FROM catalog_product p JOIN shops_shop s ON s.id = p.shop_id
    WHERE starts_with(s.slug, 'small-')"""
PROGRESS = """
    SELECT b.state, b.count FROM sync_backfill b JOIN shops_shop s ON s.id = b.shop_id
    WHERE s.slug = 'big' AND b.resource = 'product'"""


class WrittenBulks(Bulks):
    """Bulk operations whose file of products is there: to execute a query for so many would take the test minutes."""

    content = b""

    def _run(self, node: Node, document: Any, run: Any, outcome: str) -> None:
        if " products " not in node["query"].replace("(", " ").replace("{", " "):
            return super()._run(node, document, run, outcome)
        self.files["products"] = self.content
        node.update(status="COMPLETED", url=self._file_url("products"), rootObjectCount=str(PRODUCTS))
        return self._say("bulk_operations/finish", {"admin_graphql_api_id": node["id"], "status": "completed"})


@dataclass
class Waits:
    """What was asked for and is not seen yet, by its name and by the price that will show it; and how long it took."""

    open: dict[tuple[str, str], tuple[Decimal, float]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    def see(self, name: tuple[str, str], price: Decimal) -> None:
        """Take note of what a place now says."""
        wanted, since = self.open.get(name, (None, 0.0))
        if wanted == price and since:
            self.seconds.append(max(0.0, time.monotonic() - since))
            del self.open[name]

    def figures(self) -> str:
        """Return how many, and how long the half, nearly all and the last of them took."""
        cuts = statistics.quantiles(self.seconds, n=20)
        return f"{len(self.seconds)}: p50 {cuts[9]:.1f} s, p95 {cuts[18]:.1f} s, most {max(self.seconds):.1f} s"


def slug_of(shop: DoubleShop) -> str:
    return shop.domain.partition(".")[0]


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


def add_small(site: Site, name: str) -> DoubleShop:
    shop = site.shopify.add_shop(name)
    shop.install_scopes(f"{site.shopify.scopes},write_products")
    shop.bulks.seconds = 0.1
    for number in range(RESOURCES):
        product = shop.store.add_product(f"Thing {number}", "50.00", quiet=True)
        customer = shop.store.add_customer(quiet=True)
        shop.store.add_order([(product["variants"][0], 1)], customer=customer, quiet=True)
    return shop


def add_big(site: Site) -> DoubleShop:
    shop = site.shopify.add_shop("big")
    bulks = WrittenBulks(site.shopify.clock, shop.bulks._file_url, shop.webhooks.say)
    lines = [line for number in range(1, PRODUCTS + 1) for line in product_lines(number, variants=1, levels=1)]
    random.Random(1).shuffle(lines)
    bulks.content = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    shop.bulks = shop.api.bulks = bulks
    return shop


def noting(waits: Waits, shop: DoubleShop) -> Callable[[Delivery], int]:
    """Return a sending that notes when a webhook is there."""
    send, slug = shop.webhooks.send, slug_of(shop)

    def noted(delivery: Delivery) -> int:
        began, status = time.monotonic(), send(delivery)
        name = (slug, str(json.loads(delivery.body).get("id")))
        if name in waits.open and not waits.open[name][1]:
            waits.open[name] = (waits.open[name][0], began)
        return status

    return noted


def change_a_price(shop: DoubleShop, waits: Waits, dice: random.Random) -> None:
    """Change the price of a resource of which nothing is awaited; the first one's is changed from our side."""
    slug = slug_of(shop)
    free = [one for one in shop.store.all("Product")[1:] if (slug, str(number_of(one))) not in waits.open]
    if free:
        product, price = dice.choice(free), f"{dice.randrange(1000, 9000) / 100:.2f}"
        if Decimal(price) != Decimal(product["variants"][0]["price"]):
            waits.open[slug, str(number_of(product))] = (Decimal(price), 0.0)
            shop.store.change_price(product["variants"][0], price)


@contextmanager
def pushing(site: Site) -> Iterator[Callable[[DoubleShop, Waits, str], None]]:
    """Give a way to have our side change the price of a shop's first resource, as its merchant would."""
    process = subprocess.Popen(
        [sys.executable, "-c", PREPARED + PUSHES],
        cwd=ups.ROOT,
        stdin=subprocess.PIPE,
        text=True,
        env=ups.environment(site.folder) | site.environment(),
    )

    def push(shop: DoubleShop, waits: Waits, price: str) -> None:
        product, slug = shop.store.all("Product")[0], slug_of(shop)
        name = (slug, str(number_of(product)))
        if name not in waits.open and Decimal(product["variants"][0]["price"]) != Decimal(price):
            waits.open[name] = (Decimal(price), time.monotonic())
            assert process.stdin is not None
            process.stdin.write(f"{slug} {name[1]} {number_of(product['variants'][0])} {price}\n")
            process.stdin.flush()

    try:
        yield push
    finally:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(60) == 0


def peak_megabytes(site: Site, worker: str) -> int:
    """Return the most memory that a process of a worker ever had."""
    peaks = [0]
    for pid in ups.marked(site.folder):
        if f"{worker}@".encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
            peaks.append(int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) // 1024)
    return max(peaks)


@dataclass
class Day:
    """What happens beside the large first sync, and when: seconds on its clock, 0 for what was not yet."""

    site: Site
    shops: list[DoubleShop]
    late: DoubleShop
    webhooks: Waits = field(default_factory=Waits)
    pushes: Waits = field(default_factory=Waits)
    began: float = field(default_factory=time.monotonic)
    small_in: float = 0.0
    late_opened: float = 0.0
    late_in: float = 0.0

    def pass_by(self, push: Callable[[DoubleShop, Waits, str], None]) -> None:
        """Live until the large shop is in."""
        dice, ends = random.Random(3), self.began + PATIENCE
        for turn in itertools.count():
            tick, coming = time.monotonic(), self.site.coming_in()
            if "big" not in coming or tick > ends:
                return
            for shop in self.shops[turn % TURNS :: TURNS]:
                if slug_of(shop) not in coming:
                    change_a_price(shop, self.webhooks, dice)
            if self.small_in and turn % PUSH_TURNS == 0:
                push(dice.choice(self.shops), self.pushes, f"{dice.randrange(4000, 6000) / 100:.2f}")
            look(self.site, self.shops, self.webhooks, self.pushes)
            self._note_arrivals(coming)
            threading.Event().wait(max(0.05, tick + EVERY_SECONDS / TURNS - time.monotonic()))

    def _note_arrivals(self, coming: set[str]) -> None:
        """Note who is in; once the small ones are, and the large one's products are being stored, one more comes."""
        seconds = time.monotonic() - self.began
        if not self.small_in and coming <= {"big"}:
            self.small_in = seconds
        elif self.small_in and not self.late_opened and self.site.ask(PROGRESS)[0][1]:
            self.late_opened = seconds
            self.site.open(self.late)
        elif self.late_opened and not self.late_in and "late" not in coming:
            self.late_in = seconds


@pytest.mark.alone
@pytest.mark.timeout(2400)
def test_one_large_first_sync_delays_none_of_fifty_small_shops_for_long(site):
    shops = [add_small(site, f"small-{number}") for number in range(SMALL)]
    big, day = add_big(site), Day(site, shops, add_small(site, "late"))
    for shop in (*shops[: SMALL // 2], big, *shops[SMALL // 2 :]):
        site.open(shop)
    for shop in shops:
        shop.webhooks.send = noting(day.webhooks, shop)  # type: ignore[method-assign]
    with pushing(site) as push:
        day.pass_by(push)
        seconds, megabytes = time.monotonic() - day.began, peak_megabytes(site, "mover")
        # A minute, or a third of what the large shop takes on a slow machine: who waits for it waits for all of that.
        longest = max(MOST_SECONDS, seconds / 3)
        is_over = until(lambda: not look(site, shops, day.webhooks, day.pushes), longest)
    late_seconds = day.late_in - day.late_opened
    show(
        f"{SMALL} small shops in after {day.small_in:.0f} s, {PRODUCTS} products after {seconds:.0f} s; webhooks "
        f"{day.webhooks.figures()}; prices set {day.pushes.figures()}; a small first sync took {late_seconds:.0f} s; "
        f"the mover's peak is {megabytes} MB"
    )
    assert site.ask(PROGRESS) == [("done", PRODUCTS)]
    assert is_over
    assert max(day.webhooks.seconds) < longest
    assert max(day.pushes.seconds) < longest
    assert 0 < late_seconds < ALONE_SECONDS + longest
    assert 0 < megabytes < MOST_MEGABYTES


def look(site: Site, shops: list[DoubleShop], webhooks: Waits, pushes: Waits) -> int:
    """See what has come to pass; returns how much is still awaited."""
    for slug, product, price in site.ask(PRICES):
        webhooks.see((slug, product), price)
    for shop in shops:
        first = shop.store.all("Product")[0]
        pushes.see((slug_of(shop), str(number_of(first))), Decimal(first["variants"][0]["price"]))
    return len(webhooks.open) + len(pushes.open)
