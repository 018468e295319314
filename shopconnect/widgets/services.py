"""Verbs of the widgets room."""

from django.conf import settings

from shopconnect.connectors.base import Ability
from shopconnect.core.log import get_logger
from shopconnect.core.memory import Memory
from shopconnect.core.tasks import add_due
from shopconnect.core.tenancy import ShopId, shop_scope
from shopconnect.shops import selectors as shops
from shopconnect.shops.installs import connected
from shopconnect.shops.types import KeyKind, NotConnected
from shopconnect.shops.usage import allowance_of_shop
from shopconnect.widgets.types import ShopFront

log = get_logger(__name__)

PIXEL_KIND = "switch_on_pixel"


def load_front(public_key: str) -> ShopFront | None:
    """Read a shop by its public key; None when the key opens nothing. Some short questions to the database."""
    shop_id = shops.shop_by_key(KeyKind.WIDGET, public_key)
    return None if shop_id is None else _front(shop_id, public_key)


def load_platform_front(name: str) -> ShopFront | None:
    """Read a shop by its platform and what it is called there (shopify:<domain>); None when it is none of ours."""
    shop_id = shops.shop_by_key(KeyKind.PLATFORM, name)
    return None if shop_id is None else _front(shop_id, public_key_of(shop_id))


def public_key_of(shop_id: ShopId) -> str:
    """Return the key by which a shop's pages reach us."""
    return shops.keys_of_shop(shop_id, KeyKind.WIDGET)[0]


def pixel_settings(shop_id: ShopId) -> dict[str, str]:
    """Return what the web pixel of a shop is given: where the shop's pages tell us of their shoppers."""
    return {"endpoint": f"{settings.SITE_URL}/w/{public_key_of(shop_id)}/events"}


def ask_pixel(shop_id: ShopId) -> None:
    """Have a worker switch our web pixel on in a shop; run in the shop's scope."""
    add_due(PIXEL_KIND, 0)


def switch_on_pixel(shop_id: ShopId) -> None:
    """Switch our web pixel on in a shop whose platform has such; where it is on, it is given the same once more.

    A shop that left or is parked is passed over: who comes back, or signs in again, is asked for anew.
    """
    try:
        with connected(shop_id) as connection:
            if Ability.PIXEL not in connection.can:
                return
            receipt = connection.set_pixel(pixel_settings(shop_id))
    except NotConnected:
        return
    if not receipt.is_done:
        log.warning("pixel_refused", shop_id=shop_id, refusal=receipt.refusal)


def _front(shop_id: ShopId, public_key: str) -> ShopFront:
    hosts = shops.keys_of_shop(shop_id, KeyKind.DOMAIN)
    with shop_scope(shop_id):
        profile, allowance = shops.shop_profile(), allowance_of_shop()
    return ShopFront(
        shop_id=shop_id,
        public_key=public_key,
        name=profile.name,
        languages=profile.languages,
        hosts=frozenset(host.lower() for host in hosts),
        allowance=allowance,
    )


fronts: Memory[ShopFront | None] = Memory(load_front)
platform_fronts: Memory[ShopFront | None] = Memory(load_platform_front)
