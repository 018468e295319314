"""A first sync page by page: quick pages are stored together, and what came is kept."""

from shopconnect.connectors.base import ResourceType
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync.selectors import list_backfills
from shopconnect.sync.types import Blocker
from tests.shopconnect.sync.conftest import pass_time, work_through
from tests.shopconnect.sync.test_backfill import is_equal_to_the_source


def test_what_pages_brought_before_one_fails_is_kept(installed, outside):
    failing = {"call": "list_changed product 40", "permanent": False, "status": 503, "detail": "No."}
    outside.tell(bulk={"product": "failed"}, failures=[failing])
    work_through(installed)
    with shop_scope(installed):
        product = next(one for one in list_backfills() if one.resource == ResourceType.PRODUCT)
    assert (product.count, product.blocker) == (40, Blocker.AWAY)
    outside.tell(failures=[])
    pass_time(installed)
    work_through(installed)
    assert is_equal_to_the_source(installed, outside)
    assert outside.calls("list_changed product") == ["list_changed product ", *["list_changed product 40"] * 2]
