"""Ten thousand webhooks, doubled, shuffled and lost, while servers stop: our tables equal the source, row for row."""

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from shopconnect.embedded.servers import PostgresServer, RedisServer
from tests.doubles.shopify.costs import LeakyBucket
from tests.doubles.shopify.double import DoubleShop
from tests.doubles.shopify.store import Node
from tests.doubles.shopify.webhooks import Delivery
from tests.soak.rows import Row, differing
from tests.soak.sites import Site, running_site, show, until

HOOKS, SEED = int(os.environ.get("SOAK_HOOKS", "10000")), 7
RESOURCES, UNTOLD, HALF_AN_HOUR = 200, 100, 1800
AHEAD = 300  # webhooks that the merchant is ahead of the sender
AWAY_SECONDS, BACK_SECONDS = 4.0, 30.0
PATIENCE = 300.0
EARLY = """
from datetime import timedelta
from shopconnect.core.clock import now
from shopconnect.sync.reconcile import ask_reconciling, ask_sweeps
for ask in (ask_reconciling, ask_sweeps):
    ask(now() - timedelta(hours=6))
"""


@dataclass
class Post:
    """When each try of a webhook was answered, and how: 0 for not at all."""

    tries: list[tuple[float, int]] = field(default_factory=list)

    def note(self, send: Callable[[Delivery], int]) -> Callable[[Delivery], int]:
        """Return a sending that is noted."""

        def noted(delivery: Delivery) -> int:
            status = send(delivery)
            self.tries.append((time.monotonic(), status))
            return status

        return noted

    def statuses(self, begins: float, ends: float) -> list[int]:
        """Return how the tries of a time were answered."""
        return [status for at, status in self.tries if begins <= at <= ends]


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


def shop_with_a_past(site: Site, dice: random.Random) -> DoubleShop:
    source = site.shopify.add_shop()
    source.bulks.seconds = 0.5
    source.api.bucket = LeakyBucket(100_000, 100_000)
    for number in range(RESOURCES):
        product = add_product(source, f"Thing {number}", dice, quiet=True)
        customer = source.store.add_customer(email=f"{number}@shop.example" if number % 3 else None, quiet=True)
        order = source.store.add_order([(one, 2) for one in product["variants"]], customer=customer, quiet=True)
        order["lineItems"].append(source.store.line(product["variants"][0], 3, discount="0.50"))
    return source


def add_product(source: DoubleShop, title: str, dice: random.Random, **more: Any) -> Node:
    sizes = ["S", "M", "L"][: dice.randrange(1, 4)]
    variants = [{"title": size, "sku": f"{title}-{size}", "stock": dice.randrange(9), "cost": "2.50"} for size in sizes]
    return source.store.add_product(
        title,
        f"{dice.randrange(5, 99)}.00",
        variants=variants,
        tags=["new"],
        productType="Lamps",
        words=words(title),
        **more,
    )


def words(title: str) -> dict[str, dict[str, str]]:
    return {"en": {"title": f"{title} in English", "body_html": f"About {title}"}}


def change_something(source: DoubleShop, dice: random.Random) -> None:
    """Do one of the resources that merchants and shoppers do in a day; each is told by one webhook."""
    store = source.store
    product, customer, order = (dice.choice(store.all(kind)) for kind in ("Product", "Customer", "Order"))
    variant, number = dice.choice(product["variants"]), dice.randrange(10**6)
    deeds: dict[str, tuple[int, Callable[[], object]]] = {
        "title": (20, lambda: store.change_product(product, title=f"Title {number}", words=words(f"Title {number}"))),
        "price": (20, lambda: store.change_price(variant, f"{number % 99 + 1}.50", f"{number % 99 + 9}.00")),
        "stock": (20, lambda: store.change_stock(variant, number % 7)),
        "status": (3, lambda: store.change_product(product, status=dice.choice(["ACTIVE", "DRAFT"]))),
        "size": (3, lambda: change_sizes(source, product, number)),
        "new": (2, lambda: add_product(source, f"New {number}", dice)),
        "drop": (1, lambda: store.delete_product(product)),
        "join": (3, lambda: store.add_customer(email=f"{number}@shop.example")),
        "move": (5, lambda: change_customer(source, customer, dice)),
        "leave": (1, lambda: store.delete_customer(customer)),
        "buy": (8, lambda: store.add_order([(variant, number % 4 + 1)], customer=customer, sourceName="pos")),
        "pay": (5, lambda: store.change_order(order, displayFinancialStatus=dice.choice(["PAID", "PENDING"]))),
        "send": (4, lambda: store.change_order(order, fulfillments=[parcel(store.clock.text(), number)])),
        "cancel": (1, lambda: store.change_order(order, "orders/cancelled", cancelledAt=store.clock.text())),
        "refund": (3, lambda: refund(source, order)),
        "erase": (1, lambda: store.delete_order(order)),
    }
    dice.choices([deed for _, deed in deeds.values()], [weight for weight, _ in deeds.values()])[0]()


