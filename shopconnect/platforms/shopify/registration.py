"""Shopify in the registry of platforms, as far as the settings set it up, entered when the site starts."""

from django.conf import settings

from shopconnect.connectors.registry import register, register_billing, register_descriptor
from shopconnect.connectors.shopify.billing import AppPricing
from shopconnect.connectors.shopify.descriptor import descriptor_of
from shopconnect.connectors.shopify.platform import Shopify
from shopconnect.platforms.shopify.app import find_app, find_partner
from shopconnect.platforms.shopify.buckets import SharedBucket

register_descriptor(descriptor_of(settings.SHOPIFY_DATA_LEVEL))

_app = find_app()
if _app is not None:
    register(Shopify(_app, SharedBucket))

_partner = find_partner()
if _app is not None and _partner is not None:
    register_billing(AppPricing(_partner))
