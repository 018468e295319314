"""The SQL of the orders room's bulk writing; `incoming_*` are temporary tables, filled in the same transaction."""

CUSTOMER_COLUMNS = {
    "public_id": "bigint",
    "external_id": "text",
    "person_key": "text",
    "email": "text",
    "country": "text",
    "language": "text",
    "created_at": "timestamptz",
    "marketing_consent": "boolean",
    "digest": "text",
    "source_at": "timestamptz",
}
ORDER_COLUMNS = {
    "public_id": "bigint",
    "external_id": "text",
    "kind": "text",
    "number": "text",
    "status": "text",
    "channel": "text",
    "is_test": "boolean",
    "placed_at": "timestamptz",
    "cancelled_at": "timestamptz",
    "currency": "text",
    "total_amount": "numeric",
    "customer_external_id": "text",
    "person_key": "text",
    "email": "text",
    "country": "text",
    "refunds_external_id": "text",
    "arm": "text",
    "checkout_digest": "text",
    "digest": "text",
    "source_at": "timestamptz",
}
LINE_COLUMNS = {
    "order_id": "bigint",
    "position": "integer",
    "external_id": "text",
    "product_id": "bigint",
    "product_external_id": "text",
    "variant_external_id": "text",
    "quantity": "numeric",
    "total_amount": "numeric",
    "discount_amount": "numeric",
}
SHIPMENT_COLUMNS = {
    "order_id": "bigint",
    "position": "integer",
    "at": "timestamptz",
    "carrier": "text",
    "tracking_url": "text",
    "status": "text",
}
LISTED_COLUMNS = {"external_id": "text"}
PRODUCT_COLUMNS = {"external_id": "text", "product_id": "bigint"}

STORE_CUSTOMERS = """
INSERT INTO orders_customer (
    shop_id, public_id, external_id, person_key, email, country, language, created_at, marketing_consent, digest,
    source_at)
SELECT %s, public_id, external_id, person_key, email, country, language, created_at, marketing_consent, digest,
    source_at
FROM pg_temp.incoming_customer ORDER BY external_id
ON CONFLICT (shop_id, external_id) DO UPDATE SET
    person_key = excluded.person_key, email = excluded.email, country = excluded.country,
    language = excluded.language, created_at = excluded.created_at,
    marketing_consent = excluded.marketing_consent, digest = excluded.digest, source_at = excluded.source_at,
    deleted_at = NULL
"""

CONFIRM_CUSTOMERS = """
UPDATE orders_customer c SET source_at = i.at FROM unnest(%s::text[], %s::timestamptz[]) AS i (external_id, at)
WHERE c.shop_id = %s AND c.external_id = i.external_id
"""

# Without a digest, whatever the platform says of the customer if it comes back is news.
DELETE_CUSTOMERS = """
UPDATE orders_customer c
SET deleted_at = coalesce(gone.at, %(now)s), source_at = greatest(c.source_at, gone.at), digest = ''
FROM unnest(%(ids)s::text[], %(ats)s::timestamptz[]) AS gone (external_id, at)
WHERE c.shop_id = %(shop)s AND c.external_id = gone.external_id AND c.deleted_at IS NULL
    AND (c.source_at IS NULL OR gone.at IS NULL OR c.source_at <= gone.at)
"""

# Listed and not ours, or ours and not listed.
COMPARE_CUSTOMERS = """
SELECT l.external_id FROM pg_temp.listed l
LEFT JOIN orders_customer c ON c.shop_id = %(shop)s AND c.external_id = l.external_id
WHERE c.id IS NULL OR c.deleted_at IS NOT NULL
UNION
SELECT c.external_id FROM orders_customer c WHERE c.shop_id = %(shop)s AND c.deleted_at IS NULL
    AND NOT EXISTS (SELECT FROM pg_temp.listed l WHERE l.external_id = c.external_id)
ORDER BY 1
"""

