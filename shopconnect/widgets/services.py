"""Verbs of the widgets room."""

from shopconnect.core.memory import Memory
from shopconnect.core.tenancy import shop_scope
from shopconnect.shops import selectors as shops
from shopconnect.shops.types import KeyKind
from shopconnect.shops.usage import allowance_of_shop
from shopconnect.widgets.types import ShopFront


def load_front(public_key: str) -> ShopFront | None:
    """Read a shop by its public key; None when the key opens nothing. Some short questions to the database."""
    shop_id = shops.shop_by_key(KeyKind.WIDGET, public_key)
    if shop_id is None:
        return None
    hosts = shops.keys_of_shop(shop_id, KeyKind.DOMAIN)
    with shop_scope(shop_id):
        profile, allowance = shops.shop_profile(), allowance_of_shop()
    return ShopFront(
        shop_id=shop_id, public_key=public_key, name=profile.name, languages=profile.languages,
        hosts=frozenset(host.lower() for host in hosts), allowance=allowance,
    )  # fmt: skip


fronts: Memory[ShopFront | None] = Memory(load_front)
