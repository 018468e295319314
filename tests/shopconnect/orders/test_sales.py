"""What forecasts and prices read of orders: units and amounts by day."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shopconnect.catalog.models import Product
from shopconnect.catalog.services import store_products
from shopconnect.connectors.types import LineDraft, OrderDraft, OrderKind, ProductDraft
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.sales import Sale, iter_sales
from shopconnect.orders.services import store_orders
from tests.makers import make_shop

LATE = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # the next day in Paris
DAY = (LATE.date() - datetime(1970, 1, 1, tzinfo=UTC).date()).days + 1

pytestmark = pytest.mark.django_db


def order(external_id: str, *lines: tuple[str, str, str, str], **fields: Any) -> OrderDraft:
    values = {"kind": OrderKind.ORDER, "placed_at": LATE, "currency": "EUR", "email": "a@example.org", **fields}
    drafts = tuple(
        LineDraft(product, Decimal(quantity), Decimal(price), Decimal(discount))
        for product, quantity, price, discount in lines
    )
    return OrderDraft(external_id=external_id, lines=drafts, **values)


@pytest.fixture
def shop() -> ShopId:
    shop = make_shop()
    product = ProductDraft(external_id="mug", title="Mug", price=Decimal(8), currency="EUR")
    with shop_scope(shop):
        store_products([product, replace(product, external_id="bowl")])
    return shop


def sold(shop: ShopId, *orders: OrderDraft) -> set[Sale]:
    with shop_scope(shop):
        store_orders(orders)
        names = dict(Product.objects.values_list("id", "external_id"))
        return {sale._replace(product_id=names[sale.product_id]) for sale in iter_sales()}


def test_lines_alike_are_counted_together_on_the_shops_own_day(shop):
    found = sold(shop, order("1", ("mug", "2", "8", "1")), order("2", ("mug", "2", "8", "0"), ("bowl", "1", "9", "0")))
    assert found == {Sale("mug", "", DAY, 2.0, 2, 2, 31.0), Sale("bowl", "", DAY, 1.0, 1, 1, 9.0)}


def test_what_comes_back_counts_below_nought_on_the_day_when_it_does(shop):
    back = order("3", ("mug", "1", "8", "0"), kind=OrderKind.REFUND, placed_at=LATE + timedelta(days=2))
    assert sold(shop, order("1", ("mug", "2", "8", "0")), back) == {
        Sale("mug", "", DAY, 2.0, 1, 1, 16.0),
        Sale("mug", "", DAY + 2, -1.0, 1, 1, 8.0),
    }


def test_tests_cancelled_orders_the_future_and_unknown_products_are_out_and_what_tills_and_staff_sell_is_in(shop):
    line = ("mug", "1", "8", "0")
    found = sold(
        shop,
        order("1", line, is_test=True),
        order("2", line, cancelled_at=LATE),
        order("3", line, channel="draft"),
        order("4", line, placed_at=now() + timedelta(days=3)),
        order("5", ("unknown", "1", "8", "0")),
        order("6", line, channel="pos"),
    )
    assert found == {Sale("mug", "", DAY, 1.0, 2, 2, 16.0)}


def test_what_was_paid_counts_in_the_shops_currency_alone(shop):
    found = sold(shop, order("1", ("mug", "1", "8", "0")), order("2", ("mug", "1", "9", "0"), currency="USD"))
    assert found == {Sale("mug", "", DAY, 1.0, 2, 1, 8.0)}
