"""Personal data of the privacy room: the record of consent itself, kept to prove it, and who asked what of us."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Q

from shopconnect.core.security.personal_data import Basis, Person, PersonalData, register
from shopconnect.privacy.models import Consent, PrivacyRequest
from shopconnect.privacy.requests import NAME_RETENTION_DAYS, forget_names
from shopconnect.privacy.selectors import rows_of_visits


def _consents(person: Person) -> Iterable[Mapping[str, object]]:
    found = rows_of_visits(person)
    rows = Consent.objects.filter(found).order_by("at", "id") if found else Consent.objects.none()
    return list(rows.values("visitor", "customer_external_id", "purpose", "is_given", "at", "source"))


def _erase_consents(person: Person) -> int:
    found = rows_of_visits(person)
    return Consent.objects.filter(found).delete()[0] if found else 0


def _forget_consents(before: datetime, most: int) -> int:
    old = Consent.objects.filter(at__lt=before).order_by("at").values_list("id", flat=True)[:most]
    return int(Consent.objects.filter(pk__in=list(old)).delete()[0])


def _requests_of(person: Person) -> Q | None:
    found = Q()
    if person.customer_external_id:
        found |= Q(customer_external_id=person.customer_external_id)
    if person.person_key:
        found |= Q(person_key=person.person_key)
    return found or None


def _requests(person: Person) -> Iterable[Mapping[str, object]]:
    found = _requests_of(person)
    rows = PrivacyRequest.objects.filter(found).order_by("id") if found else PrivacyRequest.objects.none()
    return list(rows.values("kind", "reference", "received_at", "done_at", "customer_external_id"))


def _erase_requests(person: Person) -> int:
    """Take the name off the requests that are done, and the files of what was held; open ones still need it."""
    found = _requests_of(person)
    return forget_names(PrivacyRequest.objects.filter(found).exclude(done_at=None)) if found else 0


register(
    PersonalData(
        model="privacy.Consent",
        fields=("visitor", "customer_external_id"),
        purpose="Proving what a shopper agreed to",
        basis=Basis.LEGAL_OBLIGATION,
        retention_days=1825,
        export=_consents,
        erase=_erase_consents,
        forget=_forget_consents,
    )
)
register(
    PersonalData(
        model="privacy.PrivacyRequest",
        fields=("customer_external_id", "person_key", "orders"),
        purpose="Doing what a person asks of us under the law, and proving that it was done",
        basis=Basis.LEGAL_OBLIGATION,
        retention_days=NAME_RETENTION_DAYS,
        export=_requests,
        erase=_erase_requests,
    )
)
