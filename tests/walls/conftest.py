"""People of a shop, for the walls."""

from tests.shopconnect.shops.conftest import owner

__all__ = ["owner"]
