"""The SQL of the catalog's bulk work; `incoming_*` are temporary tables, filled in the same transaction."""

PRODUCT_COLUMNS = {
    "public_id": "bigint",
    "external_id": "text",
    "title": "text",
    "description": "text",
    "vendor": "text",
    "category": "jsonb",
    "tags": "jsonb",
    "image": "text",
    "url": "text",
    "available": "boolean",
    "is_gift_card": "boolean",
    "currency": "text",
    "price_amount": "numeric",
    "cost_amount": "numeric",
    "stock_level": "numeric",
    "created_at": "timestamptz",
    "deleted_at": "timestamptz",
    "digest": "text",
    "source_at": "timestamptz",
}
VARIANT_COLUMNS = {
    "product_id": "bigint",
    "position": "integer",
    "external_id": "text",
    "sku": "text",
    "title": "text",
    "price_amount": "numeric",
    "compare_at_amount": "numeric",
    "cost_amount": "numeric",
    "stock_level": "numeric",
    "deleted_at": "timestamptz",
}
TRANSLATION_COLUMNS = {
    "product_id": "bigint",
    "language": "text",
    "title": "text",
    "description": "text",
    "category": "jsonb",
    "url": "text",
}
WORD_COLUMNS = {"product_id": "bigint", "word": "text"}
PRICE_COLUMNS = {
    "product_id": "bigint",
    "variant_id": "bigint",
    "at": "timestamptz",
    "currency": "text",
    "price_amount": "numeric",
    "compare_at_amount": "numeric",
    "cost_amount": "numeric",
    "number": "integer",
}
STOCK_COLUMNS = {
    "product_id": "bigint",
    "variant_id": "bigint",
    "location": "text",
    "at": "timestamptz",
    "level": "numeric",
    "number": "integer",
}

LISTED_COLUMNS = {"external_id": "text"}

STORE_PRODUCTS = """
INSERT INTO catalog_product (
    shop_id, public_id, external_id, title, description, vendor, category, tags, image, url, available, is_gift_card,
    currency, price_amount, cost_amount, stock_level, created_at, deleted_at, digest, source_at)
SELECT %s, public_id, external_id, title, description, vendor, category, tags, image, url, available, is_gift_card,
    currency, price_amount, cost_amount, stock_level, created_at, deleted_at, digest, source_at
FROM pg_temp.incoming_product ORDER BY external_id
ON CONFLICT (shop_id, external_id) DO UPDATE SET
    title = excluded.title, description = excluded.description, vendor = excluded.vendor,
    category = excluded.category, tags = excluded.tags, image = excluded.image, url = excluded.url,
    available = excluded.available, is_gift_card = excluded.is_gift_card, currency = excluded.currency,
    price_amount = excluded.price_amount,
    cost_amount = excluded.cost_amount, stock_level = excluded.stock_level, created_at = excluded.created_at,
    deleted_at = excluded.deleted_at, digest = excluded.digest, source_at = excluded.source_at
RETURNING external_id, id
"""

CONFIRM_PRODUCTS = """
UPDATE catalog_product p SET source_at = i.at FROM unnest(%s::text[], %s::timestamptz[]) AS i (external_id, at)
WHERE p.shop_id = %s AND p.external_id = i.external_id
"""

# Without a digest, whatever the platform says of the product if it comes back is news.
DELETE_PRODUCTS = """
UPDATE catalog_product p
SET deleted_at = coalesce(gone.at, %(now)s), source_at = greatest(p.source_at, gone.at), digest = ''
FROM unnest(%(ids)s::text[], %(ats)s::timestamptz[]) AS gone (external_id, at)
WHERE p.shop_id = %(shop)s AND p.external_id = gone.external_id AND p.deleted_at IS NULL
    AND (p.source_at IS NULL OR gone.at IS NULL OR p.source_at <= gone.at)
"""

# Listed and not ours, or ours and not listed.
COMPARE_PRODUCTS = """
SELECT l.external_id FROM pg_temp.listed l
LEFT JOIN catalog_product p ON p.shop_id = %(shop)s AND p.external_id = l.external_id
WHERE p.id IS NULL OR p.deleted_at IS NOT NULL
UNION
SELECT p.external_id FROM catalog_product p WHERE p.shop_id = %(shop)s AND p.deleted_at IS NULL
    AND NOT EXISTS (SELECT FROM pg_temp.listed l WHERE l.external_id = p.external_id)
ORDER BY 1
"""

