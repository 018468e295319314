"""Questions about people and what they may do. Those that read only the doorway need no scope."""

from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from shopconnect.accounts.display_names import called, is_nowhere
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


def owners_of(shop_id: ShopId) -> list[int]:
    """Return the accounts of a shop's owners. Reads the doorway."""
    return people_of(shop_id, [Role.OWNER])


def people_of(shop_id: ShopId, roles: Collection[Role]) -> list[int]:
    """Return the accounts of those who have one of some roles in a shop. Reads the doorway."""
    return list(Membership.objects.filter(shop_id=shop_id, role__in=roles).values_list("user_id", flat=True))


def works_here(shop_id: ShopId, user_id: int) -> bool:
    """Say whether a person works with a shop. Reads the doorway."""
    return Membership.objects.filter(shop_id=shop_id, user_id=user_id).exists()


def mail_reaches_owner(shop_id: ShopId) -> bool:
    """Say whether mail reaches an owner of a shop. Reads the doorway and the accounts."""
    owners = Membership.objects.filter(shop_id=shop_id, role=Role.OWNER, user__is_active=True)
    return any(not is_nowhere(email) for email in owners.values_list("user__email", flat=True))


def mailbox_of(user_id: int) -> tuple[str, str]:
    """Return a person's address and language, both "" where no mail reaches them. Reads the accounts."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return (user.email, user.language) if user is not None and not is_nowhere(user.email) else ("", "")


def names_of_people(user_ids: Iterable[int]) -> dict[int, str]:
    """Return what people are called, by account id; whose account is gone is left out. Reads the accounts."""
    return {user.pk: called(user.name, user.email) for user in User.objects.filter(pk__in=set(user_ids))}


def first_names_of(user_ids: Iterable[int]) -> dict[int, str]:
    """Return people's first names, by account id, where they gave a name: all that strangers may know of them."""
    rows = User.objects.filter(pk__in=set(user_ids)).exclude(name="")
    return {user.pk: user.name.split()[0] for user in rows}


def find_account(email: str) -> int | None:
    """Return the account of an address that may sign in, or None. Reads the accounts."""
    return User.objects.filter(email=email, is_active=True).values_list("pk", flat=True).first()


def newest_shop_of(email: str) -> str | None:
    """Return the slug of the shop that somebody works with since last, or None. Reads the doorway and the accounts."""
    shown = Membership.objects.filter(user__email=email).order_by("-id")
    return shown.values_list("shop__slug", flat=True).first()


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
        needs_second_step=row.shop.needs_second_step,
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
