"""Personal data of the accounts room: people who work with shops, not shoppers."""

from collections.abc import Iterable, Mapping

from shopconnect.accounts.models import Invitation
from shopconnect.accounts.types import INVITATIONS_KEPT_DAYS
from shopconnect.core.security.personal_data import Basis, Person, PersonalData, register
from shopconnect.shops.models import ShopKey
from shopconnect.shops.types import KeyKind


def _invitations(person: Person) -> Iterable[Mapping[str, object]]:
    rows = Invitation.objects.filter(email_key=person.person_key) if person.person_key else Invitation.objects.none()
    return [{"email": row.email, "role": row.role, "created_at": row.created_at} for row in rows]


def _erase_invitations(person: Person) -> int:
    if not person.person_key:
        return 0
    rows = Invitation.objects.filter(email_key=person.person_key)
    ShopKey.objects.filter(kind=KeyKind.INVITATION, value__in=list(rows.values_list("hash", flat=True))).delete()
    return int(rows.delete()[0])


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
