"""Who pays Stripe for what: asked of it each time, and what it sends is believed only where it signed it."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import stripe

from shopconnect.connectors.billing import BilledShop, PlanPrice, Subscription
from shopconnect.connectors.stripe.billing import StripeAccount, StripeBilling
from shopconnect.connectors.types import ConnectorError
from shopconnect.core import http
from tests.doubles.stripe.double import KEY, PERIOD_ENDS, WEBHOOK_SECRET, StripeDouble

SHOP = BilledShop(platform="elsewhere", external_id="lumen.example", number="", public_id=41)
PLANS = {"price_s": "starter", "price_g": "growth", "price_gy": "growth"}
BACK = "https://shopconnect.example/shops/plan/"
ENDS = datetime.fromtimestamp(PERIOD_ENDS, UTC)


@pytest.fixture
def double() -> Iterator[StripeDouble]:
    http.configure(allow_loopback=True)
    with StripeDouble({"price_s": 1900, "price_g": 4900, "price_gy": 49_000, "price_custom": 99_000}) as double:
        yield double


def billing(double: StripeDouble, **changes: Any) -> StripeBilling:
    account = StripeAccount(key=KEY, webhook_secret=WEBHOOK_SECRET, plans=PLANS, origin=double.url)
    return StripeBilling(replace(account, **changes), lambda platform: platform == "elsewhere")


def bought(double: StripeDouble, price: str = "price_g", **states: Any) -> tuple[BilledShop, str]:
    """A shop that bought a plan."""
    shop = replace(SHOP, payer=billing(double).open_account(SHOP))
    return shop, double.pay(billing(double).open_session(shop, price, BACK, "fr"), **states)


def test_a_shop_has_one_account_also_when_two_open_it_at_once(double: StripeDouble):
    first, second = (billing(double).open_account(SHOP) for _ in range(2))
    assert first == second
    assert double.things[first]["metadata"] == {"shop": "41"}
    assert billing(double).open_account(replace(SHOP, payer=first)) == first


@pytest.mark.parametrize("is_deleted", [True, False])
def test_an_account_that_is_gone_is_opened_anew(double: StripeDouble, is_deleted: bool):
    gone = billing(double).open_account(SHOP)
    if is_deleted:
        double.things[gone] = {"id": gone, "object": "customer", "deleted": True}
    else:
        del double.things[gone]
    assert billing(double).open_account(replace(SHOP, payer=gone)) not in ("", gone)


def test_a_plan_is_bought_on_stripes_own_page_and_changed_and_ended_there(double: StripeDouble):
    shop, _ = bought(double)
    checkout = double.calls[-1][2]
    assert (checkout["mode"], checkout["locale"], checkout["success_url"]) == ("subscription", "fr", f"{BACK}?paid=1")
    assert checkout["client_reference_id"] == checkout["subscription_data"]["metadata"]["shop"] == "41"
    assert billing(double).open_session(shop, "price_s", BACK, "en").startswith("https://billing.stripe.com/")
    assert billing(double).open_session(shop, "", BACK, "en").startswith("https://billing.stripe.com/")


def test_taxes_are_stripes_where_the_account_has_it_collect_them(double: StripeDouble):
    taxed = billing(double, collects_tax=True)
    shop = replace(SHOP, payer=taxed.open_account(SHOP))
    assert taxed.open_session(shop, "price_s", BACK, "en").startswith("https://checkout.stripe.com/")
    assert double.calls[-1][2]["automatic_tax"] == {"enabled": "true"}


def test_a_price_that_buys_no_plan_opens_nothing(double: StripeDouble):
    shop = replace(SHOP, payer=billing(double).open_account(SHOP))
    for price in ("price_custom", "", "x"):
        with pytest.raises(ConnectorError):
            billing(double).open_session(shop, price, BACK, "en")
    assert not [path for _, path, _ in double.calls if "sessions" in path]


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({}, Subscription(plan="growth")),
        ({"status": "past_due"}, Subscription(plan="growth")),
        ({"status": "trialing", "trial_end": PERIOD_ENDS}, Subscription(plan="growth", trial_ends_at=ENDS)),
        ({"cancel_at_period_end": True}, Subscription(plan="growth", ends_at=ENDS)),
        ({"cancel_at": PERIOD_ENDS}, Subscription(plan="growth", ends_at=ENDS)),
        *[
            ({"status": status}, Subscription())
            for status in ("unpaid", "canceled", "incomplete", "incomplete_expired")
        ],
        ({"status": "paused"}, Subscription()),
    ],
)
def test_a_plan_holds_while_it_is_paid_for_or_asked_to_be(double: StripeDouble, states: Any, expected: Subscription):
    shop, _ = bought(double, **states)
    assert billing(double).find_subscription(shop) == expected


@pytest.mark.parametrize("status", ["unpaid", "paused"])
def test_what_may_hold_again_is_not_bought_twice_and_ends_with_the_shop(double: StripeDouble, status: str):
    shop, number = bought(double, status=status)
    assert billing(double).open_session(shop, "price_s", BACK, "en").startswith("https://billing.stripe.com/")
    billing(double).end(shop)
    assert double.things[number]["cancel_at_period_end"] is True


def test_a_deleted_customer_pays_for_nothing_and_one_that_nobody_knows_is_an_error(double: StripeDouble):
    shop, _ = bought(double)
    double.things[shop.payer] = {"id": shop.payer, "object": "customer", "deleted": True}
    assert billing(double).find_subscription(shop) == Subscription()
    billing(double).end(shop)
    del double.things[shop.payer]  # as to another account's key
    with pytest.raises(ConnectorError) as raised:
        billing(double).find_subscription(shop)
    assert raised.value.permanent


def test_of_two_plans_the_larger_counts_and_one_agreed_on_is_larger_than_any(double: StripeDouble):
    shop = replace(SHOP, payer=billing(double).open_account(SHOP))
    checkouts = [billing(double).open_session(shop, price, BACK, "en") for price in ("price_g", "price_s")]
    for checkout in checkouts:
        double.pay(checkout)
    assert billing(double).find_subscription(shop).plan == "growth"
    double.sold[checkouts[0]] = (shop.payer, "price_custom")
    double.pay(checkouts[0])
    assert billing(double).find_subscription(shop).plan == "price_custom"


def test_who_has_no_account_pays_for_nothing_and_nobody_is_asked(double: StripeDouble):
    assert billing(double).find_subscription(SHOP) == Subscription()
    assert double.calls == []


def test_a_shop_that_left_pays_until_what_is_paid_ends(double: StripeDouble):
    shop, number = bought(double)
    for _ in range(2):
        billing(double).end(shop)
    assert billing(double).find_subscription(shop) == Subscription(plan="growth", ends_at=ENDS)
    assert (
        len([path for method, path, _ in double.calls if (method, path) == ("POST", f"/v1/subscriptions/{number}")])
        == 1
    )


def test_prices_are_stripes_own_and_asked_once_in_ten_minutes(double: StripeDouble):
    double.things["price_gy"]["recurring"] = {"interval": "year", "interval_count": 1, "usage_type": "licensed"}
    double.things["price_s"]["active"] = False
    seller = billing(double)
    expected = [
        PlanPrice(id="price_g", plan="growth", amount=Decimal("49"), currency="EUR", is_yearly=False),
        PlanPrice(id="price_gy", plan="growth", amount=Decimal("490"), currency="EUR", is_yearly=True),
    ]
    assert [list(seller.list_prices()) for _ in range(2)] == [expected, expected]
    assert len(double.calls) == len(PLANS)


@pytest.mark.parametrize(("interval", "count"), [("week", 1), ("month", 3)])
def test_a_price_that_is_not_by_the_month_or_year_is_not_shown_as_if_it_were(
    double: StripeDouble, interval: str, count: int
):
    double.things["price_s"]["recurring"] = {"interval": interval, "interval_count": count, "usage_type": "licensed"}
    with pytest.raises(ConnectorError, match="price_s is not a price by the month or year"):
        billing(double).list_prices()


@pytest.mark.parametrize(("currency", "amount"), [("jpy", "1900"), ("kwd", "1.9"), ("eur", "19")])
def test_an_amount_has_as_many_decimals_as_its_currency(double: StripeDouble, currency: str, amount: str):
    double.things["price_s"]["currency"] = currency
    assert billing(double, plans={"price_s": "starter"}).list_prices()[0].amount == Decimal(amount)


@pytest.mark.parametrize(("status", "lasts"), [(401, True), (403, True), (429, False), (500, False), (503, False)])
def test_a_refusal_lasts_and_trouble_passes(double: StripeDouble, status: int, lasts: bool):
    shop, _ = bought(double)
    double.fails_with = (status, b'{"error": {"type": "api_error", "message": "no"}}')
    with pytest.raises(ConnectorError) as raised:
        billing(double).find_subscription(shop)
    assert (raised.value.permanent, raised.value.status) == (lasts, status)


@pytest.mark.parametrize("body", [b"<html>", b"{}", b"[]", b'{"object": "list", "data": [{"status": "active"}]}'])
def test_an_answer_in_a_shape_of_its_own_is_an_error_and_never_a_plan_that_ended(double: StripeDouble, body: bytes):
    shop, _ = bought(double)
    double.fails_with = (200, body)
    with pytest.raises(ConnectorError):
        billing(double).find_subscription(shop)


def test_while_stripe_is_away_nothing_is_concluded(double: StripeDouble):
    away = billing(double, origin="http://127.0.0.1:1")
    with pytest.raises(ConnectorError) as raised:
        away.find_subscription(replace(SHOP, payer="cus_1"))
    assert not raised.value.permanent


def test_a_private_address_is_not_reached(double: StripeDouble):
    http.configure(allow_loopback=False)
    with pytest.raises(ConnectorError, match="APIConnectionError"):
        billing(double).find_subscription(replace(SHOP, payer="cus_1"))
    assert double.calls == []


def test_what_stripe_signed_says_whose_plan_it_is_about(double: StripeDouble):
    shop, number = bought(double)
    for kind in ("created", "updated", "deleted", "paused"):
        assert billing(double).hear(*double.event(f"customer.subscription.{kind}", number)) == shop.payer
    session = next(name for name in double.things if name.startswith("cs_"))
    assert billing(double).hear(*double.event("checkout.session.completed", session)) == shop.payer
    assert billing(double).hear(*double.event("price.updated", "price_s")) == ""


def test_what_it_did_not_sign_or_long_ago_is_refused(double: StripeDouble):
    shop, number = bought(double)
    body, signed = double.event("customer.subscription.deleted", number)
    stale = double.event("customer.subscription.deleted", number, int(time.time()) - 301)
    other = billing(double, webhook_secret="whsec_other")
    hears = [(billing(double), body, {}), (billing(double), body + b" ", signed), (other, body, signed)]
    for seller, said, headers in [*hears, (billing(double), *stale), (billing(double), b"", signed)]:
        with pytest.raises(ConnectorError) as raised:
            seller.hear(said, headers)
        assert raised.value.status == 400


def test_the_double_refuses_what_stripe_does_not_take(double: StripeDouble):
    client = stripe.StripeClient(KEY, base_addresses={"api": double.url})
    session = {"mode": "subscription", "customer": billing(double).open_account(SHOP), "success_url": BACK}
    for wrong in ({"back_url": BACK}, {"locale": "klingon"}, {"line_items": [{"cost": "price_s"}]}, {"mode": "rent"}):
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.checkout.sessions.create(session | wrong)
    with pytest.raises(stripe.IdempotencyError):
        for shop in ("1", "2"):
            client.v1.customers.create({"metadata": {"shop": shop}}, {"idempotency_key": "k"})
    with pytest.raises(stripe.AuthenticationError):
        stripe.StripeClient("sk_other", base_addresses={"api": double.url}).v1.prices.retrieve("price_s")
