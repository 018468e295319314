"""A shop that a person opens for files of their own, before any platform is connected."""

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shopconnect.accounts.members import join_installer
from shopconnect.accounts.selectors import memberships_of
from shopconnect.accounts.services import hold_person
from shopconnect.accounts.types import Role
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.shops.services import free_slug, open_shop
from shopconnect.shops.types import ShopProfileSummary

MOST_OWNED = 5


def open_own_shop(user_id: int, name: str, currency: str, timezone: str, host: str) -> ShopId:
    """Make an empty shop of which a person is the owner; returns its id. Raises Refusal(too_many_shops)."""
    with transaction.atomic():
        hold_person(user_id)  # two forms sent at once are two shops, and count as such
        return _open(user_id, name, currency, timezone, host)


def _open(user_id: int, name: str, currency: str, timezone: str, host: str) -> ShopId:
    if sum(one.role == Role.OWNER for one in memberships_of(user_id)) >= MOST_OWNED:
        sentence = _("You already own %(most)d shops. Write to us if you need more.") % {"most": MOST_OWNED}
        raise Refusal("too_many_shops", sentence)
    profile = ShopProfileSummary(
        name=name,
        currency=currency,
        timezone=timezone,
        languages=((get_language() or "en")[:2],),
        countries=(),
        hosts=(host,) if host else (),
        prices_include_tax=None,
    )
    shop_id = open_shop(free_slug(name, "shop"), profile)
    join_installer(shop_id, user_id)
    return shop_id
