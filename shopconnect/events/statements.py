"""The SQL of the events room's bulk writing."""

EVENT_COLUMNS = {
    "day": "date",
    "id": "uuid",
    "name": "text",
    "at": "timestamptz",
    "visit": "text",
    "visitor": "text",
    "customer_external_id": "text",
    "product_external_id": "text",
    "product_external_ids": "jsonb",
    "query": "text",
    "page": "text",
    "source": "text",
    "medium": "text",
    "campaign": "text",
    "value_amount": "numeric",
    "currency": "text",
    "order_external_id": "text",
    "checkout_digest": "text",
    "shelf": "text",
    "model_version": "text",
    "reason_keys": "jsonb",
}

ENSURE_PARTITION = "SELECT public.ensure_event_partition(%s)"

STORE_EVENTS = """
INSERT INTO events_event (
    shop_id, day, id, name, at, visit, visitor, customer_external_id, product_external_id, product_external_ids,
    query, page, source, medium, campaign, value_amount, currency, order_external_id,
    checkout_digest, shelf, model_version, reason_keys)
SELECT %s, day, id, name, at, visit, visitor, customer_external_id, product_external_id, product_external_ids,
    query, page, source, medium, campaign, value_amount, currency, order_external_id,
    checkout_digest, shelf, model_version, reason_keys
FROM pg_temp.incoming_event ORDER BY at, id
ON CONFLICT DO NOTHING
"""

FORGET_EVENTS = """
DELETE FROM events_event e USING (
    SELECT shop_id, day, id FROM events_event WHERE shop_id = %s AND day < %s ORDER BY day LIMIT %s) old
WHERE (e.shop_id, e.day, e.id) = (old.shop_id, old.day, old.id)
"""

HOLD_CHOICES = "SELECT pg_advisory_xact_lock(%s, hashtext('events.choices'))"

PART_VISITOR = """
WITH parted AS (
    SELECT shop_id, day, id, customer_external_id FROM events_event
    WHERE shop_id = %s AND visitor = %s AND visitor <> '' AND customer_external_id <> '' FOR UPDATE
), done AS (
    UPDATE events_event e SET customer_external_id = '' FROM parted p
    WHERE (e.shop_id, e.day, e.id) = (p.shop_id, p.day, p.id)
)
SELECT DISTINCT customer_external_id FROM parted
"""
