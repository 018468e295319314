"""REST: competitors' prices and families of products."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from recommender.prices.positions.stored import list_positions
from recommender.prices.positions.telling import MOST_AT_ONCE, tell_positions
from recommender.prices.types import LONGEST_FAMILY, READ_PRICES, WRITE_PRICES
from shopconnect.core.rest.callers import NOBODY
from shopconnect.core.rest.fields import AmountTextField, BoundedListField, IdField, TimeField
from shopconnect.core.rest.pages import paged, requested_page
from shopconnect.core.rest.schema import PAGING, example, page_of
from shopconnect.core.rest.views import RestView

POSITION: dict[str, Any] = {
    "product": "4611686018427387905",
    "competitor_price": "38.00",
    "family": "Bedside lamps",
    "told_at": "2026-12-02T09:00:00Z",
}


class PositionOut(serializers.Serializer):
    """A competitor's price of a product, in the shop's currency, and its family."""

    product = IdField(source="product_public_id")
    competitor_price = AmountTextField(allow_null=True)
    family = serializers.CharField()
    told_at = TimeField(help_text="A competitor’s price counts for 30 days from this time")


class PositionIn(serializers.Serializer):
    """What is said of a product; what is left out stays."""

    product = serializers.RegexField(r"^[0-9]{1,19}$")
    competitor_price = serializers.DecimalField(
        max_digits=18, decimal_places=6, min_value=0, required=False, allow_null=True
    )
    family = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_FAMILY)


class PositionsIn(serializers.Serializer):
    """What is said of some products."""

    positions = BoundedListField(child=PositionIn(), max_length=MOST_AT_ONCE)


class ToldOut(serializers.Serializer):
    """How many products were told of."""

    products = serializers.IntegerField()
    unknown = serializers.ListField(child=serializers.CharField(), help_text="Ids that aren’t products of the shop")


class PricePositionList(RestView):
    """Competitors' prices and families."""

    scopes: ClassVar = {"GET": READ_PRICES, "PATCH": WRITE_PRICES}

    @extend_schema(
        operation_id="price_positions",
        summary="Competitors’ prices and families of products",
        tags=["Prices"],
        responses=page_of(PositionOut),
        parameters=PAGING,
        examples=[example("A page", {"data": [POSITION], "next": None})],
    )
    def get(self, request: Request) -> Response:
        """One entry per product."""
        page = requested_page(request, "price_positions")
        rows = self.ask(list_positions, page.after_id, page.limit + 1)
        return Response(paged(rows, page, PositionOut, ids=[row.product_id for row in rows]))

    @extend_schema(
        operation_id="price_positions_write",
        summary="Set competitors’ prices and families",
        tags=["Prices"],
        request=PositionsIn,
        responses=ToldOut,
        examples=[example("Told", {"products": 2, "unknown": []})],
    )
    def patch(self, request: Request) -> Response:
        """Up to 500 products at a time; an empty family or a null price removes the value."""
        known, unknown = tell_positions(self.caller.shop_id, NOBODY, self.read(PositionsIn)["positions"])
        return Response(ToldOut({"products": known, "unknown": unknown}).data)
