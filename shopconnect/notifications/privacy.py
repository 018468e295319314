"""Personal data of the notifications room: where a shop is written to."""

from collections.abc import Iterable, Mapping

from shopconnect.core.security.personal_data import Basis, Person, PersonalData, register
from shopconnect.notifications.models import NoticeAddress


def _addresses(person: Person) -> Iterable[Mapping[str, object]]:
    rows = NoticeAddress.objects.filter(email_key=person.person_key or "")
    return [{"email": row.email, "asked_at": row.asked_at, "confirmed_at": row.confirmed_at} for row in rows]


def _erase_addresses(person: Person) -> int:
    return int(NoticeAddress.objects.filter(email_key=person.person_key or "").delete()[0])


register(
    PersonalData(
        model="notifications.NoticeAddress",
        fields=("email", "email_key"),
        purpose="Writing to whoever runs the shop what the shop must know",
        basis=Basis.CONSENT,
        retention_days=None,  # until it is forgotten, or the shop is erased; a week where it is not confirmed
        export=_addresses,
        erase=_erase_addresses,
    )
)
