"""A WooCommerce that the tests' own process serves, and a shop of it."""

from collections.abc import Iterator
from typing import Any

import pytest

from shopconnect.core.security import crypto
from tests.connectors.woocommerce.sources import WooSource
from tests.doubles.woocommerce.double import WooDouble


@pytest.fixture
def source(woo: WooDouble, settings: Any) -> Iterator[WooSource]:
    crypto.configure(settings.FIELD_KEYS, settings.HASH_KEY)
    yield WooSource(woo)
    woo.shops.clear()
