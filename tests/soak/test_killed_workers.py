"""A worker is killed (SIGKILL) in each state of a first sync, and while it sends a change; nothing is lost by it."""

import subprocess
import sys
import threading
import time

import pytest

from shopconnect.catalog import selectors as catalog
from shopconnect.catalog.services import store_products
from shopconnect.connectors.base import ResourceType
from shopconnect.core.jobs.work import add_due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync import reconcile
from shopconnect.sync.inbox import ask_about
from shopconnect.sync.models import Backfill, InboxWebhook
from shopconnect.sync.watermarks import watch_from
from tests.recommender.prices.test_services import ask, changes
from tests.servers import ROOT
from tests.shopconnect.sync.conftest import pass_time, states, work_through
from tests.shopconnect.sync.outside import AT, Outside, product
from tests.shopconnect.sync.test_backfill import DONE, files_of, is_equal_to_the_source

POINTS = ("asked product", "found product", "downloading product", "reading product", "reading order", "paging order")


@pytest.fixture
def shop_to_kill_for(transactional_db: None, nobody_is_woken: None, installed: ShopId) -> ShopId:
    """An installed shop whose rows are committed."""
    return installed


def kill_a_worker_at(point: str, outside: Outside, shop_id: ShopId, kind: str = "backfill") -> None:
    """Have a worker of its own process work until it reaches a point, and kill it there."""
    reached = outside.folder / "reached"
    reached.unlink(missing_ok=True)
    outside.tell(hold=point)
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.shopconnect.sync.lone_worker", outside.place, str(shop_id), kind], cwd=ROOT
    )
    ends = time.monotonic() + 60
    while not reached.exists() and worker.poll() is None and time.monotonic() < ends:
        threading.Event().wait(0.02)
    worker.kill()
    worker.wait()
    outside.tell(hold="")
    assert reached.exists(), f"The worker never came to: {point}"
    pass_time(shop_id)


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_any_point_of_a_first_sync_is_followed_by_one_that_ends_it(
    shop_to_kill_for, outside, told, point
):
    shop_id = shop_to_kill_for
    outside.tell(lot=40, hold_after=25, bulk={"order": "failed"} if point == "paging order" else {})
    kill_a_worker_at(point, outside, shop_id)
    assert states(shop_id) != DONE
    work_through(shop_id)
    assert states(shop_id) == DONE
    assert is_equal_to_the_source(shop_id, outside)
    assert files_of(shop_id) == []
    assert told == [shop_id]
    extra = len(outside.calls("start_bulk product")) - 1
    assert extra == (1 if point == "asked product" else 0)  # harmless: nobody fetches the first


def test_what_was_stored_before_a_kill_is_not_stored_again(shop_to_kill_for, outside):
    outside.tell(lot=40, hold_after=25)
    kill_a_worker_at("reading product", outside, shop_to_kill_for)
    with shop_scope(shop_to_kill_for):
        row = Backfill.objects.get(resource=ResourceType.PRODUCT)
    assert (row.state, int(row.cursor) > 0, 0 < row.count < 60) == ("downloaded", True, True)
    work_through(shop_to_kill_for)
    assert outside.calls("read_bulk product")[-1] == f"read_bulk product {row.cursor}"
    assert is_equal_to_the_source(shop_to_kill_for, outside)


def test_workers_killed_one_after_the_other_at_every_point_do_not_keep_a_shop_from_coming_in(shop_to_kill_for, outside):
    outside.tell(lot=40, hold_after=25, bulk={"order": "partial"})
    for point in POINTS:
        kill_a_worker_at(point, outside, shop_to_kill_for)
    work_through(shop_to_kill_for)
    assert is_equal_to_the_source(shop_to_kill_for, outside)


def test_two_workers_at_once_bring_a_shop_in_once(shop_to_kill_for, outside):
    outside.tell(lot=20)
    command = [sys.executable, "-m", "tests.shopconnect.sync.lone_worker", outside.place, str(shop_to_kill_for)]
    workers = [subprocess.Popen([*command, "backfill"], cwd=ROOT) for _ in range(2)]
    assert [worker.wait(60) for worker in workers] == [0, 0]
    work_through(shop_to_kill_for)
    assert states(shop_to_kill_for) == DONE
    assert is_equal_to_the_source(shop_to_kill_for, outside)
    assert len(outside.calls("start_bulk product")) == 1


@pytest.mark.parametrize("point", ["pushing", "pushed"])
def test_a_worker_killed_while_it_sends_a_change_is_followed_by_one_that_sends_it_once(
    shop_to_kill_for, outside, point
):
    with shop_scope(shop_to_kill_for):
        store_products(product(3)[:1])
    ask(shop_to_kill_for)
    kill_a_worker_at(point, outside, shop_to_kill_for, "push_change")
    assert changes(shop_to_kill_for)[0].state == "waiting"
    work_through(shop_to_kill_for, "push_change")
    assert changes(shop_to_kill_for)[0].state == "done"
    assert (outside.told("prices", {}), outside.told("keys", [])) == ({"3-1": "9.50"}, ["key"])
    assert len(outside.calls("push_price key")) == 2


def test_two_workers_at_once_send_a_change_once(shop_to_kill_for, outside):
    with shop_scope(shop_to_kill_for):
        store_products(product(3)[:1])
    ask(shop_to_kill_for)
    command = [sys.executable, "-m", "tests.shopconnect.sync.lone_worker", outside.place, str(shop_to_kill_for)]
    workers = [subprocess.Popen([*command, "push_change"], cwd=ROOT) for _ in range(2)]
    assert [worker.wait(60) for worker in workers] == [0, 0]
    assert changes(shop_to_kill_for)[0].state == "done"
    assert len(outside.calls("push_price")) == 1


def test_a_worker_killed_between_question_and_storing_leaves_its_webhooks_to_the_next(shop_to_kill_for, outside):
    with shop_scope(shop_to_kill_for):
        ask_about(ResourceType.PRODUCT, map(str, outside.numbers(ResourceType.PRODUCT)), "test")
    for _ in range(2):
        kill_a_worker_at("fetched product", outside, shop_to_kill_for, "hooks")
    work_through(shop_to_kill_for, "hooks")
    with shop_scope(shop_to_kill_for):
        assert catalog.count_products().products == 60
        assert not InboxWebhook.objects.filter(handled_at=None).exists()


def test_a_worker_killed_between_pages_of_what_changed_is_followed_by_one_that_goes_on(shop_to_kill_for, outside):
    with shop_scope(shop_to_kill_for):
        watch_from(ResourceType.PRODUCT, AT)
        add_due(reconcile.KIND, 1)
    kill_a_worker_at("paging product", outside, shop_to_kill_for, "reconcile")
    work_through(shop_to_kill_for, "reconcile")
    with shop_scope(shop_to_kill_for):
        assert catalog.count_products().products == 60
    assert outside.calls("list_changed") == ["list_changed product ", *["list_changed product 40"] * 2]
