"""Staff of a shop's platform: people who come through the admin there, which says who they are.

They have an account of ours without a password, under an address below .invalid, where no mail goes (RFC 2606).
"""

from typing import Any

from shopconnect.accounts.display_names import staff_address
from shopconnect.accounts.members import enter_platform_staff
from shopconnect.accounts.types import Role
from shopconnect.connectors.shopify import oauth
from shopconnect.connectors.shopify.types import PLATFORM, App, Session
from shopconnect.core.tenancy.context import ShopId


def enter_staff(app: App, shop_id: ShopId, session: Session, token: str, language: str) -> Any:
    """Return the account (settings.AUTH_USER_MODEL) of whom a session token names.

    Who is new owns the shop here where they own its account at Shopify, and reads its figures otherwise. Raises
    ConnectorError while Shopify does not say.
    """

    def find_role() -> Role:
        return Role.OWNER if oauth.is_account_owner(app, session.shop, token) else Role.ANALYST

    return enter_platform_staff(shop_id, staff_address(PLATFORM, session.shop, session.user), language, find_role)
