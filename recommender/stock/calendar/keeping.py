"""What the merchant enters in the calendar, kept and shown beside what is in it anyway."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from recommender.stock.calendar.dates import calendar_of
from recommender.stock.models import CalendarEvent
from recommender.stock.types import CalendarDay, EventKind
from shopconnect.core.clock import known_timezone, today
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.audit import note
from shopconnect.shops.selectors import shop_profile

MOST_EVENTS = 500
SHOWN_DAYS = 400  # to come


def own_events() -> list[CalendarDay]:
    """Return what the merchant entered, by its first day; runs in the scope of a shop."""
    rows = CalendarEvent.objects.order_by("first_day", "kind", "name")
    return [CalendarDay(EventKind(one.kind), one.name, one.first_day, one.last_day, one.public_id) for one in rows]


def shop_calendar(shop_id: ShopId, language: str) -> list[CalendarDay]:
    """Return the events from today on, for a year and a month, and all that the merchant entered."""
    with shop_scope(shop_id):
        profile, own = shop_profile(), own_events()
    day = today(known_timezone(profile.timezone))
    coming = calendar_of(profile.countries, day, day + timedelta(days=SHOWN_DAYS), own, language)
    past = [one for one in own if one.last < day]
    return [*past, *coming]


def add_event(shop_id: ShopId, user_id: int, fields: Mapping[str, Any]) -> None:
    """Enter an event; entering it again changes nothing. Raises Refusal(too_many)."""
    with shop_scope(shop_id):
        if CalendarEvent.objects.count() >= MOST_EVENTS:
            sentence = _("There are already %(most)s events. Remove one first.") % {"most": MOST_EVENTS}
            raise Refusal("too_many", sentence, 400)
        _row, is_new = store_event(**fields)
        if is_new:
            note(user_id, "set_calendar")


def store_event(kind: EventKind, name: str, first: date, last: date) -> tuple[CalendarEvent, bool]:
    """Store an event by its kind, name and first day, in the scope of a shop; returns it, and whether it is new."""
    known = {"kind": kind.value, "name": name, "first_day": first}
    found: tuple[CalendarEvent, bool] = CalendarEvent.objects.update_or_create(**known, defaults={"last_day": last})
    return found


def remove_event(shop_id: ShopId, user_id: int, public_id: int) -> None:
    """Remove an event that the merchant entered; removing it again changes nothing."""
    with shop_scope(shop_id):
        if CalendarEvent.objects.filter(public_id=public_id).delete()[0]:
            note(user_id, "set_calendar")
