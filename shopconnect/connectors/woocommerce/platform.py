"""WooCommerce, for all its shops."""

from shopconnect.connectors.base import RawWebhook, Tokens, Webhook
from shopconnect.connectors.types import ConnectorError
from shopconnect.connectors.woocommerce import webhooks
from shopconnect.connectors.woocommerce.client import WooClient
from shopconnect.connectors.woocommerce.connection import WooConnection
from shopconnect.connectors.woocommerce.slots import FreeSlots, SlotsOf
from shopconnect.connectors.woocommerce.types import ORIGIN, PLATFORM


class WooCommerce:
    """WooCommerce; a shop's external id is its address without the scheme, as it stands in `origin` for {shop}.

    `slots_of` gives the places for calls that all who ask a shop share.
    """

    name = PLATFORM

    def __init__(self, origin: str = ORIGIN, slots_of: SlotsOf = lambda shop: FreeSlots()) -> None:
        self.origin, self._slots_of = origin, slots_of

    def verify(self, raw: RawWebhook) -> Webhook:
        """Return a webhook whose signature holds; raises ConnectorError with status 401 or 400."""
        return webhooks.verify(raw)

    def renew(self, shop: str, tokens: Tokens) -> Tokens:
        """Never asked: keys last until they are revoked."""
        raise ConnectorError(PLATFORM, None, permanent=True, detail="keys are not renewed")

    def connect(self, shop: str, tokens: Tokens) -> WooConnection:
        """Return the connection of a shop."""
        client = WooClient(self.origin.format(shop=shop), tokens, slots=self._slots_of(shop))
        return WooConnection(shop, tokens, client)
