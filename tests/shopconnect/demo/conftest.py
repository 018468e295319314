"""A small invented shop, made once and read back."""

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from chatbot.answers.faq import store_entries
from chatbot.answers.faq_lines import read_entry
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.demo.conversations.services import make_conversations
from shopconnect.demo.engine.shop import Made, make_shop
from shopconnect.demo.engine.texts import faq
from shopconnect.demo.people import find_agents, make_demo_accounts
from tests import makers

UNTIL = date(2026, 6, 1)
KEYS = {  # file: (required, all), from the interchange format
    "shop": ("currency timezone", "name languages countries hosts prices_include_tax"),
    "products": (
        "id title price currency",
        "description vendor category tags image url available created_at cost stock translations variants",
    ),
    "prices": ("product at price currency", "variant compare_at_price cost"),
    "customers": ("id", "email country language created_at marketing_consent"),
    "orders": (
        "id placed_at currency lines",
        "kind number status channel test cancelled_at customer email country refunds shipments arm",
    ),
    "events": (
        "id name at visit",
        "visitor customer product products query page source medium campaign value currency order shelf",
    ),
    "stock": ("product at level", "variant location"),
    "suppliers": ("name lead_days late_days review_days", ""),
    "supply": ("product", "supplier variant on_order on_order_date"),
    "price_tests": ("id group product price tested_price state made_at design", ""),
    "arms": ("secret", ""),
    "shelves": ("day shelf arm", "requests empties clicks"),
    "tests": ("id kind percent started_at", "value base ends_at"),
    "faq": ("id language question answer", "phrases category"),
    "messages": ("text language", "expect"),
}


class SmallShop(NamedTuple):
    """A small demo shop, read back."""

    folder: Path
    made: Made
    rows: dict[str, list[dict[str, Any]]]
    hidden: dict[str, list[dict[str, Any]]]

    def orders(self, kind: str = "order") -> list[dict[str, Any]]:
        return [order for order in self.rows["orders"] if order["kind"] == kind]


def read(folder: Path, name: str) -> list[dict[str, Any]]:
    packed = folder / f"{name}.jsonl.gz"
    text = gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / f"{name}.jsonl").read_bytes()
    return [json.loads(line) for line in text.decode().splitlines()]


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallShop:
    """A shop of a twentieth of the demo's size."""
    folder = tmp_path_factory.mktemp("lab") / "demo"
    made = make_shop(folder, until=UNTIL, scale=0.05)
    truth = folder.with_name("demo-truth")
    return SmallShop(
        folder,
        made,
        {name: read(folder, name) for name in KEYS},
        {name: read(truth, name) for name in ("tastes", "products", "demand")},
    )


@pytest.fixture
def talking(db: None) -> ShopId:
    """The invented shop with its FAQ and its people, and what its shoppers asked."""
    shop_id = makers.make_shop("demo")
    with shop_scope(shop_id):
        store_entries([read_entry(row) for row in faq()])
    make_demo_accounts("demo")
    make_conversations(shop_id, find_agents())
    return shop_id
