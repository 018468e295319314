"""A night's work: forecasts are stored, those of four weeks ago are held against what came, owners are told."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import translation

from recommender.stock.advising import stock_advice
from recommender.stock.learning import ask_forecasts_of, learn_stock
from recommender.stock.models import ForecastCheck
from recommender.stock.types import FORECASTS_DRIFTED, RUNS_OUT, StockStatus
from shopconnect.accounts.types import Role
from shopconnect.catalog.models import Product, Translation
from shopconnect.connectors.types import LineDraft, OrderDraft, OrderKind
from shopconnect.core.clock import now
from shopconnect.core.models import Due
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications.kinds import notice_kinds
from shopconnect.notifications.models import Notice
from shopconnect.orders.services import store_orders
from tests.makers import noon
from tests.recommender.stock.shops import stocked_shop
from tests.shopconnect.shops.conftest import make_member

pytestmark = pytest.mark.django_db


def notices(shop_id) -> list[str]:
    with shop_scope(shop_id):
        return sorted(Notice.objects.values_list("kind", flat=True))


def sell(shop_id, days: int, units: int) -> None:
    """Sell so many small mugs on each of the last days."""
    with shop_scope(shop_id):
        store_orders(
            [
                OrderDraft(
                    external_id=f"late-{day}",
                    kind=OrderKind.ORDER,
                    placed_at=noon() - timedelta(days=day),
                    currency="EUR",
                    lines=(LineDraft("mug", Decimal(units), Decimal(10), Decimal(0), "mug-s"),),
                )
                for day in range(1, days + 1)
            ]
        )


def test_what_was_promised_is_held_against_what_came_once():
    shop_id = stocked_shop()
    learn_stock(shop_id)
    with time_machine.travel(now() + timedelta(days=28), tick=False):
        sell(shop_id, 28, 2)
        for _ in range(2):
            learn_stock(shop_id)
        with shop_scope(shop_id):
            (check,) = ForecastCheck.objects.all()
        (shown,) = stock_advice(shop_id).checks
    assert (check.figures["items"], check.figures["units"]) == (4, 56)
    assert shown.error == pytest.approx((28 * 3) / 56)  # three items sold nothing any more
    assert shown.cover == 1


def test_forecasts_that_did_worse_for_four_weeks_give_way_to_the_rule_and_owners_hear_of_it_once():
    shop_id = stocked_shop()
    make_member(shop_id, Role.OWNER)
    with shop_scope(shop_id):
        for week, lead in enumerate((0.10, 0.12, 0.09, 0.11)):
            figures = {"items": 4, "units": 9, "error": 0.5 + lead, "simple_error": 0.5, "cover": 0.9}
            ForecastCheck.objects.create(day=now().date() - timedelta(days=30 + 7 * week), figures=figures)
    for _ in range(2):
        learn_stock(shop_id)
    advice = stock_advice(shop_id)
    assert (advice.is_drifted, advice.is_simple) == (True, True)
    assert notices(shop_id).count(FORECASTS_DRIFTED) == 1


def test_owners_hear_once_a_week_of_what_runs_out():
    shop_id = stocked_shop(mug=10)
    make_member(shop_id, Role.OWNER)
    for _ in range(2):
        learn_stock(shop_id)
    assert notices(shop_id) == [RUNS_OUT]
    with shop_scope(shop_id):
        assert Notice.objects.get().params == {"title": "Mug – Small", "days": "5", "others": "0"}


def test_a_notice_names_the_product_in_its_readers_language():
    shop_id = stocked_shop(mug=10)
    make_member(shop_id, Role.OWNER)
    with shop_scope(shop_id):
        mug = Product.objects.get(external_id="mug")
        Translation.objects.create(product=mug, language="fr", title="Tasse")
    learn_stock(shop_id)
    with shop_scope(shop_id):
        params = Notice.objects.get().params
    sentence = notice_kinds()[RUNS_OUT].sentence
    with translation.override("fr"):
        assert sentence(params).startswith("«\u00a0Tasse – Small\u00a0»")
    with translation.override("en"):
        assert sentence(params).startswith("“Mug – Small”")


def test_nobody_hears_of_what_lasts():
    shop_id = stocked_shop(mug=600)
    make_member(shop_id, Role.OWNER)
    learn_stock(shop_id)
    assert notices(shop_id) == []


def test_old_forecasts_are_shown_as_such():
    shop_id = stocked_shop()
    learn_stock(shop_id)
    assert stock_advice(shop_id).status == StockStatus.READY
    with time_machine.travel(now() + timedelta(days=9), tick=False):
        assert stock_advice(shop_id).status == StockStatus.STALE


def test_each_shop_has_its_hour_of_the_night():
    shop_id = stocked_shop()
    Due.objects.filter(kind="learn_stock").delete()
    assert sum(ask_forecasts_of(hour) for hour in range(24)) == 1
    assert Due.objects.filter(shop_id=shop_id, kind="learn_stock").count() == 1
