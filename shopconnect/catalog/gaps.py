"""What the catalogue does not say, counted: what advice of other rooms lacks. Runs in the scope of a shop."""

from typing import LiteralString, NamedTuple

from shopconnect.core.tenancy.bulk import ask_sql
from shopconnect.core.tenancy.context import current_shop

FEWEST_PRICES = 3  # from which on the effect of a price can be told from chance


class CatalogueGaps(NamedTuple):
    """How much is sold and what is missing of it; an item is a variant, or a product without any.

    `moved_products` are those of which one item had FEWEST_PRICES prices at least; `price_days` is how long prices
    have been noted, None if never.
    """

    products: int
    without_image: int
    without_category: int
    items: int
    without_cost: int
    moved_products: int
    price_days: int | None


_GAPS: LiteralString = """
WITH alive AS (
    SELECT id, image, category, coalesce(own_cost_amount, cost_amount) AS cost FROM catalog_product
    WHERE shop_id = %(shop)s AND deleted_at IS NULL AND NOT is_gift_card
), items AS (
    SELECT coalesce(v.own_cost_amount, v.cost_amount, p.cost) AS cost FROM alive p
    LEFT JOIN catalog_variant v ON v.shop_id = %(shop)s AND v.product_id = p.id AND v.deleted_at IS NULL
), moved AS (  -- variants that differ in price are no change of it
    SELECT e.product_id AS id FROM catalog_priceentry e JOIN alive p ON p.id = e.product_id WHERE e.shop_id = %(shop)s
    GROUP BY e.product_id, e.variant_id HAVING count(DISTINCT e.price_amount) >= %(fewest)s
)
SELECT count(*), count(*) FILTER (WHERE image = ''), count(*) FILTER (WHERE category = '[]'::jsonb),
    (SELECT count(*) FROM items), (SELECT count(*) FROM items WHERE cost IS NULL),
    (SELECT count(DISTINCT id) FROM moved),
    (SELECT extract(day FROM now() - min(at))::int FROM catalog_priceentry WHERE shop_id = %(shop)s)
FROM alive
"""


def catalogue_gaps() -> CatalogueGaps:
    """Return what the shop's catalogue does not say."""
    return CatalogueGaps._make(ask_sql(_GAPS, shop=current_shop(), fewest=FEWEST_PRICES)[0])
