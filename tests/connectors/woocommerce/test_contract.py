"""WooCommerce is a platform as every other, with all that its hosts do to answers."""

from tests.connectors.contract import PlatformContract


class TestWooCommerce(PlatformContract):
    """Run with the double."""
