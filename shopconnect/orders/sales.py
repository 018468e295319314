"""What was sold of what, day by day, and for how much: what forecasts and prices read. Nobody who bought is in it."""

from collections.abc import Iterator
from typing import Any, LiteralString, NamedTuple

from django.db import connection

from shopconnect.core.clock import known_timezone, now
from shopconnect.core.tenancy.context import current_shop
from shopconnect.orders.selectors import MOST_AHEAD, last_order_at
from shopconnect.shops.selectors import shop_profile

AT_ONCE = 10_000


class Sale(NamedTuple):
    """Order lines of one item, day and quantity, counted together; a refund's quantity is below 0.

    `variant` is the platform's id, "" where lines name none; `day` counts the shop's days from 1970. `paid_amount` is
    what all of the `paid_lines` came to, after discount: those in the shop's currency.
    """

    product_id: int
    variant: str
    day: int
    quantity: float
    lines: int
    paid_lines: int
    paid_amount: float


# Lines alike are counted together: of millions of lines some hundred thousand rows are left. A day is the shop's own.
_SALES: LiteralString = """
SELECT l.product_id, l.variant_external_id, (o.placed_at AT TIME ZONE %(zone)s)::date - DATE '1970-01-01',
    (CASE o.kind WHEN 'refund' THEN -l.quantity ELSE l.quantity END)::float, count(*),
    count(*) FILTER (WHERE o.currency = %(currency)s),
    coalesce(sum(l.total_amount) FILTER (WHERE o.currency = %(currency)s), 0)::float
FROM orders_order o JOIN orders_line l ON l.shop_id = %(shop)s AND l.order_id = o.id
WHERE o.shop_id = %(shop)s AND NOT o.is_test AND o.cancelled_at IS NULL
  AND o.placed_at < %(ahead)s AND l.product_id IS NOT NULL AND l.quantity > 0
GROUP BY 1, 2, 3, 4
"""


def iter_sales() -> Iterator[Sale]:
    """Yield what was sold in the shop in scope, and what came back on the day when it did, in no order.

    Out are tests, cancelled orders, orders of the future, and products that are not known. What tills and staff sell is
    in: it leaves the same stock. Memory is constant; the scope must stay open while it is read.
    """
    profile = shop_profile()
    values: dict[str, Any] = {
        "shop": current_shop(),
        "zone": known_timezone(profile.timezone),
        "currency": profile.currency,
        "ahead": now() + MOST_AHEAD,
    }
    with connection.chunked_cursor() as cursor:
        cursor.execute(_SALES, values)
        for rows in iter(lambda: cursor.fetchmany(AT_ONCE), []):
            yield from map(Sale._make, rows)


def has_sales() -> bool:
    """Say whether anything was ever ordered in the shop in scope."""
    return last_order_at() is not None
