"""When items were out of stock, by the ledger."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from shopconnect.catalog.services import store_products, store_stock
from shopconnect.catalog.stock import iter_stock_items, list_stock_outs
from shopconnect.connectors.types import ProductDraft, StockDraft, VariantDraft
from shopconnect.core.tenancy.scope import shop_scope
from tests.makers import make_shop

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
DAY = (MONDAY - datetime(1970, 1, 1, tzinfo=UTC)).days

pytestmark = pytest.mark.django_db


def counted(day: int, level: int, location: str = "default", variant: str = "s") -> StockDraft:
    return StockDraft(
        product="mug", variant=variant, location=location, at=MONDAY + timedelta(days=day), level=Decimal(level)
    )


@pytest.fixture
def shop():
    shop = make_shop()
    with shop_scope(shop):
        variants = (VariantDraft(external_id="s", title="Small"), VariantDraft(external_id="l", title="Large"))
        store_products(
            [
                ProductDraft(external_id="mug", title="Mug", price=Decimal(8), currency="EUR", variants=variants),
                ProductDraft(external_id="bowl", title="Bowl", price=Decimal(9), currency="EUR", stock=Decimal(4)),
            ]
        )
    return shop


def outs(shop, *drafts: StockDraft, zone: str = "UTC") -> list[tuple[str, float, float | None]]:
    with shop_scope(shop):
        store_stock(drafts)
        return [(out.variant, out.since - DAY, out.until and out.until - DAY) for out in list_stock_outs(zone)]


def test_a_stock_out_begins_at_nought_and_ends_with_the_next_count(shop):
    assert outs(shop, counted(0, 5), counted(2, 0), counted(4, 3), counted(6, 0)) == [("s", 2, 4), ("s", 6, None)]


def test_an_item_is_out_of_stock_where_no_place_has_any(shop):
    here = [counted(0, 5, "shop"), counted(1, 0, "shop"), counted(5, 2, "shop")]
    there = [counted(0, 1, "depot"), counted(3, 0, "depot")]
    assert outs(shop, *here, *there) == [("s", 3, 5)]


def test_variants_are_counted_apart(shop):
    found = outs(shop, counted(0, 0), counted(0, 4, variant="l"), counted(2, 0, variant="l"))
    assert sorted(found) == [("l", 2, None), ("s", 0, None)]


def test_items_are_variants_and_products_without_any(shop):
    with shop_scope(shop):
        found = [(item.title, item.variant, item.price, item.level) for item in iter_stock_items()]
    assert sorted(found) == [
        ("Bowl", "", Decimal(9), Decimal(4)),
        ("Mug – Large", "l", Decimal(8), None),
        ("Mug – Small", "s", Decimal(8), None),
    ]


def test_days_are_the_shops(shop):
    assert outs(shop, counted(0, 0), counted(2, 1), zone="Asia/Tokyo") == [("s", 9 / 24, 2 + 9 / 24)]
