"""Staff of a shop's platform: people who come through the admin there, which says who they are.

They have an account of ours without a password, under an address below .invalid, where no mail goes (RFC 2606).
"""

from django.contrib.auth.hashers import make_password
from django.db import transaction

from shopconnect.accounts.display_names import staff_address
from shopconnect.accounts.models import Membership, User
from shopconnect.accounts.types import Role
from shopconnect.connectors.shopify.types import PLATFORM
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications.notices import tell_owners
from shopconnect.notifications.types import NoticeKind
from shopconnect.shops.audit import note


def enter_staff(shop_id: ShopId, shop: str, number: str, language: str) -> User:
    """Return the account of somebody whom a shop's platform names; new ones become owners, until an owner says else.

    Who was taken out of the shop stays out, as long as somebody owns it.
    """
    email = staff_address(PLATFORM, shop, number)
    known = User.objects.filter(email=email, memberships__shop_id=shop_id).first()
    if known is not None:
        return known
    with shop_scope(shop_id), transaction.atomic():
        fields = {"language": language, "password": make_password(None)}
        user, is_new = User.objects.get_or_create(email=email, defaults=fields)
        if is_new or not Membership.objects.filter(shop_id=shop_id, role=Role.OWNER).exists():
            Membership.objects.get_or_create(user=user, shop_id=shop_id, defaults={"role": Role.OWNER})
            note(user.pk, "joined", Role.OWNER)
            tell_owners(NoticeKind.MEMBER_JOINED, {"who": str(user.pk)}, but=user.pk)
    return user
