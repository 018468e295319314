"""What calls through Shopify's app proxy need."""

from tests.shopconnect.widgets.conftest import *  # noqa: F403
