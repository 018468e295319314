"""The demo shop of a folder lives on the double of Shopify, comes in by the real install, and goes on living there."""

import json
import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from chatbot.answers.selectors import count_entries
from shopconnect.catalog.selectors import count_products
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.demo.installing import install_demo
from shopconnect.orders.selectors import count_orders
from tests.doubles.shopify.__main__ import live
from tests.doubles.shopify.double import Double
from tests.doubles.shopify.loading import fill
from tests.waiting import until


def demo_folder(folder: Path) -> Path:
    """A shop of twelve products, one of two variants, that sold for a month; one order was refunded in part."""
    began = datetime.now(UTC) - timedelta(days=31)
    products = [
        {
            "id": str(number),
            "title": f"Pot {number}",
            "price": "12.00",
            "currency": "EUR",
            "stock": 40,
            "translations": {"en": {"title": f"A pot {number}"}},
            "category": ["Home", "Pots"],
        }
        for number in range(1, 13)
    ]
    products[0]["variants"] = [{"id": "a", "title": "S", "stock": 1}, {"id": "b", "title": "L", "price": "15.00"}]
    orders = [
        {
            "id": str(number),
            "placed_at": (began + timedelta(days=number)).isoformat(),
            "currency": "EUR",
            "customer": str(number % 5 + 1),
            "lines": [{"product": str((number + step) % 12 + 1), "quantity": 1, "price": "12.00"} for step in (0, 1)],
        }
        for number in range(1, 31)
    ]
    orders.append(orders[0] | {"id": "99", "kind": "refund", "refunds": "1", "lines": orders[0]["lines"][:1]})
    files = {
        "shop": [{"name": "Lumen", "currency": "EUR", "timezone": "Europe/Paris"}],
        "products": products,
        "customers": [{"id": str(number), "language": "fr"} for number in range(1, 6)],
        "orders": orders,
        "faq": [{"id": "1", "language": "en", "question": "When?", "answer": "Tomorrow."}],
    }
    for name, rows in files.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def test_the_demo_shop_lives_on_shopify(
    site: str, shopify: Double, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, seen = demo_folder(tmp_path), []
    shop = shopify.add_shop("demo", data_level=2)
    shop.install_scopes(f"{shopify.scopes},read_all_orders")
    fill(shop, folder)
    shop_id = install_demo("demo", folder, lambda words, percent: seen.append(percent))
    assert seen == sorted(seen)
    assert seen[-1] == 95
    with shop_scope(shop_id):
        products, bought = count_products(), count_orders()
        assert (products.products, products.variants, count_entries()) == (12, 13, {"en": 1})
        assert (bought.orders, bought.refunds, bought.customers) == (30, 1, 5)
    for turn in range(6):
        live(shop, random.Random(turn))
    assert shop.webhooks.wait()
    assert {status for webhook in shop.webhooks.sent for status in webhook.statuses} == {200}
    more = sum(webhook.topic == "orders/create" for webhook in shop.webhooks.sent)
    assert more

    def has_come() -> bool:
        with shop_scope(shop_id):
            return count_orders().orders == 30 + more

    until(has_come)

    monkeypatch.setattr(settings, "DEMO_SHOP", f"{shopify.url}/{shop.domain}")
    pages, shelves, _, failed = walked(site, capsys)
    assert (pages > 3, shelves, failed) == (True, 0, 0)
    shop.theme.change(frozenset({"embed", "product"}), shows_chat=True)
    pages, shelves, _, failed = walked(site, capsys)
    assert (pages > 3, shelves > 0, failed) == (True, True, 0)


def walked(site: str, capsys: pytest.CaptureFixture[str]) -> list[int]:
    """Have shoppers walk for some seconds: pages, shelves and questions, and what failed of them."""
    call_command("simulate_shoppers", "demo", seconds=4, pause=0.1, site=site, seed=3)
    return list(map(int, re.findall(r"\d+", capsys.readouterr().out)))
