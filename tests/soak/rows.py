"""A shop's rows in our tables beside what its source says: every column that both know, as plain tuples.

What the source says is read off its objects here a second time, so that a fault of the mapping shows too.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.doubles.shopify.store import Node, Store, number_of
from tests.soak.sites import Site

Row = tuple[Any, ...]
Rows = dict[str, list[Row]]

OURS = {
    "products": """
        SELECT external_id, title, description, vendor, category, tags, image, url, available, currency, price_amount,
            cost_amount, stock_level, created_at, source_at
        FROM catalog_product WHERE deleted_at IS NULL""",
    "variants": """
        SELECT p.external_id, v.external_id, v.position, v.sku, v.title, v.price_amount, v.compare_at_amount,
            v.cost_amount, v.stock_level
        FROM catalog_variant v JOIN catalog_product p ON p.id = v.product_id
        WHERE v.deleted_at IS NULL AND p.deleted_at IS NULL""",
    "translations": """
        SELECT p.external_id, t.language, t.title, t.description, t.category
        FROM catalog_translation t JOIN catalog_product p ON p.id = t.product_id WHERE p.deleted_at IS NULL""",
    "prices": """
        SELECT DISTINCT ON (e.product_id, e.variant_id) p.external_id, coalesce(v.external_id, ''), e.currency,
            e.price_amount, e.compare_at_amount, e.cost_amount
        FROM catalog_priceentry e JOIN catalog_product p ON p.id = e.product_id
        LEFT JOIN catalog_variant v ON v.id = e.variant_id
        WHERE p.deleted_at IS NULL AND v.deleted_at IS NULL ORDER BY e.product_id, e.variant_id, e.at DESC""",
    "stock": """
        SELECT DISTINCT ON (s.product_id, s.variant_id, s.location) p.external_id, v.external_id, s.location, s.level
        FROM catalog_stocksnapshot s JOIN catalog_product p ON p.id = s.product_id
        JOIN catalog_variant v ON v.id = s.variant_id
        WHERE p.deleted_at IS NULL AND v.deleted_at IS NULL
        ORDER BY s.product_id, s.variant_id, s.location, s.at DESC""",
    "customers": """
        SELECT external_id, email, country, language, created_at, marketing_consent, source_at
        FROM orders_customer WHERE deleted_at IS NULL""",
    "orders": """
        SELECT kind, external_id, number, status, channel, is_test, placed_at, cancelled_at, currency, total_amount,
            customer_external_id, refunds_external_id, source_at
        FROM orders_order""",
    "lines": """
        SELECT o.kind, o.external_id, l.position, l.external_id, l.product_external_id, l.variant_external_id,
            l.quantity, l.total_amount, l.discount_amount
        FROM orders_line l JOIN orders_order o ON o.id = l.order_id""",
    "shipments": """
        SELECT o.external_id, s.position, s.at, s.carrier, s.tracking_url, s.status
        FROM orders_shipment s JOIN orders_order o ON o.id = s.order_id""",
}
# Rows that name another which we have, and are not linked to it.
UNLINKED = """
    SELECT 'order', o.external_id FROM orders_order o
    JOIN orders_customer c ON c.shop_id = o.shop_id AND c.external_id = o.customer_external_id
    WHERE o.customer_id IS DISTINCT FROM c.id
    UNION ALL
    SELECT 'refund', o.external_id FROM orders_order o
    JOIN orders_order r ON r.shop_id = o.shop_id AND r.external_id = o.refunds_external_id AND r.kind = 'order'
    WHERE o.refunds_id IS DISTINCT FROM r.id
    UNION ALL
    SELECT 'line', l.external_id FROM orders_line l
    JOIN catalog_product p ON p.shop_id = l.shop_id AND p.external_id = l.product_external_id
    WHERE l.product_id IS DISTINCT FROM p.id"""
CONSENTS = {"SUBSCRIBED": True, "NOT_SUBSCRIBED": False}


def differing(site: Site, store: Store) -> dict[str, list[Row]]:
    """Return the rows that only one side has, by table; empty when our tables equal the source.

    An order that was deleted there stays here as a cancelled one, with its refunds.
    """
    ours = {name: [tuple(map(_settled, row)) for row in site.ask(sql)] for name, sql in OURS.items()}
    theirs = {name: [tuple(map(_settled, row)) for row in rows] for name, rows in _told(store).items()}
    gone = {row[1] for row in ours["orders"] if row[0] == "order"} - {row[1] for row in theirs["orders"]}
    sold = [row for row in ours["orders"] if row[1] in gone and row[7] is None]
    gone |= {row[1] for row in ours["orders"] if row[11] in gone}
    for name in ("orders", "lines", "shipments"):
        ours[name] = [row for row in ours[name] if not gone & {row[0], row[1]}]
    found = {name: sorted(set(ours[name]) ^ set(theirs[name]), key=repr) for name in OURS}
    doubled = {f"{name} twice": [(len(rows),)] for name, rows in ours.items() if len(rows) != len(set(rows))}
    more = {"unlinked": site.ask(UNLINKED), "gone there and sold here": sold}
    return {name: rows for name, rows in {**found, **doubled, **more}.items() if rows}


def _told(store: Store) -> Rows:
    with store.lock:
        products, orders = store.all("Product"), store.all("Order")
        refunds = [(refund, order) for order in orders for refund in order["refunds"]]
        return {
            "products": [_product(one) for one in products],
            "variants": [row for one in products for row in _variants(one)],
            "translations": [row for one in products for row in _translations(one)],
            "prices": [row for one in products for row in _prices(one)],
            "stock": [row for one in products for row in _stock(one)],
            "customers": [_customer(one) for one in store.all("Customer")],
            "orders": [*map(_order, orders), *(_refund(*one) for one in refunds)],
            "lines": [
                *(row for one in orders for row in _lines(one)),
                *(row for one, _ in refunds for row in _refund_lines(one)),
            ],
            "shipments": [row for one in orders for row in _shipments(one)],
        }


def _settled(value: Any) -> Any:
    """Return a value by which two sides can be compared: numbers without needless zeros, lists as tuples."""
    if isinstance(value, Decimal):
        return value.normalize() + 0
    return tuple(value) if isinstance(value, list) else value


def _id(node: Node) -> str:
    return str(number_of(node))


def _at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _level(variant: Node) -> int | None:
    item = variant["inventoryItem"]
    return sum(level["available"] for level in item["inventoryLevels"]) if item["tracked"] else None


def _cost(variant: Node) -> Decimal | None:
    cost = variant["inventoryItem"]["unitCost"]
    return Decimal(cost["amount"]) if cost else None


def _compare_at(variant: Node) -> Decimal | None:
    return Decimal(variant["compareAtPrice"]) if variant["compareAtPrice"] else None


def _lowest(variants: list[Node]) -> tuple[Decimal, Decimal | None]:
    return min(Decimal(one["price"]) for one in variants), min(filter(None, map(_cost, variants)), default=None)


def _product(node: Node) -> Row:
    variants, (price, cost) = node["variants"], _lowest(node["variants"])
    levels = [level for one in variants if (level := _level(one)) is not None]
    is_sold = node["status"] == "ACTIVE" and any(_level(one) is None or _level(one) > 0 for one in variants)
    category = [node["productType"]] if node["productType"] else []
    return (
        _id(node),
        node["title"],
        node["description"],
        node["vendor"],
        category,
        node["tags"],
        "",
        node["onlineStoreUrl"],
        is_sold,
        "EUR",
        price,
        cost,
        Decimal(sum(levels)) if levels else None,
        _at(node["createdAt"]),
        _at(node["updatedAt"]),
    )


def _variants(node: Node) -> Iterator[Row]:
    for position, one in enumerate(sorted(node["variants"], key=lambda one: one["position"])):
        level = _level(one)
        yield (
            _id(node),
            _id(one),
            position,
            one["sku"] or "",
            one["title"],
            Decimal(one["price"]),
            _compare_at(one),
            _cost(one),
            None if level is None else Decimal(level),
        )


def _translations(node: Node) -> Iterator[Row]:
    for language, words in node["words"].items():
        yield _id(node), language, words["title"], words["body_html"], []


def _prices(node: Node) -> Iterator[Row]:
    price, cost = _lowest(node["variants"])
    yield _id(node), "", "EUR", price, None, cost
    for one in node["variants"]:
        yield _id(node), _id(one), "EUR", Decimal(one["price"]), _compare_at(one), _cost(one)


def _stock(node: Node) -> Iterator[Row]:
    for one in node["variants"]:
        for level in one["inventoryItem"]["inventoryLevels"]:
            yield _id(node), _id(one), _id(level["location"]), Decimal(level["available"])


def _customer(node: Node) -> Row:
    email = node["defaultEmailAddress"]
    return (
        _id(node),
        "",
        "",
        node["locale"],
        _at(node["createdAt"]),
        CONSENTS[email["marketingState"]] if email else None,
        _at(node["updatedAt"]),
    )


def _buyer(order: Node) -> str:
    return _id(order["customer"]) if order["customer"] else ""


def _order(node: Node) -> Row:
    status = "cancelled" if node["cancelledAt"] else node["displayFinancialStatus"].lower()
    total = sum((row[7] for row in _lines(node)), Decimal(0))
    return (
        "order",
        _id(node),
        node["name"],
        status,
        node["sourceName"],
        node["test"],
        _at(node["processedAt"]),
        _at(node["cancelledAt"]),
        "EUR",
        total,
        _buyer(node),
        "",
        _at(node["updatedAt"]),
    )


def _lines(node: Node) -> Iterator[Row]:
    for position, line in enumerate(node["lineItems"]):
        price, quantity = Decimal(line["price"]), Decimal(line["quantity"])
        taken = sum(
            (Decimal(one["allocatedAmountSet"]["shopMoney"]["amount"]) for one in line["discountAllocations"]),
            Decimal(0),
        )
        yield (
            "order",
            _id(node),
            position,
            _id(line),
            _id(line["product"]),
            _id(line["variant"]),
            quantity,
            price * quantity - taken,
            taken,
        )


def _refund(refund: Node, order: Node) -> Row:
    total = sum((row[7] for row in _refund_lines(refund)), Decimal(0))
    return (
        "refund",
        _id(refund),
        "",
        "",
        order["sourceName"],
        order["test"],
        _at(refund["processedAt"]),
        None,
        "EUR",
        total,
        _buyer(order),
        _id(order),
        _at(refund["updatedAt"]),
    )


def _refund_lines(refund: Node) -> Iterator[Row]:
    for position, part in enumerate(refund["refundLineItems"]):
        line, total = part["lineItem"], Decimal(part["subtotalSet"]["shopMoney"]["amount"])
        yield (
            "refund",
            _id(refund),
            position,
            _id(line),
            _id(line["product"]),
            _id(line["variant"]),
            Decimal(part["quantity"]),
            total,
            Decimal(line["price"]) * part["quantity"] - total,
        )


def _shipments(node: Node) -> Iterator[Row]:
    for position, one in enumerate(node["fulfillments"]):
        parcel = one["trackingInfo"][0]
        yield (
            _id(node),
            position,
            _at(one["createdAt"]),
            parcel["company"],
            parcel["url"],
            {"IN_TRANSIT": "in_transit", "DELIVERED": "delivered"}[one["displayStatus"]],
        )
