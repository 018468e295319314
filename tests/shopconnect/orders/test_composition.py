"""Orders that look like wholesale are counted, and a shift of countries is named."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from shopconnect.connectors.types import LineDraft, OrderDraft, OrderKind
from shopconnect.core.clock import now
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.composition import CountryDrift, country_drift, drift_of, wholesale_orders
from shopconnect.orders.services import store_orders
from tests.makers import make_shop

pytestmark = pytest.mark.django_db


def order(number: int, units: int = 2, *, days: int = 5, country: str = "FR") -> OrderDraft:
    return OrderDraft(
        external_id=str(number),
        kind=OrderKind.ORDER,
        placed_at=now() - timedelta(days=days, minutes=number),
        currency="EUR",
        country=country,
        lines=(LineDraft("mug", Decimal(units), Decimal(8), Decimal(0)),),
    )


def test_orders_of_ten_times_the_usual_units_look_like_wholesale():
    shop_id, empty = make_shop(), make_shop("empty")
    usual = [order(number) for number in range(30)]
    large = [order(100, 400), order(101, 20)]
    not_counted = [
        order(102, 19),
        order(103, 500, days=100),
        replace(order(104, 500), is_test=True),
        replace(order(105, 500), cancelled_at=now()),
        replace(order(106, 500), kind=OrderKind.REFUND),
    ]
    with shop_scope(shop_id):
        store_orders([*usual, *large, *not_counted])
        assert wholesale_orders() == (33, 2)
    with shop_scope(empty):
        assert wholesale_orders() == (0, 0)


def test_a_large_shift_of_countries_is_named_by_the_one_that_moved_most():
    before = {"FR": (180, 900), "DE": (20, 100)}
    assert drift_of(before) is None
    assert drift_of({"FR": (120, 900), "DE": (80, 100)}) == CountryDrift("DE", 40, 10)
    assert drift_of({"FR": (150, 1000), "BE": (50, 0)}) == CountryDrift("BE", 25, 0)
    assert drift_of({"FR": (10, 900), "DE": (80, 100)}) is None  # too few to say


def test_countries_are_those_of_the_orders_of_two_times():
    shop_id = make_shop()
    with shop_scope(shop_id):
        then = [order(number, days=200, country="fr") for number in range(210)]
        lately = [order(1000 + number, country="DE" if number % 2 else "FR") for number in range(210)]
        store_orders([*then, *lately])
        assert country_drift() == CountryDrift("DE", 50, 0)
