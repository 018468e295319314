"""Questions of the stock room. All run in the scope of a shop."""

from dataclasses import asdict

from recommender.stock.models import ForecastCheck, StockSetting, Supplier, SupplyTerm
from recommender.stock.types import ForecastCheckSummary, ItemTerms, StockSettings, SupplierSummary
from shopconnect.catalog.stock import own_costs

CHECKS = 4  # weeks of them that say whether forecasts drifted


def stock_settings() -> StockSettings:
    """Return what the shop chose, or what is usual."""
    names = [name for name in asdict(StockSettings()) if name != "is_chosen"]
    found = StockSetting.objects.values(*names).first()
    return StockSettings(**found, is_chosen=True) if found else StockSettings()


def list_suppliers() -> list[SupplierSummary]:
    """Return who delivers, by name."""
    fields = ("public_id", "name", "lead_days", "late_days", "review_days", "minimum_amount")
    return [SupplierSummary(**row) for row in Supplier.objects.order_by("name").values(*fields)]


def terms_by_item() -> dict[tuple[int, str], ItemTerms]:
    """Return how items are bought, by product id and variant; an item that nobody said anything of is not in it."""
    costs = own_costs()
    rows = SupplyTerm.objects.values_list(
        "product_id", "variant", "supplier__name", "pack_size", "minimum_quantity", "on_order", "on_order_date"
    )
    return {
        (product_id, variant): ItemTerms(
            supplier=supplier or "",
            cost_amount=costs.get((product_id, variant)),
            pack_size=pack,
            minimum_quantity=minimum,
            on_order=on_order,
            on_order_date=coming,
        )
        for product_id, variant, supplier, pack, minimum, on_order, coming in rows
    }


def latest_checks(most: int = CHECKS) -> list[ForecastCheckSummary]:
    """Return how the last forecasts fared whose weeks are over, newest first."""
    return [
        ForecastCheckSummary(
            day=row.day,
            items=int(row.figures["items"]),
            error=row.figures["error"],
            simple_error=row.figures["simple_error"],
            cover=row.figures["cover"],
        )
        for row in ForecastCheck.objects.order_by("-day")[:most]
    ]
