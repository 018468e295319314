"""The demo shop on a Shopify that runs here: what a merchant's browser does to install us."""

import re
from html import unescape

from django.conf import settings

from shopconnect.core.http import call

FRAME = re.compile(r"<iframe[^>]*\ssrc='([^']+)'")


def install_demo_shop(slug: str) -> str:
    """Load the admin's page of a shop, then the page of ours that it frames; returns the shop's domain.

    Raises RuntimeError where one of them does not come.
    """
    domain = f"{slug}.myshopify.com"
    admin = f"{settings.SHOPIFY_ORIGIN.format(shop=domain)}/admin/apps/app"
    frame = FRAME.search(call("GET", admin).body.decode())
    if frame is None:
        raise RuntimeError(f"{admin} shows no app.")
    page = call("GET", unescape(frame[1]), read_seconds=60)
    if page.status != 200:  # noqa: PLR2004
        raise RuntimeError(f"Opening the app answered {page.status}.")
    return domain
