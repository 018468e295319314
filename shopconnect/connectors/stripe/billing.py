"""Stripe as a place where plans are paid. What it tells us is a hint; what holds is asked of it each time.

Written against its own library, which pins the version of the API. Proration, receipts, taxes, failed cards and their
reminders are Stripe's.
"""

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from http import HTTPStatus
from operator import attrgetter
from typing import TYPE_CHECKING

import stripe
from cachetools import TTLCache, cachedmethod

from shopconnect.connectors.billing import PAID, BilledShop, PlanPrice, Subscription
from shopconnect.connectors.stripe.way_out import WayOut
from shopconnect.connectors.types import ConnectorError
from shopconnect.core import caches

if TYPE_CHECKING:
    from stripe.params.billing_portal import SessionCreateParams as PortalParams
    from stripe.params.checkout import SessionCreateParams as CheckoutParams

NAME = "stripe"
PRICES_SECONDS = 600
logging.getLogger("stripe").setLevel(logging.WARNING)  # else each call is told, with the customer in its address
PASSING = (HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS)
SHAPELESS = (AttributeError, KeyError, TypeError, ValueError)
# A card that failed is tried again for some weeks, in which the plan holds; `unpaid` is what comes after that.
HOLDING = frozenset({"active", "trialing", "past_due"})
LIVE = HOLDING | {"unpaid", "paused"}  # what may hold again without being bought anew
# Currencies without a hundredth part, by Stripe's own list.
WHOLE = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
)
THOUSANDTHS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeAccount:
    """Our account: its key, what webhooks are signed with, and the plan of each of its prices, the smallest first."""

    key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    plans: Mapping[str, str]
    collects_tax: bool = False
    origin: str = "https://api.stripe.com"


