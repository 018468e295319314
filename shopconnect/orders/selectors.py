"""Questions about orders. All run in the scope of a shop; pages are by id, `after_id` being the last one seen."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import Collate

from shopconnect.connectors.types import CustomerDraft, Kind, LineDraft, OrderDraft, ShipmentDraft
from shopconnect.core.tenancy import current_shop
from shopconnect.orders.models import Customer, Line, Order, Shipment
from shopconnect.orders.types import (
    CustomerRow,
    LineRow,
    OrderCounts,
    OrderKind,
    OrderRow,
    Purchase,
    ShipmentRow,
    TrackedOrder,
)
from shopconnect.shops.selectors import knows_addresses

AT_ONCE = 1000  # orders, with their lines
ORDER_FIELDS = (
    "id", "public_id", "external_id", "kind", "number", "status", "channel", "is_test", "placed_at", "cancelled_at",
    "currency", "total_amount", "customer_external_id", "country", "refunds_external_id",
)  # fmt: skip
CUSTOMER_FIELDS = ("id", "public_id", "external_id", "country", "language", "created_at", "marketing_consent")
EXACT = Decimal("0.000001")

BUYERS = """
SELECT o.id, coalesce('p' || c.person_key, 'c' || o.customer_id, 'p' || o.person_key), o.placed_at
FROM orders_order o
LEFT JOIN orders_customer c ON c.shop_id = o.shop_id AND c.id = o.customer_id
WHERE o.shop_id = %s AND o.kind = 'order' AND NOT o.is_test AND o.cancelled_at IS NULL
  AND (%s::timestamptz IS NULL OR o.placed_at < %s) AND (%s::timestamptz IS NULL OR o.placed_at >= %s)
ORDER BY o.placed_at, o.id
"""

BOUGHT = """
SELECT l.order_id, l.product_id, ceil(l.quantity)::int
FROM unnest(%s::bigint[]) WITH ORDINALITY AS o (id, place)
JOIN orders_line l ON l.shop_id = %s AND l.order_id = o.id AND l.product_id IS NOT NULL
ORDER BY o.place, l.position
"""


def iter_purchases(until: datetime | None = None, since: datetime | None = None) -> Iterator[Purchase]:
    """Yield each bought line of a known product, by time, of before `until` and from `since` on where these are given.

    Tests, cancelled orders and refunds are out.

    A customer's orders share a buyer: their person key, else their id; a guest's is the key of the order's e-mail.
    Fractions of a quantity are rounded up. Memory is constant; the scope must stay open while it is read.
    """
    with connection.chunked_cursor() as cursor, connection.cursor() as lines:
        cursor.execute(BUYERS, [current_shop(), until, until, since, since])
        for rows in iter(lambda: cursor.fetchmany(AT_ONCE), []):
            heads = {order_id: (buyer, placed_at) for order_id, buyer, placed_at in rows}
            lines.execute(BOUGHT, [list(heads), current_shop()])
            for order_id, product_id, quantity in lines.fetchall():
                buyer, placed_at = heads[order_id]
                yield Purchase(buyer, product_id, order_id, placed_at, quantity)


def list_orders(after_id: int = 0, limit: int = 100, *, kind: OrderKind | None = None) -> list[OrderRow]:
    """Return a page of orders and refunds by id."""
    rows = Order.objects.filter(id__gt=after_id)
    return _orders((rows.filter(kind=kind) if kind else rows).order_by("id"), limit)


def latest_orders(limit: int = 10) -> list[OrderRow]:
    """Return the orders and refunds placed last, newest first."""
    return _orders(Order.objects.order_by("-placed_at", "-id"), limit)


def find_order(public_id: int) -> OrderRow | None:
    """Return the order of a public id, or None."""
    return next(iter(_orders(Order.objects.filter(public_id=public_id), 1)), None)


def find_tracked_order(number: str, person_key: str) -> TrackedOrder | None:
    """Return where the order of a number stands that somebody of an e-mail address placed, the latest of several.

    `person_key` is the address's keyed hash; "#" may be missing. None for a number that there is not, for another
    address, and always where the shop's platform lets no addresses be read.
    """
    if not knows_addresses():
        return None
    bare = number.strip().removeprefix("#")
    accounts = list(Customer.objects.filter(person_key=person_key).values_list("id", flat=True))
    theirs = Order.objects.filter(Q(person_key=person_key) | Q(customer_id__in=accounts), kind=OrderKind.ORDER)
    order = theirs.filter(number__in=[bare, f"#{bare}"]).order_by("-placed_at", "-id").first() if bare else None
    if order is None:
        return None
    parcels = Shipment.objects.filter(order=order).order_by("position")
    return TrackedOrder(
        number=order.number, status=order.status, placed_at=order.placed_at, cancelled_at=order.cancelled_at,
        shipments=tuple(ShipmentRow(**row) for row in parcels.values("at", "carrier", "tracking_url", "status")),
    )  # fmt: skip


def placed_since(external_ids: Collection[str], since: datetime) -> list[str]:
    """Return those of some orders, by the platform's ids, that were placed since a time."""
    rows = Order.objects.filter(kind=OrderKind.ORDER, external_id__in=external_ids, placed_at__gte=since)
    return list(rows.values_list("external_id", flat=True))


def lines_of_orders(order_ids: Iterable[int]) -> dict[int, list[LineRow]]:
    """Return the lines of some orders, by order id, in the order they were written."""
    lines: dict[int, list[LineRow]] = {order_id: [] for order_id in order_ids}
    rows = Line.objects.filter(order_id__in=list(lines)).order_by("order_id", "position").values_list(
        "order_id", "product_id", "product_external_id", "variant_external_id", "product__title", "quantity",
        "total_amount", "discount_amount",
    )  # fmt: skip
    for order_id, *line in rows:
        lines[order_id].append(_line(*line))
    return lines


