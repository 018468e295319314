"""Shopify's own libraries, to which the same is shown as to ours."""

from collections.abc import Iterator

import pytest
from shopify_app import ShopifyApp

from tests.connectors.shopify.signing import APP
from tests.peers.shopify_api import ShopifyApi


@pytest.fixture(scope="session")
def in_javascript() -> Iterator[ShopifyApi]:
    """@shopify/shopify-api with our app."""
    library = ShopifyApi(APP.client_id, APP.secret)
    yield library
    library.close()


@pytest.fixture(scope="session")
def in_python() -> ShopifyApp:
    """Shopify's `shopifyapp` with our app; it knows the old secret too."""
    return ShopifyApp(APP.client_id, APP.secret, APP.old_secret)
