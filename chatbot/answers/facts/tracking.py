"""Where an order stands: who may know, how often they may try, and what they are told. Nothing of it is kept."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from chatbot.answers.types import Fact, OrderForm, OrderQuestion, OrderStatus, ParcelStatus, Topic
from shopconnect.core.cache.redis import shop_key
from shopconnect.core.cache.tries import give_back, take_try
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.security.crypto import keyed_hash, person_key, token_hash
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.labels import parcel_label, status_label
from shopconnect.orders.selectors import bare_number, find_own_orders, find_tracked_order
from shopconnect.orders.types import ShipmentRow, TrackedOrder
from shopconnect.shops.selectors import knows_addresses, orders_address, shop_profile
from shopconnect.ui.dates import date_format

MOST_TRIES, LOCKED_SECONDS = 5, 3_600
MOST_OWN = 3
_NUMBER = re.compile(r"#?\b[A-Za-z]{0,4}-?\d{4,}\b")


def order_fact(language: str) -> Fact:
    """Return what goes before the form, or before the link to the shop's own page. In the shop's scope."""
    with translation.override(language):
        if knows_addresses():
            return Fact(Topic.ORDER, _("Enter your order number and the email address you used, and I’ll look it up."))
        return Fact(
            Topic.ORDER,
            _("Sign in to your account with the shop, or use the link in your confirmation email, to see your order."),
        )


def order_form(asked: str) -> OrderForm:
    """Return how whoever wrote a message may see their order. In the shop's scope."""
    named = _NUMBER.search(asked)
    return OrderForm(named.group() if named else "", knows_addresses(), orders_address())


def find_order_status(shop_id: ShopId, question: OrderQuestion) -> list[OrderStatus]:
    """Return where an order of a guest stands, or the latest of who is signed in. Opens the scope.

    Raises Missing, in one sentence, for an unknown number, another's address and another shop, after the same work for
    each; Refusal where anything is missing, or after MOST_TRIES wrong ones for an order, an address or a visit within
    LOCKED_SECONDS. Raises RedisError while nobody can count them.
    """
    if question.customer and not question.email:
        with shop_scope(shop_id):
            own = find_own_orders(question.customer, question.number, MOST_OWN)
            return _told(own)
    number, person = bare_number(question.number), person_key(question.email)
    if not number or not person or "@" not in question.email:
        raise Refusal("unclear", _("Enter your order number and your email address."), 400)
    tries = _tries(shop_id, number, question)
    # Taken before the answer is known, so that many tries at once are no more than some after each other.
    if not take_try(tries, MOST_TRIES, LOCKED_SECONDS):
        raise Refusal("locked", _("Too many tries. Wait an hour, or ask to talk to a person."), 429)
    with shop_scope(shop_id):
        found = find_tracked_order(number, person)
        told = _told([found] if found else [])
    give_back(tries)
    return told


def _tries(shop_id: ShopId, number: str, question: OrderQuestion) -> list[str]:
    keys = [shop_key(shop_id, "order-tries", "order", keyed_hash(f"order:{number.casefold()}"))]
    keys.append(shop_key(shop_id, "order-tries", "address", question.caller))
    return [*keys, shop_key(shop_id, "order-tries", "visit", token_hash(question.visit))] if question.visit else keys


def _told(orders: list[TrackedOrder]) -> list[OrderStatus]:
    zone = ZoneInfo(shop_profile().timezone)
    if not orders:
        raise Missing(_("We can’t find an order with this number and email address. Check both and try again."))
    return [_status(order, zone) for order in orders]


def _status(order: TrackedOrder, zone: ZoneInfo) -> OrderStatus:
    lines = [_("Placed on %(day)s") % {"day": _day(order.placed_at, zone)}]
    if order.cancelled_at:
        lines.append(_("Cancelled on %(day)s") % {"day": _day(order.cancelled_at, zone)})
    elif order.status:
        lines.append(_("Status: %(status)s") % {"status": status_label(order.status)})
    return OrderStatus(
        title=_("Order %(number)s") % {"number": order.number},
        lines=tuple(lines),
        parcels=tuple(_parcel(one, zone) for one in order.shipments),
    )


def _parcel(parcel: ShipmentRow, zone: ZoneInfo) -> ParcelStatus:
    parts = [parcel.carrier or _("Parcel"), parcel_label(parcel.status), _day(parcel.at, zone)]
    return ParcelStatus(", ".join(filter(None, parts)), parcel.tracking_url)


def _day(moment: datetime | None, zone: ZoneInfo) -> str:
    return date_format(localtime(moment, zone)) if moment else ""
