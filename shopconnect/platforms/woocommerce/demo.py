"""The demo shop on a WooCommerce that runs here: what a merchant's browser does to connect it."""

import re
from html import unescape
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from shopconnect.connectors.woocommerce.approval import approval_url
from shopconnect.core.http import call
from shopconnect.platforms.woocommerce import services
from shopconnect.platforms.woocommerce.services import CannotConnect

APPROVE = re.compile(r'<a class="approve" href="([^"]+)"')


def install_demo_shop(slug: str) -> str:
    """Approve us in a shop whose host, with a dash for its dot, is the slug; returns the shop's address.

    Raises RuntimeError where the shop or our own site does not do its part.
    """
    shop = slug.replace("-", ".", 1)
    if services.is_connected(shop):
        return shop
    try:
        state = services.begin_approval(shop)
        _approve(shop, state)
        services.connect_shop(shop, state)
    except CannotConnect as error:
        raise RuntimeError(f"{shop} cannot be connected: {error}.") from error
    return shop


def _approve(shop: str, state: str) -> None:
    back, keys = (f"{settings.SITE_URL}{reverse(f'woocommerce:{name}')}" for name in ("returned", "keys"))
    page = approval_url(services.origin_of(shop), state, back, keys)
    link = APPROVE.search(call("GET", page).body.decode())
    if link is None:
        raise RuntimeError(f"{shop} asks nobody to approve.")
    call("POST", urljoin(page, unescape(link[1])), read_seconds=60)  # its way back to us is a browser's
