"""The SQL of questions about what was bought, and by whom."""

from shopconnect.orders import statements

# Which orders count as bought by a shopper who chose: no tests, nothing cancelled, nothing sold without a page.
COUNTS = """
o.shop_id = %(shop)s AND o.kind = 'order' AND NOT o.is_test AND o.cancelled_at IS NULL
  AND o.channel <> ALL(%(no_page)s)
"""

# A customer that an order names is one also where no customer record came.
BUYER = """coalesce('p' || c.person_key, 'c' || o.customer_id, 'p' || o.person_key,
    'e' || nullif(o.customer_external_id, ''))"""

BUYERS = f"""
SELECT o.id, {BUYER}, o.placed_at, o.country
FROM orders_order o
LEFT JOIN orders_customer c ON c.shop_id = o.shop_id AND c.id = o.customer_id
WHERE {COUNTS} AND o.id > %(after)s AND o.id <= %(last)s AND o.placed_at < %(ahead)s
  AND (%(until)s::timestamptz IS NULL OR o.placed_at < %(until)s)
  AND (%(since)s::timestamptz IS NULL OR o.placed_at >= %(since)s)
ORDER BY o.placed_at, o.id
"""  # noqa: S608 - put together from our own text

# What the buyers of orders stored after one had bought before: their accounts', and guests' of the same address.
BEFORE = f"""
WITH news AS MATERIALIZED (
  SELECT o.customer_id, o.customer_external_id, coalesce(c.person_key, o.person_key) AS person_key FROM orders_order o
  LEFT JOIN orders_customer c ON c.shop_id = o.shop_id AND c.id = o.customer_id
  WHERE {COUNTS} AND o.id > %(after)s AND o.id <= %(last)s
), accounts AS MATERIALIZED (
  SELECT customer_id AS id FROM news WHERE customer_id IS NOT NULL
  UNION SELECT c.id FROM orders_customer c JOIN news n ON n.person_key = c.person_key WHERE c.shop_id = %(shop)s
), theirs AS MATERIALIZED (
  SELECT o.id FROM orders_order o JOIN accounts a ON a.id = o.customer_id WHERE o.shop_id = %(shop)s
  UNION SELECT o.id FROM orders_order o JOIN news n ON n.person_key = o.person_key WHERE o.shop_id = %(shop)s
  UNION SELECT o.id FROM orders_order o JOIN news n ON n.customer_external_id = o.customer_external_id
  WHERE o.shop_id = %(shop)s AND o.customer_id IS NULL AND o.customer_external_id <> ''
)
SELECT o.id, {BUYER}, o.placed_at, o.country
FROM theirs t JOIN orders_order o ON o.shop_id = %(shop)s AND o.id = t.id
LEFT JOIN orders_customer c ON c.shop_id = o.shop_id AND c.id = o.customer_id
WHERE {COUNTS} AND o.id <= %(after)s AND o.placed_at < %(ahead)s
ORDER BY o.placed_at, o.id
"""  # noqa: S608 - put together from our own text

BOUGHT = """
SELECT l.order_id, l.product_id, ceil(l.quantity)::int
FROM unnest(%(orders)s::bigint[]) WITH ORDINALITY AS o (id, place)
JOIN orders_line l ON l.shop_id = %(shop)s AND l.order_id = o.id AND l.product_id IS NOT NULL
ORDER BY o.place, l.position
"""

ALL_GIVEN_BACK = f"""
SELECT count(*) FROM ({statements.GIVEN_BACK}) g
JOIN orders_order o ON o.shop_id = %(shop)s AND o.id = g.refunds_id WHERE {COUNTS}
"""  # noqa: S608 - put together from our own text

COST = "coalesce(v.own_cost_amount, v.cost_amount, g.own_cost_amount, g.cost_amount)"

# What an order came to, once what was refunded of it is deducted; `heads` says of which orders.
AMOUNTS = f"""
, parts AS MATERIALIZED (
    SELECT id, id AS of, 1 AS sign FROM heads
    UNION ALL
    SELECT h.id, r.id, -1 FROM heads h JOIN orders_order r ON r.shop_id = %(shop)s AND r.refunds_id = h.id
    WHERE r.kind = 'refund' AND r.cancelled_at IS NULL
), sums AS MATERIALIZED (
    SELECT p.id, sum(l.total_amount) FILTER (WHERE p.sign = 1) AS gross, sum(p.sign * l.total_amount) AS total,
        sum(p.sign * l.quantity) AS units,
        sum(p.sign * (l.total_amount - l.quantity * {COST})) AS margin,
        count({COST})::float / count(*) AS known,
        array_agg(DISTINCT l.product_external_id) FILTER (WHERE p.sign = 1 AND l.product_external_id <> '') AS products
    FROM parts p JOIN orders_line l ON l.shop_id = %(shop)s AND l.order_id = p.of
    LEFT JOIN catalog_product g ON g.shop_id = %(shop)s AND g.id = l.product_id
    LEFT JOIN catalog_variant v ON v.shop_id = %(shop)s AND v.product_id = l.product_id
        AND v.external_id = l.variant_external_id
    GROUP BY p.id
)
"""  # noqa: S608 - put together from our own text

CLAIMED = f"""
WITH heads AS MATERIALIZED (
    SELECT o.id, o.external_id, o.checkout_digest, o.placed_at,
        {BUYER} AS buyer
    FROM orders_order o LEFT JOIN orders_customer c ON c.shop_id = o.shop_id AND c.id = o.customer_id
    WHERE {COUNTS} AND o.currency = %(currency)s AND o.external_id = ANY(%(names)s)
)
{AMOUNTS}
SELECT h.external_id, h.checkout_digest, h.buyer, h.placed_at, coalesce(s.products, '{{}}'), coalesce(s.gross, 0),
    coalesce(s.total, 0), coalesce(s.units, 0), coalesce(s.margin, 0), coalesce(s.known, 0)
FROM heads h LEFT JOIN sums s USING (id) ORDER BY h.placed_at, h.id
"""  # noqa: S608 - put together from our own text

ARMED = f"""
WITH heads AS MATERIALIZED (
    SELECT o.id, o.arm, o.placed_at FROM orders_order o
    WHERE {COUNTS} AND o.arm <> '' AND o.currency = %(currency)s AND o.placed_at >= %(since)s
)
{AMOUNTS}
SELECT h.arm, h.placed_at, coalesce(s.total, 0) FROM heads h LEFT JOIN sums s USING (id) ORDER BY h.placed_at, h.id
"""  # noqa: S608 - put together from our own text
