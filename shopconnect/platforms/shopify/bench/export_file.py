"""A file as Shopify writes one on our own bulk documents: an object a line, in no order at all.

Drawn from a seed, so the same number of products or orders gives the same bytes. Memory holds where each line stands,
no line.
"""

import json
import random
from array import array
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from shopconnect.connectors.base import ResourceType
from shopconnect.core.clock import write_time

SHIFT = 8_000_000_000_000  # Shopify's ids are as long as this
VARIANTS, LOCATIONS, COLLECTIONS = 2, (71_000_001, 71_000_002), 40
FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)
KINDS = (
    ("Chemise", "Shirt"),
    ("Carafe", "Carafe"),
    ("Lampe", "Lamp"),
    ("Sac", "Bag"),
    ("Théière", "Teapot"),
    ("Coussin", "Cushion"),
    ("Carnet", "Notebook"),
    ("Plaid", "Throw"),
)
WORDS = (
    "lin lavé coton bio bois massif verre soufflé grès émaillé tissé en France cousu à la main doux au toucher solide"
    " léger pour tous les jours se lave à trente degrés livré dans sa boîte garanti deux ans teinture végétale"
)
WORDS_IN_ENGLISH = (
    "washed linen organic cotton solid wood blown glass glazed stoneware woven in France sewn by hand soft to the touch"
    " sturdy light for every day wash at thirty degrees comes in its box two years guarantee plant dyed"
)
SIZES = ("S", "M")
ORDER_LINES, ORDERED_PRODUCTS, ORDER_DAYS = 2, 20_000, 900
DRAFTS_OF_ONE = {
    ResourceType.PRODUCT: 1 + VARIANTS * len(LOCATIONS),  # itself, and the stock of each variant at each place
    ResourceType.ORDER: 1,
}
REPORT_EVERY = 500  # products or orders

ExportLine = dict[str, Any]


def write_export(path: Path, resource: ResourceType, count: int, seed: int, tell: Callable[[int], object]) -> int:
    """Write so many products or orders with all that belongs to them; `tell` hears how many; returns how many lines."""
    chance, lines_of = random.Random(seed), _product if resource == ResourceType.PRODUCT else _order  # noqa: S311
    straight = path.with_suffix(".straight")
    ends = array("Q", [0])
    with straight.open("wb") as file:
        for number in range(count):
            for line in lines_of(chance, number):
                ends.append(ends[-1] + file.write(_written(line)))
            if number % REPORT_EVERY == 0:
                tell(number)
    order = array("Q", range(len(ends) - 1))
    chance.shuffle(order)
    with straight.open("rb") as source, path.open("wb") as file:
        for place in order:
            source.seek(ends[place])
            file.write(source.read(ends[place + 1] - ends[place]))
    straight.unlink()
    tell(count)
    return len(order)


def _written(line: ExportLine) -> bytes:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _product(chance: random.Random, number: int) -> Iterator[ExportLine]:
    gid, (kind, in_english) = f"gid://shopify/Product/{SHIFT + number}", KINDS[number % len(KINDS)]
    price, made = 5 + chance.randrange(20_000) / 100, FIRST_DAY + timedelta(minutes=7 * number)
    changed = write_time(made + timedelta(days=chance.randrange(300)))
    words = [
        {"key": "title", "locale": "en", "value": f"{in_english} {number}"},
        {"key": "body_html", "locale": "en", "value": f"<p>{_text(chance, WORDS_IN_ENGLISH)}</p>"},
    ]
    yield {
        "id": gid,
        "title": f"{kind} {number}",
        "description": _text(chance, WORDS),
        "isGiftCard": False,
        "vendor": f"Atelier {number % 150}",
        "productType": kind,
        "tags": [f"saison {number % 4}", kind],
        "status": "ACTIVE",
        "onlineStoreUrl": f"https://bench.example/products/{kind.lower()}-{number}",
        "createdAt": write_time(made),
        "updatedAt": changed,
        "category": {"fullName": f"Home & Garden > Decor > {in_english}s"} if number % 3 else None,
        "priceRangeV2": {"minVariantPrice": {"amount": f"{price:.2f}", "currencyCode": "EUR"}},
        "featuredMedia": {"preview": {"image": {"url": f"https://cdn.shopify.com/s/files/1/0001/{number}.jpg?v=17"}}},
        "words_en": words,
    }
    for collection in chance.sample(range(COLLECTIONS), chance.randrange(3)):
        yield {
            "id": f"gid://shopify/Collection/{SHIFT + collection}",
            "title": f"Rayon {collection}",
            "__parentId": gid,
        }
    for position in range(VARIANTS):
        yield from _variant(chance, number, position, price, changed)


