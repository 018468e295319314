"""The platforms that the settings set up, entered when the site starts."""

from shopconnect.connectors.registry import register
from shopconnect.connectors.shopify.platform import Shopify
from shopconnect.shops.shopify import find_app

_app = find_app()
if _app is not None:
    register(Shopify(_app))
