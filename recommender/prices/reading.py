"""What prices rest on, read in one scope: products, what was sold of them by day, and the ledger of prices."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from recommender.prices.engine.panel import LedgerRow, Panel, SoldRow, category_rows, make_panel
from recommender.prices.positions.families import family_bounds
from recommender.prices.positions.stored import product_positions
from recommender.prices.testing.stored import tested_elasticities
from recommender.prices.types import ProductPosition
from shopconnect.catalog.selectors import iter_ledger, iter_priced_variants, list_products
from shopconnect.catalog.types import LedgerEntry, PricedVariant, ProductRow
from shopconnect.core.clock import known_timezone, now, today
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.sales import Sale, iter_sales
from shopconnect.shops.selectors import shop_profile
from shopconnect.shops.types import ShopProfileSummary

EPOCH = date(1970, 1, 1)
AT_ONCE = 1_000
MOST_WEEKS = 156  # three years: what is older says little of today's shoppers


@dataclass(frozen=True, slots=True)
class ShopPrices:
    """A shop's products, each a row of the panel; by our id of the product its variants and lowest price of 30 days.

    `tests` are what price tests found, by row: an elasticity and its error. `positions`, and the bounds (in cents)
    that `families` set, are by our id of the product.
    """

    profile: ShopProfileSummary
    products: list[ProductRow]
    variants: dict[int, list[PricedVariant]]
    lowest: dict[int, float]
    panel: Panel
    tests: dict[int, tuple[float, float]]
    positions: dict[int, ProductPosition] = field(default_factory=dict)
    families: dict[int, tuple[int, int | None]] = field(default_factory=dict)


def read_prices(shop_id: ShopId, weeks: int | None = None) -> ShopPrices:
    """Read the last `weeks` weeks up to the last whole day with a sale; as many as there are, unless said."""
    with shop_scope(shop_id):
        profile = shop_profile()
        products = list(_products())
        variants: dict[int, list[PricedVariant]] = {}
        for variant in iter_priced_variants():
            variants.setdefault(variant.product_id, []).append(variant)
        items = _Items(products)
        zone = known_timezone(profile.timezone)
        until = (today(zone) - EPOCH).days
        ledger = list(iter_ledger(profile.currency))
        panel = make_panel(
            items.sold(iter_sales()),
            items.ledger(ledger, ZoneInfo(zone)),
            category_rows([product.category for product in products]),
            weeks,
            MOST_WEEKS,
            until,
        )
        tests = {items.rows[one]: found for one, found in tested_elasticities().items() if one in items.rows}
        positions = product_positions()
        families = family_bounds(products, positions)
        return ShopPrices(profile, products, variants, _lowest(ledger), panel, tests, positions, families)


def named_products(words: str) -> list[int]:
    """Return the ids of products on sale in the shop's currency that have all the words; run in the shop's scope."""
    currency, found, last = shop_profile().currency, [], 0
    while rows := list_products(last, AT_ONCE, search=words):
        found += [
            row.id
            for row in rows
            if row.deleted_at is None and not row.is_gift_card and row.currency == currency and row.price_amount > 0
        ]
        last = rows[-1].id
    return found


class _Items:
    """Gives products and items their rows."""

    def __init__(self, products: Iterable[ProductRow]) -> None:
        self.rows = {product.id: row for row, product in enumerate(products)}
        self.items: dict[tuple[int, str], int] = {}

    def sold(self, sales: Iterable[Sale]) -> Iterator[SoldRow]:
        """Yield sales by rows."""
        for sale in sales:
            row = self.rows.get(sale.product_id, -1)
            item = self._item(sale.product_id, sale.variant)
            yield SoldRow(row, item, sale.day, sale.quantity, sale.lines, sale.paid_lines, sale.paid_amount)

    def ledger(self, entries: Iterable[LedgerEntry], zone: ZoneInfo) -> Iterator[LedgerRow]:
        """Yield the ledger by rows, its moments in days of the shop."""
        for entry in entries:
            row = self.rows.get(entry.product_id, -1)
            yield LedgerRow(
                row, self._item(entry.product_id, entry.variant), days_from_epoch(entry.at, zone), entry.price
            )

    def _item(self, product_id: int, variant: str) -> int:
        return self.items.setdefault((product_id, variant), len(self.items))


def _products() -> Iterator[ProductRow]:
    last = 0
    while rows := list_products(last, AT_ONCE):
        yield from rows
        last = rows[-1].id


def days_from_epoch(at: datetime, zone: ZoneInfo) -> float:
    """Return a moment in the shop's days since 1970."""
    local = at.astimezone(zone)
    since_midnight = local - local.replace(hour=0, minute=0, second=0, microsecond=0)
    return (local.date() - EPOCH).days + since_midnight / timedelta(days=1)


def _lowest(ledger: Iterable[LedgerEntry]) -> dict[int, float]:
    """Return the lowest price of each product's own line of the ledger that held within the last thirty days."""
    since = now() - timedelta(days=30)
    found: dict[int, float] = {}
    held: dict[int, float] = {}
    for entry in ledger:
        if entry.variant == "":
            if entry.at >= since:
                found[entry.product_id] = min(found.get(entry.product_id, entry.price), entry.price)
            else:
                held[entry.product_id] = entry.price
    for product_id, price in held.items():
        found[product_id] = min(found.get(product_id, price), price)
    return found
