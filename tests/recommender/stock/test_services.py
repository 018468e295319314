"""Forecasts measured on a shop's own orders."""

from datetime import timedelta
from decimal import Decimal

import pytest

from recommender.stock.services import evaluate_stock
from recommender.stock.types import StockEvaluation
from shopconnect.catalog.services import store_products
from shopconnect.connectors.types import LineDraft, OrderDraft, OrderKind, ProductDraft
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.services import store_orders
from tests.makers import make_shop, noon

pytestmark = pytest.mark.django_db


def shop_of(weeks: int) -> ShopId:
    """A shop that sold three mugs each day for so many weeks."""
    shop, today = make_shop(), noon()
    with shop_scope(shop):
        store_products([ProductDraft(external_id="mug", title="Mug", price=Decimal(8), currency="EUR")])
        line = LineDraft("mug", Decimal(3), Decimal(8), Decimal(0))
        store_orders(
            [
                OrderDraft(
                    external_id=str(day),
                    kind=OrderKind.ORDER,
                    placed_at=today - timedelta(days=day),
                    currency="EUR",
                    lines=(line,),
                )
                for day in range(7 * weeks)
            ]
        )
    return shop


def test_a_shop_that_sells_the_same_each_week_is_foretold_exactly():
    found = evaluate_stock(shop_of(30), StockEvaluation())
    assert (found["series"], found["weeks"], found["origins"]) == (1, 30, 6)
    assert found["models"]["mean8"]["wape"] == 0
    assert found["reorder"]["velocity"]["cover"] == 1
    assert {"naive", "mean8", "imapa", "tsb", "sba", "served"} <= set(found["models"])
    assert {"velocity", "velocity_plus", "normal95", "served"} <= set(found["reorder"])
    assert found["served"] == "mean8"  # nothing beats what never errs


def test_too_few_weeks_are_refused_with_what_is_needed():
    with pytest.raises(Refusal, match="10 of 16"):
        evaluate_stock(shop_of(10), StockEvaluation())


def test_an_empty_shop_is_refused():
    with pytest.raises(Refusal, match="0 of 16"):
        evaluate_stock(make_shop("empty"), StockEvaluation())
