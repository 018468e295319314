"""A shop whose pages stand in Shopify's admin, and what calls through its app proxy need."""

from collections.abc import Callable

import pytest

from shopconnect.core.tenancy.context import ShopId
from shopconnect.shops import installs
from tests.shopconnect.shops.platforms import DRAFT, NAME, SHOP, PlainPlatform, tokens
from tests.shopconnect.widgets.conftest import form, key, shopper, stub  # noqa: F401


@pytest.fixture
def platform(offer: Callable[..., None]) -> PlainPlatform:
    """A platform that is set up, and is never asked over the network."""
    offer(made := PlainPlatform())
    return made


@pytest.fixture
def lumen(db: None) -> ShopId:
    """A shop of it."""
    return installs.install_shop(NAME, SHOP, tokens(scopes=("read_products",)), DRAFT)
