"""The audit trail of a shop: who did what, added to and never changed."""

from shopconnect.shops.models import AuditEntry


def note(actor_id: int | None, action: str, subject: str = "", about_id: int | None = None) -> None:
    """Write down who did what in the shop in scope; never changed afterwards."""
    AuditEntry.objects.create(
        actor_id=actor_id, action=action, subject=str(subject), detail={"user_id": about_id} if about_id else {}
    )
