"""REST: what runs out, and what to order."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from recommender.stock.advising import stock_advice
from recommender.stock.types import READ_STOCK, ItemAdvice
from shopconnect.core.errors import Refusal
from shopconnect.core.rest.errors import BadFields
from shopconnect.core.rest.fields import AmountTextField, IdField
from shopconnect.core.rest.pages import paged, requested_page
from shopconnect.core.rest.schema import PAGING, example, page_of
from shopconnect.core.rest.views import RestView

CHOICES: dict[str, Callable[[ItemAdvice], bool]] = {
    "running_out": lambda item: item.runs_out,
    "to_order": lambda item: item.quantity > 0,
    "overstock": lambda item: item.excess > 0,
}
ITEM = {
    "product": "4611686018427387904",
    "variant": "1001-2",
    "sku": "LAMP-2",
    "title": "Lampe de chevet – Chêne",
    "class": "A",
    "supplier": "Atelier Nord",
    "stock": 12.0,
    "on_order": 0,
    "weekly_units": 6.4,
    "out_date": "2026-12-15",
    "earliest_out_date": "2026-12-11",
    "reorder_point": 31,
    "order_up_to": 39,
    "order_quantity": 30,
    "order_cost": "630.00",
    "over_budget": False,
    "excess": 0,
    "lost_units": {"mean": 4.0, "low": 1.2, "high": 6.8},
}


class LostUnitsOut(serializers.Serializer):
    """Units not sold in 13 weeks for want of stock, and what nine of ten lie within."""

    mean = serializers.FloatField(source="lost")
    low = serializers.FloatField(source="lost_low")
    high = serializers.FloatField(source="lost_high")


class StockItemOut(serializers.Serializer):
    """What the forecasts say of an item."""

    product = IdField(source="public_id")
    variant = serializers.CharField(help_text="The platform’s id, empty for a product without variants")
    sku = serializers.CharField()
    title = serializers.CharField()
    class_ = serializers.CharField(source="service_class", help_text="A, B or C, by margin")
    supplier = serializers.CharField(help_text="Empty if none is set")
    stock = serializers.FloatField(allow_null=True, help_text="Null if it isn’t tracked")
    on_order = serializers.IntegerField(source="terms.on_order")
    weekly_units = serializers.FloatField(help_text="Expected over the next four weeks")
    out_date = serializers.DateField(allow_null=True, help_text="Out of stock one time in two; null beyond 13 weeks")
    earliest_out_date = serializers.DateField(
        source="early_date", allow_null=True, help_text="Out of stock one time in ten"
    )
    reorder_point = serializers.IntegerField()
    order_up_to = serializers.IntegerField(source="up_to")
    order_quantity = serializers.IntegerField(source="quantity")
    order_cost = AmountTextField(source="amount", allow_null=True, help_text="Null if the cost is unknown")
    over_budget = serializers.BooleanField(source="is_over_budget")
    excess = serializers.IntegerField(help_text="More than half a year’s sales")
    lost_units = LostUnitsOut(source="*")

    def get_fields(self) -> dict[str, Any]:
        """Call the class by its own name, which Python keeps for itself."""
        fields = super().get_fields()
        return {"class" if name == "class_" else name: field for name, field in fields.items()}


class StockItemList(RestView):
    """What the shop's stock forecasts say."""

    scopes: ClassVar = {"GET": READ_STOCK}

    @extend_schema(
        operation_id="stock",
        summary="Stock forecasts and what to order",
        tags=["Stock"],
        responses=page_of(StockItemOut),
        parameters=[
            *PAGING,
            OpenApiParameter(
                "only", str, enum=list(CHOICES), description="Only what runs out, is to be ordered, or is overstock."
            ),
        ],
        examples=[example("A page", {"data": [ITEM], "next": None})],
    )
    def get(self, request: Request) -> Response:
        """Every item of the catalogue, oldest first; 409 while there are no forecasts yet."""
        only = request.query_params.get("only", "")
        if only and only not in CHOICES:
            raise BadFields({"only": [_("Choose one of the settings.")]})
        page = requested_page(request, f"stock:{only}")
        advice = stock_advice(self.caller.shop_id, get_language() or "en")
        if not advice.items:
            raise Refusal(f"stock_{advice.status}", _("There are no stock forecasts yet."), 409)
        chosen = [(place, item) for place, item in enumerate(advice.items, 1) if not only or CHOICES[only](item)]
        rows = [(place, item) for place, item in chosen if place > page.after_id][: page.limit + 1]
        return Response(
            paged([item for _place, item in rows], page, StockItemOut, ids=[place for place, _item in rows])
        )
