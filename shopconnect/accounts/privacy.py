"""Personal data of the shops room: people who work with shops, not shoppers."""

from collections.abc import Iterable, Mapping

from shopconnect.accounts.models import Invitation
from shopconnect.accounts.types import INVITATIONS_KEPT_DAYS
from shopconnect.core.security.personal_data import Basis, Person, PersonalData, register
from shopconnect.notifications.models import NoticeAddress
from shopconnect.shops.models import ShopKey
from shopconnect.shops.types import FEEDBACK_DAYS, KeyKind


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
        fields=("tokens",),
        purpose="Reaching the shop's platform",
        basis=Basis.CONTRACT,
        retention_days=None,  # they go at once when the shop leaves
        export=lambda person: (),  # a secret of the shop's, about nobody
        erase=lambda person: 0,
    )
)
register(
    PersonalData(
        model="shops.Goodbye",
        fields=("saying",),
        purpose="Learning why the shop left, where its people wish to say so",
        basis=Basis.CONSENT,
        retention_days=FEEDBACK_DAYS,  # it goes with the shop, or when the shop comes back
        export=lambda person: (),  # under nobody's name: only whoever has the mail's link can read or change it
        erase=lambda person: 0,
    )
)
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
register(
    PersonalData(
        model="accounts.Invitation",
        fields=("email", "email_key"),
        purpose="Inviting a person to work with the shop",
        basis=Basis.LEGITIMATE_INTEREST,
        retention_days=INVITATIONS_KEPT_DAYS,
        export=_invitations,
        erase=_erase_invitations,
    )
)
