"""Shopify, for all its shops."""

from collections.abc import Callable

from shopconnect.connectors.base import RawWebhook, Tokens, Webhook
from shopconnect.connectors.shopify import oauth, webhooks
from shopconnect.connectors.shopify.buckets import Bucket
from shopconnect.connectors.shopify.connection import ShopifyConnection
from shopconnect.connectors.shopify.types import PLATFORM, App
from shopconnect.core.clock import now


class Shopify:
    """Shopify with one app of ours; a shop's external id is its domain under myshopify.com.

    `bucket_of` gives the bucket that all who ask for a shop share; without it each connection has its own.
    """

    name = PLATFORM

    def __init__(self, app: App, bucket_of: Callable[[str], Bucket] | None = None) -> None:
        self.app, self._bucket_of = app, bucket_of

    def verify(self, raw: RawWebhook) -> Webhook:
        """Return a webhook whose signature holds; raises ConnectorError with status 401 or 400."""
        return webhooks.verify(self.app, raw)

    def renew(self, shop: str, tokens: Tokens) -> Tokens:
        """Exchange tokens that expire for new ones; AccessEnded says that the shop must sign in again."""
        return oauth.refresh(self.app, shop, tokens, now())

    def connect(self, shop: str, tokens: Tokens) -> ShopifyConnection:
        """Return the connection of a shop."""
        return ShopifyConnection(self.app, shop, tokens, bucket=self._bucket_of(shop) if self._bucket_of else None)
