"""Personal data of the events room."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from django.db.models import Q

from shopconnect.core.security.personal_data import Basis, Person, PersonalData, register, register_names
from shopconnect.core.tenancy.bulk import run_sql
from shopconnect.core.tenancy.context import current_shop
from shopconnect.events import statements
from shopconnect.events.models import Event
from shopconnect.privacy.selectors import rows_of_visits

RETENTION_DAYS = 760  # 25 months, the longest that the French authority accepts for audience measurement
EXPORTED_FIELDS = (
    "name",
    "at",
    "visit",
    "visitor",
    "customer_external_id",
    "product_external_id",
    "product_external_ids",
    "query",
    "page",
    "source",
    "medium",
    "campaign",
    "value_amount",
    "currency",
    "order_external_id",
    "checkout_digest",
    "shelf",
    "model_version",
    "reason_keys",
)


def _events(person: Person) -> Iterable[Mapping[str, object]]:
    found = rows_of_visits(person)
    return Event.objects.filter(found).order_by("at", "id").values(*EXPORTED_FIELDS) if found else ()


def _erase_events(person: Person) -> int:
    found = rows_of_visits(person)
    return Event.objects.filter(found).delete()[0] if found else 0


def _forget_events(before: datetime, most: int) -> int:
    return run_sql(statements.FORGET_EVENTS, current_shop(), before.date(), most)


def _with_devices(person: Person) -> Person:
    """Add the devices that told of a person's purchases, or on which they signed in, and no other customer did."""
    if not (person.customer_external_id or person.orders):
        return person
    named = Event.objects.exclude(visitor="")
    joined = named.exclude(customer_external_id="")
    own = Q(customer_external_id=person.customer_external_id or "")
    used = set(named.filter(order_external_id__in=person.orders).values_list("visitor", flat=True).distinct())
    used |= set(joined.filter(own).values_list("visitor", flat=True).distinct())
    shared = set(joined.filter(visitor__in=used).exclude(own).values_list("visitor", flat=True).distinct())
    return replace(person, visitors=tuple(sorted({*person.visitors, *used} - shared)))


register_names("events", _with_devices)

register(
    PersonalData(
        model="events.Event",
        fields=("visit", "visitor", "customer_external_id", "order_external_id", "checkout_digest", "query", "page"),
        purpose="Suggestions from what shoppers look at",
        basis=Basis.CONSENT,
        retention_days=RETENTION_DAYS,
        export=_events,
        erase=_erase_events,
        forget=_forget_events,
    )
)
