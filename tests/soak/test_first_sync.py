"""A first sync of 20,000 products and 50,000 orders, its worker killed at random moments, ends equal to the source."""

import random
import subprocess
import sys
import threading
import time

import pytest

from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync.backfill import retry_backfill_now
from tests.servers import ROOT
from tests.shopconnect.sync.conftest import installed, outside, pass_time, states, told  # noqa: F401
from tests.shopconnect.sync.outside import Outside
from tests.shopconnect.sync.test_backfill import DONE, files_of, is_equal_to_the_source

PRODUCTS, CUSTOMERS, ORDERS, KILLS, SEED = 20_000, 5_000, 50_000, 10, 11


@pytest.fixture
def shop_id(transactional_db: None, nobody_is_woken: None, installed: ShopId) -> ShopId:  # noqa: F811
    """An installed shop whose rows are committed."""
    return installed


def start_worker(platform: Outside, shop_id: ShopId) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.shopconnect.sync.lone_worker", str(platform.folder), str(shop_id)]
    return subprocess.Popen([*command, "backfill"], cwd=ROOT)


def wait_for_work(platform: Outside, worker: subprocess.Popen[bytes], calls: int) -> None:
    """Wait until a worker has asked the platform for something: it is past its start."""
    while worker.poll() is None and len(platform.calls()) == calls:
        threading.Event().wait(0.05)


@pytest.mark.timeout(1800)
def test_a_worker_killed_ten_times_at_random_moments_leaves_the_shop_equal_to_its_source(
    shop_id,
    outside,  # noqa: F811
    told,  # noqa: F811
):
    outside.tell(product=PRODUCTS, customer=CUSTOMERS, order=ORDERS, lot=2000)
    dice, killed = random.Random(SEED), 0
    for _ in range(KILLS):
        calls = len(outside.calls())
        worker = start_worker(outside, shop_id)
        wait_for_work(outside, worker, calls)
        threading.Event().wait(dice.uniform(0, 1.5))
        killed += worker.poll() is None
        worker.kill()
        worker.wait()
        pass_time(shop_id)
        with shop_scope(shop_id):
            retry_backfill_now(
                shop_id
            )  # as "Try again now" does: eight workers lost at one row are enough to set it aside
    assert killed > KILLS // 2  # else the shop came in before it could be tried
    ends = time.monotonic() + 1200
    while states(shop_id) != DONE and time.monotonic() < ends:
        start_worker(outside, shop_id).wait(600)
        pass_time(shop_id)
    start_worker(outside, shop_id).wait(60)
    assert states(shop_id) == DONE
    assert is_equal_to_the_source(shop_id, outside)
    assert files_of(shop_id) == []
