"""Personal data of the accounts room: people who work with shops, not shoppers."""

from collections.abc import Iterable, Mapping

from shopconnect.accounts.models import Invitation
from shopconnect.accounts.types import INVITATION_RETENTION_DAYS
from shopconnect.core.security.personal_data import Basis, Person, PersonalData, register
from shopconnect.core.tenancy.context import current_shop
from shopconnect.shops.services import drop_keys
from shopconnect.shops.types import KeyKind


def _invitations(person: Person) -> Iterable[Mapping[str, object]]:
    rows = Invitation.objects.filter(email_key=person.person_key) if person.person_key else Invitation.objects.none()
    return [{"email": row.email, "role": row.role, "created_at": row.created_at} for row in rows]


def _erase_invitations(person: Person) -> int:
    if not person.person_key:
        return 0
    rows = Invitation.objects.filter(email_key=person.person_key)
    drop_keys(current_shop(), KeyKind.INVITATION, rows.values_list("hash", flat=True))
    return int(rows.delete()[0])


register(
    PersonalData(
        model="accounts.Invitation",
        fields=("email", "email_key"),
        purpose="Inviting a person to work with the shop",
        basis=Basis.LEGITIMATE_INTEREST,
        retention_days=INVITATION_RETENTION_DAYS,
        export=_invitations,
        erase=_erase_invitations,
    )
)
