"""A shop with sales, stock and suppliers, of which one knows what follows."""

from datetime import timedelta
from decimal import Decimal

from shopconnect.catalog.services import store_products
from shopconnect.connectors.types import LineDraft, OrderDraft, OrderKind, ProductDraft, VariantDraft
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.services import store_orders
from tests.makers import make_shop, noon

WEEKS = 20
STOCK = {"mug": 30, "bowl": 500, "vase": 40, "lamp": None}


def stocked_shop(slug: str = "first", weeks: int = WEEKS, **stock: int | None) -> ShopId:
    """A shop that sells three mugs a day (two sizes), one bowl and one lamp, and never a vase."""
    shop, today = make_shop(slug), noon()
    with shop_scope(shop):
        store_products([_product(name, level) for name, level in {**STOCK, **stock}.items()])
        store_orders([_order(today - timedelta(days=day), day) for day in range(1, 7 * weeks + 1)])
    return shop


def _product(name: str, level: int | None) -> ProductDraft:
    count = None if level is None else Decimal(level)
    sizes = (
        VariantDraft(external_id="mug-s", sku="MUG-S", title="Small", stock=count),
        VariantDraft(external_id="mug-l", sku="=MUG-L", title="Large", stock=Decimal(400)),
    )
    return ProductDraft(
        external_id=name,
        title=name.title(),
        price=Decimal(10),
        cost=None if name == "lamp" else Decimal(4),
        currency="EUR",
        stock=count,
        created_at=now() - timedelta(days=400),
        variants=sizes if name == "mug" else (),
    )


def _order(at, number: int) -> OrderDraft:
    sold = (("mug", "mug-s", 2), ("mug", "mug-l", 1), ("bowl", "", 1), ("lamp", "", 1))
    return OrderDraft(
        external_id=str(number),
        kind=OrderKind.ORDER,
        placed_at=at,
        currency="EUR",
        lines=tuple(
            LineDraft(product, Decimal(units), Decimal(10), Decimal(0), variant) for product, variant, units in sold
        ),
    )
