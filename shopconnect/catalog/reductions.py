"""What the price ledger says of reductions: the lowest price of the thirty days before. All run in the scope of a shop.

A reduction that is announced must start from it (directive 98/6/EC, article 6a).
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import Decimal
from typing import LiteralString, NamedTuple

from shopconnect.core.clock import now
from shopconnect.core.tenancy.bulk import ask_sql
from shopconnect.core.tenancy.context import current_shop

REFERENCE_DAYS = 30


class ReducedItem(NamedTuple):
    """A variant whose price stands beside a crossed-out one; `lowest` is None where the ledger knows none before.

    `began_at` is since when a price has been crossed out without a break, and `known_days` for how many days before
    that the ledger tells prices.
    """

    variant_id: int
    product_id: int
    product_public_id: int
    title: str
    external_id: str
    currency: str
    price: Decimal
    crossed: Decimal
    began_at: datetime | None
    lowest: Decimal | None
    known_days: int


class LowestPrice(NamedTuple):
    """The lowest price of a product since a moment, and since when the ledger tells its prices."""

    amount: Decimal
    known_since: datetime


_REDUCED: LiteralString = """
WITH reduced AS (
    SELECT v.id AS variant_id, p.id AS product_id, p.public_id,
        concat_ws(' – ', coalesce(nullif(t.title, ''), p.title), nullif(v.title, '')) AS title, v.external_id,
        p.currency, coalesce(v.price_amount, p.price_amount) AS price, v.compare_at_amount AS crossed
    FROM catalog_variant v JOIN catalog_product p ON p.shop_id = v.shop_id AND p.id = v.product_id
    LEFT JOIN catalog_translation t ON t.shop_id = p.shop_id AND t.product_id = p.id AND t.language = %(language)s
    WHERE v.shop_id = %(shop)s AND v.deleted_at IS NULL AND p.deleted_at IS NULL AND v.id > %(after)s
        AND v.compare_at_amount > coalesce(v.price_amount, p.price_amount)
    ORDER BY v.id LIMIT %(limit)s
), ledger AS (
    SELECT r.variant_id, e.at, e.price_amount AS asked, (e.compare_at_amount > e.price_amount) IS TRUE AS is_announced,
        coalesce(lead(e.at) OVER (PARTITION BY r.variant_id ORDER BY e.at), %(moment)s) AS ends
    FROM reduced r JOIN catalog_priceentry e ON e.shop_id = %(shop)s AND e.product_id = r.product_id
        AND e.variant_id = r.variant_id AND e.currency = r.currency AND e.at <= %(moment)s
), begun AS (
    SELECT variant_id, min(at) AS known_since, max(ends) FILTER (WHERE NOT is_announced) AS at
    FROM ledger GROUP BY variant_id
)
SELECT r.*, b.at,
    (SELECT min(l.asked) FROM ledger l
     WHERE l.variant_id = r.variant_id AND l.at < b.at AND l.ends > b.at - %(span)s),
    coalesce(extract(day FROM b.at - b.known_since), 0)::int
FROM reduced r LEFT JOIN begun b ON b.variant_id = r.variant_id
ORDER BY r.variant_id
"""

_LOWEST: LiteralString = """
WITH ledger AS (
    SELECT product_id, at, price_amount, lead(at) OVER (PARTITION BY product_id ORDER BY at) AS ends
    FROM catalog_priceentry
    WHERE shop_id = %(shop)s AND variant_id IS NULL AND product_id = ANY(%(products)s) AND currency = %(currency)s
        AND at <= %(moment)s
)
SELECT product_id, min(price_amount) FILTER (WHERE ends IS NULL OR ends > %(since)s), min(at)
FROM ledger GROUP BY product_id
"""

_COUNT: LiteralString = """
SELECT count(*) FROM catalog_variant v JOIN catalog_product p ON p.shop_id = v.shop_id AND p.id = v.product_id
WHERE v.shop_id = %(shop)s AND v.deleted_at IS NULL AND p.deleted_at IS NULL
    AND v.compare_at_amount > coalesce(v.price_amount, p.price_amount)
"""


def list_reduced_items(language: str, after_id: int, limit: int) -> list[ReducedItem]:
    """Return a page of the variants that stand beside a crossed-out price now, by our id of the variant."""
    values = {"language": language, "after": after_id, "limit": limit, "moment": now()}
    span = timedelta(days=REFERENCE_DAYS)
    return [ReducedItem._make(row) for row in ask_sql(_REDUCED, shop=current_shop(), span=span, **values)]


def count_reduced_items() -> int:
    """Return how many variants stand beside a crossed-out price now."""
    return int(ask_sql(_COUNT, shop=current_shop())[0][0])


def lowest_prices(products: Collection[int], since: datetime, currency: str) -> dict[int, LowestPrice]:
    """Return the lowest price since a moment of products by our ids, as far as the ledger knows any."""
    values = {"products": list(products), "since": since, "currency": currency, "moment": now()}
    found = ask_sql(_LOWEST, shop=current_shop(), **values)
    return {product_id: LowestPrice(amount, known_since) for product_id, amount, known_since in found}
