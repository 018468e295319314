"""REST: what was bought and by whom."""

from typing import ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shopconnect.connectors.types import OrderKind
from shopconnect.core.rest.errors import BadFields, TooOften
from shopconnect.core.rest.fields import AmountTextField, IdField, TimeField, read_id
from shopconnect.core.rest.limits import take_turn
from shopconnect.core.rest.pages import paged, requested_page
from shopconnect.core.rest.schema import PAGING, example, page_of, path_id
from shopconnect.core.rest.views import RestView
from shopconnect.core.security.crypto import keyed_hash, person_key
from shopconnect.orders import selectors
from shopconnect.orders.types import READ_CUSTOMERS, READ_ORDERS, TRACK_ORDERS, LineRow, OrderRow

LINE = {
    "product": "1001",
    "variant": "",
    "title": "Lampe de chevet",
    "quantity": "2.00",
    "price": "49.90",
    "discount": "0.00",
    "total": "99.80",
}
ORDER = {
    "id": "4611686018427387904",
    "external_id": "5001",
    "kind": "order",
    "number": "#5001",
    "status": "paid",
    "channel": "web",
    "test": False,
    "placed_at": "2026-11-20T10:15:00Z",
    "cancelled_at": None,
    "currency": "EUR",
    "total": "99.80",
    "line_count": 1,
    "customer": "77",
    "country": "FR",
    "refunds": "",
}
TRACKED = {
    "number": "#5001",
    "status": "paid",
    "placed_at": "2026-11-20T10:15:00Z",
    "cancelled_at": None,
    "shipments": [
        {
            "at": "2026-11-21T08:00:00Z",
            "carrier": "Colissimo",
            "tracking_url": "https://www.laposte.fr/outils/suivre-vos-envois?code=8R1",
            "status": "in_transit",
        }
    ],
}
TRIES_A_MINUTE = 10
CUSTOMER = {
    "id": "4611686018427387904",
    "external_id": "77",
    "country": "FR",
    "language": "fr",
    "created_at": "2025-03-02T18:00:00Z",
    "marketing_consent": True,
    "has_email": True,
}


class LineOut(serializers.Serializer):
    """One line of an order."""

    product = serializers.CharField(source="product_external_id", help_text="The platform’s id")
    variant = serializers.CharField(source="variant_external_id", help_text="The platform’s id, empty if there is none")
    title = serializers.CharField(help_text="Empty if the catalogue doesn’t know the product")
    quantity = AmountTextField()
    price = AmountTextField(source="unit_amount", help_text="Per unit, before discount")
    discount = AmountTextField(source="discount_amount", help_text="Discount on the whole line")
    total = AmountTextField(source="total_amount", help_text="After discount")


class OrderOut(serializers.Serializer):
    """An order or a refund."""

    id = IdField(source="public_id")
    external_id = serializers.CharField(help_text="The platform’s id")
    kind = serializers.ChoiceField(choices=[kind.value for kind in OrderKind])
    number = serializers.CharField()
    status = serializers.CharField()
    channel = serializers.CharField()
    test = serializers.BooleanField(source="is_test")
    placed_at = TimeField()
    cancelled_at = TimeField(allow_null=True)
    currency = serializers.CharField(help_text="ISO 4217")
    total = AmountTextField(source="total_amount", help_text="The sum of its lines; positive on refunds too")
    line_count = serializers.IntegerField()
    customer = serializers.CharField(source="customer_external_id", help_text="The platform’s id, empty for a guest")
    country = serializers.CharField()
    refunds = serializers.CharField(source="refunds_external_id", help_text="Of a refund: the order, where known")


class OrderWithLinesOut(OrderOut):
    """An order or a refund, with its lines."""

    lines = LineOut(many=True)


class TrackIn(serializers.Serializer):
    """An order's number, and the e-mail address that it was placed with."""

    number = serializers.CharField(max_length=255, help_text="As the shopper knows it, with or without #")
    email = serializers.EmailField(max_length=254, help_text="Compared with what is known, never stored")


class ShipmentOut(serializers.Serializer):
    """A parcel."""

    at = TimeField(allow_null=True)
    carrier = serializers.CharField(help_text="Empty if unknown")
    tracking_url = serializers.CharField(help_text="Empty if there is none")
    status = serializers.CharField(help_text="The platform’s word")


class TrackedOut(serializers.Serializer):
    """Where an order stands."""

    number = serializers.CharField()
    status = serializers.CharField()
    placed_at = TimeField()
    cancelled_at = TimeField(allow_null=True)
    shipments = ShipmentOut(many=True)


