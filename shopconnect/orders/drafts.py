"""Customers and orders as a source would tell them, for the shop's folder. All run in the scope of a shop."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db.models.functions import Collate

from shopconnect.connectors.types import CustomerDraft, LineDraft, OrderDraft, OrderKind, ShipmentDraft
from shopconnect.orders.models import Customer, Line, Order, Shipment
from shopconnect.orders.selectors import AT_ONCE, unit_amount


def iter_customers() -> Iterator[CustomerDraft]:
    """Yield every customer as a source would tell it, by external id."""
    for row in Customer.objects.order_by(Collate("external_id", "C")).iterator(5000):
        yield CustomerDraft(
            external_id=row.external_id,
            email=row.email,
            country=row.country,
            language=row.language,
            created_at=row.created_at,
            marketing_consent=row.marketing_consent,
        )


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
        external_id=order.external_id,
        kind=OrderKind(order.kind),
        placed_at=order.placed_at,
        currency=order.currency,
        number=order.number,
        status=order.status,
        channel=order.channel,
        is_test=order.is_test,
        cancelled_at=order.cancelled_at,
        customer=order.customer_external_id,
        email=order.email,
        country=order.country,
        refunds=order.refunds_external_id,
        arm=order.arm,
        checkout=order.checkout_digest,
        lines=tuple(lines),
        shipments=tuple(shipments),
    )


def _line_drafts(order_ids: Iterable[int]) -> dict[int, list[LineDraft]]:
    drafts: dict[int, list[LineDraft]] = {}
    rows = (
        Line.objects.filter(order_id__in=order_ids)
        .order_by("order_id", "position")
        .values_list(
            "order_id",
            "product_external_id",
            "quantity",
            "total_amount",
            "discount_amount",
            "variant_external_id",
            "external_id",
        )
    )
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
