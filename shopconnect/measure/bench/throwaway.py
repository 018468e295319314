"""A shop of a platform that lives as long as a bench."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from shopconnect.connectors.base import Tokens
from shopconnect.connectors.types import ShopDraft
from shopconnect.core.jobs.broker import unheard
from shopconnect.core.jobs.work import run_due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.shops.erasure import erase_shop
from shopconnect.shops.installs import install_shop, uninstall_shop
from shopconnect.shops.types import Platform
from shopconnect.sync.backfill import KIND

DOMAIN = f"bench-{os.getpid()}.myshopify.com"
SHOP = ShopDraft(name="Bench", currency="EUR", timezone="UTC", languages=("fr", "en"), hosts=(DOMAIN,))


@contextmanager
def shop_of_a_platform() -> Iterator[ShopId]:
    """Install a throwaway shop on Shopify, as far as our tables know, and erase it afterwards, however large.

    No worker of this checkout hears of it from here.
    """
    with unheard():
        shop_id = install_shop(Platform.SHOPIFY, DOMAIN, Tokens(access="none"), SHOP)
        try:
            yield shop_id
        finally:
            uninstall_shop(shop_id, None)
            run_due(shop_id, KIND)  # the files of a first sync go
            while erase_shop(shop_id):
                pass  # a turn at a time