def list_customers(after_id: int = 0, limit: int = 100) -> list[CustomerRow]:
    """Return a page of customers by id, without their addresses; deleted accounts are left out."""
    return _customers(Customer.objects.filter(deleted_at=None, id__gt=after_id), limit)


def find_customer(public_id: int) -> CustomerRow | None:
    """Return the customer of a public id, or None."""
    return next(iter(_customers(Customer.objects.filter(public_id=public_id), 1)), None)


def count_orders() -> OrderCounts:
    """Return how much was bought."""
    real = Order.objects.filter(is_test=False)
    count = real.aggregate(
        orders=Count("id", filter=Q(kind=OrderKind.ORDER)), refunds=Count("id", filter=Q(kind=OrderKind.REFUND)),
        first_at=Min("placed_at"), last_at=Max("placed_at"),
    )  # fmt: skip
    return OrderCounts(**count, customers=Customer.objects.filter(deleted_at=None).count())


def count_lines() -> int:
    """Return how many lines orders and refunds have, test orders left out; slow where there are millions."""
    return int(Line.objects.filter(order__is_test=False).count())


def last_order_at() -> datetime | None:
    """Return when the last order that counts was placed, or None when there is none."""
    rows = Order.objects.filter(kind=OrderKind.ORDER, is_test=False, cancelled_at=None)
    last: datetime | None = rows.aggregate(last=Max("placed_at"))["last"]
    return last


def iter_customers() -> Iterator[CustomerDraft]:
    """Yield every customer as a source would tell it, by external id."""
    for row in Customer.objects.order_by(Collate("external_id", "C")).iterator(5000):
        yield CustomerDraft(
            external_id=row.external_id, email=row.email, country=row.country, language=row.language,
            created_at=row.created_at, marketing_consent=row.marketing_consent,
        )  # fmt: skip


def iter_orders() -> Iterator[OrderDraft]:
    """Yield every order and refund as a source would tell it, by time; the scope must stay open while it is read."""
    rows = Order.objects.order_by("placed_at", "kind", Collate("external_id", "C")).iterator(AT_ONCE)
    while batch := list(islice(rows, AT_ONCE)):
        ids = [order.pk for order in batch]
        lines, shipments = _line_drafts(ids), _shipment_drafts(ids)
        for order in batch:
            yield _order_draft(order, lines.get(order.pk, ()), shipments.get(order.pk, ()))


def _order_draft(order: Order, lines: Iterable[LineDraft], shipments: Iterable[ShipmentDraft]) -> OrderDraft:
    return OrderDraft(
        external_id=order.external_id, kind=Kind(order.kind), placed_at=order.placed_at, currency=order.currency,
        number=order.number, status=order.status, channel=order.channel, is_test=order.is_test,
        cancelled_at=order.cancelled_at, customer=order.customer_external_id, email=order.email,
        country=order.country, refunds=order.refunds_external_id, arm=order.arm, lines=tuple(lines),
        shipments=tuple(shipments),
    )  # fmt: skip


def _line_drafts(order_ids: Iterable[int]) -> dict[int, list[LineDraft]]:
    drafts: dict[int, list[LineDraft]] = {}
    rows = Line.objects.filter(order_id__in=order_ids).order_by("order_id", "position").values_list(
        "order_id", "product_external_id", "quantity", "total_amount", "discount_amount", "variant_external_id",
        "external_id",
    )  # fmt: skip
    for order_id, product, quantity, total, discount, variant, external_id in rows:
        price = unit_amount(quantity, total, discount)
        drafts.setdefault(order_id, []).append(LineDraft(product, quantity, price, discount, variant, external_id))
    return drafts


def _shipment_drafts(order_ids: Iterable[int]) -> dict[int, list[ShipmentDraft]]:
    drafts: dict[int, list[ShipmentDraft]] = {}
    for row in Shipment.objects.filter(order_id__in=order_ids).order_by("order_id", "position"):
        parcel = ShipmentDraft(at=row.at, carrier=row.carrier, tracking_url=row.tracking_url, status=row.status)
        drafts.setdefault(row.order_id, []).append(parcel)
    return drafts


def unit_amount(quantity: Decimal, total: Decimal, discount: Decimal) -> Decimal:
    """Return a line's price per unit before discount; exact, since prices have six decimals at most."""
    return ((total + discount) / quantity).quantize(EXACT)


def _orders(rows: QuerySet[Order], limit: int) -> list[OrderRow]:
    page = list(rows.values(*ORDER_FIELDS)[:limit])
    ids = [row["id"] for row in page]
    of_page = Line.objects.filter(order_id__in=ids).values_list("order_id")
    counts = dict(of_page.annotate(count=Count("id")))
    return [OrderRow(**{**row, "kind": OrderKind(row["kind"])}, line_count=counts.get(row["id"], 0)) for row in page]


def _line(product_id: int | None, product: str, variant: str, title: str | None, *amounts: Any) -> LineRow:
    quantity, total, discount = amounts
    return LineRow(
        product_id=product_id, product_external_id=product, variant_external_id=variant, title=title or "",
        quantity=quantity, unit_amount=unit_amount(quantity, total, discount), discount_amount=discount,
        total_amount=total,
    )  # fmt: skip


def _customers(rows: QuerySet[Customer], limit: int) -> list[CustomerRow]:
    page = rows.order_by("id").values(*CUSTOMER_FIELDS, "person_key")[:limit]
    return [CustomerRow(has_email=row.pop("person_key") is not None, **row) for row in page]
