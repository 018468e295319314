"""What the catalogue does not say, counted."""

from decimal import Decimal

from shopconnect.catalog.gaps import catalogue_gaps
from shopconnect.catalog.services import note_prices_and_stock, store_products
from shopconnect.connectors.types import ProductDraft, VariantDraft
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope


def sell_at(*prices: str) -> None:
    """Store a mug whose sizes cost `prices`."""
    sizes = tuple(
        VariantDraft(external_id=f"m{number}", title=f"Size {number}", price=Decimal(price))
        for number, price in enumerate(prices)
    )
    mug = ProductDraft(external_id="m", title="Mug", price=Decimal(prices[0]), currency="EUR", variants=sizes)
    store_products([mug])
    note_prices_and_stock()


def test_sizes_of_different_prices_are_no_change_of_a_price(shop: ShopId):
    with shop_scope(shop):
        sell_at("10", "11", "12", "13")
        assert catalogue_gaps().moved_products == 0
        for price in ("14", "15"):
            sell_at("10", "11", "12", price)
        assert catalogue_gaps().moved_products == 1
