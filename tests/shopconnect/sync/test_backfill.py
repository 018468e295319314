"""A first sync comes to the same end whatever happens on the way."""

from collections import Counter
from datetime import timedelta
from typing import Protocol

import pytest
from django.conf import settings

from shopconnect.catalog.models import StockSnapshot
from shopconnect.catalog.selectors import iter_products
from shopconnect.connectors.base import Draft, ResourceType
from shopconnect.connectors.types import ProductDraft, StockDraft
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import add_due, run_due
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.drafts import iter_customers, iter_orders
from shopconnect.orders.models import Line
from shopconnect.shops.installs import install_shop, uninstall_shop
from shopconnect.shops.selectors import shop_profile
from shopconnect.sync import backfill
from shopconnect.sync.models import Backfill
from shopconnect.sync.selectors import list_backfills
from shopconnect.sync.storing import store_drafts
from shopconnect.sync.types import BackfillState, Blocker
from tests.shopconnect.sync.conftest import pass_time, states, work_through
from tests.shopconnect.sync.outside import SHOP, TOKENS, Outside


class Drafted(Protocol):
    """What can say all there is of a kind of resource."""

    def drafts(self, resource: ResourceType) -> list[Draft]:
        """Return all there is."""
        ...


DONE = dict.fromkeys(map(str, backfill.RESOURCES), "done")


def is_equal_to_the_source(shop_id: ShopId, source: Drafted) -> bool:
    """Say whether rows and source agree, draft for draft; what is deleted there may stay here, marked."""

    def key(draft):
        return (type(draft).__name__, getattr(draft, "kind", ""), draft.external_id)

    with shop_scope(shop_id):
        products = [draft for draft in iter_products() if draft.deleted_at is None]
        stored = [*products, *iter_customers(), *iter_orders()]
        snapshots = StockSnapshot.objects.filter(location="7").count()
    told = [
        draft
        for resource in (ResourceType.PRODUCT, ResourceType.CUSTOMER, ResourceType.ORDER)
        for draft in source.drafts(resource)
    ]
    stock = sum(isinstance(draft, StockDraft) for draft in told)
    told = [draft for draft in told if not isinstance(draft, StockDraft)]
    return (sorted(stored, key=key), snapshots) == (sorted(told, key=key), stock)


def files_of(shop_id: ShopId) -> list[str]:
    folder = settings.DATA_FOLDER / "shop" / str(shop_id)
    return [path.name for path in folder.rglob("*") if path.is_file()]


def test_an_installed_shop_comes_in_whole_and_whoever_waits_is_told_once(installed, outside, told):
    work_through(installed)
    assert states(installed) == DONE
    assert is_equal_to_the_source(installed, outside)
    assert told == [installed]
    assert not Due.objects.filter(shop_id=installed, kind="backfill").exists()
    assert files_of(installed) == []
    with shop_scope(installed):
        assert shop_profile().hosts == ("out.example",)
        assert not Line.objects.filter(product=None).exists()


def test_a_shop_that_is_in_is_not_brought_in_again(installed, outside, told):
    work_through(installed)
    with shop_scope(installed):
        rows = list(Backfill.objects.order_by("id").values())
        for row in rows:
            add_due("backfill", row["id"])
    work_through(installed)
    with shop_scope(installed):
        assert list(Backfill.objects.order_by("id").values()) == rows
    assert is_equal_to_the_source(installed, outside)
    assert told == [installed]


def test_all_exports_are_asked_for_at_once_and_stored_in_order(installed, outside):
    outside.tell(bulk={"product": "running"})
    work_through(installed)
    assert states(installed) == {"shop": "done", "product": "asked", "customer": "downloaded", "order": "downloaded"}
    assert [call for call in outside.calls() if call.startswith("start")] == [
        "start_bulk product",
        "start_bulk customer",
        "start_bulk order",
    ]
    assert outside.calls("read_bulk") == []
    outside.tell(bulk={})
    pass_time(installed)
    work_through(installed)
    assert [call.split()[1] for call in outside.calls("read_bulk")] == ["product", "customer", "order"]
    assert is_equal_to_the_source(installed, outside)


