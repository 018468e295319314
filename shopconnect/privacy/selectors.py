"""Questions about what we may know. All run in the scope of a shop."""

from collections.abc import Collection, Iterator

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Collate

from shopconnect.connectors.types import ConsentDraft
from shopconnect.core.security.personal_data import Person
from shopconnect.privacy.models import Consent
from shopconnect.privacy.types import ConsentWord

ANALYTICS = "analytics"


def withdrawn_visitors(purpose: str = ANALYTICS, among: Collection[str] | None = None) -> list[str]:
    """Return the visitors, of all or among some, whose latest word on a purpose is no."""
    return _withdrawn("visitor", purpose, among)


def withdrawn_customers(purpose: str = ANALYTICS, among: Collection[str] | None = None) -> list[str]:
    """Return the platform's ids of the customers, of all or among some, whose latest word on a purpose is no."""
    return _withdrawn("customer_external_id", purpose, among)


def consents_of_customer(external_id: str) -> list[ConsentWord]:
    """Return the latest word of a customer, by the platform's id, on each purpose."""
    rows = Consent.objects.filter(customer_external_id=external_id).order_by("purpose", "-at", "is_given")
    found = rows.distinct("purpose").values_list("purpose", "is_given", "at")
    return [ConsentWord(purpose=purpose, is_given=is_given, at=at) for purpose, is_given, at in found]


def iter_consents() -> Iterator[ConsentDraft]:
    """Yield every word on consent, by time."""
    order = [Collate(name, "C") for name in ("visitor", "customer_external_id", "purpose")]
    for row in Consent.objects.order_by("at", *order).iterator(5000):
        yield ConsentDraft(
            visitor=row.visitor,
            customer=row.customer_external_id,
            purpose=row.purpose,
            is_given=row.is_given,
            at=row.at,
            source=row.source,
        )


def _withdrawn(who: str, purpose: str, among: Collection[str] | None = None) -> list[str]:
    consents = Consent.objects.filter(purpose=purpose)
    if among is not None:
        consents = consents.filter(**{f"{who}__in": among})
    latest = consents.filter(**{who: OuterRef(who)}).order_by("-at", "is_given").values("id")[:1]
    rows = consents.exclude(**{who: ""}).filter(is_given=False, id=Subquery(latest))
    return list(rows.order_by(who).values_list(who, flat=True))


def rows_of_visits(person: Person) -> Q | None:
    """Return what makes a row of a visit the person's, by its `visitor` or its customer, or None for nobody."""
    found = Q()
    if person.visitors:
        found |= Q(visitor__in=person.visitors)
    if person.customer_external_id:
        found |= Q(customer_external_id=person.customer_external_id)
    return found or None
