"""Questions about shops. Those that read only the doorway need no scope."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from shopconnect.core.clock import now
from shopconnect.core.crypto import is_marked
from shopconnect.core.tenancy import ShopId
from shopconnect.shops.models import Install, Invitation, Membership, NoticeAddress, Shop, ShopKey, ShopProfile, User
from shopconnect.shops.people import is_nowhere
from shopconnect.shops.types import (
    WIDGET_MARK,
    AddressFacts,
    InvitationFacts,
    KeyKind,
    MemberFacts,
    Platform,
    ProfileFacts,
    Role,
)


def find_shop(slug: str) -> ShopId | None:
    """Return the shop of a slug, or None. Reads the doorway."""
    found = Shop.objects.filter(slug=slug).values_list("id", flat=True).first()
    return None if found is None else ShopId(found)


def shop_by_key(kind: KeyKind, value: str) -> ShopId | None:
    """Return the shop that a key opens, or None. Reads the doorway; domains, which shops may share, open none."""
    if kind == KeyKind.DOMAIN:
        raise ValueError("A domain opens no shop: it only says which pages may carry the shop's widgets.")
    if kind == KeyKind.WIDGET and not is_marked(WIDGET_MARK, value):
        return None  # a stranger's guesses cost no question
    found = ShopKey.objects.filter(kind=kind, value=value).values_list("shop_id", flat=True).first()
    return None if found is None else ShopId(found)


def keys_of_shop(shop_id: ShopId, kind: KeyKind) -> list[str]:
    """Return the shop's keys of a kind, oldest first. Reads the doorway."""
    return list(ShopKey.objects.filter(shop_id=shop_id, kind=kind).order_by("id").values_list("value", flat=True))


def slug_of_shop(shop_id: ShopId) -> str:
    """Return a shop's slug. Reads the doorway; raises Shop.DoesNotExist."""
    return Shop.objects.values_list("slug", flat=True).get(pk=shop_id)


def is_demo(shop_id: ShopId) -> bool:
    """Say whether a shop is invented. Reads the doorway."""
    return Shop.objects.filter(pk=shop_id, is_demo=True).exists()


def all_shops() -> Iterable[ShopId]:
    """Yield each shop, for sweeps of the timetable. Reads the doorway."""
    return (ShopId(pk) for pk in Shop.objects.order_by("id").values_list("id", flat=True).iterator())


def shops_of_platforms() -> Iterable[ShopId]:
    """Yield each shop that stands on a platform, or stood there and is not erased. Reads the doorway."""
    keys = ShopKey.objects.filter(kind=KeyKind.PLATFORM).order_by("shop_id").values_list("shop_id", flat=True)
    return (ShopId(pk) for pk in keys.iterator())


def departed_at() -> datetime | None:
    """Return when the shop in scope left its platform; None where an install lives, or where none ever was."""
    ends = list(Install.objects.values_list("uninstalled_at", flat=True))
    return None if None in ends else max(ends, default=None)


def knows_addresses() -> bool:
    """Say whether shoppers' e-mail addresses may be read of the shop in scope: of one at Shopify, from level 2 on."""
    return settings.SHOPIFY_DATA_LEVEL >= 2 or not Install.objects.filter(platform=Platform.SHOPIFY).exists()


def shop_profile() -> ProfileFacts:
    """Return what the shop in scope says of itself."""
    row = ShopProfile.objects.get()
    return ProfileFacts(
        name=row.name,
        currency=row.currency,
        timezone=row.timezone,
        languages=tuple(row.languages),
        countries=tuple(row.countries),
        hosts=tuple(row.hosts),
        prices_include_tax=row.prices_include_tax,
    )


def shop_settings() -> dict[str, object]:
    """Return the settings of the shop in scope by name; those never set are missing."""
    return dict(ShopProfile.objects.values_list("settings", flat=True).get())


def memberships_of(user_id: int) -> list[MemberFacts]:
    """Return the shops a person works with, by slug. Reads the doorway and the accounts."""
    return [_member(row) for row in _memberships().filter(user_id=user_id).order_by("shop__slug")]


def members_of(shop_id: ShopId) -> list[MemberFacts]:
    """Return who works with a shop, owners first. Reads the doorway and the accounts."""
    order = {role: place for place, role in enumerate(Role)}
    members = [_member(row) for row in _memberships().filter(shop_id=shop_id)]
    return sorted(members, key=lambda one: (order[one.role], one.email))


def language_of(email: str) -> str:
    """Return the language that the person of an address chose, or "" where unknown. Reads the accounts."""
    return User.objects.filter(email__iexact=email).values_list("language", flat=True).first() or ""


def _memberships() -> QuerySet[Membership]:
    return Membership.objects.select_related("shop", "user").filter(user__is_active=True)


def _member(row: Membership) -> MemberFacts:
    return MemberFacts(
        shop_id=row.shop_id,
        slug=row.shop.slug,
        user_id=row.user_id,
        email=row.user.email,
        name=row.user.name,
        role=Role(row.role),
        is_demo=row.shop.is_demo,
    )


def open_invitations() -> list[InvitationFacts]:
    """Return who is invited to the shop in scope and has not answered, newest first."""
    return [_invitation(row) for row in _open_invitations().order_by("-id")]


def open_invitation(token_hash: str) -> InvitationFacts | None:
    """Return the open invitation of a link to the shop in scope, or None."""
    row = _open_invitations().filter(hash=token_hash).first()
    return _invitation(row) if row else None


def notice_address() -> AddressFacts | None:
    """Return where the shop in scope is written to, or None where no address is confirmed."""
    return _address(NoticeAddress.objects.exclude(confirmed_at=None).first())


def waiting_address() -> AddressFacts | None:
    """Return the address of the shop in scope that waits for its confirmation, or None."""
    return _address(NoticeAddress.objects.filter(confirmed_at=None).first())


def has_reach(shop_id: ShopId) -> bool:
    """Say whether mail reaches an owner of the shop in scope, or the address that one gave."""
    owners = Membership.objects.filter(shop_id=shop_id, role=Role.OWNER, user__is_active=True)
    if any(not is_nowhere(email) for email in owners.values_list("user__email", flat=True)):
        return True
    return notice_address() is not None


def _address(row: NoticeAddress | None) -> AddressFacts | None:
    return AddressFacts(email=row.email, language=row.language, asked_at=row.asked_at) if row else None


def _open_invitations() -> QuerySet[Invitation]:
    rows: QuerySet[Invitation] = Invitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now())
    return rows


def _invitation(row: Invitation) -> InvitationFacts:
    return InvitationFacts(
        id=row.pk, email=row.email, email_key=row.email_key, role=Role(row.role), expires_at=row.expires_at
    )