class StripeBilling:
    """The billing of shops that `is_served` names, by the name of their platform."""

    name = NAME
    pages = ("https://checkout.stripe.com", "https://billing.stripe.com")

    def __init__(self, account: StripeAccount, is_served: Callable[[str], bool]) -> None:
        self._account, self._is_served = account, is_served
        self._client = stripe.StripeClient(
            account.key, base_addresses={"api": account.origin}, http_client=WayOut(), max_network_retries=0
        )
        self._prices: TTLCache[object, Sequence[PlanPrice]] = TTLCache(1, PRICES_SECONDS)
        self._lock = threading.Lock()
        caches.register(self.forget)

    def forget(self) -> None:
        """Know no prices any more."""
        self._prices.clear()

    def serves(self, shop: BilledShop) -> bool:
        """Say whether a shop pays here."""
        return self._is_served(shop.platform)

    def find_subscription(self, shop: BilledShop) -> Subscription:
        """Return what a shop pays for now; of several, which should not be, the largest. Raises ConnectorError."""
        with _translated():
            held = [self._read(one) for one in self._listed(shop, HOLDING)]
            return max(held, key=lambda one: self._rank(one.plan), default=Subscription())

    def plan_page(self, shop: BilledShop) -> str:
        """Return nothing: our own page sells the plans."""
        return ""

    @cachedmethod(attrgetter("_prices"), lock=attrgetter("_lock"))
    def list_prices(self) -> Sequence[PlanPrice]:
        """Return what plans cost, the smallest first, as of some minutes ago; raises ConnectorError."""
        with _translated():
            found = [self._client.v1.prices.retrieve(price) for price in self._account.plans]
            return [_read_price(one, self._account.plans[one.id]) for one in found if one.active]

    def open_account(self, shop: BilledShop) -> str:
        """Return who the shop is at Stripe, a new customer where it is none; the same for two who ask at once.

        Raises ConnectorError.
        """
        if shop.payer and self._is_there(shop.payer):
            return shop.payer
        with _translated():
            name = f"shop-{shop.public_id}-{shop.payer}"
            made = self._client.v1.customers.create(
                {"metadata": {"shop": str(shop.public_id)}}, {"idempotency_key": name}
            )
            return made.id

    def open_session(self, shop: BilledShop, price: str, back: str, language: str) -> str:
        """Return the address at which a shop buys a plan; where it pays for one, at which it changes or ends that.

        Raises ConnectorError, also for a price that buys no plan.
        """
        with _translated():
            if self._listed(shop, LIVE):
                return self._open_portal(shop, back, language)
            if price not in self._account.plans:
                raise ConnectorError(NAME, None, permanent=True, detail="The price buys no plan.")
            return self._open_checkout(shop, price, back, language)

    def end(self, shop: BilledShop) -> None:
        """Have what a shop pays for end with what is paid; raises ConnectorError."""
        with _translated():
            for live in self._listed(shop, LIVE):
                if not live.cancel_at_period_end:
                    self._client.v1.subscriptions.update(live.id, {"cancel_at_period_end": True})

    def hear(self, body: bytes, headers: Mapping[str, str]) -> str:
        """Return whose subscription a webhook tells of, "" where it tells of none.

        Raises ConnectorError (400) where Stripe did not sign it within the last five minutes.
        """
        try:
            event = self._client.construct_event(body, headers.get("stripe-signature"), self._account.webhook_secret)
            is_told = event.type.startswith("customer.subscription.") or event.type == "checkout.session.completed"
            return str(event.data.object["customer"] or "") if is_told else ""
        except (stripe.SignatureVerificationError, *SHAPELESS) as error:
            raise ConnectorError(NAME, 400, permanent=True, detail=type(error).__name__) from error

    def _is_there(self, payer: str) -> bool:
        try:
            with _translated():
                return not self._is_deleted(payer)
        except ConnectorError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return False
            raise

    def _is_deleted(self, payer: str) -> bool:
        return bool(getattr(self._client.v1.customers.retrieve(payer), "deleted", False))

    def _listed(self, shop: BilledShop, states: Collection[str]) -> list[stripe.Subscription]:
        """Return what a shop subscribed to in some states: nothing once its customer was deleted, and no error then."""
        if not shop.payer:
            return []
        try:
            found = self._client.v1.subscriptions.list({"customer": shop.payer, "status": "all", "limit": 100})
            return [one for one in found.auto_paging_iter() if one.status in states]
        except stripe.InvalidRequestError as error:
            if error.code == "resource_missing" and self._is_deleted(shop.payer):
                return []
            raise

    def _read(self, held: stripe.Subscription) -> Subscription:
        items = held["items"].data
        plans = [self._account.plans.get(item.price.id, item.price.id) for item in items]
        ends = max(item.current_period_end for item in items) if held.cancel_at_period_end else held.cancel_at
        return Subscription(
            plan=max(plans, key=self._rank),
            trial_ends_at=_moment(held.trial_end) if held.status == "trialing" else None,
            ends_at=_moment(ends),
        )

    def _rank(self, plan: str) -> int:
        """Return how large a plan is; one that the account does not name was agreed on with its owner: the largest."""
        order = ["", *self._account.plans.values()]
        return order.index(plan) if plan in order else len(order)

    def _open_portal(self, shop: BilledShop, back: str, language: str) -> str:
        asked: PortalParams = {"customer": shop.payer, "return_url": f"{back}?{PAID}", "locale": language}
        return self._client.v1.billing_portal.sessions.create(asked).url

    def _open_checkout(self, shop: BilledShop, price: str, back: str, language: str) -> str:
        about = {"shop": str(shop.public_id)}
        asked: CheckoutParams = {
            "mode": "subscription",
            "customer": shop.payer,
            "client_reference_id": about["shop"],
            "line_items": [{"price": price, "quantity": 1}],
            "subscription_data": {"metadata": about},
            "success_url": f"{back}?{PAID}",
            "cancel_url": back,
            "locale": language,
        }
        if self._account.collects_tax:
            asked["automatic_tax"], asked["tax_id_collection"] = {"enabled": True}, {"enabled": True}
            asked["customer_update"] = {"address": "auto", "name": "auto"}
        url = self._client.v1.checkout.sessions.create(asked).url
        if url is None:
            raise ConnectorError(NAME, None, permanent=False, detail="The checkout has no address.")
        return url


@contextmanager
def _translated() -> Iterator[None]:
    """Have what the library raises, and what comes of an answer in a shape of its own, be a ConnectorError."""
    try:
        yield
    except stripe.StripeError as error:
        status = error.http_status
        lasts = status is not None and status // 100 == 4 and status not in PASSING
        detail = f"{type(error).__name__} {error.code or ''}".strip()
        raise ConnectorError(NAME, status, permanent=lasts, detail=detail) from error
    except SHAPELESS as error:
        raise ConnectorError(NAME, None, permanent=True, detail=f"An answer of another shape: {error}") from error


def _read_price(price: stripe.Price, plan: str) -> PlanPrice:
    currency = price.currency.upper()
    places = 0 if currency in WHOLE else 3 if currency in THOUSANDTHS else 2
    every = (price.recurring.interval_count, price.recurring.interval) if price.recurring else None
    if price.unit_amount is None or every not in ((1, "month"), (1, "year")):
        raise ValueError(f"{price.id} is not a price by the month or year.")
    return PlanPrice(
        id=price.id,
        plan=plan,
        amount=Decimal(price.unit_amount).scaleb(-places),
        currency=currency,
        is_yearly=every == (1, "year"),
    )


def _moment(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
