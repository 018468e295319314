"""The platforms that the settings set up, entered when the site starts."""

from shopconnect.connectors.registry import register, register_billing
from shopconnect.connectors.shopify.billing import AppPricing
from shopconnect.connectors.shopify.platform import Shopify
from shopconnect.connectors.shopify.types import PLATFORM
from shopconnect.platforms.shopify.app import find_app, find_partner

_app = find_app()
if _app is not None:
    register(Shopify(_app))

_partner = find_partner()
if _app is not None and _partner is not None:
    register_billing(PLATFORM, AppPricing(_partner))