def test_an_export_is_looked_for_each_minute_and_at_once_when_the_platform_says_so(installed, outside):
    outside.tell(bulk={"order": "running"})
    work_through(installed)
    (due,) = Due.objects.filter(shop_id=installed, kind="backfill")
    assert timedelta(seconds=50) < due.due_at - now() <= timedelta(minutes=1)
    outside.tell(bulk={})
    with shop_scope(installed):
        backfill.retry_backfill_now(installed)
    work_through(installed)
    assert states(installed) == DONE


def test_progress_is_told_as_a_merchant_counts(installed, outside, monkeypatch):
    monkeypatch.setattr(backfill, "SLICE_SECONDS", 0)
    monkeypatch.setattr(backfill, "LOT_AT_FIRST", 90)
    monkeypatch.setattr(backfill, "LOT_AT_MOST", 90)
    outside.tell(bulk={"order": "running"})
    for _ in range(6):
        run_due(installed, "backfill")
    with shop_scope(installed):
        products, customers, orders = list_backfills()
    assert (products.resource, products.state, products.total) == (ResourceType.PRODUCT, BackfillState.DOWNLOADED, 60)
    assert 0 < products.count < 60
    assert (customers.count, customers.total, orders.total) == (0, 60, 30)


def test_a_long_store_goes_on_slice_by_slice_and_others_have_their_turn(installed, outside, monkeypatch):
    monkeypatch.setattr(backfill, "SLICE_SECONDS", 0)
    monkeypatch.setattr(backfill, "LOT_AT_FIRST", 20)
    monkeypatch.setattr(backfill, "LOT_AT_MOST", 20)
    turns = work_through(installed)
    assert turns > 20
    skips = [int(call.split()[2]) for call in outside.calls("read_bulk product")]
    assert skips == sorted(set(skips))
    assert is_equal_to_the_source(installed, outside)


def test_a_large_file_is_downloaded_and_prepared_in_slices(installed, outside):
    outside.tell(slices=4)
    work_through(installed)
    assert is_equal_to_the_source(installed, outside)
    for resource in ("product", "customer", "order"):
        assert (len(outside.calls(f"download {resource}/")), len(outside.calls(f"start_bulk {resource}"))) == (4, 1)
        assert len(outside.calls(f"prepare {resource}")) >= 4


@pytest.mark.parametrize("state", ["written", "downloaded"])
def test_a_file_that_comes_slice_by_slice_moves_with_each(state, installed, outside):
    outside.tell(slices=4)
    while states(installed)["product"] != state:
        run_due(installed, backfill.KIND)
    with shop_scope(installed):
        Backfill.objects.update(moved_at=now() - timedelta(hours=1))
    run_due(installed, backfill.KIND)
    assert states(installed)["product"] == state
    with shop_scope(installed):
        assert not next(one for one in list_backfills() if one.resource == ResourceType.PRODUCT).is_stale


def test_a_failed_export_is_asked_for_again(installed, outside):
    outside.tell(bulk={"product": "failed"})
    while len(outside.calls("start_bulk product")) < 2:
        run_due(installed, backfill.KIND)
    outside.tell(bulk={})
    work_through(installed)
    assert is_equal_to_the_source(installed, outside)
    assert outside.calls("list_changed") == []
    assert len(outside.calls("start_bulk product")) == 2


def test_what_fails_as_an_export_again_and_again_is_read_page_by_page(installed, outside):
    outside.tell(bulk={"product": "failed"})
    work_through(installed)
    assert len(outside.calls("start_bulk product")) == 3
    assert is_equal_to_the_source(installed, outside)
    assert outside.calls("list_changed product") == ["list_changed product ", "list_changed product 40"]


def test_what_failed_exports_wrote_is_stored_and_the_rest_read_page_by_page_at_last(installed, outside):
    outside.tell(bulk={"order": "partial"})
    work_through(installed)
    assert is_equal_to_the_source(installed, outside)
    assert (len(outside.calls("read_bulk order")), len(outside.calls("list_changed order"))) == (3, 2)
    with shop_scope(installed):
        assert [one.count for one in list_backfills()] == [60, 60, 60]


def test_an_export_whose_file_is_gone_is_asked_for_again(installed, outside):
    outside.tell(failures=[{"call": "download order", "permanent": False, "status": 503, "detail": "No."}])
    work_through(installed)
    assert states(installed)["order"] == "written"
    outside.tell(failures=[], gone=["order/1"])  # held up for longer than the platform keeps a file
    pass_time(installed)
    work_through(installed)
    assert states(installed) == DONE
    assert is_equal_to_the_source(installed, outside)


