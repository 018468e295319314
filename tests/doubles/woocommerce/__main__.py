"""Run a WooCommerce as a process, with one shop in it where something happens now and then; Ctrl-C ends it."""

import argparse
import itertools
import json
import pickle
import random
import signal
import sys
import threading
from decimal import Decimal
from pathlib import Path

from tests.doubles.woocommerce.double import WooDouble, WooShop
from tests.doubles.woocommerce.loading import fill

LIVELY_SECONDS = 20


def main() -> None:
    """Read the command line, fill the shop, serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.doubles.woocommerce", description=__doc__)
    parser.add_argument("--port", type=int, default=8901)
    parser.add_argument("--folder", type=Path, help="the interchange folder of the shop")
    parser.add_argument("--shop", default="demo-woocommerce", help="its slug: with a dot for its dash it is the host")
    parser.add_argument("--app-url", default="http://localhost:8000", help="where our site stands: each key names it")
    parser.add_argument("--grants", type=Path, help="a file in which keys and webhooks outlast this process")
    parser.add_argument("--settings", action="store_true", help="print the product's settings as JSON, and end")
    given = parser.parse_args()
    with WooDouble(given.port) as double:
        if given.settings:
            sys.stdout.write(json.dumps({"WOOCOMMERCE_ORIGIN": double.origin}))
            return
        shop = double.add_shop(given.shop.replace("-", ".", 1))
        if given.folder:
            fill(shop, given.folder, double.origin.format(shop=shop.name))
        shop.takes_http, shop.store.is_live = True, True
        if given.grants and given.grants.is_file():
            shop.keys, held = pickle.loads(given.grants.read_bytes())
            shop.webhooks.restore(held)
        asked = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: asked.set())
        sys.stdout.write(f"{shop.name} stands at {double.origin.format(shop=shop.name)}/wp-json/\n")
        sys.stdout.flush()
        _live_on(shop, asked, given.grants)


def _live_on(shop: WooShop, asked: threading.Event, grants: Path | None) -> None:
    """Have things happen and webhooks sent until somebody asks for the end; what was granted is kept."""
    chance, kept = random.Random(), b""
    for second in itertools.count(1):
        if asked.wait(1.0):
            return
        if second % LIVELY_SECONDS == 0:
            live(shop, chance)
        shop.webhooks.run_queue()
        granted = pickle.dumps((shop.keys, shop.webhooks.all()))
        if grants and granted != kept:
            grants.write_bytes(granted)
            kept = granted


def live(shop: WooShop, chance: random.Random) -> None:
    """Let something happen: an order mostly, else a price or a delivery."""
    store = shop.store
    products = [one for one in store.alive("product") if one["status"] == "publish" and not one["variations"]]
    if not products:
        return
    bought = chance.sample(products, k=min(len(products), chance.randint(1, 3)))
    match chance.randint(0, 9):
        case 0:
            with store.changing("product", bought[0]) as row:
                price = Decimal(row["price"]) * chance.choice([95, 105]) / 100
                row["price"] = row["regular_price"] = str(price.quantize(Decimal("0.01")))
        case 1:
            with store.changing("product", bought[0]) as row:
                row.update(manage_stock=True, stock_quantity=chance.randint(5, 40))
        case _:
            buyer = chance.choice(store.alive("customer") or [None])
            store.add_order([(one, 1) for one in bought], customer=buyer, email="guest@customers.example")


if __name__ == "__main__":
    main()
