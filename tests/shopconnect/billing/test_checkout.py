"""Plans that our own page sells: bought with Stripe’s double; whatever becomes of them there, the right plan holds."""

from collections.abc import Iterator

import pytest
from django.test import Client

from shopconnect.accounts.types import Role
from shopconnect.billing import checkout, plans
from shopconnect.connectors import registry
from shopconnect.connectors.billing import BilledShop
from shopconnect.connectors.stripe.billing import StripeAccount, StripeBilling
from shopconnect.core import http, registries
from shopconnect.core.jobs.work import run_due
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops import installs
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.services import store_key
from shopconnect.shops.types import KeyKind
from tests.doubles.stripe.double import KEY, WEBHOOK_SECRET, StripeDouble
from tests.shopconnect.billing.test_plans import page_of, plan_held_by
from tests.shopconnect.shops.conftest import make_member, signed_in
from tests.shopconnect.shops.platforms import DRAFT, NAME, PlainPlatform, tokens

HOOK = "/shops/plan/webhooks/stripe"


@pytest.fixture
def double() -> Iterator[StripeDouble]:
    """Stripe, where shops of the plain platform pay."""
    http.configure(allow_loopback=True)
    with StripeDouble({"price_s": 1900, "price_g": 4900}) as double, registries.put_back():
        plans_of = {"price_s": "starter", "price_g": "growth"}
        account = StripeAccount(key=KEY, webhook_secret=WEBHOOK_SECRET, plans=plans_of, origin=double.url)
        with registry.only(PlainPlatform(), billings=[StripeBilling(account, lambda platform: platform == NAME)]):
            yield double


@pytest.fixture
def paying(db: None, double: StripeDouble) -> ShopId:
    return a_shop("lumen.example")


def a_shop(address: str) -> ShopId:
    return installs.install_shop(NAME, address, tokens(), DRAFT)


def choose(shop_id: ShopId, price: str = "price_g") -> str:
    """Press a plan's button; returns where that leads."""
    owner = signed_in(make_member(shop_id, Role.OWNER, f"owner{make_member.__name__}{price}{shop_id}@example.com"))
    return str(owner.post("/shops/plan/choose/", {"price": price})["Location"])


def hear(double: StripeDouble, kind: str, thing: str) -> int:
    """Have Stripe tell us, and a worker do what it asks for; returns the answer's status."""
    body, signed = double.event(kind, thing)
    told = Client().post(HOOK, body, "application/json", headers=signed)
    for shop_id in set(Due.objects.filter(kind=plans.WORK_KIND).values_list("shop_id", flat=True)):
        run_due(ShopId(shop_id), plans.WORK_KIND)
    return told.status_code


def test_the_page_says_what_plans_hold_and_cost_in_both_languages(paying: ShopId):
    english = page_of(paying)
    assert "Choose Growth for €49.00 a month" in english
    assert "Choisir Départ pour 19,00\xa0€ par mois" in page_of(paying, **{"accept-language": "fr"})
    assert "no limits" not in english


def test_while_stripe_is_away_the_page_says_so_and_the_plan_holds(paying: ShopId, double: StripeDouble):
    number = double.pay(choose(paying))
    double.fails_with = (503, b"")
    assert "can’t be shown right now" in page_of(paying)
    double.fails_with = None
    hear(double, "customer.subscription.created", number)
    double.fails_with = (503, b"")
    assert "can’t be shown right now" not in page_of(paying)
    assert plan_held_by(paying) == "growth"
    assert choose(paying, "price_s") == "/shops/plan/"


def test_a_plan_is_bought_changed_and_ended(paying: ShopId, double: StripeDouble):
    assert plan_held_by(paying) == "free"
    number = double.pay(choose(paying))
    assert hear(double, "customer.subscription.created", number) == 200
    assert plan_held_by(paying) == "growth"
    assert "Change or cancel your plan" in page_of(paying)
    assert choose(paying, "").startswith("https://billing.stripe.com/")
    double.things[number]["items"]["data"][0]["price"] = double.things["price_s"]
    hear(double, "customer.subscription.updated", number)
    assert plan_held_by(paying) == "starter"
    double.things[number]["status"] = "canceled"
    hear(double, "customer.subscription.deleted", number)
    assert plan_held_by(paying) == "free"
    assert "Your plan ended on" in page_of(paying)


def test_who_comes_back_from_paying_reads_of_it_before_the_webhook_came(paying: ShopId, double: StripeDouble):
    owner = signed_in(make_member(paying, Role.OWNER, "back@example.com"))
    owner.get("/shops/plan/")
    run_due(paying, plans.WORK_KIND)
    double.pay(choose(paying))
    assert "being confirmed" in owner.get("/shops/plan/?paid=1").content.decode()
    run_due(paying, plans.WORK_KIND)
    assert plan_held_by(paying) == "growth"
    assert "being confirmed" not in owner.get("/shops/plan/?paid=1").content.decode()


