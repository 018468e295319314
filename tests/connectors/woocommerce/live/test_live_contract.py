"""A real WooCommerce keeps the contract that its double keeps."""

import pytest

from shopconnect.connectors.base import Connection
from tests.connectors.contract import PlatformContract
from tests.connectors.woocommerce.live.sources import LiveSource, OwnPart

pytestmark = [pytest.mark.live_woo, pytest.mark.filterwarnings("ignore:Unverified HTTPS")]


class TestLiveWooCommerce(PlatformContract):
    """Run with the shop that was given."""

    @pytest.fixture
    def connection(self, source: LiveSource) -> Connection:
        return OwnPart(source.platform.connect(source.shop, source.tokens), source.goods)  # type: ignore[return-value]