# Counted as another sum than ours; where a variant is not counted, the sums are of different things.
COMPARE_STOCK = """
SELECT p.external_id FROM catalog_product p
JOIN unnest(%(ids)s::text[], %(levels)s::numeric[]) AS l (external_id, level) ON l.external_id = p.external_id
WHERE p.shop_id = %(shop)s AND p.deleted_at IS NULL AND p.stock_level <> l.level
    AND NOT EXISTS (SELECT FROM catalog_variant v WHERE v.shop_id = %(shop)s AND v.product_id = p.id
                    AND v.deleted_at IS NULL AND v.stock_level IS NULL)
ORDER BY 1
"""

STORE_VARIANTS = """
INSERT INTO catalog_variant (
    shop_id, product_id, position, external_id, sku, title, price_amount, compare_at_amount, cost_amount,
    stock_level, deleted_at)
SELECT %s, product_id, position, external_id, sku, title, price_amount, compare_at_amount, cost_amount,
    stock_level, deleted_at
FROM pg_temp.incoming_variant ORDER BY product_id, position
ON CONFLICT (shop_id, product_id, external_id) DO UPDATE SET
    position = excluded.position, sku = excluded.sku, title = excluded.title,
    price_amount = excluded.price_amount, compare_at_amount = excluded.compare_at_amount,
    cost_amount = excluded.cost_amount, stock_level = excluded.stock_level, deleted_at = excluded.deleted_at
"""

# A variant that its product no longer names is deleted; price and stock of the past still point at it.
DELETE_MISSING_VARIANTS = """
UPDATE catalog_variant v SET deleted_at = %s
WHERE v.shop_id = %s AND v.product_id = ANY(%s) AND v.deleted_at IS NULL AND NOT EXISTS (
    SELECT FROM pg_temp.incoming_variant i WHERE i.product_id = v.product_id AND i.external_id = v.external_id)
"""

STORE_TRANSLATIONS = """
INSERT INTO catalog_translation (shop_id, product_id, language, title, description, category, url)
SELECT %s, product_id, language, title, description, category, url
FROM pg_temp.incoming_translation ORDER BY product_id, language
"""

STORE_WORDS = """
INSERT INTO catalog_productword (shop_id, product_id, word)
SELECT %s, product_id, word FROM pg_temp.incoming_word ORDER BY word, product_id
"""

STORE_PRICES = """
INSERT INTO catalog_priceentry (
    shop_id, product_id, variant_id, at, currency, price_amount, compare_at_amount, cost_amount)
SELECT %s, product_id, variant_id, at, currency, price_amount, compare_at_amount, cost_amount
FROM pg_temp.incoming_price ORDER BY product_id, variant_id, at, number
ON CONFLICT DO NOTHING
"""

# The numbers of those that contradict what the ledger says of the same moment.
FIND_CONTRADICTED_PRICES = """
SELECT i.number FROM pg_temp.incoming_price i
JOIN catalog_priceentry e ON e.shop_id = %(shop)s AND e.product_id = i.product_id AND e.at = i.at
    AND e.variant_id IS NOT DISTINCT FROM i.variant_id
WHERE (e.currency, e.price_amount, e.compare_at_amount, e.cost_amount)
    IS DISTINCT FROM (i.currency, i.price_amount, i.compare_at_amount, i.cost_amount)
"""

STORE_STOCK = """
INSERT INTO catalog_stocksnapshot (shop_id, product_id, variant_id, location, at, level)
SELECT %s, product_id, variant_id, location, at, level
FROM pg_temp.incoming_stock ORDER BY product_id, variant_id, location, at, number
ON CONFLICT DO NOTHING
"""

# Likewise of stock.
FIND_CONTRADICTED_STOCK = """
SELECT i.number FROM pg_temp.incoming_stock i
JOIN catalog_stocksnapshot s ON s.shop_id = %(shop)s AND s.product_id = i.product_id AND s.at = i.at
    AND s.variant_id IS NOT DISTINCT FROM i.variant_id AND s.location = i.location
WHERE s.level <> i.level
"""

