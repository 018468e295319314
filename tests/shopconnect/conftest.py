"""People of a shop, for the tests of every room."""

from tests.shopconnect.shops.conftest import browser_of, owner, support

__all__ = ["browser_of", "owner", "support"]
