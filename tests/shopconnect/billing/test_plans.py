"""What a shop's plan is, as who takes the money says it; what a shop has stays, whatever it pays."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import translation

from chatbot.answers.types import ANSWERS
from recommender.products.types import SUGGESTIONS
from shopconnect.accounts.types import Role
from shopconnect.billing import plans
from shopconnect.billing.meters import meters
from shopconnect.billing.models import MonthUsage, ShopPlan
from shopconnect.billing.usage import meters_of, month_of
from shopconnect.connectors import registry
from shopconnect.connectors.billing import BilledShop, Subscription
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.clock import now
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import refuse_in_scope
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.tenancy.shop_model import ShopModel
from shopconnect.shops import installs
from shopconnect.shops.models import Install
from shopconnect.ui.dates import date_format
from tests.recommender.products.shops import fill_shop
from tests.shopconnect.shops import platforms
from tests.shopconnect.shops.conftest import make_member, signed_in
from tests.shopconnect.shops.platforms import DRAFT, NAME, SHOP, PlainPlatform, tokens


@dataclass
class PlainBilling:
    """A billing that says what it is told to say."""

    says: Any = field(default_factory=Subscription)
    asked: list[str] = field(default_factory=list)

    def serves(self, shop: BilledShop) -> bool:
        """Whether a shop pays here."""
        return shop.platform == NAME

    def find_subscription(self, shop: BilledShop) -> Subscription:
        """What is paid for."""
        refuse_in_scope("find_subscription")
        self.asked.append(shop.number)
        if isinstance(self.says, Exception):
            raise self.says
        return self.says

    def plan_page(self, shop: BilledShop) -> str:
        """Where plans are."""
        return f"https://plans.example/{shop.external_id}"


@pytest.fixture
def billing(monkeypatch, offer) -> PlainBilling:
    """A platform whose shops pay there."""
    offer()
    monkeypatch.setattr(platforms, "DRAFT", replace(DRAFT, number="9001"))
    registry.register(PlainPlatform())
    registry.register_billing(made := PlainBilling())
    return made


@pytest.fixture
def paying(db, billing):
    """A shop of that platform."""
    return installs.install_shop(NAME, SHOP, tokens(), DRAFT)


def plan_held_by(shop_id) -> str:
    with shop_scope(shop_id):
        return plans.plan_of_shop().handle


def rows_of(shop_id) -> dict[str, int]:
    """How many rows each table holds of a shop."""
    models = [model for model in apps.get_models() if issubclass(model, ShopModel)]
    with shop_scope(shop_id):
        return {model._meta.label: model.objects.count() for model in models}


def page_of(shop_id, **headers: str) -> str:
    owner = make_member(shop_id, Role.OWNER, f"{now().timestamp()}@example.com")
    return signed_in(owner).get("/shops/plan/", headers=headers).content.decode()


def test_a_new_shop_is_on_the_free_plan_and_is_asked_about(paying):
    assert plan_held_by(paying) == "free"
    assert Due.objects.filter(shop_id=paying, kind=plans.WORK_KIND).exists()


def test_while_nobody_answers_what_was_heard_last_holds(paying, billing):
    billing.says = Subscription(plan="growth")
    plans.read_plan(paying)
    billing.says = ConnectorError(NAME, 503, permanent=False)
    with pytest.raises(ConnectorError):
        plans.read_plan(paying)
    billing.says = ConnectorError(NAME, 403, permanent=True)
    plans.read_plan(paying)
    assert plan_held_by(paying) == "growth"


def test_a_plan_that_lapsed_is_the_free_one_and_takes_nothing_away(paying, billing):
    billing.says = Subscription(plan="scale")
    plans.read_plan(paying)
    with shop_scope(paying):
        MonthUsage.objects.create(month=month_of(now()), meter=ANSWERS, count=7)
    billing.says = Subscription()
    plans.read_plan(paying)
    assert plan_held_by(paying) == "free"
    with shop_scope(paying):
        assert MonthUsage.objects.get().count == 7


def test_a_shop_that_pays_less_or_no_more_keeps_every_row(paying, billing):
    fill_shop(paying)
    with shop_scope(paying):
        MonthUsage.objects.create(month=month_of(now()), meter=ANSWERS, count=7)
    billing.says = Subscription(plan="scale")
    plans.read_plan(paying)
    before = rows_of(paying)
    assert sum(before.values()) > 100
    for handle in ("starter", ""):
        billing.says = Subscription(plan=handle)
        plans.read_plan(paying)
        assert plan_held_by(paying) == (handle or "free")
        assert rows_of(paying) == before


def test_plans_count_what_shoppers_are_given_and_nothing_that_was_sold(paying):
    for handle in plans.HANDLES:
        assert set(plans.plan_of(handle).most) == {SUGGESTIONS, ANSWERS} == set(meters())
    fill_shop(paying)  # with orders
    assert [meter.used for meter in meters_of(paying)] == [0, 0]


def test_a_cancelled_plan_holds_until_its_end(paying, billing):
    billing.says = Subscription(plan="scale", ends_at=now() + timedelta(hours=1))
    plans.read_plan(paying)
    assert plan_held_by(paying) == "scale"
    billing.says = Subscription(plan="scale", ends_at=now() - timedelta(hours=1))
    plans.read_plan(paying)
    assert plan_held_by(paying) == "free"


def test_a_plan_that_we_do_not_know_is_paid_for_all_the_same(paying, billing):
    billing.says = Subscription(plan="anniversary-2027")
    plans.read_plan(paying)
    assert plan_held_by(paying) == "scale"


def test_shops_of_files_have_no_limits_and_are_not_asked_about(shop, billing):
    plans.read_plan(shop)
    plans.ask_plans()
    with shop_scope(shop):
        assert plans.plan_of_shop().most == {}
    assert billing.asked == []
    assert not Due.objects.filter(shop_id=shop, kind=plans.WORK_KIND).exists()
    assert "with no limits" in page_of(shop)


def test_a_shop_that_left_is_asked_about_no_more(paying, billing):
    installs.uninstall_shop(paying, None)
    plans.read_plan(paying)
    assert billing.asked == []


def test_a_plan_that_ended_is_told_to_owners_for_a_month(paying, billing):
    clients = {role: signed_in(make_member(paying, role, f"{role}@ended.example")) for role in Role}

    def home(role: Role) -> str:
        return clients[role].get("/").content.decode()

    plans.read_plan(paying)
    assert "Your plan ended" not in home(Role.OWNER)  # it never had one
    billing.says = Subscription(plan="starter", ends_at=now() + timedelta(days=2))
    plans.read_plan(paying)
    assert "Your plan ended" not in home(Role.OWNER)
    billing.says = Subscription()
    for _ in range(2):  # heard again, it ended when it did
        plans.read_plan(paying)
        with shop_scope(paying):
            assert ShopPlan.objects.get().ends_at <= now()
    assert plan_held_by(paying) == "free"
    assert "Your plan ended on" in home(Role.OWNER)
    assert "Your plan ended on" in page_of(paying)
    assert "Your plan ended" not in home(Role.ANALYST)
    with shop_scope(paying):
        ShopPlan.objects.update(ends_at=now() - plans.TOLD_FOR)
    assert "Your plan ended" not in home(Role.OWNER)


def test_the_page_says_plan_trial_end_and_use_in_both_languages(paying, billing):
    trial_ends_at = (now() + timedelta(days=3)).replace(hour=12)  # the same day in every zone of the test
    billing.says = Subscription(plan="starter", trial_ends_at=trial_ends_at)
    plans.read_plan(paying)
    with shop_scope(paying):
        MonthUsage.objects.create(month=month_of(now()), meter=SUGGESTIONS, count=40_000)
        MonthUsage.objects.create(month=month_of(now()), meter=ANSWERS, count=1_000)
    english = page_of(paying)
    assert f'href="https://plans.example/{SHOP}"' in english
    with translation.override("en"):
        date = date_format(trial_ends_at, "DATE_FORMAT")
    for said in (
        "Starter",
        "trial",
        f"until {date}.",
        "40,000 of 50,000",
        "almost used up",
        "used up",
        'value="80"',
        'value="100"',
    ):
        assert said in english
    assert "presque épuisé" in page_of(paying, **{"accept-language": "fr"})


def test_only_owners_see_the_plan(paying):
    assert signed_in(make_member(paying, Role.SUPPORT)).get("/shops/plan/").status_code == 403
    assert Client().get("/shops/plan/").status_code == 302


def test_the_plan_of_a_parked_shop_is_still_read(paying, billing):
    with shop_scope(paying):
        Install.objects.update(needs_sign_in_at=now(), number="9001")
    billing.says = Subscription(plan="growth")
    plans.read_plan(paying)
    assert (plan_held_by(paying), billing.asked) == ("growth", ["9001"])


def test_a_shop_that_another_billing_serves_is_not_asked_about_here(paying, billing, offer):
    class Elsewhere(PlainBilling):
        def serves(self, shop: BilledShop) -> bool:
            return shop.external_id == SHOP

    elsewhere = Elsewhere(says=Subscription(plan="scale"))
    offer(PlainPlatform(), billings=[elsewhere, billing])
    plans.read_plan(paying)
    assert (plan_held_by(paying), billing.asked) == ("scale", [])


def test_where_plans_have_an_address_none_is_bought_on_our_page(paying):
    owner = signed_in(make_member(paying, Role.OWNER))
    page = owner.post("/shops/plan/choose/", follow=True)
    assert "Plans can’t be chosen this way." in page.content.decode()
