"""What is read, written and read again is the same draft."""

import json
from decimal import Decimal

import pytest

from shopconnect.connectors.files import drafts, rows
from shopconnect.connectors.files.reading import parse

FULL = {
    "shop": {
        "name": "Épicerie",
        "currency": "EUR",
        "timezone": "Europe/Paris",
        "languages": ["fr", "en-GB"],
        "countries": ["FR"],
        "hosts": ["shop.example.org"],
        "prices_include_tax": False,
    },
    "setting": {"name": "diversity", "value": {"cap": 2, "on": False}},
    "product": {
        "id": "p/1",
        "title": "Thé « vert »",
        "price": "12.50",
        "currency": "EUR",
        "description": "Bon\nthé",
        "vendor": "Ça",
        "category": ["Boire", "Thé"],
        "tags": ["bio"],
        "image": "images/the vert.svg",
        "url": "/p/1",
        "available": False,
        "created_at": "2026-01-31T12:00:00.000001Z",
        "cost": "3.123456",
        "stock": 0,
        "translations": {"en": {"title": "Tea", "category": ["Drink"]}},
        "variants": [{"id": "S", "sku": "T-S", "price": "0.00", "compare_at_price": "14.00", "stock": -1.5}],
        "deleted_at": "2026-02-01T00:00:00Z",
    },
    "price": {
        "product": "1",
        "variant": "S",
        "at": "2026-01-01T00:00:00Z",
        "price": "1.00",
        "currency": "EUR",
        "compare_at_price": "2.00",
        "cost": "0.50",
    },
    "stock": {"product": "1", "location": "Lyon", "at": "2026-01-01T00:00:00Z", "level": 2.125},
    "customer": {
        "id": "7",
        "email": "A@b.fr",
        "country": "FR",
        "language": "fr",
        "created_at": "2026-01-01T00:00:00Z",
        "marketing_consent": False,
    },
    "order": {
        "id": "9",
        "kind": "refund",
        "placed_at": "2026-01-01T00:00:00Z",
        "currency": "JPY",
        "number": "#9",
        "status": "paid",
        "channel": "web",
        "test": True,
        "cancelled_at": "2026-01-02T00:00:00Z",
        "customer": "7",
        "email": "a@b.fr",
        "country": "FR",
        "refunds": "8",
        "lines": [
            {"product": "1", "quantity": 2, "price": "3.00"},
            {"product": "1", "quantity": 0.5, "price": "3.333334", "variant": "S", "discount": "0.10", "id": "l2"},
        ],
        "shipments": [
            {"at": "2026-01-01T00:00:00Z", "carrier": "La Poste", "tracking_url": "https://x.fr/1", "status": "sent"}
        ],
    },
    "event": {
        "id": "018f0000-0000-7000-8000-000000000001",
        "name": "view_item",
        "at": "2026-01-01T00:00:00Z",
        "visit": "v",
        "visitor": "w",
        "customer": "7",
        "product": "1",
        "products": ["1", "2"],
        "query": "thé",
        "page": "/p",
        "source": "s",
        "medium": "m",
        "campaign": "c",
        "value": "1.00",
        "currency": "EUR",
        "order": "9",
        "shelf": "for-you",
        "model": "20260101T000000-a",
        "reasons": ["together,trend", "new"],
    },
    "consent": {"visitor": "w", "purpose": "analytics", "given": False, "at": "2026-01-01T00:00:00Z", "source": "b"},
}


@pytest.mark.parametrize("kind", FULL)
def test_writing_what_was_read_gives_the_same_object(kind):
    read, write = getattr(drafts, f"read_{kind}"), getattr(rows, f"{kind}_row")
    line = json.dumps(FULL[kind], ensure_ascii=False)
    assert json.dumps(write(read(parse(line.encode()))), ensure_ascii=False) == line


def test_an_event_id_that_is_no_uuid_becomes_the_same_one_each_time():
    row = FULL["event"] | {"id": "evt-1"}
    assert drafts.read_event(row).id == drafts.read_event(row).id
    assert str(drafts.read_event(row).id) != "evt-1"


def test_a_line_total_is_price_times_quantity_less_discount():
    line = drafts.read_order(parse(json.dumps(FULL["order"]).encode())).lines[1]
    assert line.total == Decimal("1.566667")
