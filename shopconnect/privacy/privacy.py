"""Personal data of the privacy room: the record of consent itself, kept to prove it."""

from collections.abc import Iterable, Mapping

from django.db.models import Q

from shopconnect.core.personal import Basis, Person, PersonalData, register
from shopconnect.privacy.models import Consent


def _of(person: Person) -> Q | None:
    found = Q()
    if person.visitor:
        found |= Q(visitor=person.visitor)
    if person.customer_external_id:
        found |= Q(customer_external_id=person.customer_external_id)
    return found or None


def _consents(person: Person) -> Iterable[Mapping[str, object]]:
    found = _of(person)
    rows = Consent.objects.filter(found).order_by("at", "id") if found else Consent.objects.none()
    return list(rows.values("visitor", "customer_external_id", "purpose", "is_given", "at", "source"))


def _erase_consents(person: Person) -> int:
    found = _of(person)
    return Consent.objects.filter(found).delete()[0] if found else 0


register(
    PersonalData(
        model="privacy.Consent",
        fields=("visitor", "customer_external_id"),
        purpose="Proving what a shopper agreed to",
        basis=Basis.LEGAL_OBLIGATION,
        retention_days=1825,
        export=_consents,
        erase=_erase_consents,
    )  # fmt: skip
)
