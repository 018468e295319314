"""A worker in a process of its own, for a test to kill: lone_worker FOLDER SHOP KIND."""

import os
import sys
import threading
from pathlib import Path

import django


def work(folder: str, shop_id: int, kind: str) -> None:
    """Do what is due of a kind for a shop, over and over, as long as anything is."""
    from shopconnect.connectors import registry  # noqa: PLC0415
    from shopconnect.core.clock import now  # noqa: PLC0415
    from shopconnect.core.jobs import broker  # noqa: PLC0415
    from shopconnect.core.jobs.work import run_due  # noqa: PLC0415
    from shopconnect.core.models import Due  # noqa: PLC0415
    from shopconnect.core.tenancy.context import ShopId  # noqa: PLC0415
    from shopconnect.sync import backfill  # noqa: PLC0415
    from tests.shopconnect.sync.outside import Outside  # noqa: PLC0415
    from tests.waiting import LOOK_SECONDS  # noqa: PLC0415

    broker.wake = lambda *_, **__: None  # no other worker is woken
    platform = Outside(Path(folder))
    registry.register(platform)
    backfill.LOT_AT_FIRST = backfill.LOT_AT_MOST = platform.told("lot", 1000)
    while Due.objects.filter(shop_id=shop_id, kind=kind, due_at__lte=now(), lease_until=None).exists():
        run_due(ShopId(shop_id), kind)
        threading.Event().wait(LOOK_SECONDS)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    work(sys.argv[1], int(sys.argv[2]), sys.argv[3])
