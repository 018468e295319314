"""Folders that tests bring in."""

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

SHOP = {
    "name": "Thés & Cie",
    "currency": "EUR",
    "timezone": "Europe/Paris",
    "languages": ["fr", "en"],
    "countries": ["FR", "BE"],
    "hosts": ["the.example.fr"],
    "prices_include_tax": True,
}

PRODUCTS = [
    {
        "id": "tea",
        "title": "Thé vert",
        "price": "4.50",
        "currency": "EUR",
        "category": ["Boire", "Thé"],
        "tags": ["bio"],
        "image": "images/thé vert.svg",
        "cost": "1.20",
        "stock": 12,
        "created_at": "2025-01-01T00:00:00Z",
        "description": "Un « bon » thé\nbien vert 🍵",
        "translations": {"en": {"title": "Green tea", "category": ["Drink", "Tea"], "url": "/en/tea"}},
        "variants": [
            {"id": "100g", "sku": "T1", "title": "100 g", "price": "4.50", "stock": 10},
            {"id": "1kg", "sku": "T10", "title": "1 kg", "price": "39.000001", "compare_at_price": "45.00"},
        ],
    },
    {"id": "pot", "title": "Théière", "price": "25.00", "currency": "EUR", "available": False},
    {"id": "été", "title": "Été", "price": "0.00", "currency": "EUR", "gift_card": True},
]

CUSTOMERS = [
    {"id": "7", "email": "Zoé@Example.fr", "country": "FR", "language": "fr", "marketing_consent": True},
    {"id": "8", "country": "BE"},
]

ORDERS = [
    {
        "id": "1",
        "placed_at": "2026-01-05T10:00:00Z",
        "currency": "EUR",
        "customer": "7",
        "status": "paid",
        "lines": [
            {"product": "tea", "variant": "100g", "quantity": 3, "price": "4.50", "discount": "1.00"},
            {"product": "pot", "quantity": 1, "price": "25.00"},
        ],
        "shipments": [{"at": "2026-01-06T00:00:00Z", "carrier": "La Poste", "tracking_url": "https://x.fr/1"}],
    },
    {
        "id": "2",
        "placed_at": "2026-01-06T10:00:00Z",
        "currency": "EUR",
        "email": " guest@example.fr ",
        "lines": [{"product": "tea", "quantity": 0.25, "price": "39.000004", "id": "line-1"}],
    },
    {
        "id": "3",
        "placed_at": "2026-01-07T10:00:00Z",
        "currency": "EUR",
        "lines": [{"product": "gone", "quantity": 1, "price": "1.00"}],
    },
    {
        "id": "4",
        "placed_at": "2026-01-08T10:00:00Z",
        "currency": "EUR",
        "customer": "8",
        "test": True,
        "lines": [{"product": "tea", "quantity": 1, "price": "4.50"}],
    },
    {
        "id": "5",
        "placed_at": "2026-01-09T10:00:00Z",
        "currency": "EUR",
        "customer": "8",
        "cancelled_at": "2026-01-09T11:00:00Z",
        "lines": [{"product": "tea", "quantity": 1, "price": "4.50"}],
    },
    {
        "id": "1",
        "kind": "refund",
        "placed_at": "2026-01-10T10:00:00Z",
        "currency": "EUR",
        "customer": "7",
        "refunds": "1",
        "lines": [{"product": "pot", "quantity": 1, "price": "25.00"}],
    },
    {"id": "6", "placed_at": "2026-01-11T10:00:00.123456Z", "currency": "JPY", "customer": "unknown", "lines": []},
]

EVENTS = [
    {"id": "e1", "name": "view_item", "at": "2026-01-05T09:00:00Z", "visit": "v1", "visitor": "w1", "product": "tea"},
    {
        "id": "018f0000-0000-7000-8000-000000000001",
        "name": "search",
        "at": "2025-12-31T23:59:59.5Z",
        "visit": "v1",
        "visitor": "w1",
        "query": "thé",
        "source": "news",
        "medium": "email",
        "campaign": "hiver",
    },
    {
        "id": "e3",
        "name": "purchase",
        "at": "2026-02-01T00:00:00Z",
        "visit": "v2",
        "visitor": "w2",
        "customer": "7",
        "products": ["tea", "pot"],
        "value": "37.50",
        "currency": "EUR",
    },
    {"id": "e4", "name": "view_item", "at": "2026-01-05T09:01:00Z", "visit": "v3", "visitor": "no", "product": "pot"},
]

CONSENTS = [
    {"visitor": "w1", "purpose": "analytics", "given": True, "at": "2026-01-01T00:00:00Z", "source": "banner 3"},
    {"visitor": "no", "purpose": "analytics", "given": True, "at": "2026-01-01T00:00:00Z"},
    {"visitor": "no", "purpose": "analytics", "given": False, "at": "2026-01-02T00:00:00Z"},
    {"customer": "7", "purpose": "marketing", "given": False, "at": "2026-01-02T00:00:00Z"},
]

STOCK = [
    {"product": "tea", "variant": "100g", "at": "2026-01-01T00:00:00Z", "level": 40},
    {"product": "tea", "variant": "100g", "at": "2026-01-02T00:00:00Z", "level": 10},
    {"product": "pot", "location": "Lyon", "at": "2026-01-02T00:00:00Z", "level": -1.5},
]
PRICES = [{"product": "tea", "at": "2025-01-01T00:00:00Z", "price": "5.00", "currency": "EUR"}]
SETTINGS = [{"name": "diversity", "value": {"cap": 2}}, {"name": "banner", "value": None}]
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


def write_lines(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows as JSON Lines, gzipped where the name says so."""
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


def awkward_folder(folder: Path) -> Path:
    """Make a small shop folder that holds one of everything."""
    (folder / "images").mkdir(parents=True)
    (folder / "images" / "thé vert.svg").write_bytes(PICTURE)
    write_lines(folder / "shop.jsonl", [SHOP])
    write_lines(folder / "products.jsonl.gz", PRODUCTS)
    write_lines(folder / "customers.jsonl", CUSTOMERS)
    write_lines(folder / "orders.jsonl.gz", ORDERS)
    write_lines(folder / "events.jsonl", EVENTS)
    write_lines(folder / "consents.jsonl", CONSENTS)
    write_lines(folder / "stock.jsonl", STOCK)
    write_lines(folder / "prices.jsonl", PRICES)
    write_lines(folder / "settings.jsonl", SETTINGS)
    return folder


def plain_folder(folder: Path, **files: Iterable[Mapping[str, object]]) -> Path:
    """Make a folder of one product and of whatever else is given, by file name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in ({"products": [PRODUCTS[1]]} | files).items():
        write_lines(folder / f"{name}.jsonl", rows)
    return folder


def files_of(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder by its path in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
