"""A shop that lives as long as a bench."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from shopconnect.connectors.base import Tokens
from shopconnect.connectors.files.descriptor import FILES
from shopconnect.connectors.types import ShopDraft
from shopconnect.core.jobs.broker import unheard
from shopconnect.core.jobs.work import run_due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.platforms.registry import BenchSource
from shopconnect.shops.erasure import erase_shop
from shopconnect.shops.installs import install_shop, uninstall_shop
from shopconnect.sync.backfill import KIND

NAME = f"bench-{os.getpid()}"
SHOP = ShopDraft(name="Bench", currency="EUR", timezone="UTC", languages=("fr", "en"), hosts=(f"{NAME}.example",))


@contextmanager
def throwaway_shop(platform: str = FILES.name, source: BenchSource | None = None) -> Iterator[ShopId]:
    """Install a throwaway shop, on a platform as far as our tables know, and erase it afterwards, however large.

    No worker of this checkout hears of it from here.
    """
    external_id, draft = (source.external_id, source.shop) if source else (NAME, SHOP)
    with unheard():
        shop_id = install_shop(platform, external_id, Tokens(access="none"), draft)
        try:
            yield shop_id
        finally:
            uninstall_shop(shop_id, None)
            run_due(shop_id, KIND)  # the files of a first sync go
            while erase_shop(shop_id):
                pass  # a turn at a time
