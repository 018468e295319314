"""A shop of the double: one that lives while it is brought in, one that somebody connects."""

from typing import Any

import pytest
from django.test import Client

from shopconnect.connectors.woocommerce.types import PLATFORM
from shopconnect.core.tenancy.context import ShopId
from shopconnect.shops.installs import find_installed
from shopconnect.sync import subscriptions
from tests.connectors.woocommerce.conftest import source  # noqa: F401
from tests.connectors.woocommerce.living import LivingShop
from tests.connectors.woocommerce.sources import WooSource
from tests.doubles.woocommerce.double import WooShop
from tests.shopconnect.platforms.woocommerce.merchants import HOME, Posted, connect, deliver, post_to_us
from tests.shopconnect.shops.conftest import make_person, signed_in
from tests.shopconnect.sync.conftest import work_through


@pytest.fixture
def living(source: WooSource, offer: Any) -> LivingShop:  # noqa: F811
    """It is set up, and nobody else is."""
    offer(source.platform)
    return LivingShop(source)


@pytest.fixture
def posted() -> Posted:
    """What the shop sent to where keys come in, and how that was answered."""
    return []


@pytest.fixture
def tea(source: WooSource, offer: Any, settings: Any, posted: Posted, db: None) -> WooShop:  # noqa: F811
    """A shop that nobody has connected yet."""
    settings.SITE_URL = HOME
    offer(source.platform)
    source.double_shop.post_key = post_to_us(posted)
    return source.double_shop


@pytest.fixture
def ada(db: None) -> Client:
    """The browser of somebody with an account and no shop."""
    return signed_in(make_person("ada@example.com"))


@pytest.fixture
def kept(tea: WooShop, ada: Client, nobody_is_woken: None) -> ShopId:
    """That shop, connected and brought in; its webhooks arrive at our door, and it lives in our time."""
    tea.webhooks.send = deliver
    connect(ada, tea)
    shop_id = find_installed(PLATFORM, tea.name)
    assert shop_id is not None
    work_through(shop_id)
    work_through(shop_id, subscriptions.KIND)
    tea.store.is_live = True
    return shop_id
