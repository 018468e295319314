"""What learning reads of orders: what was bought and kept."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shopconnect.catalog.services import store_products
from shopconnect.connectors.types import LineDraft, OrderDraft, OrderKind, ProductDraft
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.models import Order
from shopconnect.orders.selectors import count_given_back, iter_earlier, iter_purchases
from shopconnect.orders.services import link_to_orders, store_orders
from tests.makers import make_shop

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def lines_of(bought: Iterable[tuple[str, str]]) -> tuple[LineDraft, ...]:
    return tuple(LineDraft(product, Decimal(quantity), Decimal("4.50"), Decimal(0)) for product, quantity in bought)


def order(external_id: str, *bought: tuple[str, str], **fields: Any) -> OrderDraft:
    return OrderDraft(
        external_id=external_id,
        kind=OrderKind.ORDER,
        placed_at=NOON,
        currency="EUR",
        email="a@example.org",
        lines=lines_of(bought),
        **fields,
    )


def refund(of: str, *bought: tuple[str, str], external_id: str = "r", **fields: Any) -> OrderDraft:
    return replace(order(external_id, *bought, **fields), kind=OrderKind.REFUND, refunds=of, email="")


def keep(shop_id: ShopId, *drafts: OrderDraft) -> None:
    with shop_scope(shop_id):
        store_products(
            [
                ProductDraft(external_id=name, title=name, price=Decimal("4.50"), currency="EUR")
                for name in ("tea", "mug", "pot")
            ]
        )
        store_orders(drafts)
        link_to_orders()


def bought(shop_id: ShopId) -> list[tuple[str, str]]:
    """Return which orders taught which products, as the shop calls both."""
    with shop_scope(shop_id):
        orders = dict(Order.objects.values_list("id", "external_id"))
        products = {one.product_id: one.product_external_id for row in Order.objects.all() for one in row.lines.all()}
        return [(orders[one.order_id], products[one.product_id]) for one in iter_purchases()]


def test_what_was_given_back_whole_is_left_out_and_the_rest_of_the_order_stays(shop):
    keep(shop, order("1", ("tea", "2"), ("mug", "1")), refund("1", ("tea", "2")))
    assert bought(shop) == [("1", "mug")]
    with shop_scope(shop):
        assert count_given_back() == 1


@pytest.mark.parametrize(
    ("back", "is_kept"),
    [(["1"], True), (["1.999"], True), (["2"], False), (["1", "1"], False), (["3"], False), ([], True)],
)
def test_refunds_of_an_order_add_up_product_by_product(shop, back, is_kept):
    refunds = [refund("1", ("tea", quantity), external_id=f"r{place}") for place, quantity in enumerate(back)]
    keep(shop, order("1", ("tea", "2")), *refunds)
    assert bool(bought(shop)) is is_kept


def test_a_product_on_two_lines_is_left_out_only_where_both_came_back(shop):
    keep(shop, order("1", ("tea", "1"), ("tea", "2")), refund("1", ("tea", "2")))
    assert len(bought(shop)) == 2
    keep(shop, refund("1", ("tea", "1"), external_id="r2"))
    assert bought(shop) == []


def test_a_refund_that_names_another_order_was_cancelled_or_is_of_another_shop_takes_nothing_away(shop):
    other = make_shop("second")
    keep(
        shop,
        order("1", ("tea", "1")),
        order("2", ("tea", "1")),
        refund("2", ("tea", "1")),
        refund("1", ("tea", "1"), external_id="r2", cancelled_at=NOON),
        refund("", ("tea", "1"), external_id="r3"),
        refund("1", ("mug", "1"), external_id="r4"),
    )
    keep(other, order("1", ("tea", "1")), refund("1", ("tea", "1")))
    assert (bought(shop), bought(other)) == ([("1", "tea")], [])
    keep(shop, order("3", ("tea", "1"), is_test=True), refund("3", ("tea", "1"), external_id="r5"))
    with shop_scope(shop):
        assert count_given_back() == 1  # of the second order; nothing was learnt from a test anyway


def test_what_buyers_of_new_orders_gave_back_before_is_no_history_of_theirs(shop):
    keep(shop, order("1", ("tea", "1"), ("mug", "1")), refund("1", ("tea", "1")))
    with shop_scope(shop):
        last = Order.objects.latest("id").id
    keep(shop, replace(order("2", ("pot", "1")), placed_at=NOON + timedelta(days=1)))
    with shop_scope(shop):
        after = Order.objects.latest("id").id
        names = dict(Order.objects.values_list("lines__product_id", "lines__product_external_id"))
        assert [names[one.product_id] for one in iter_earlier(last, after)] == ["mug"]
