"""The bench of bringing a shop in, against a bare COPY of the rows that came of it."""

import json
import os
import random
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from shopconnect.core.clock import write_time
from shopconnect.measure.bench.copying import copy_in, take_out
from shopconnect.measure.bench.figures import ratio
from shopconnect.measure.bench.processor import cost_of
from shopconnect.measure.bench.types import Figures, NothingToMeasure, Tell
from shopconnect.shops.erasure import erase_shop
from shopconnect.shops.selectors import find_shop
from shopconnect.sync.services import load_folder

TABLES = ("catalog_product", "orders_customer", "orders_order", "orders_line")
LINES_AN_ORDER, ORDERS_A_CUSTOMER, LINES_A_PRODUCT, MOST_PRODUCTS = 5, 4, 20, 5000
FIRST_DAY, DAYS = datetime(2025, 1, 1, tzinfo=UTC), 365


def bench_load(lines: int, tell: Tell) -> Figures:
    """Measure load_shop on an invented folder of so many order lines; CPU of this process and PostgreSQL, seconds, MB.

    The shop is a throwaway one, marked as invented, and removed with all its rows before this returns.
    """
    slug = f"bench-{os.getpid()}"
    with tempfile.TemporaryDirectory() as place:
        folder, rows = Path(place) / "shop", Path(place) / "rows"
        rows.mkdir()
        tell(f"Writing {lines:,} order lines")
        write_folder(folder, lines)
        try:
            tell("Loading them")
            load = cost_of(partial(load_folder, slug, folder, is_demo=True))
            shop_id = find_shop(slug)
            if shop_id is None:
                raise NothingToMeasure("The throwaway shop was not made.")
            counts = take_out(shop_id, TABLES, rows)
        finally:
            tell("Removing them")
            _remove(slug)
        tell("Copying the same rows")
        bare = cost_of(partial(copy_in, TABLES, rows))
    return {
        "lines": counts["orders_line"],
        "rows": sum(counts.values()),
        "seconds": load.seconds,
        "lines_a_second": counts["orders_line"] / load.seconds,
        "cpu_seconds": load.cpu_seconds,
        "yardstick_seconds": bare.seconds,
        "yardstick_cpu_seconds": bare.cpu_seconds,
        "ratio": ratio(load.cpu_seconds, bare.cpu_seconds),
        "peak_megabytes": load.peak_megabytes,
    }


def write_folder(folder: Path, lines: int) -> None:
    """Write an interchange folder with so many order lines: few products sell much, customers come back."""
    folder.mkdir(parents=True)
    chance = random.Random(lines)  # noqa: S311
    products = min(MOST_PRODUCTS, max(20, lines // LINES_A_PRODUCT))
    customers = max(10, lines // (LINES_AN_ORDER * ORDERS_A_CUSTOMER))
    _write(folder / "shop.jsonl", [{"name": "Bench", "currency": "EUR", "timezone": "UTC", "languages": ["en"]}])
    _write(folder / "products.jsonl", (_product(number) for number in range(products)))
    _write(folder / "customers.jsonl", (_customer(number) for number in range(customers)))
    _write(folder / "orders.jsonl", _orders(chance, lines, products, customers))


def _write(file: Path, entries: Iterable[dict[str, Any]]) -> None:
    with file.open("w", encoding="utf-8") as output:
        output.writelines(json.dumps(entry) + "\n" for entry in entries)


def _product(number: int) -> dict[str, Any]:
    return {
        "id": f"p{number}",
        "title": f"Product {number}",
        "price": f"{1 + number % 90}.90",
        "currency": "EUR",
        "category": [f"Department {number % 12}", f"Kind {number % 60}"],
        "vendor": f"Vendor {number % 25}",
    }


def _customer(number: int) -> dict[str, Any]:
    return {"id": f"c{number}", "email": f"shopper{number}@example.com", "country": "FR", "language": "en"}


def _orders(chance: random.Random, lines: int, products: int, customers: int) -> Iterator[dict[str, Any]]:
    written, number = 0, 0
    step = timedelta(days=DAYS) / max(1, lines // LINES_AN_ORDER)
    while written < lines:
        wanted = min(lines - written, chance.randint(1, 2 * LINES_AN_ORDER - 1))
        chosen = {int(products * chance.random() ** 2) for _ in range(wanted)}
        yield {
            "id": f"o{number}",
            "placed_at": write_time(FIRST_DAY + number * step),
            "currency": "EUR",
            "customer": f"c{chance.randrange(customers)}",
            "lines": [
                {"product": f"p{one}", "quantity": chance.randint(1, 3), "price": f"{1 + one % 90}.90"}
                for one in sorted(chosen)
            ],
        }
        written, number = written + len(chosen), number + 1


def _remove(slug: str) -> None:
    shop_id = find_shop(slug)
    if shop_id is not None:
        while erase_shop(shop_id):
            pass