@pytest.mark.parametrize("status", ["unpaid", "canceled", "incomplete_expired"])
def test_what_comes_twice_late_or_in_another_order_ends_in_the_right_plan(
    paying: ShopId, double: StripeDouble, status: str
):
    number = double.pay(choose(paying))
    early = double.event("customer.subscription.created", number)
    double.things[number]["status"] = status
    late = double.event("customer.subscription.updated", number)
    for body, signed in (late, early, late, early):
        Client().post(HOOK, body, "application/json", headers=signed)
        run_due(paying, plans.WORK_KIND)
        assert plan_held_by(paying) == "free"


def test_what_nobody_signed_asks_for_nothing(paying: ShopId, double: StripeDouble):
    number = double.pay(choose(paying))
    body, signed = double.event("customer.subscription.deleted", number)
    Due.objects.filter(kind=plans.WORK_KIND).delete()
    for said, headers, status in [(body, {}, 400), (body + b" ", signed, 400), (b"x" * 1_000_001, signed, 413)]:
        told = Client().post(HOOK, said, "application/json", headers=headers)
        assert told.status_code == status
    assert Client().post("/shops/plan/webhooks/other", body, "application/json").status_code == 404
    assert not Due.objects.filter(kind=plans.WORK_KIND).exists()


def test_one_shops_payment_is_no_others(paying: ShopId, double: StripeDouble):
    other = a_shop("other.example")
    hear(double, "customer.subscription.created", double.pay(choose(paying)))
    plans.read_plan(other)
    assert (plan_held_by(paying), plan_held_by(other)) == ("growth", "free")
    assert len({*keys_of_shop(paying, KeyKind.PAYER), *keys_of_shop(other, KeyKind.PAYER)}) == 1
    assert choose(other).startswith("https://checkout.stripe.com/")
    assert len({*keys_of_shop(paying, KeyKind.PAYER), *keys_of_shop(other, KeyKind.PAYER)}) == 2


def test_a_shop_that_left_pays_no_more_and_one_that_is_back_has_what_it_paid(paying: ShopId, double: StripeDouble):
    number = double.pay(choose(paying))
    installs.uninstall_shop(paying, None)
    run_due(paying, checkout.WORK_KIND)
    assert double.things[number]["cancel_at_period_end"] is True
    assert a_shop("lumen.example") == paying
    plans.read_plan(paying)
    assert plan_held_by(paying) == "growth"
    assert "Your plan is cancelled and ends on" in page_of(paying)


def test_what_a_shop_that_came_back_at_once_pays_for_goes_on(paying: ShopId, double: StripeDouble):
    number = double.pay(choose(paying))
    installs.uninstall_shop(paying, None)
    a_shop("lumen.example")
    run_due(paying, checkout.WORK_KIND)
    assert double.things[number]["cancel_at_period_end"] is False


def test_what_is_bought_after_a_shop_left_ends_with_what_is_paid(paying: ShopId, double: StripeDouble):
    address = choose(paying)
    installs.uninstall_shop(paying, None)
    run_due(paying, checkout.WORK_KIND)
    number = double.pay(address)
    hear(double, "customer.subscription.created", number)
    run_due(paying, checkout.WORK_KIND)
    assert double.things[number]["cancel_at_period_end"] is True


def test_two_presses_at_once_have_one_payer(paying: ShopId, double: StripeDouble, monkeypatch: pytest.MonkeyPatch):
    opened = StripeBilling.open_account

    def while_another_presses(seller: StripeBilling, shop: BilledShop) -> str:
        payer = opened(seller, shop)
        with shop_scope(paying):
            store_key(paying, KeyKind.PAYER, payer)
        return payer

    monkeypatch.setattr(StripeBilling, "open_account", while_another_presses)
    assert choose(paying).startswith("https://checkout.stripe.com/")
    assert len(keys_of_shop(paying, KeyKind.PAYER)) == 1


def test_only_owners_buy(paying: ShopId, double: StripeDouble):
    for role in set(Role) - {Role.OWNER}:
        member = signed_in(make_member(paying, role, f"{role}@example.com"))
        assert member.post("/shops/plan/choose/", {"price": "price_g"}).status_code == 403
    with shop_scope(paying):
        assert plans.plan_of_shop().handle == "free"
    assert double.calls == []


def test_where_nothing_is_sold_the_page_says_that_it_is_free(shop: ShopId):
    page = page_of(shop)
    assert "ShopConnect is free for your shop" in page
    assert "/shops/plan/choose/" not in page