def test_an_empty_export_is_done_at_once(installed, outside):
    outside.tell(order=0, customer=0)
    work_through(installed)
    assert states(installed) == DONE
    assert outside.calls("download customer") == []
    assert is_equal_to_the_source(installed, outside)


def test_a_platform_without_exports_is_read_page_by_page(installed, outside):
    outside.tell(can=[])
    work_through(installed)
    assert is_equal_to_the_source(installed, outside)
    assert outside.calls("start_bulk") == []


@pytest.mark.parametrize(
    "call",
    ["read_shop", "start_bulk product", "find_bulk product", "download product", "read_bulk order", "find_bulk order"],
)
@pytest.mark.parametrize("permanent", [False, True])
def test_a_platform_that_fails_is_asked_again_later_and_holds_nothing_else_up(installed, outside, call, permanent):
    outside.tell(failures=[{"call": call, "permanent": permanent, "status": 500, "detail": "No."}])
    work_through(installed)
    held = call.split()[-1].removeprefix("read_")
    assert {resource for resource, state in states(installed).items() if state != "done"} == {held}
    with shop_scope(installed):
        row = Backfill.objects.get(resource=held)
    assert (row.blocker, row.detail) == (Blocker.REFUSED if permanent else Blocker.AWAY, "No.")
    assert (row.state == BackfillState.WAITING) is (permanent or call.startswith(("read_shop", "start_bulk")))
    outside.tell(failures=[])
    pass_time(installed)
    work_through(installed)
    assert states(installed) == DONE
    assert is_equal_to_the_source(installed, outside)


def test_waits_grow_and_are_as_long_as_the_platform_asks(installed, outside):
    failure = {"call": "start_bulk order", "permanent": False}
    outside.tell(failures=[failure])
    waits = []
    for _ in range(12):
        work_through(installed)
        due = Due.objects.get(shop_id=installed, kind="backfill")
        waits.append(round((due.due_at - now()).total_seconds() / 60))
        pass_time(installed)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]
    outside.tell(failures=[failure | {"retry_after": 36_000}])
    work_through(installed)
    assert Due.objects.get(shop_id=installed, kind="backfill").due_at > now() + timedelta(hours=9)


def test_a_shop_that_must_sign_in_again_waits_and_goes_on_afterwards(installed, outside):
    refused = [{"call": "find_bulk", "permanent": True, "status": 401}, {"call": "renew", "permanent": True}]
    outside.tell(failures=refused)
    work_through(installed)
    pass_time(installed)
    work_through(installed)
    with shop_scope(installed):
        assert {one.blocker for one in list_backfills()} == {Blocker.SIGN_IN}
        assert {one.state for one in list_backfills()} == {BackfillState.ASKED}
    outside.tell(failures=[])
    install_shop("shopify", "out.myshopify.com", TOKENS, SHOP)
    work_through(installed)
    assert is_equal_to_the_source(installed, outside)
    assert len(outside.calls("start_bulk")) == 3


def test_tokens_that_are_refused_are_renewed_before_the_next_try(installed, outside):
    outside.tell(failures=[{"call": "find_bulk product", "permanent": True, "status": 401}])
    work_through(installed)
    outside.tell(failures=[])
    pass_time(installed)
    work_through(installed)
    assert outside.calls("renew") == ["renew"]
    assert is_equal_to_the_source(installed, outside)


def test_what_stood_still_for_a_week_is_asked_for_anew(installed, outside):
    outside.tell(failures=[{"call": "read_bulk order", "permanent": False}])
    work_through(installed)
    with shop_scope(installed):
        assert backfill.is_coming_in()
        Backfill.objects.filter(resource=ResourceType.ORDER).update(moved_at=now() - backfill.FORGOTTEN_AFTER)
        assert not backfill.is_coming_in()  # who was erased meanwhile does not come back with what is on the disk
    outside.tell(failures=[{"call": "start_bulk", "permanent": False}])
    pass_time(installed)
    work_through(installed)
    assert files_of(installed) == []
    with shop_scope(installed):
        assert not backfill.is_coming_in()
    outside.tell(failures=[])
    pass_time(installed)
    work_through(installed)
    assert len(outside.calls("start_bulk order")) == 3
    assert is_equal_to_the_source(installed, outside)


