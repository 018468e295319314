"""REST: price tests over time, and what they found."""

from typing import Any, ClassVar

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from recommender.prices.proposals.api import BetweenOut
from recommender.prices.testing.deciding import list_tests
from recommender.prices.testing.types import BlockKind, PriceTestState
from recommender.prices.types import READ_PRICES
from shopconnect.core.rest.fields import AmountTextField, IdField
from shopconnect.core.rest.pages import paged, requested_page
from shopconnect.core.rest.schema import PAGING, example, page_of
from shopconnect.core.rest.views import RestView

TEST: dict[str, Any] = {
    "id": "4611686018427387904",
    "product": "4611686018427387905",
    "title": "Lampe de chevet",
    "state": "running",
    "currency": "EUR",
    "price": "39.90",
    "tested_price": "43.90",
    "block": "half_week",
    "start": "2026-10-05",
    "end": "2026-12-28",
    "result": {
        "pairs": 8,
        "units": [96.0, 81.0],
        "days": [22, 21],
        "margin_a_day": [61.2, 66.9],
        "days_left_out": 14,
        "elasticity": {"mean": -1.3, "low": -2.4, "high": -0.2},
        "margin_change": {"mean": 0.09, "low": -0.02, "high": 0.21},
    },
}


class PriceTestResultOut(serializers.Serializer):
    """What is known so far; pairs of numbers are of the price before and of the tested one."""

    pairs = serializers.IntegerField()
    units = serializers.ListField(child=serializers.FloatField())
    days = serializers.ListField(child=serializers.IntegerField())
    margin_a_day = serializers.ListField(child=serializers.FloatField())
    days_left_out = serializers.IntegerField()
    elasticity = BetweenOut(allow_null=True)
    margin_change = BetweenOut(source="gain", allow_null=True)


class PriceTestOut(serializers.Serializer):
    """A price test of one product."""

    id = IdField(source="public_id")
    product = IdField(source="product_public_id")
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=[state.value for state in PriceTestState])
    currency = serializers.CharField()
    price = AmountTextField(source="first")
    tested_price = AmountTextField(source="other")
    block = serializers.ChoiceField(choices=[kind.value for kind in BlockKind], source="design.block")
    start = serializers.DateField(source="design.starts_on")
    end = serializers.DateField(source="ends_on")
    result = PriceTestResultOut(allow_null=True)


class PriceTestList(RestView):
    """Price tests."""

    scopes: ClassVar = {"GET": READ_PRICES}

    @extend_schema(
        operation_id="price_tests",
        summary="Price tests over time and what they found",
        tags=["Prices"],
        responses=page_of(PriceTestOut),
        parameters=PAGING,
        examples=[example("A page", {"data": [TEST], "next": None})],
    )
    def get(self, request: Request) -> Response:
        """Price tests, oldest first."""
        page = requested_page(request, "price_tests")
        rows = list_tests(self.caller.shop_id, page.after_id, page.limit + 1, get_language() or "en")
        return Response(paged(rows, page, PriceTestOut, ids=[row.id for row in rows]))
