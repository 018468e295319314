"""A large export of orders comes in whole within the memory that we promise, though its worker is killed three times.

SOAK_ORDERS says how many orders of two lines it holds; -s shows the figures. 3,000,000 take some 12 GB of disk.
"""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from shopconnect.connectors.base import ResourceType, Tokens
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.models import Line, Order
from shopconnect.platforms.shopify.bench.source import DOMAIN, SHOP
from shopconnect.shops.installs import install_shop
from shopconnect.sync.models import Backfill
from tests.servers import ROOT
from tests.shopconnect.sync.conftest import pass_time, states
from tests.shopconnect.sync.test_backfill import DONE
from tests.soak.exports import write_orders
from tests.soak.sites import show

ORDERS = int(os.environ.get("SOAK_ORDERS", "60000"))
MOST_MEGABYTES = 700


def splits(shop_id: ShopId) -> bool:
    """Say whether the export is being split: some is done, and not all."""
    saved = (settings.DATA_FOLDER / "shop" / str(shop_id)).rglob("checkpoint.json")
    return any(not json.loads(path.read_bytes())["is_done"] for path in saved)


def stores(share: float) -> Callable[[ShopId], bool]:
    """Return what says whether a share of the orders, and not all, is stored."""

    def is_so(shop_id: ShopId) -> bool:
        with shop_scope(shop_id):
            count: int = Backfill.objects.get(resource=ResourceType.ORDER).count
        return ORDERS * share <= count < ORDERS

    return is_so


def work_until(place: Path, shop_id: ShopId, is_enough: Callable[[ShopId], bool]) -> tuple[bool, int]:
    """Have a worker of its own process bring the shop in, and kill it at a moment; say whether it was, and its peak."""
    module = f"tests.soak.exports:{place}"
    command = [sys.executable, "-m", "tests.shopconnect.sync.lone_worker", module, str(shop_id), "backfill"]
    worker, peak, is_killed = subprocess.Popen(command, cwd=ROOT), 0, False
    while worker.poll() is None and not is_killed:
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{worker.pid}/status").read_text())
        peak = max(peak, int(found[1]) // 1024 if found else 0)
        is_killed = is_enough(shop_id)
        threading.Event().wait(0.05)
    worker.kill()
    worker.wait()
    pass_time(shop_id)
    return is_killed, peak


@pytest.mark.timeout(3 * 3600)
def test_a_large_export_comes_in_whole_though_its_worker_is_killed_three_times(
    transactional_db, nobody_is_woken, tmp_path
):
    place, peaks = tmp_path / "export", []
    write_orders(place, ORDERS)
    shop_id = install_shop("shopify", DOMAIN, Tokens(access="none"), SHOP)
    began = time.monotonic()
    for moment in (splits, stores(1 / 3), stores(2 / 3)):
        is_killed = False
        while not is_killed:
            assert states(shop_id) != DONE, "It came in before it could be killed."
            is_killed, peak = work_until(place, shop_id, moment)
            peaks.append(peak)
    while states(shop_id) != DONE:
        peaks.append(work_until(place, shop_id, lambda _: False)[1])
    show(f"{ORDERS} orders in {time.monotonic() - began:.0f} s, killed three times; at most {max(peaks)} MB")
    with shop_scope(shop_id):
        assert (Order.objects.count(), Line.objects.count()) == (ORDERS, 2 * ORDERS)
    assert max(peaks) < MOST_MEGABYTES