def test_a_mistake_of_ours_is_shown_and_tried_again(installed, outside, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(backfill, "refresh_statistics", lambda: 1 / 0)
        work_through(installed)
        with shop_scope(installed):
            assert {one.blocker for one in list_backfills()} == {Blocker.BROKEN}
    pass_time(installed)
    work_through(installed)
    assert is_equal_to_the_source(installed, outside)


def test_a_shop_that_leaves_in_the_middle_is_left_alone_and_its_files_go(installed, outside, monkeypatch):
    monkeypatch.setattr(backfill, "SLICE_SECONDS", 0)
    monkeypatch.setattr(backfill, "LOT_AT_FIRST", 20)
    for _ in range(6):
        run_due(installed, "backfill")
    assert "export.jsonl" in files_of(installed)
    uninstall_shop(installed, now())
    asked = len(outside.calls())
    pass_time(installed)
    work_through(installed)
    assert set(states(installed).values()) == {"done", "stopped"}
    assert (len(outside.calls()), files_of(installed)) == (asked, [])
    assert not Due.objects.filter(shop_id=installed, kind="backfill").exists()


def test_a_shop_that_comes_back_comes_in_anew(installed, outside):
    for _ in range(4):
        run_due(installed, "backfill")
    uninstall_shop(installed, now())
    outside.tell(product=70)
    install_shop("shopify", "out.myshopify.com", TOKENS, SHOP)
    work_through(installed)
    assert states(installed) == DONE
    assert is_equal_to_the_source(installed, outside)


def test_a_step_of_an_earlier_round_changes_nothing(installed, outside):
    with shop_scope(installed):
        earlier = Backfill.objects.get(resource=ResourceType.PRODUCT)
        backfill.start_backfill(installed)
        before = list(Backfill.objects.order_by("id").values())
    for state, step in backfill.STEPS.items():
        earlier.state, earlier.reference = state, "product/1"
        step(installed, earlier, outside)
    with shop_scope(installed):
        assert list(Backfill.objects.order_by("id").values()) == before


def test_a_file_that_is_lost_is_fetched_again(installed, outside):
    outside.tell(failures=[{"call": "read_bulk product", "permanent": False}])
    work_through(installed)
    assert states(installed)["product"] == "downloaded"
    (path,) = (settings.DATA_FOLDER / "shop" / str(installed) / "sync" / "product").rglob("export.jsonl")
    path.write_text("half")
    outside.tell(failures=[])
    pass_time(installed)
    work_through(installed)
    assert len(outside.calls("download product")) == 2
    assert is_equal_to_the_source(installed, outside)


def test_what_is_newer_than_the_export_is_left_alone_between_shops(installed, outside, other_shop):
    work_through(installed)
    with shop_scope(other_shop):
        assert list_backfills() == []
        assert list(iter_products()) == []


@pytest.mark.parametrize("most", [1, 2, 3, 4, 5, 7])
def test_a_products_stock_comes_in_the_lot_of_the_product(most, installed, outside: Outside, monkeypatch):
    lots = []

    def store_lot(shop_id, drafts):
        lots.append(list(drafts))
        return store_drafts(shop_id, drafts)

    monkeypatch.setattr(backfill, "store_drafts", store_lot)
    monkeypatch.setattr(backfill, "SLICE_SECONDS", 0.0)  # each lot goes on where the one before ended
    monkeypatch.setattr(backfill, "LOT_AT_FIRST", most)
    monkeypatch.setattr(backfill, "LOT_AT_MOST", most)
    outside.tell(product=25, customer=1, order=1)
    work_through(installed)
    of_products = [lot for lot in lots if isinstance(lot[0], ProductDraft | StockDraft)]
    assert len(of_products) > 10
    come_in = [draft for lot in of_products for draft in lot]
    assert Counter(map(repr, come_in)) == Counter(map(repr, outside.drafts(ResourceType.PRODUCT)))
    for lot in of_products:
        products = {draft.external_id for draft in lot if isinstance(draft, ProductDraft)}
        assert {draft.product for draft in lot if isinstance(draft, StockDraft)} == products
