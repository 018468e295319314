"""Personal data of the shops room: people who work with shops, not shoppers."""

from collections.abc import Iterable, Mapping

from shopconnect.core.personal import Basis, Person, PersonalData, register
from shopconnect.shops.models import Invitation


def _invitations(person: Person) -> Iterable[Mapping[str, object]]:
    rows = Invitation.objects.filter(email_key=person.person_key) if person.person_key else Invitation.objects.none()
    return [{"email": row.email, "role": row.role, "created_at": row.created_at} for row in rows]


def _erase_invitations(person: Person) -> int:
    return Invitation.objects.filter(email_key=person.person_key).delete()[0] if person.person_key else 0


register(
    PersonalData(
        model="shops.Invitation",
        fields=("email", "email_key"),
        purpose="Inviting a person to work with the shop",
        basis=Basis.LEGITIMATE_INTEREST,
        retention_days=30,
        export=_invitations,
        erase=_erase_invitations,
    )
)
