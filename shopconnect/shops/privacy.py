"""Personal data of the shops room: people who work with shops, not shoppers."""

from collections.abc import Iterable, Mapping

from shopconnect.core.personal import Basis, Person, PersonalData, register
from shopconnect.shops.models import Invitation, NoticeAddress, ShopKey
from shopconnect.shops.types import INVITATIONS_KEPT_DAYS, KeyKind


def _invitations(person: Person) -> Iterable[Mapping[str, object]]:
    rows = Invitation.objects.filter(email_key=person.person_key) if person.person_key else Invitation.objects.none()
    return [{"email": row.email, "role": row.role, "created_at": row.created_at} for row in rows]


def _erase_invitations(person: Person) -> int:
    if not person.person_key:
        return 0
    rows = Invitation.objects.filter(email_key=person.person_key)
    ShopKey.objects.filter(kind=KeyKind.INVITATION, value__in=list(rows.values_list("hash", flat=True))).delete()
    return int(rows.delete()[0])


def _addresses(person: Person) -> Iterable[Mapping[str, object]]:
    rows = NoticeAddress.objects.filter(email_key=person.person_key or "")
    return [{"email": row.email, "asked_at": row.asked_at, "confirmed_at": row.confirmed_at} for row in rows]


def _erase_addresses(person: Person) -> int:
    return int(NoticeAddress.objects.filter(email_key=person.person_key or "").delete()[0])


register(
    PersonalData(
        model="shops.Install",
        fields=("left_saying", "tokens"),
        purpose="Reaching the shop's platform; learning why it left, where its people wish to say so",
        basis=Basis.CONSENT,
        retention_days=None,  # it goes with the shop
        export=lambda person: (),  # words of the shop's own people, under nobody's name
        erase=lambda person: 0,
    )
)
register(
    PersonalData(
        model="shops.NoticeAddress",
        fields=("email", "email_key"),
        purpose="Writing to whoever runs the shop what the shop must know",
        basis=Basis.CONSENT,
        retention_days=None,  # until it is forgotten, or the shop is erased; a week where it is not confirmed
        export=_addresses,
        erase=_erase_addresses,
    )
)
register(
    PersonalData(
        model="shops.Invitation",
        fields=("email", "email_key"),
        purpose="Inviting a person to work with the shop",
        basis=Basis.LEGITIMATE_INTEREST,
        retention_days=INVITATIONS_KEPT_DAYS,
        export=_invitations,
        erase=_erase_invitations,
    )
)
