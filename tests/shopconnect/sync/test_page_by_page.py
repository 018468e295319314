"""A first sync page by page: quick pages are stored together, what came is kept, and it is told how far it is."""

import pytest

from shopconnect.connectors.base import ResourceType
from shopconnect.core.jobs.work import run_due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync import backfill
from shopconnect.sync.selectors import list_backfills
from shopconnect.sync.types import BackfillState, BackfillSummary, Blocker
from tests.shopconnect.sync.conftest import pass_time, work_through
from tests.shopconnect.sync.test_backfill import is_equal_to_the_source


def products_of(shop_id: ShopId) -> BackfillSummary:
    with shop_scope(shop_id):
        return next(one for one in list_backfills() if one.resource == ResourceType.PRODUCT)


def test_what_pages_brought_before_one_fails_is_kept(installed, outside):
    failing = {"call": "list_changed product 40", "permanent": False, "status": 503, "detail": "No."}
    outside.tell(bulk={"product": "failed"}, failures=[failing])
    work_through(installed)
    product = products_of(installed)
    assert (product.count, product.blocker) == (40, Blocker.AWAY)
    outside.tell(failures=[])
    pass_time(installed)
    work_through(installed)
    assert is_equal_to_the_source(installed, outside)
    assert outside.calls("list_changed product") == ["list_changed product ", *["list_changed product 40"] * 2]


@pytest.mark.parametrize("behaves", [{"can": []}, {"bulk": {"product": "failed"}}])
def test_it_is_told_how_many_there_are(installed, outside, monkeypatch, behaves):
    monkeypatch.setattr(backfill, "SLICE_SECONDS", 0)
    monkeypatch.setattr(backfill, "LOT_AT_FIRST", 1)
    outside.tell(**behaves)
    while not products_of(installed).count:
        run_due(installed, "backfill")
        pass_time(installed)
    products = products_of(installed)
    assert (products.state, products.count, products.total) == (BackfillState.PAGED, 40, 60)


def test_who_does_not_tell_how_many_there_are_is_read_all_the_same(installed, outside):
    outside.tell(can=[], counts=False)
    work_through(installed)
    assert is_equal_to_the_source(installed, outside)