def change_sizes(source: DoubleShop, product: Node, number: int) -> None:
    """Take a product's last size away, or add one where there is only one."""
    with source.store.changing(product, "products/update"):
        if len(product["variants"]) > 1:
            product["variants"] = product["variants"][:-1]
        else:
            source.store.add_variant(product, 2, {"title": "XL", "sku": f"XL-{number}", "price": "30.00", "stock": 4})


def change_customer(source: DoubleShop, customer: Node, dice: random.Random) -> None:
    with source.store.changing(customer, "customers/update"):
        customer["locale"] = dice.choice(["fr", "en", "de"])
        if customer["defaultEmailAddress"]:
            customer["defaultEmailAddress"]["marketingState"] = dice.choice(["SUBSCRIBED", "NOT_SUBSCRIBED"])


def parcel(moment: str, number: int) -> Node:
    tracking = {
        "__typename": "FulfillmentTrackingInfo",
        "company": "Colissimo",
        "url": f"https://parcel.example/{number}",
    }
    return {
        "__typename": "Fulfillment",
        "createdAt": moment,
        "trackingInfo": [tracking],
        "displayStatus": ["IN_TRANSIT", "DELIVERED"][number % 2],
    }


def refund(source: DoubleShop, order: Node) -> None:
    lines = [line for line in order["lineItems"] if line["currentQuantity"]]
    if lines:
        source.store.refund(order, [(lines[0], 1)])
    else:
        source.store.change_order(order, displayFinancialStatus="REFUNDED")


def away(server: PostgresServer | RedisServer) -> tuple[float, float]:
    """Have a server away for some seconds; returns from when until when."""
    began = time.monotonic()
    server.end() if isinstance(server, PostgresServer) else server.stop()
    threading.Event().wait(AWAY_SECONDS)
    ended = time.monotonic()
    server.run()
    return began, ended


def live(source: DoubleShop, dice: random.Random) -> None:
    """Let the days go by as fast as the webhooks are taken."""
    for _ in range(HOOKS):
        while source.webhooks._unsettled > AHEAD:
            threading.Event().wait(0.05)
        change_something(source, dice)


def assert_refused_only_without_a_database(
    post: Post, first: tuple[float, float], database: tuple[float, float], second: tuple[float, float]
) -> None:
    for outage in (first, second):
        assert set(post.statuses(*outage)) == {200}
        assert len(post.statuses(*outage)) > 10
    failed = [at for at, status in post.tries if status != 200]
    assert failed
    assert database[0] <= min(failed) <= max(failed) <= database[1] + BACK_SECONDS
    assert {status for _, status in post.tries} <= {0, 200, 503}


@pytest.mark.timeout(2400)
def test_ten_thousand_webhooks_and_three_outages_leave_the_tables_equal_to_the_source(site):
    dice, post = random.Random(SEED), Post()
    source = shop_with_a_past(site, dice)
    site.open(source)
    assert until(lambda: site.waits() == 0 and not site.coming_in(), PATIENCE)
    assert differing(site, source.store) == {}
    webhooks, began = source.webhooks, time.monotonic()
    webhooks.doubled, webhooks.lost, webhooks.shuffled = 0.2, 0.05, 200
    webhooks.send = post.note(webhooks.send)  # type: ignore[method-assign]
    merchant = threading.Thread(target=live, args=(source, dice))
    merchant.start()
    outages = []
    # A server ends with the thread that started it, so it is this one that stops and starts them.
    for share, server in ((0.2, site.redis), (0.5, site.postgres), (0.75, site.redis)):
        assert until(lambda share=share: len(post.tries) > share * HOOKS, PATIENCE, every=0.05)
        outages.append(away(server))
    merchant.join()
    assert webhooks.wait(PATIENCE)
    taken = time.monotonic()
    assert all(delivery.is_taken for delivery in webhooks.sent)
    assert_refused_only_without_a_database(post, *outages)
    assert until(lambda: site.waits() == 0, PATIENCE)
    followed = time.monotonic()
    lost = reconciled(site, source)
    site.shopify.clock.skip(HALF_AN_HOUR)  # so that no pass looks back as far as the last change that was told
    webhooks.lost = 1.0
    for _ in range(UNTOLD):
        change_something(source, dice)
    untold = reconciled(site, source)
    assert {"products", "variants", "prices", "stock", "orders"} <= set(untold)
    show(
        f"{len(webhooks.sent)} webhooks in {len(post.tries)} tries taken in {taken - began:.0f} s, "
        f"all followed {followed - taken:.0f} s later; rows repaired: {counts(lost)}, then {counts(untold)}"
    )


def reconciled(site: Site, source: DoubleShop) -> dict[str, list[Row]]:
    """Have the quarter's and the night's repair run now; returns the rows that were not as the source says before."""
    missed = differing(site, source.store)
    site.run(EARLY)
    assert until(lambda: site.waits() == 0, PATIENCE)
    left = differing(site, source.store)
    assert not left, left
    return missed


def counts(rows: dict[str, list[Row]]) -> str:
    return ", ".join(f"{len(some)} {name}" for name, some in rows.items())
