"""Items that are kept in stock, and when they were out of it. All run in the scope of a shop."""

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import LiteralString, NamedTuple

from django.db import connection

from shopconnect.core.tenancy.bulk import ask_sql
from shopconnect.core.tenancy.context import current_shop

AT_ONCE = 5_000


class StockItem(NamedTuple):
    """What is ordered and counted: a variant, or a product without any; amounts are in the shop's currency.

    `external_id` is the platform's of the product and `variant` of the variant, "" for a product; what a variant does
    not say is its product's. `cost` is what the merchant says here, or else the platform's.
    """

    product_id: int
    public_id: int
    external_id: str
    variant: str
    sku: str
    title: str
    created_at: datetime | None
    category: tuple[str, ...]
    vendor: str
    price: Decimal
    cost: Decimal | None
    platform_cost: Decimal | None
    level: Decimal | None


class StockOut(NamedTuple):
    """A time without stock at any place, in the shop's days since 1970; `until` is None while it lasts."""

    product_id: int
    variant: str
    since: float
    until: float | None


_ITEMS: LiteralString = """
SELECT p.id, p.public_id, p.external_id, coalesce(v.external_id, ''), coalesce(v.sku, ''),
    concat_ws(' – ', coalesce(nullif(t.title, ''), p.title), nullif(v.title, '')), p.created_at, p.category, p.vendor,
    coalesce(v.price_amount, p.price_amount),
    coalesce(v.own_cost_amount, v.cost_amount, p.own_cost_amount, p.cost_amount),
    coalesce(v.cost_amount, p.cost_amount),
    CASE WHEN v.id IS NULL THEN p.stock_level ELSE v.stock_level END
FROM catalog_product p
LEFT JOIN catalog_variant v ON v.shop_id = p.shop_id AND v.product_id = p.id AND v.deleted_at IS NULL
LEFT JOIN catalog_translation t ON t.shop_id = p.shop_id AND t.product_id = p.id AND t.language = %(language)s
WHERE p.shop_id = %(shop)s AND p.deleted_at IS NULL AND NOT p.is_gift_card
ORDER BY p.id, v.position, v.id
"""

# Each place tells its own level: their sum changes by what one of them changes.
_OUTS: LiteralString = """
WITH steps AS (
    SELECT product_id, variant_id, at, level - lag(level, 1, 0) OVER (
        PARTITION BY product_id, variant_id, location ORDER BY at) AS step
    FROM catalog_stocksnapshot WHERE shop_id = %(shop)s
), moments AS (
    SELECT product_id, variant_id, at, sum(step) AS step FROM steps GROUP BY 1, 2, 3
), levels AS (
    SELECT product_id, variant_id, at,
        sum(step) OVER (PARTITION BY product_id, variant_id ORDER BY at) AS level,
        lead(at) OVER (PARTITION BY product_id, variant_id ORDER BY at) AS until
    FROM moments
)
SELECT l.product_id, coalesce(v.external_id, ''), extract(epoch FROM l.at AT TIME ZONE %(zone)s)::float / 86400,
    extract(epoch FROM l.until AT TIME ZONE %(zone)s)::float / 86400
FROM levels l LEFT JOIN catalog_variant v ON v.shop_id = %(shop)s AND v.id = l.variant_id
WHERE l.level <= 0
ORDER BY 1, 2, 3
"""

_OWN_COSTS: LiteralString = """
SELECT id, '', own_cost_amount FROM catalog_product WHERE shop_id = %(shop)s AND own_cost_amount IS NOT NULL
UNION ALL
SELECT product_id, external_id, own_cost_amount FROM catalog_variant
WHERE shop_id = %(shop)s AND own_cost_amount IS NOT NULL
"""

_COUNTED: LiteralString = "SELECT EXISTS (SELECT FROM catalog_stocksnapshot WHERE shop_id = %(shop)s)"


def iter_stock_items(language: str = "") -> Iterator[StockItem]:
    """Yield what is sold and may be kept in stock, by product, its title in a language where the shop has it in that.

    Memory is constant while the scope stays open.
    """
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ITEMS, {"shop": current_shop(), "language": language})
        for rows in iter(lambda: cursor.fetchmany(AT_ONCE), []):
            for *names, category, vendor, price, cost, platform_cost, level in rows:
                yield StockItem._make([*names, tuple(json.loads(category)), vendor, price, cost, platform_cost, level])


def own_costs() -> dict[tuple[int, str], Decimal]:
    """Return the costs that the merchant named here, by product id and variant, "" for a product without any."""
    return {(product_id, variant): cost for product_id, variant, cost in ask_sql(_OWN_COSTS, shop=current_shop())}


def list_stock_outs(zone: str) -> list[StockOut]:
    """Return each time that an item was out of stock at all places, as far as the ledger knows, by item and time."""
    return [StockOut._make(row) for row in ask_sql(_OUTS, shop=current_shop(), zone=zone)]


def is_stock_counted() -> bool:
    """Say whether the ledger of stock knows anything of the shop."""
    return bool(ask_sql(_COUNTED, shop=current_shop())[0][0])
