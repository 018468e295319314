"""Rows as WooCommerce answers them, with the fields that we ask for; drawn from a seed, so the same each time."""

import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from shopconnect.connectors.base import ResourceType

VARIATIONS, ORDER_LINES, CATEGORIES, ORDERED_PRODUCTS, ORDER_DAYS = 2, 2, 40, 20_000, 900
FIRST_ID, IDS_OF_ONE = 100, 1 + VARIATIONS
FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)
KINDS = ("Chemise", "Carafe", "Lampe", "Sac", "Théière", "Coussin", "Carnet", "Plaid")
WORDS = (
    "lin lavé coton bio bois massif verre soufflé grès émaillé tissé en France cousu à la main doux au toucher solide"
    " léger pour tous les jours se lave à trente degrés livré dans sa boîte garanti deux ans teinture végétale"
)
REPORT_EVERY = 500

BenchRow = dict[str, Any]


def write_rows(path: Path, resource: ResourceType, count: int, seed: int, tell: Callable[[int], object]) -> int:
    """Write so many products with their variations, or orders; `tell` hears how many; returns how many lines."""
    chance, rows_of = random.Random(seed), _product if resource == ResourceType.PRODUCT else _order  # noqa: S311
    lines = 0
    with path.open("w") as file:
        for number in range(count):
            for row in rows_of(chance, number):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                lines += 1
            if number % REPORT_EVERY == 0:
                tell(number)
    tell(count)
    return lines


def _product(chance: random.Random, number: int) -> Iterator[BenchRow]:
    own, kind = FIRST_ID + number * IDS_OF_ONE, KINDS[number % len(KINDS)]
    price, made = 5 + chance.randrange(20_000) / 100, FIRST_DAY + timedelta(minutes=7 * number)
    text = " ".join(chance.choices(WORDS.split(), k=chance.randrange(50, 80)))
    yield {
        "id": own,
        "type": "variable",
        "name": f"{kind} {number}",
        "status": "publish",
        "catalog_visibility": "visible",
        "permalink": f"https://bench.example/produit/{kind.lower()}-{number}/",
        "description": f"<p>{text}.</p>",
        "short_description": "",
        **_times(made, made + timedelta(days=chance.randrange(300))),
        "price": f"{price:.2f}",
        "regular_price": "",
        "purchasable": True,
        "manage_stock": False,
        "stock_status": "instock",
        "categories": [{"id": 1 + number % CATEGORIES, "name": f"Rayon {number % CATEGORIES}"}],
        "tags": [{"id": 50, "name": f"saison {number % 4}"}],
        "brands": [{"id": 60, "name": f"Atelier {number % 150}"}],
        "images": [{"src": f"https://bench.example/wp-content/uploads/{number}.jpg"}],
        "variations": [own + place for place in range(1, IDS_OF_ONE)],
    }
    for place in range(1, IDS_OF_ONE):
        yield {
            "id": own + place,
            "parent_id": own,
            "status": "publish",
            "sku": f"{number:06}-{place}",
            "price": f"{price + 3 * place:.2f}",
            "regular_price": f"{price + 3 * place:.2f}",
            "sale_price": "",
            "purchasable": True,
            "manage_stock": True,
            "stock_quantity": chance.randrange(40),
            "stock_status": "instock",
            "attributes": [{"option": "SM"[place - 1]}],
        }


def _order(chance: random.Random, number: int) -> Iterator[BenchRow]:
    own = FIRST_ID + number * (1 + ORDER_LINES)
    placed = FIRST_DAY + timedelta(seconds=chance.randrange(ORDER_DAYS * 86_400))
    yield {
        "id": own,
        "number": str(own),
        "status": "completed",
        "currency": "EUR",
        "created_via": "checkout",
        "prices_include_tax": True,
        "customer_id": 0,
        **_times(placed, placed),
        "billing": {"email": f"buyer{chance.randrange(1 + number // 3)}@bench.example", "country": "FR"},
        "shipping": {"country": chance.choice(("FR", "FR", "BE", "CH"))},
        "line_items": [_line(chance, own + place) for place in range(1, 1 + ORDER_LINES)],
        "refunds": [],
    }


def _line(chance: random.Random, own: int) -> BenchRow:
    product, quantity = FIRST_ID + chance.randrange(ORDERED_PRODUCTS) * IDS_OF_ONE, chance.choice((1, 1, 1, 2))
    total = f"{(5 + chance.randrange(20_000) / 100) * quantity:.2f}"
    named = {"id": own, "product_id": product, "variation_id": product + 1, "quantity": quantity}
    return named | {"subtotal": total, "subtotal_tax": "0.00", "total": total, "total_tax": "0.00"}


def _times(made: datetime, changed: datetime) -> BenchRow:
    return {
        "date_created_gmt": made.strftime("%Y-%m-%dT%H:%M:%S"),
        "date_modified_gmt": changed.strftime("%Y-%m-%dT%H:%M:%S"),
    }
