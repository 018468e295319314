"""A shop whose pages stand in Shopify's admin, and what calls through its app proxy need."""

from collections.abc import Callable

import pytest

from shopconnect.connectors.shopify.session_tokens import read_session
from shopconnect.connectors.shopify.types import App
from shopconnect.core.clock import now
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
def staff() -> dict[str, bool]:
    """Whether somebody owns the shop's account, by their number: who is not named does."""
    return {}


@pytest.fixture(autouse=True)
def account_owner(monkeypatch: pytest.MonkeyPatch, staff: dict[str, bool]) -> None:
    """Have Shopify say who owns the shop's account, without the network."""

    def is_account_owner(app: App, shop: str, token: str) -> bool:
        return staff.get(read_session(app, token, now()).user, True)

    monkeypatch.setattr("shopconnect.connectors.shopify.oauth.is_account_owner", is_account_owner)


@pytest.fixture
def lumen(db: None) -> ShopId:
    """A shop of it."""
    return installs.install_shop(NAME, SHOP, tokens(scopes=("read_products",)), DRAFT)