# What holds now of some stock enters the snapshots where the last word of its place is another, and no later one.
# What is entered for days to come does not hold yet.
# A platform that tells the time to the second may have two words of one: what is noted second is put a moment later.
NOTE_LEVELS = """
INSERT INTO catalog_stocksnapshot (shop_id, product_id, variant_id, location, at, level)
SELECT %(shop)s, i.product_id, i.variant_id, i.location, greatest(i.at, latest.at + interval '1 microsecond'), i.level
FROM pg_temp.incoming_stock i
LEFT JOIN LATERAL (
    (SELECT s.at, s.level FROM catalog_stocksnapshot s WHERE s.shop_id = %(shop)s AND s.product_id = i.product_id
     AND s.variant_id = i.variant_id AND s.location = i.location AND s.at <= greatest(i.at, now())
     ORDER BY s.at DESC LIMIT 1)
    UNION ALL
    (SELECT s.at, s.level FROM catalog_stocksnapshot s WHERE s.shop_id = %(shop)s AND s.product_id = i.product_id
     AND i.variant_id IS NULL AND s.variant_id IS NULL AND s.location = i.location AND s.at <= greatest(i.at, now())
     ORDER BY s.at DESC LIMIT 1)
) latest ON true
WHERE latest.at IS NULL
    OR ((latest.at <= i.at OR date_trunc('second', latest.at) = i.at) AND latest.level <> i.level)
ORDER BY i.product_id, i.variant_id, i.location
ON CONFLICT DO NOTHING
"""

# The price that holds now enters the ledger where the ledger's last word until now is another one.
NOTE_PRICES = """
WITH holding AS (
    SELECT p.shop_id, p.id AS product_id, NULL::bigint AS variant_id, p.currency, p.price_amount,
           NULL::numeric AS compare_at_amount, p.cost_amount
    FROM catalog_product p WHERE p.shop_id = %(shop)s AND p.deleted_at IS NULL
        AND (%(products)s::bigint[] IS NULL OR p.id = ANY(%(products)s))
    UNION ALL
    SELECT v.shop_id, v.product_id, v.id, p.currency, v.price_amount, v.compare_at_amount, v.cost_amount
    FROM catalog_variant v JOIN catalog_product p ON p.shop_id = v.shop_id AND p.id = v.product_id
    WHERE v.shop_id = %(shop)s AND v.deleted_at IS NULL AND p.deleted_at IS NULL AND v.price_amount IS NOT NULL
        AND (%(products)s::bigint[] IS NULL OR v.product_id = ANY(%(products)s))
), latest AS (
    SELECT DISTINCT ON (product_id, variant_id) * FROM catalog_priceentry
    WHERE shop_id = %(shop)s AND at <= %(at)s
        AND (%(products)s::bigint[] IS NULL OR product_id = ANY(%(products)s))
    ORDER BY product_id, variant_id, at DESC
)
INSERT INTO catalog_priceentry (
    shop_id, product_id, variant_id, at, currency, price_amount, compare_at_amount, cost_amount)
SELECT h.shop_id, h.product_id, h.variant_id, %(at)s, h.currency, h.price_amount, h.compare_at_amount, h.cost_amount
FROM holding h
LEFT JOIN latest l ON l.product_id = h.product_id AND coalesce(l.variant_id, 0) = coalesce(h.variant_id, 0)
WHERE (l.currency, l.price_amount, l.compare_at_amount, l.cost_amount)
    IS DISTINCT FROM (h.currency, h.price_amount, h.compare_at_amount, h.cost_amount)
ORDER BY h.product_id, h.variant_id
ON CONFLICT DO NOTHING
"""

