"""A shop of the double that lives while it is brought in."""

from typing import Any

import pytest

from tests.connectors.woocommerce.conftest import source, woo  # noqa: F401
from tests.connectors.woocommerce.living import LivingShop
from tests.connectors.woocommerce.sources import WooSource


@pytest.fixture
def living(source: WooSource, offer: Any) -> LivingShop:  # noqa: F811
    """It is set up, and nobody else is."""
    offer(source.platform)
    return LivingShop(source)
