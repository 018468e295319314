"""Questions about people and what they may do. Those that read only the doorway need no scope."""

from django.db.models import QuerySet

from shopconnect.accounts.models import Invitation, Membership, User
from shopconnect.accounts.types import Member, OpenInvitation, Role
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId


def memberships_of(user_id: int) -> list[Member]:
    """Return the shops a person works with, by slug. Reads the doorway and the accounts."""
    return [_member(row) for row in _memberships().filter(user_id=user_id).order_by("shop__slug")]


def members_of(shop_id: ShopId) -> list[Member]:
    """Return who works with a shop, owners first. Reads the doorway and the accounts."""
    order = {role: place for place, role in enumerate(Role)}
    members = [_member(row) for row in _memberships().filter(shop_id=shop_id)]
    return sorted(members, key=lambda one: (order[one.role], one.email))


def language_of(email: str) -> str:
    """Return the language that the person of an address chose, or "" where unknown. Reads the accounts."""
    return User.objects.filter(email__iexact=email).values_list("language", flat=True).first() or ""


def _memberships() -> QuerySet[Membership]:
    return Membership.objects.select_related("shop", "user").filter(user__is_active=True)


def _member(row: Membership) -> Member:
    return Member(
        shop_id=row.shop_id,
        slug=row.shop.slug,
        user_id=row.user_id,
        email=row.user.email,
        name=row.user.name,
        role=Role(row.role),
        is_demo=row.shop.is_demo,
    )


def open_invitations() -> list[OpenInvitation]:
    """Return who is invited to the shop in scope and has not answered, newest first."""
    return [_invitation(row) for row in _open_invitations().order_by("-id")]


def open_invitation(token_hash: str) -> OpenInvitation | None:
    """Return the open invitation of a link to the shop in scope, or None."""
    row = _open_invitations().filter(hash=token_hash).first()
    return _invitation(row) if row else None


def _open_invitations() -> QuerySet[Invitation]:
    rows: QuerySet[Invitation] = Invitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now())
    return rows


def _invitation(row: Invitation) -> OpenInvitation:
    return OpenInvitation(
        id=row.pk, email=row.email, email_key=row.email_key, role=Role(row.role), expires_at=row.expires_at
    )