COMPARE_CUSTOMER_TIMES = """
SELECT c.external_id FROM orders_customer c
JOIN unnest(%(ids)s::text[], %(times)s::timestamptz[]) AS l (external_id, at) ON l.external_id = c.external_id
WHERE c.shop_id = %(shop)s AND c.deleted_at IS NULL AND (c.source_at IS NULL OR c.source_at < l.at)
ORDER BY 1
"""

# Likewise of orders; old ones that are not listed are only hidden.
COMPARE_ORDERS = """
SELECT l.external_id FROM pg_temp.listed l
LEFT JOIN orders_order o ON o.shop_id = %(shop)s AND o.kind = 'order' AND o.external_id = l.external_id
WHERE o.id IS NULL
UNION
SELECT o.external_id FROM orders_order o
WHERE o.shop_id = %(shop)s AND o.kind = 'order' AND o.cancelled_at IS NULL AND o.placed_at >= %(since)s
    AND NOT EXISTS (SELECT FROM pg_temp.listed l WHERE l.external_id = o.external_id)
ORDER BY 1
"""

STORE_ORDERS = """
INSERT INTO orders_order (
    shop_id, public_id, external_id, kind, number, status, channel, is_test, placed_at, cancelled_at, currency,
    total_amount, customer_id, customer_external_id, person_key, email, country, refunds_external_id, arm,
    checkout_digest, digest, source_at)
SELECT %s, i.public_id, i.external_id, i.kind, i.number, i.status, i.channel, i.is_test, i.placed_at,
    i.cancelled_at, i.currency, i.total_amount, c.id, i.customer_external_id, i.person_key, i.email, i.country,
    i.refunds_external_id, i.arm, i.checkout_digest, i.digest, i.source_at
FROM pg_temp.incoming_order i
LEFT JOIN orders_customer c ON c.shop_id = %s AND c.external_id = i.customer_external_id
ORDER BY i.placed_at, i.kind, i.external_id
ON CONFLICT (shop_id, kind, external_id) DO UPDATE SET
    number = excluded.number, status = excluded.status, channel = excluded.channel, is_test = excluded.is_test,
    placed_at = excluded.placed_at, cancelled_at = excluded.cancelled_at, currency = excluded.currency,
    total_amount = excluded.total_amount, customer_id = excluded.customer_id,
    customer_external_id = excluded.customer_external_id, person_key = excluded.person_key,
    email = excluded.email, country = excluded.country, refunds_id = NULL,
    refunds_external_id = excluded.refunds_external_id, arm = excluded.arm,
    checkout_digest = excluded.checkout_digest, digest = excluded.digest, source_at = excluded.source_at
RETURNING kind, external_id, id
"""

CONFIRM_ORDERS = """
UPDATE orders_order o SET source_at = i.at
FROM unnest(%s::text[], %s::text[], %s::timestamptz[]) AS i (kind, external_id, at)
WHERE o.shop_id = %s AND o.kind = i.kind AND o.external_id = i.external_id
"""

# An order that is no more on the platform counts no more, as if it were cancelled.
DELETE_ORDERS = """
UPDATE orders_order o
SET cancelled_at = coalesce(gone.at, %(now)s), source_at = greatest(o.source_at, gone.at), digest = ''
FROM unnest(%(ids)s::text[], %(ats)s::timestamptz[]) AS gone (external_id, at)
WHERE o.shop_id = %(shop)s AND o.kind = 'order' AND o.external_id = gone.external_id AND o.cancelled_at IS NULL
    AND (o.source_at IS NULL OR gone.at IS NULL OR o.source_at <= gone.at)
"""

STORE_LINES = """
INSERT INTO orders_line (
    shop_id, order_id, position, external_id, product_id, product_external_id, variant_external_id, quantity,
    total_amount, discount_amount)
SELECT %s, order_id, position, external_id, product_id, product_external_id, variant_external_id, quantity,
    total_amount, discount_amount
FROM pg_temp.incoming_line
"""

STORE_SHIPMENTS = """
INSERT INTO orders_shipment (shop_id, order_id, position, at, carrier, tracking_url, status)
SELECT %s, order_id, position, at, carrier, tracking_url, status FROM pg_temp.incoming_shipment
"""

