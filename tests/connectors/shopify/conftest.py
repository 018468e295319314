"""Shopify's own libraries, to which the same is shown as to ours."""

from collections.abc import Iterator

import pytest
from shopify_app import ShopifyApp

from shopconnect.connectors.base import Tokens
from shopconnect.connectors.shopify.client import Client
from shopconnect.connectors.shopify.connection import ShopifyConnection
from shopconnect.connectors.shopify.types import App
from tests.connectors.shopify.answers import Time, speaking
from tests.connectors.shopify.signing import APP
from tests.peers.shopify_api import ShopifyApi


@pytest.fixture
def short_pauses() -> None:
    """Pauses are as long as they are, on clocks that the tests move."""


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


@pytest.fixture
def connect():
    """Connections to shops that answer on this machine, and never wait."""
    opened = []

    def connected(shop, scopes=(), level=1):
        server = speaking(shop)
        url, _ = server.__enter__()
        opened.append(server)
        time = Time()
        app = App(client_id="id", secret="s", origin=url + "/{shop}", data_level=level)
        client = Client(url, "token", clock=time.clock, wait=time.wait)
        return ShopifyConnection(app, "a.myshopify.com", Tokens(access="token", scopes=scopes), client)

    yield connected
    for server in opened:
        server.__exit__(None, None, None)
