"""A first sync whose worker is killed at random moments ends equal to the source, on whichever platform.

From a folder 20,000 products and 50,000 orders come; a shop on WooCommerce lives meanwhile: two changes a second, of
whose webhooks one in twenty is lost.
"""

import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync.backfill import retry_backfill_now
from tests.connectors.woocommerce.conftest import source  # noqa: F401
from tests.connectors.woocommerce.living import LivingShop
from tests.connectors.woocommerce.sources import fill
from tests.servers import ROOT
from tests.shopconnect.sync.conftest import installed, outside, pass_time, states, told  # noqa: F401
from tests.shopconnect.sync.test_backfill import DONE, files_of, is_equal_to_the_source

PRODUCTS, CUSTOMERS, ORDERS, KILLS, SEED = 20_000, 5_000, 50_000, 10, 11
POTS, PEOPLE, SALES, CHANGE_SECONDS = 2_000, 500, 3_000, 0.5


@pytest.fixture
def shop_id(transactional_db: None, nobody_is_woken: None, installed: ShopId) -> ShopId:  # noqa: F811
    """An installed shop whose rows are committed."""
    return installed


@pytest.fixture
def living(transactional_db: None, nobody_is_woken: None, new_room: None, source, offer) -> LivingShop:  # noqa: F811
    """A shop on WooCommerce with more in it, before we are installed there."""
    offer(source.platform)
    fill(source.store, pots=POTS, people=PEOPLE, orders=SALES)
    return LivingShop(source, SEED)


def start_worker(place: str, shop_id: ShopId) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.shopconnect.sync.lone_worker", place, str(shop_id)]
    return subprocess.Popen([*command, "backfill"], cwd=ROOT)


def wait_for_work(calls: Callable[[], list[str]], worker: subprocess.Popen[bytes], before: int) -> None:
    """Wait until a worker has asked the platform for something: it is past its start."""
    while worker.poll() is None and len(calls()) == before:
        threading.Event().wait(0.05)


def bring_in_with_kills(place: str, calls: Callable[[], list[str]], shop_id: ShopId) -> None:
    """Kill a worker ten times at random moments, then let others end it."""
    dice, killed = random.Random(SEED), 0
    for _ in range(KILLS):
        before = len(calls())
        worker = start_worker(place, shop_id)
        wait_for_work(calls, worker, before)
        threading.Event().wait(dice.uniform(0, 0.6))
        killed += worker.poll() is None
        worker.kill()
        worker.wait()
        pass_time(shop_id)
        with shop_scope(shop_id):
            # As "Try again now" does: eight workers lost at one row are enough to set it aside.
            retry_backfill_now(shop_id)
    assert killed > KILLS // 2  # else the shop came in before it could be tried
    ends = time.monotonic() + 1200
    while states(shop_id) != DONE and time.monotonic() < ends:
        start_worker(place, shop_id).wait(600)
        pass_time(shop_id)
    start_worker(place, shop_id).wait(60)
    assert states(shop_id) == DONE


@contextmanager
def two_changes_a_second(living: LivingShop) -> Iterator[None]:
    """Have the shop live in a thread of its own."""
    is_over = threading.Event()

    def live() -> None:
        while not is_over.wait(CHANGE_SECONDS):
            living.live()

    thread = threading.Thread(target=live)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


@pytest.mark.timeout(1800)
def test_a_worker_killed_ten_times_at_random_moments_leaves_the_shop_equal_to_its_source(
    shop_id,
    outside,  # noqa: F811
    told,  # noqa: F811
):
    outside.tell(product=PRODUCTS, customer=CUSTOMERS, order=ORDERS, lot=2000)
    bring_in_with_kills(outside.place, outside.calls, shop_id)
    assert is_equal_to_the_source(shop_id, outside)
    assert files_of(shop_id) == []


@pytest.mark.timeout(1800)
def test_a_shop_that_lives_meanwhile_is_equal_after_one_pass_and_one_sweep(living):
    shop_id = living.install()
    with two_changes_a_second(living):
        bring_in_with_kills(living.place, living.calls, shop_id)
    assert (living.hear() > 20, living.lost > 0) == (True, True)
    living.catch_up(shop_id)
    assert is_equal_to_the_source(shop_id, living)
