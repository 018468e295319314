"""Verbs of the widgets room."""

from dataclasses import replace

from django.utils.translation import gettext as _

from shopconnect.billing.usage import allowance_of_shop, was_ever_used
from shopconnect.connectors.files.descriptor import FILES
from shopconnect.core.cache.memory import Memory
from shopconnect.core.cache.versions import CacheVersions
from shopconnect.core.errors import Refusal
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops import selectors as shops
from shopconnect.shops.audit import note
from shopconnect.shops.installs import find_install
from shopconnect.shops.services import describe_shop, store_settings
from shopconnect.shops.types import KeyKind
from shopconnect.widgets.non_shoppers import staff_mark
from shopconnect.widgets.types import ShopFront, StorefrontSummary

log = get_logger(__name__)

STAFF_SERIES, REVOKED_STAFF_MARKS = "staff_series", "revoked_staff_marks"
ALLOWED_SITE, WITHDREW_SITE, MOST_SITES = "allowed_site", "withdrew_site", 20


def load_front(public_key: str) -> ShopFront | None:
    """Read a shop by its public key; None when the key opens nothing, or the shop left its platform.

    Some short questions to the database.
    """
    shop_id = shops.shop_by_key(KeyKind.WIDGET, public_key)
    return None if shop_id is None else _front(shop_id, public_key)


def load_platform_front(name: str) -> ShopFront | None:
    """Read a shop by its platform and its id there (<platform>:<id>); None when it is none of ours, or left."""
    shop_id = shops.shop_by_key(KeyKind.PLATFORM, name)
    return None if shop_id is None else _front(shop_id, public_key_of(shop_id))


def public_key_of(shop_id: ShopId) -> str:
    """Return the key by which a shop's pages reach us."""
    return shops.keys_of_shop(shop_id, KeyKind.WIDGET)[0]


def read_storefront(shop_id: ShopId) -> StorefrontSummary:
    """Return how a shop's widgets come to its pages."""
    public_key = public_key_of(shop_id)
    with shop_scope(shop_id):
        return StorefrontSummary(
            install=find_install(),
            public_key=public_key,
            hosts=tuple(shops.shop_profile().hosts),
            takes_sites=shops.platform_of_shop() == FILES,
            is_in_use=was_ever_used(),
        )


def read_staff_mark(shop_id: ShopId) -> str:
    """Return the mark that the link for staff leaves on a browser."""
    with shop_scope(shop_id):
        return staff_mark(shop_id, _staff_series())


def revoke_staff_marks(shop_id: ShopId, user_id: int) -> None:
    """Have every browser counted again that a link of before keeps out; within a minute, for fronts are remembered."""
    with shop_scope(shop_id):
        store_settings({STAFF_SERIES: _staff_series() + 1})
        note(user_id, REVOKED_STAFF_MARKS)


def allow_site(shop_id: ShopId, user_id: int, host: str) -> None:
    """Let a site show the widgets of a shop that no platform tells us the sites of. Raises Refusal(too_many_sites)."""
    hosts = read_storefront(shop_id).hosts
    if host not in hosts:
        if len(hosts) >= MOST_SITES:
            raise Refusal("too_many_sites", _("At most %(most)d sites can be allowed.") % {"most": MOST_SITES})
        _store_sites(shop_id, user_id, (*hosts, host), ALLOWED_SITE, host)


def withdraw_site(shop_id: ShopId, user_id: int, host: str) -> None:
    """Let a site show a shop's widgets no longer."""
    hosts = read_storefront(shop_id).hosts
    if host in hosts:
        _store_sites(shop_id, user_id, tuple(one for one in hosts if one != host), WITHDREW_SITE, host)


def _store_sites(shop_id: ShopId, user_id: int, hosts: tuple[str, ...], action: str, host: str) -> None:
    with shop_scope(shop_id):
        if shops.platform_of_shop() != FILES:
            return  # the platform knows the shop's sites, and tells us of them
        describe_shop(replace(shops.shop_profile(), hosts=hosts))
        note(user_id, action, host)
    forget_fronts(shop_id)


def _staff_series() -> int:
    # A shop's folder may bring anything under this name.
    found = shops.shop_settings().get(STAFF_SERIES)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0


def _front(shop_id: ShopId, public_key: str) -> ShopFront | None:
    hosts = shops.keys_of_shop(shop_id, KeyKind.DOMAIN)
    with shop_scope(shop_id):
        if shops.departed_at():
            return None
        profile, allowance, series = shops.shop_profile(), allowance_of_shop(), _staff_series()
    return ShopFront(
        shop_id=shop_id,
        public_key=public_key,
        name=profile.name,
        languages=profile.languages,
        hosts=frozenset(host.lower() for host in hosts),
        allowance=allowance,
        staff_series=series,
    )


# A shop that goes is gone everywhere within a second: each process asks Redis so often, and only then; for the loader
# it asks each time.
FRONT_SECONDS = 1.0
fronts: Memory[ShopFront | None] = Memory(load_front, versions=CacheVersions("fronts", FRONT_SECONDS), is_shared=True)


platform_fronts: Memory[ShopFront | None] = Memory(
    load_platform_front, versions=CacheVersions("platform_fronts", FRONT_SECONDS), is_shared=True
)


def forget_fronts(shop_id: ShopId) -> None:
    """Have every process read shops again, once the transaction is through by which a shop goes or comes back."""
    for memory in (fronts, platform_fronts):
        memory.renew(shop_id)
