"""Personal data of the events room."""

from collections.abc import Iterable, Mapping

from django.db.models import Q

from shopconnect.core.personal import Basis, Person, PersonalData, register
from shopconnect.events.models import Event

KEPT_DAYS = 760  # 25 months, the longest that the French authority accepts for audience measurement
TOLD = (
    "name", "at", "visit", "visitor", "customer_external_id", "product_external_id", "product_external_ids", "query",
    "page", "source", "medium", "campaign", "value_amount", "currency",
)  # fmt: skip


def _of(person: Person) -> Q | None:
    found = Q()
    if person.visitor:
        found |= Q(visitor=person.visitor)
    if person.customer_external_id:
        found |= Q(customer_external_id=person.customer_external_id)
    return found or None


def _events(person: Person) -> Iterable[Mapping[str, object]]:
    found = _of(person)
    return Event.objects.filter(found).order_by("at", "id").values(*TOLD) if found else ()


def _erase_events(person: Person) -> int:
    found = _of(person)
    return Event.objects.filter(found).delete()[0] if found else 0


register(
    PersonalData(
        model="events.Event",
        fields=("visit", "visitor", "customer_external_id", "query", "page"),
        purpose="Suggestions from what shoppers look at",
        basis=Basis.CONSENT,
        retention_days=KEPT_DAYS,
        export=_events,
        erase=_erase_events,
    )  # fmt: skip
)
