"""A browser that shows a page in Shopify's admin."""

from typing import Any

from django.test import Client

from tests.shopconnect.platforms.shopify.admin import session_token
from tests.shopconnect.shops.platforms import SHOP


def browser() -> Client:
    """One that keeps no cookies for us."""
    return Client(enforce_csrf_checks=True)


def load(client: Client, path: str = "/shopify/", **query: str) -> Any:
    """Load a page as the admin frames it."""
    return client.get(path, {"shop": SHOP, "host": "x", "embedded": "1", "id_token": session_token(), **query})
