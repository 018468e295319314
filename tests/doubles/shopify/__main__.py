"""Run a Shopify as a process, with one shop in it where something happens now and then; Ctrl-C ends it."""

import json
import pickle
import random
import sys
from decimal import Decimal

from tests.doubles.process import live_on, read_options
from tests.doubles.shopify.costs import LeakyBucket
from tests.doubles.shopify.double import Double, DoubleShop
from tests.doubles.shopify.loading import fill
from tests.doubles.shopify.schema import FOLDER


def main() -> None:
    """Read the command line, fill the shop, serve."""
    given = read_options("shopify", __doc__, port=8900, shop="demo")
    require_schema()
    double = Double(given.app_url, port=given.port)
    if given.settings:
        sys.stdout.write(json.dumps(double.environment() | places_of(double.add_shop(given.shop))))
        return
    shop = double.add_shop(given.shop, data_level=2)
    shop.api.bucket = LeakyBucket(20_000, 1_000)  # a shop on Plus
    shop.install_scopes(f"{double.scopes},read_all_orders")
    if given.grants and given.grants.is_file():
        shop.grants._pairs, shop.theme.filled, shop.theme.shows_chat = pickle.loads(given.grants.read_bytes())
    if given.folder:
        fill(shop, given.folder)
    with double:  # only now: who asked before would see a part of it
        sys.stdout.write(f"{shop.domain} stands at {double.url}/{shop.domain}/admin/apps/app\n")
        sys.stdout.flush()
        live_on(
            lambda chance: live(shop, chance),
            lambda: (shop.grants._pairs, shop.theme.filled, shop.theme.shows_chat),
            given.grants,
        )


def require_schema() -> None:
    """End with a sentence where what the double answers by is not there."""
    if not FOLDER.is_dir():
        sys.exit("Shopify's published schema is not installed.")


def places_of(shop: DoubleShop) -> dict[str, str]:
    """Return where people find a shop's admin and its storefront, and programs the shop."""
    url = shop.double.url
    return {
        "DEMO_ADMIN": f"{url}/store/{shop.name}",
        "DEMO_STOREFRONT": f"{shop.front}/",
        "DEMO_SHOP": f"{url}/{shop.domain}",
    }


def live(shop: DoubleShop, chance: random.Random) -> None:
    """Let something happen: an order mostly, else a price or a delivery."""
    products = [one for one in shop.store.all("Product") if one["status"] == "ACTIVE"]
    if not products:
        return
    bought = chance.sample(products, k=min(len(products), chance.randint(1, 3)))
    variants = [chance.choice(one["variants"]) for one in bought]
    match chance.randint(0, 9):
        case 0:
            price = (Decimal(variants[0]["price"]) * chance.choice([95, 105]) / 100).quantize(Decimal("0.01"))
            shop.store.change_price(variants[0], str(price))
        case 1 if variants[0]["inventoryItem"]["inventoryLevels"]:
            shop.store.change_stock(variants[0], chance.randint(5, 40))
        case _:
            buyer = chance.choice(shop.store.all("Customer") or [None])
            shop.store.add_order([(variant, 1) for variant in variants], customer=buyer)


if __name__ == "__main__":
    main()
