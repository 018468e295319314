"""Verbs of the widgets room."""

from django.conf import settings

from shopconnect.core.memory import Memory
from shopconnect.core.tenancy import ShopId, shop_scope
from shopconnect.shops import selectors as shops
from shopconnect.shops.types import KeyKind
from shopconnect.shops.usage import allowance_of_shop
from shopconnect.widgets.types import ShopFront


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
    """Return what the web pixel of a shop on Shopify must be given when it is switched on there (set_pixel)."""
    return {"endpoint": f"{settings.SITE_URL}/w/{public_key_of(shop_id)}/events"}


def _front(shop_id: ShopId, public_key: str) -> ShopFront:
    hosts = shops.keys_of_shop(shop_id, KeyKind.DOMAIN)
    with shop_scope(shop_id):
        profile, allowance = shops.shop_profile(), allowance_of_shop()
    return ShopFront(
        shop_id=shop_id, public_key=public_key, name=profile.name, languages=profile.languages,
        hosts=frozenset(host.lower() for host in hosts), allowance=allowance,
    )  # fmt: skip


fronts: Memory[ShopFront | None] = Memory(load_front)
platform_fronts: Memory[ShopFront | None] = Memory(load_platform_front)
