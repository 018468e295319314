"""What the room forgets once its time is over: sign-ins, ended sessions, invitations, a gone shop's staff."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from shopconnect.accounts.display_names import NOWHERE, staff_shop
from shopconnect.accounts.models import Invitation, SignIn, User
from shopconnect.accounts.sign_in.sign_ins import RETENTION
from shopconnect.accounts.types import INVITATION_RETENTION_DAYS
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops import installs, selectors
from shopconnect.shops.services import drop_keys
from shopconnect.shops.types import KeyKind


def forget_what_is_over() -> None:
    """Forget what is too old, of accounts and of every shop; running it again changes nothing."""
    forget_old_accounts_data()
    for shop_id in selectors.all_shops():
        forget_old_invitations(shop_id)
    forget_staff_of_gone_shops()


def forget_old_accounts_data() -> None:
    """Remove sign-ins of more than a year, whoever they were of, and sessions that ended with what is known of them."""
    SignIn.objects.filter(at__lt=now() - RETENTION).delete()
    Session.objects.filter(expire_date__lt=now()).delete()
    # They hold network addresses, and stay behind when a session ends by itself.
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


def forget_old_invitations(shop_id: ShopId) -> int:
    """Remove a shop's invitations of more than INVITATION_RETENTION_DAYS with their links; returns how many."""
    with shop_scope(shop_id):
        old = Invitation.objects.filter(created_at__lt=now() - timedelta(days=INVITATION_RETENTION_DAYS))
        hashes = list(old.values_list("hash", flat=True))
        drop_keys(shop_id, KeyKind.INVITATION, hashes)
        return int(Invitation.objects.filter(hash__in=hashes).delete()[0])


def forget_staff_of_gone_shops() -> int:
    """Remove accounts of a platform's staff whose shop is erased, so that they begin anew if it comes back."""
    gone = 0
    for user in User.objects.filter(email__endswith=NOWHERE, memberships=None):
        if installs.find_installed(*staff_shop(user.email)) is None:
            user.delete()
            gone += 1
    return gone
