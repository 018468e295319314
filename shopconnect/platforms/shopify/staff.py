"""Staff of a shop's platform: people who come through the admin there, which says who they are.

They have an account of ours without a password, under an address below .invalid, where no mail goes (RFC 2606).
"""

from typing import Any

from shopconnect.accounts.display_names import staff_address
from shopconnect.accounts.members import enter_platform_staff
from shopconnect.connectors.shopify.types import PLATFORM
from shopconnect.core.tenancy.context import ShopId


def enter_staff(shop_id: ShopId, shop: str, number: str, language: str) -> Any:
    """Return the account (settings.AUTH_USER_MODEL) of somebody whom a platform names; new ones become owners."""
    return enter_platform_staff(shop_id, staff_address(PLATFORM, shop, number), language)