# What an order names may come after it.
# Without a digest, what the platform says of the order next is news.
MOVE_ORDERS = """
UPDATE orders_order o SET customer_external_id = %(to)s, digest = '', customer_id = (
    SELECT c.id FROM orders_customer c WHERE c.shop_id = %(shop)s AND c.external_id = %(to)s)
WHERE o.shop_id = %(shop)s AND o.customer_external_id = %(customer)s AND (o.customer_id IS NULL OR o.customer_id = (
    SELECT c.id FROM orders_customer c WHERE c.shop_id = %(shop)s AND c.external_id = %(customer)s))
"""

LINK_CUSTOMERS = """
UPDATE orders_order o SET customer_id = c.id FROM orders_customer c
WHERE o.shop_id = %(shop)s AND o.customer_id IS NULL AND o.customer_external_id <> ''
    AND (%(to)s::text[] IS NULL OR o.customer_external_id = ANY(%(to)s))
    AND c.shop_id = %(shop)s AND c.external_id = o.customer_external_id
"""

LINK_REFUNDS = """
UPDATE orders_order r SET refunds_id = o.id FROM orders_order o
WHERE r.shop_id = %(shop)s AND r.refunds_id IS NULL AND r.refunds_external_id <> ''
    AND (%(to)s::text[] IS NULL OR r.refunds_external_id = ANY(%(to)s))
    AND o.shop_id = %(shop)s AND o.kind = 'order' AND o.external_id = r.refunds_external_id
"""

LINK_LINES = """
UPDATE orders_line l SET product_id = i.product_id FROM pg_temp.incoming_product_id i
WHERE l.shop_id = %s AND l.product_id IS NULL AND l.product_external_id = i.external_id
"""

# What one account bought, however it came to the shop, but what was given back.
BOUGHT_BY = """
WITH theirs AS MATERIALIZED (
  SELECT o.id FROM orders_order o JOIN orders_customer c ON c.shop_id = o.shop_id AND c.id = o.customer_id
  WHERE o.shop_id = %(shop)s AND c.external_id = %(customer)s
  UNION SELECT o.id FROM orders_order o
  WHERE o.shop_id = %(shop)s AND o.customer_id IS NULL AND o.customer_external_id = %(customer)s
)
SELECT l.product_id, floor(extract(epoch FROM o.placed_at) / 86400)::int AS day
FROM theirs t JOIN orders_order o ON o.shop_id = %(shop)s AND o.id = t.id
JOIN orders_line l ON l.shop_id = o.shop_id AND l.order_id = o.id
WHERE o.kind = 'order' AND NOT o.is_test AND o.cancelled_at IS NULL AND l.product_id IS NOT NULL
GROUP BY o.shop_id, o.id, o.placed_at, l.product_id
HAVING sum(l.quantity) > coalesce((
  SELECT sum(b.quantity) FROM orders_order r JOIN orders_line b ON b.shop_id = r.shop_id AND b.order_id = r.id
  WHERE r.shop_id = o.shop_id AND r.refunds_id = o.id AND r.kind = 'refund' AND r.cancelled_at IS NULL
    AND b.product_id = l.product_id), 0)
ORDER BY o.placed_at DESC, l.product_id LIMIT %(most)s
"""

# The products of some orders, or of all, of which everything was given back, by refunds that name the order.
GIVEN_BACK = """
SELECT r.refunds_id, b.product_id
FROM orders_order r JOIN orders_line b ON b.shop_id = %(shop)s AND b.order_id = r.id AND b.product_id IS NOT NULL
WHERE r.shop_id = %(shop)s AND r.refunds_id IS NOT NULL
  AND (%(orders)s::bigint[] IS NULL OR r.refunds_id = ANY(%(orders)s::bigint[]))
GROUP BY r.refunds_id, b.product_id
HAVING sum(b.quantity) FILTER (WHERE r.kind = 'refund' AND r.cancelled_at IS NULL) >= (
  SELECT sum(l.quantity) FROM orders_line l
  WHERE l.shop_id = %(shop)s AND l.order_id = r.refunds_id AND l.product_id = b.product_id)
"""