# Likewise the stock, where it is known as one number and not place by place.
NOTE_STOCK = """
WITH holding AS (
    SELECT p.shop_id, p.id AS product_id, NULL::bigint AS variant_id, p.stock_level AS level
    FROM catalog_product p WHERE p.shop_id = %(shop)s AND p.deleted_at IS NULL AND p.stock_level IS NOT NULL
        AND (%(products)s::bigint[] IS NULL OR p.id = ANY(%(products)s))
    UNION ALL
    SELECT v.shop_id, v.product_id, v.id, v.stock_level
    FROM catalog_variant v JOIN catalog_product p ON p.shop_id = v.shop_id AND p.id = v.product_id
    WHERE v.shop_id = %(shop)s AND v.deleted_at IS NULL AND p.deleted_at IS NULL AND v.stock_level IS NOT NULL
        AND (%(products)s::bigint[] IS NULL OR v.product_id = ANY(%(products)s))
), latest AS (
    SELECT DISTINCT ON (product_id, variant_id) product_id, variant_id, location, level FROM catalog_stocksnapshot
    WHERE shop_id = %(shop)s AND at <= %(at)s
        AND (%(products)s::bigint[] IS NULL OR product_id = ANY(%(products)s))
    ORDER BY product_id, variant_id, at DESC, location
)
INSERT INTO catalog_stocksnapshot (shop_id, product_id, variant_id, location, at, level)
SELECT h.shop_id, h.product_id, h.variant_id, 'default', %(at)s, h.level
FROM holding h
LEFT JOIN latest l ON l.product_id = h.product_id AND coalesce(l.variant_id, 0) = coalesce(h.variant_id, 0)
WHERE coalesce(l.location, 'default') = 'default' AND l.level IS DISTINCT FROM h.level
ORDER BY h.product_id, h.variant_id
ON CONFLICT DO NOTHING
"""

# Of the variant whose price is shown: when that price began, and what was asked in the thirty days before.
PRICES_BEFORE = """
WITH shown AS (
    SELECT p.id AS product_id, p.price_amount AS price, p.currency, p.created_at, v.id AS variant_id,
           v.compare_at_amount > p.price_amount AS is_announced
    FROM catalog_product p LEFT JOIN (
        SELECT DISTINCT ON (product_id, price_amount) product_id, price_amount, id, compare_at_amount
        FROM catalog_variant WHERE shop_id = %(shop)s AND deleted_at IS NULL
        ORDER BY product_id, price_amount, position, id
    ) v ON v.product_id = p.id AND v.price_amount = p.price_amount
    WHERE p.shop_id = %(shop)s AND p.deleted_at IS NULL
), ledger AS (
    SELECT s.*, e.at, e.price_amount AS asked, lead(e.at) OVER (PARTITION BY s.product_id ORDER BY e.at) AS ends
    FROM shown s JOIN catalog_priceentry e ON e.shop_id = %(shop)s AND e.product_id = s.product_id
        AND coalesce(e.variant_id, 0) = coalesce(s.variant_id, 0) AND e.currency = s.currency
        AND e.at <= %(moment)s
), reduced AS (
    SELECT product_id, price, min(at) AS known_since, max(ends) FILTER (WHERE asked <> price) AS began
    FROM ledger GROUP BY product_id, price, created_at, is_announced
    HAVING bool_or(ends IS NULL AND asked = price)
        AND (is_announced OR max(ends) FILTER (WHERE asked <> price) > %(moment)s - interval '30 days')
        AND (min(at) <= max(ends) FILTER (WHERE asked <> price) - interval '30 days'
             OR min(at) <= created_at + interval '1 day')
)
SELECT l.product_id, min(l.asked) FROM reduced r JOIN ledger l USING (product_id)
WHERE l.at < r.began AND l.ends > r.began - interval '30 days'
GROUP BY l.product_id, r.price HAVING min(l.asked) > r.price
"""

# Costs that the merchant names, of products without variants and of variants.
KEEP_PRODUCT_COSTS = """
UPDATE catalog_product p SET own_cost_amount = i.amount
FROM unnest(%(products)s::bigint[], %(variants)s::text[], %(amounts)s::numeric[]) AS i (product_id, variant, amount)
WHERE p.shop_id = %(shop)s AND p.id = i.product_id AND i.variant = '' AND p.own_cost_amount IS DISTINCT FROM i.amount
"""

KEEP_VARIANT_COSTS = """
UPDATE catalog_variant v SET own_cost_amount = i.amount
FROM unnest(%(products)s::bigint[], %(variants)s::text[], %(amounts)s::numeric[]) AS i (product_id, variant, amount)
WHERE v.shop_id = %(shop)s AND v.product_id = i.product_id AND v.external_id = i.variant AND i.variant <> ''
    AND v.own_cost_amount IS DISTINCT FROM i.amount
"""
