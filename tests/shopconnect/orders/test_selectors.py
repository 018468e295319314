from datetime import UTC, datetime

from shopconnect.catalog import selectors as catalog
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events import selectors as events
from shopconnect.orders import selectors
from shopconnect.sync import selectors as sync


def test_an_empty_shop_has_nothing(shop):
    with shop_scope(shop):
        assert list(selectors.iter_purchases()) == []
        assert list(selectors.iter_purchases(datetime(2026, 1, 1, tzinfo=UTC))) == []
        assert selectors.count_orders().orders == 0
        assert selectors.list_orders() == [] == selectors.latest_orders() == selectors.list_customers()
        assert list(events.iter_views()) == []
        assert events.count_events().events == 0
        assert catalog.list_features() == [] == catalog.list_products(search="x")
        assert catalog.count_products().products == 0
        assert sync.last_run() is None