class CustomerOut(serializers.Serializer):
    """A customer, without the address."""

    id = IdField(source="public_id")
    external_id = serializers.CharField(help_text="The platform’s id")
    country = serializers.CharField()
    language = serializers.CharField()
    created_at = TimeField(allow_null=True)
    marketing_consent = serializers.BooleanField(allow_null=True, help_text="Null if the platform doesn’t say")
    has_email = serializers.BooleanField()


class OrderList(RestView):
    """The orders and refunds of the shop."""

    scopes: ClassVar = {"GET": READ_ORDERS}

    @extend_schema(
        operation_id="orders",
        summary="Orders and refunds",
        tags=["Orders"],
        responses=page_of(OrderOut),
        parameters=[*PAGING, OpenApiParameter("kind", str, enum=[kind.value for kind in OrderKind])],
        examples=[example("A page", {"data": [ORDER], "next": None})],
    )
    def get(self, request: Request) -> Response:
        """Every order and refund, in the order they came in, including test orders."""
        kind = _kind(request.query_params.get("kind"))
        page = requested_page(request, f"orders:{kind}")
        rows = self.ask(selectors.list_orders, page.after_id, page.limit + 1, kind=kind)
        return Response(paged(rows, page, OrderOut))


class OrderDetail(RestView):
    """One order or refund."""

    scopes: ClassVar = {"GET": READ_ORDERS}

    @extend_schema(
        operation_id="order",
        summary="An order or a refund",
        tags=["Orders"],
        responses=OrderWithLinesOut,
        parameters=[path_id()],
        examples=[example("An order", ORDER | {"lines": [LINE]})],
    )
    def get(self, request: Request, public_id: str) -> Response:
        """One order or refund by its public id, with its lines."""
        order, lines = self.or_404(self.ask(_order_with_lines, read_id(public_id)))
        return Response(OrderOut(order).data | {"lines": LineOut(lines, many=True).data})


class OrderTracking(RestView):
    """One order, for a program that asks on behalf of whoever placed it."""

    scopes: ClassVar = {"POST": TRACK_ORDERS}

    @extend_schema(
        operation_id="order_track",
        summary="Order status",
        tags=["Orders"],
        request=TrackIn,
        responses=TrackedOut,
        examples=[example("An order on its way", TRACKED)],
    )
    def post(self, request: Request) -> Response:
        """Find an order by its number and the email address it was placed with. Nothing is changed.

        An unknown number and another address are answered alike: 404. So is every call of a shop whose platform lets
        no e-mail addresses be read. Each number may be asked for ten times a minute.
        """
        sent = self.read(TrackIn)
        shop_id, number = self.caller.shop_id, sent["number"]
        turn = take_turn(f"{shop_id}:track:{keyed_hash(selectors.bare_number(number))}", TRIES_A_MINUTE)
        if not turn.is_allowed:
            raise TooOften(turn.wait_seconds)
        found = self.ask(selectors.find_tracked_order, number, person_key(sent["email"]) or "")
        return Response(TrackedOut(self.or_404(found)).data)


class CustomerList(RestView):
    """The customers of the shop."""

    scopes: ClassVar = {"GET": READ_CUSTOMERS}

    @extend_schema(
        operation_id="customers",
        summary="Customers",
        tags=["Customers"],
        responses=page_of(CustomerOut),
        parameters=PAGING,
        examples=[example("A page", {"data": [CUSTOMER], "next": None})],
    )
    def get(self, request: Request) -> Response:
        """Every customer, oldest first, without addresses."""
        page = requested_page(request, "customers")
        rows = self.ask(selectors.list_customers, page.after_id, page.limit + 1)
        return Response(paged(rows, page, CustomerOut))


class CustomerDetail(RestView):
    """One customer."""

    scopes: ClassVar = {"GET": READ_CUSTOMERS}

    @extend_schema(
        operation_id="customer",
        summary="A customer",
        tags=["Customers"],
        responses=CustomerOut,
        parameters=[path_id()],
        examples=[example("A customer", CUSTOMER)],
    )
    def get(self, request: Request, public_id: str) -> Response:
        """One customer by their public id, without the address."""
        return Response(CustomerOut(self.or_404(self.ask(selectors.find_customer, read_id(public_id)))).data)


def _kind(text: str | None) -> OrderKind | None:
    if text is None:
        return None
    if text not in set(OrderKind):
        raise BadFields({"kind": [", ".join(OrderKind)]})
    return OrderKind(text)


def _order_with_lines(public_id: int) -> tuple[OrderRow, list[LineRow]] | None:
    order = selectors.find_order(public_id)
    return None if order is None else (order, selectors.lines_of_orders([order.id])[order.id])
