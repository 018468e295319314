"""What the events room shows on a product's page."""

from dataclasses import dataclass
from datetime import timedelta

from shopconnect.catalog.types import ProductRow
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events.selectors import count_looks
from shopconnect.orders.browsing import count_orders_of

DAYS = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFigures:
    """How often a product was looked at, followed from a suggestion, and ordered."""

    days: int
    views: int
    clicks: int
    orders: int


def product_figures(shop_id: ShopId, product: ProductRow) -> ProductFigures:
    """Return the figures of a product of the last 28 days."""
    since = now() - timedelta(days=DAYS)
    with shop_scope(shop_id):
        views, clicks = count_looks(product.external_id, since)
        return ProductFigures(days=DAYS, views=views, clicks=clicks, orders=count_orders_of(product.id, since))