def _variant(chance: random.Random, number: int, position: int, price: float, changed: str) -> Iterator[ExportLine]:
    own = SHIFT + number * VARIANTS + position
    gid, levels = f"gid://shopify/ProductVariant/{own}", [chance.randrange(40) for _ in LOCATIONS]
    yield {
        "id": gid,
        "title": SIZES[position],
        "position": position + 1,
        "sku": f"{number:06}-{SIZES[position]}",
        "price": f"{price + 3 * position:.2f}",
        "compareAtPrice": f"{price * 1.2:.2f}" if number % 5 == 0 else None,
        "availableForSale": sum(levels) > 0,
        "inventoryQuantity": sum(levels),
        "inventoryItem": {
            "id": f"gid://shopify/InventoryItem/{own}",
            "tracked": True,
            "unitCost": {"amount": f"{price * 0.4:.2f}"},
        },
        "__parentId": f"gid://shopify/Product/{SHIFT + number}",
    }
    for location, level in zip(LOCATIONS, levels, strict=True):
        yield {
            "id": f"gid://shopify/InventoryLevel/{location}?inventory_item_id={own}",
            "updatedAt": changed,
            "location": {"id": f"gid://shopify/Location/{location}"},
            "quantities": [{"name": "available", "quantity": level}],
            "__parentId": gid,
        }


def _order(chance: random.Random, number: int) -> Iterator[ExportLine]:
    gid = f"gid://shopify/Order/{SHIFT + number}"
    placed = write_time(FIRST_DAY + timedelta(seconds=chance.randrange(ORDER_DAYS * 86_400)))
    yield {
        "id": gid,
        "name": f"#{1001 + number}",
        "currencyCode": "EUR",
        "processedAt": placed,
        "createdAt": placed,
        "updatedAt": placed,
        "cancelledAt": None,
        "displayFinancialStatus": "PAID",
        "sourceName": "web",
        "test": False,
        "customAttributes": [],
        "email": f"buyer{chance.randrange(1 + number // 3)}@bench.example",
        "customer": None,
        "checkoutToken": f"{chance.getrandbits(128):032x}",
        "shippingAddress": {"countryCodeV2": chance.choice(("FR", "FR", "BE", "CH"))},
        "fulfillments": [{"createdAt": placed, "displayStatus": "FULFILLED", "trackingInfo": []}],
        "refunds": [],
    }
    for position in range(ORDER_LINES):
        product = SHIFT + chance.randrange(ORDERED_PRODUCTS)
        quantity = chance.choice((1, 1, 1, 2))
        yield {
            "id": f"gid://shopify/LineItem/{SHIFT + number * ORDER_LINES + position}",
            "quantity": quantity,
            "currentQuantity": quantity,
            "originalUnitPriceSet": {"shopMoney": {"amount": f"{5 + chance.randrange(20_000) / 100:.2f}"}},
            "discountAllocations": [],
            "product": {"id": f"gid://shopify/Product/{product}"},
            "variant": {"id": f"gid://shopify/ProductVariant/{product}"},
            "__parentId": gid,
        }


def _text(chance: random.Random, words: str) -> str:
    """Return a few hundred characters."""
    return " ".join(chance.choices(words.split(), k=chance.randrange(50, 80))).capitalize() + "."
