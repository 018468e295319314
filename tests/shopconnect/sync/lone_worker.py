"""A worker in a process of its own, for a test to kill: lone_worker PLATFORM SHOP KIND.

PLATFORM is a module and a place, with a colon between them: the module's `platform_at` makes the platform of the place.
"""

import os
import sys
import threading
from importlib import import_module

import django


def work(platform: str, shop_id: int, kind: str) -> None:
    """Do what is due of a kind for a shop, over and over, as long as anything is."""
    from shopconnect.connectors import registry  # noqa: PLC0415
    from shopconnect.core.clock import now  # noqa: PLC0415
    from shopconnect.core.jobs import broker  # noqa: PLC0415
    from shopconnect.core.jobs.work import run_due  # noqa: PLC0415
    from shopconnect.core.models import Due  # noqa: PLC0415
    from shopconnect.core.tenancy.context import ShopId  # noqa: PLC0415
    from tests.waiting import LOOK_SECONDS  # noqa: PLC0415

    broker.wake = lambda *_, **__: None  # no other worker is woken
    module, _, place = platform.partition(":")
    registry.register(import_module(module).platform_at(place))
    while Due.objects.filter(shop_id=shop_id, kind=kind, due_at__lte=now(), lease_until=None).exists():
        run_due(ShopId(shop_id), kind)
        threading.Event().wait(LOOK_SECONDS)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    work(sys.argv[1], int(sys.argv[2]), sys.argv[3])
