"""What generic code must know of Shopify."""

from dataclasses import replace
from datetime import timedelta

from shopconnect.connectors.base import Ability
from shopconnect.connectors.descriptor import PlatformDescriptor
from shopconnect.connectors.shopify.types import PAGE_SCOPES, PLATFORM
from shopconnect.connectors.texts import gettext_noop

EMAILS_FROM_LEVEL = 2
_SHOPIFY = PlatformDescriptor(
    name=PLATFORM,
    bills_apps=True,
    label="Shopify",
    abilities=frozenset({Ability.BULK, Ability.PUSH_PRICE, Ability.PIXEL, Ability.CUSTOMERS_BY_CHANGE, Ability.PAGES}),
    order_window=timedelta(days=50),  # those of 60 days are shown, counted in a way of its own
    token_life=timedelta(hours=47),
    redact_delay=timedelta(hours=47),  # two days
    price_scope="write_products",
    page_scopes=PAGE_SCOPES,
    staff_label=gettext_noop("Shopify staff %(number)s"),
    home_path="shopify/",
    orders_path="/account",
    domain_suffix=".myshopify.com",
)


def descriptor_of(data_level: int) -> PlatformDescriptor:
    """Return Shopify as it is at a level of protected customer data."""
    return replace(_SHOPIFY, reads_emails=data_level >= EMAILS_FROM_LEVEL)
