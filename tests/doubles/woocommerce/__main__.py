"""Run a WooCommerce as a process, with one shop in it where something happens now and then; Ctrl-C ends it."""

import json
import pickle
import random
import sys
from decimal import Decimal

from tests.doubles.process import live_on, read_options
from tests.doubles.woocommerce.double import WooDouble, WooShop
from tests.doubles.woocommerce.loading import fill


def main() -> None:
    """Read the command line, fill the shop, serve."""
    given = read_options("woocommerce", __doc__, port=8901, shop="demo-woocommerce")
    double = WooDouble(given.port)
    # With a dot for its dash its name is a host.
    shop = double.add_shop(given.shop.replace("-", ".", 1))
    double.open_front(shop, given.app_url)
    if given.settings:
        known_by = {"WOOCOMMERCE_ORIGIN": double.origin, "DEMO_STOREFRONT": shop.front, "ALLOW_LOOPBACK": "1"}
        sys.stdout.write(json.dumps(known_by))
        return
    if given.folder:
        fill(shop, given.folder, double.origin.format(shop=shop.name))
    shop.takes_http, shop.store.is_live = True, True
    if given.grants and given.grants.is_file():
        shop.keys, held, *plugin = pickle.loads(given.grants.read_bytes())
        shop.plugin.given = plugin[0] if plugin else {}
        shop.webhooks.restore(held)
    with double:  # only now: who asked before would see a part of it
        sys.stdout.write(f"{shop.name} stands at {double.origin.format(shop=shop.name)}/wp-json/\n")
        sys.stdout.flush()
        live_on(
            lambda chance: live(shop, chance),
            lambda: (shop.keys, shop.webhooks.all(), shop.plugin.given),
            given.grants,
            each_beat=shop.webhooks.run_queue,
        )


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
