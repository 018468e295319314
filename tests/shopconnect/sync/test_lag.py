"""A shop that could not be compared with its platform for long says since when, and why."""

from datetime import timedelta

import pytest

from shopconnect.connectors.base import ResourceType
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.clock import now
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync import reconcile, watermarks
from shopconnect.sync.models import Watermark
from shopconnect.sync.selectors import find_lag
from shopconnect.sync.types import Blocker, Lag
from tests.shopconnect.sync.test_reconcile import PRODUCTS
from tests.shopconnect.sync.world import START

AWAY = ConnectorError("shopify", 503, permanent=False, detail="Service unavailable")
REFUSED = ConnectorError("shopify", 200, permanent=True, detail="Access denied.")


@pytest.fixture
def watched(worldly):
    """The shop, whose products are followed from the beginning."""
    with shop_scope(worldly):
        watermarks.watch_from(ResourceType.PRODUCT, START)
    return worldly


def lag_of(shop_id):
    with shop_scope(shop_id):
        return find_lag()


@pytest.mark.parametrize(
    ("failure", "blocker", "said"), [(AWAY, Blocker.AWAY, ""), (REFUSED, Blocker.REFUSED, REFUSED.detail)]
)
def test_it_is_told_until_a_pass_comes_on(watched, world, failure, blocker, said):
    last = now() - timedelta(hours=1)
    with shop_scope(watched):
        Watermark.objects.update(moved_at=last)
    world.failures += [failure, failure]  # of the page, and of its ids
    with pytest.raises(ConnectorError):
        reconcile.reconcile(watched, PRODUCTS)
    assert lag_of(watched) == Lag(since=last, blocker=blocker, detail=said)
    reconcile.reconcile(watched, PRODUCTS)
    assert lag_of(watched) is None


def test_one_pass_that_failed_worries_nobody(watched, world):
    world.failures += [AWAY, AWAY]
    with pytest.raises(ConnectorError):
        reconcile.reconcile(watched, PRODUCTS)
    assert lag_of(watched) is None


def test_a_shop_that_left_is_not_behind(watched):
    with shop_scope(watched):
        Watermark.objects.update(moved_at=now() - timedelta(hours=1))
        watermarks.stop_watching(watched)
    assert lag_of(watched) is None
