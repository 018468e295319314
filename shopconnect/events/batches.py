"""What a shopper's device says it saw: a batch of events, read once at the gateway, bounded and made sound."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, DecimalException
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from shopconnect.connectors.types import EventDraft
from shopconnect.core.errors import Refusal
from shopconnect.events.types import PURCHASE
from shopconnect.widgets.signing import signed_order

# GA4's names, then our own.
NAMES = frozenset(
    {
        "page_view",
        "view_item",
        "view_item_list",
        "select_item",
        "search",
        "add_to_cart",
        "remove_from_cart",
        "view_cart",
        "begin_checkout",
        "add_shipping_info",
        "add_payment_info",
        "purchase",
        "widget_impression",
        "recommendation_click",
        "chat_open",
        "consent_update",
    }
)
MOST_EVENTS, MOST_PRODUCTS, MOST_TEXT, MOST_ID = 50, 50, 500, 255
WEEK = timedelta(days=7)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,64}")
_SHELF, _VERSION = re.compile(r"[a-z-]{1,20}"), re.compile(r"[A-Za-z0-9_-]{1,64}")
_KEYS = re.compile(r"[a-z_]{1,30}(,[a-z_]{1,30}){0,4}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_MOST_VALUE = Decimal(10) ** 12


def read_batch(body: Mapping[str, Any], public_key: str, visitor: str, arrived: datetime) -> list[EventDraft]:
    """Return a batch's events, of a visitor whom our signature names.

    Raises Refusal where one makes no sense, and then keeps none. An event's time is that of its UUIDv7, held within
    the week before its arrival: devices have wrong clocks, and the day says in which partition the event lies. A
    purchase is of the moment that it arrives, for an order is claimed as it is placed, or never.
    """
    events = body.get("events")
    if not isinstance(events, list) or not 0 < len(events) <= MOST_EVENTS:
        raise _unclear(_("Send between 1 and %(most)d events.") % {"most": MOST_EVENTS})
    visit = _token(body.get("visit"))
    if not visit:
        raise _unclear(_('"visit" must be 8 to 64 letters and digits.'))
    return [_event(event, public_key, visit, visitor, arrived) for event in events]


def _token(value: object) -> str:
    """Return a random name that a device made, or "" for anything else."""
    return value if isinstance(value, str) and _TOKEN.fullmatch(value) else ""


def _event(event: object, public_key: str, visit: str, visitor: str, arrived: datetime) -> EventDraft:
    if not isinstance(event, dict) or _text(event.get("name")) not in NAMES:
        raise _unclear(_("There is no event with this name."))
    identity = _uuid7(event.get("id"))
    page = _text(event.get("page")).partition("?")[0].partition("#")[0]
    query = _text(event.get("query"))
    is_purchase = event["name"] == PURCHASE
    order, checkout = _claim(event, public_key) if is_purchase else ("", "")
    return EventDraft(
        id=identity,
        name=event["name"],
        at=arrived if is_purchase else _within_week(identity, arrived),
        visit=visit,
        visitor=visitor,
        product=_text(event.get("product"), MOST_ID),
        products=_products(event.get("products")),
        # Whoever types an address into a search box has made a mistake, which is not for us to keep.
        query="" if "@" in query else query,
        page=page,
        source=_text(event.get("source"), MOST_ID),
        medium=_text(event.get("medium"), MOST_ID),
        campaign=_text(event.get("campaign"), MOST_ID),
        value=_value(event.get("value")),
        currency=_currency(event.get("currency")),
        order=order,
        checkout=checkout,
        shelf=_name(event.get("shelf")),
        model=_version(event.get("model")),
        reasons=_reasons(event.get("reasons")),
    )


def _claim(event: Mapping[str, Any], public_key: str) -> tuple[str, str]:
    """Return the order that a purchase claims, and its checkout: ids of orders can be counted up, so it takes either
    what only the checkout's own page knows, and the platform's order will tell, or the signature of the shop's server.
    """
    checkout, order = _version(event.get("checkout")), _text(event.get("order"))
    return (order[:MOST_ID], checkout) if checkout else (signed_order(public_key, order), "")


def _uuid7(value: object) -> UUID:
    try:
        identity = UUID(str(value)[:64])
    except ValueError:
        identity = UUID(int=0)
    if identity.version != 7:
        raise _unclear(_("Give each event its own id, a version 7 UUID."))
    return identity


def _within_week(identity: UUID, arrived: datetime) -> datetime:
    """Return a UUIDv7's time; its first 48 bits may name any year up to 10889, which is more than a datetime holds."""
    milliseconds = min(identity.int >> 80, int(arrived.timestamp() * 1000))
    return max(datetime.fromtimestamp(milliseconds / 1000, UTC), arrived - WEEK)


def _text(value: object, most: int = MOST_TEXT) -> str:
    """Return text as the database takes it: no halves of characters, no zero bytes; numbers are texts too."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)[:most].encode(errors="ignore").decode().replace("\0", "").strip()


def _products(value: object) -> tuple[str, ...]:
    found = [_text(one, MOST_ID) for one in value[:MOST_PRODUCTS]] if isinstance(value, list) else []
    return tuple(one for one in found if one)


def _name(value: object) -> str:
    return value if isinstance(value, str) and _SHELF.fullmatch(value) else ""


def _version(value: object) -> str:
    return value if isinstance(value, str) and _VERSION.fullmatch(value) else ""


def _reasons(value: object) -> tuple[str, ...]:
    """Return each product's reason keys; what is no key leaves its place empty, for places tell whose they are."""
    keys = value[:MOST_PRODUCTS] if isinstance(value, list) else []
    return tuple(one if isinstance(one, str) and _KEYS.fullmatch(one) else "" for one in keys)


def _value(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        # Rounded before it is compared: a hair below what the table holds may round up to it.
        amount = Decimal(str(value)[:40]).quantize(Decimal("0.000001"))
    except DecimalException:
        return None
    return amount if amount.is_finite() and -_MOST_VALUE < amount < _MOST_VALUE else None


def _currency(value: object) -> str:
    return value if isinstance(value, str) and _CURRENCY.fullmatch(value) else ""


def _unclear(message: str) -> Refusal:
    return Refusal("unclear", message, 400)
