"""REST: what stands reduced and may be said of it, and promotions with what they would bring and brought."""

from typing import Any, ClassVar

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from recommender.prices.promotions import deciding
from recommender.prices.promotions.types import ClaimState, PromotionStage
from recommender.prices.proposals.api import BETWEEN, BetweenOut
from recommender.prices.types import READ_PRICES, NoProposalReason
from shopconnect.core.rest.fields import AmountTextField, IdField, read_id
from shopconnect.core.rest.pages import paged, requested_page
from shopconnect.core.rest.schema import PAGING, example, page_of, path_id
from shopconnect.core.rest.views import RestView

REDUCTION: dict[str, Any] = {
    "product": "4611686018427387905",
    "variant": "L-1",
    "title": "Lampe de chevet",
    "currency": "EUR",
    "price": "29.90",
    "crossed_out_price": "49.90",
    "lowest_price_30_days": "39.90",
    "share_said": 0.4,
    "share_allowed": 0.25,
    "since": "2026-11-20T08:00:00Z",
    "known_days": 210,
    "state": "too_high",
}
VERDICT: dict[str, Any] = {
    "units": 96.0,
    "paid": 2870.4,
    "units_after": 31.0,
    "extra_units": BETWEEN,
    "extra_margin": BETWEEN,
}
PROMOTION: dict[str, Any] = {
    "id": "4611686018427387906",
    "name": "Soldes",
    "stage": "planned",
    "first_day": "2027-01-06",
    "last_day": "2027-02-02",
    "percent": 30,
    "products": 41,
    "expected": {
        "foretold": 30,
        "stock_runs_out": 2,
        "below_cost": 0,
        "prices_not_known": 1,
        "units_without": BETWEEN,
        "units": BETWEEN,
        "extra_margin": BETWEEN,
    },
    "verdict": None,
}
PROMOTED: dict[str, Any] = {
    "product": "4611686018427387905",
    "title": "Lampe de chevet",
    "price": "39.90",
    "lowest_price_30_days": "39.90",
    "promised_price": "27.93",
    "is_known_for_30_days": True,
    "stock_on_first_day": 42.0,
    "stock_lasts": 0.93,
    "units_without": BETWEEN,
    "units": BETWEEN,
    "extra_margin": BETWEEN,
    "reason": None,
    "verdict": None,
}


class PriceReductionOut(serializers.Serializer):
    """A price beside a crossed-out one; shares are of 1, and null where not enough is known."""

    product = IdField(source="product_public_id")
    variant = serializers.CharField()
    title = serializers.CharField()
    currency = serializers.CharField()
    price = AmountTextField()
    crossed_out_price = AmountTextField(source="crossed")
    lowest_price_30_days = AmountTextField(source="lowest", allow_null=True)
    share_said = serializers.FloatField()
    share_allowed = serializers.FloatField(allow_null=True)
    since = serializers.DateTimeField(source="began_at", allow_null=True)
    known_days = serializers.IntegerField()
    state = serializers.ChoiceField(choices=[state.value for state in ClaimState])


class PromotionVerdictOut(serializers.Serializer):
    """What sold in the promotion and in the 14 days after, beyond what was expected without it."""

    units = serializers.FloatField()
    paid = serializers.FloatField()
    units_after = serializers.FloatField()
    extra_units = BetweenOut()
    extra_margin = BetweenOut()


class PromotionTotalsOut(serializers.Serializer):
    """What a plan comes to, of the products that can be foretold."""

    foretold = serializers.IntegerField()
    stock_runs_out = serializers.IntegerField(source="short")
    below_cost = serializers.IntegerField()
    prices_not_known = serializers.IntegerField(source="unproven")
    units_without = BetweenOut(source="usual_units")
    units = BetweenOut()
    extra_margin = BetweenOut(source="gain")


class PromotionOut(serializers.Serializer):
    """A promotion."""

    id = IdField(source="public_id")
    name = serializers.CharField()
    stage = serializers.ChoiceField(choices=[stage.value for stage in PromotionStage])
    first_day = serializers.DateField(source="starts_on")
    last_day = serializers.DateField(source="ends_on")
    percent = serializers.IntegerField()
    products = serializers.IntegerField()
    expected = PromotionTotalsOut(source="totals", allow_null=True)
    verdict = PromotionVerdictOut(allow_null=True)


class PromotedProductOut(serializers.Serializer):
    """A product of a promotion; figures are null before they are worked out, and where nothing can be foretold."""

    product = IdField(source="product_public_id")
    title = serializers.CharField()
    price = AmountTextField(source="plan.price", default=None)
    lowest_price_30_days = AmountTextField(source="plan.reference", default=None)
    promised_price = AmountTextField(source="plan.promised", default=None)
    is_known_for_30_days = serializers.BooleanField(source="plan.is_proven", default=None)
    stock_on_first_day = serializers.FloatField(source="plan.stock", default=None)
    stock_lasts = serializers.FloatField(source="plan.lasts", default=None)
    units_without = BetweenOut(source="plan.usual.units", default=None)
    units = BetweenOut(source="plan.reduced.units", default=None)
    extra_margin = BetweenOut(source="plan.gain", default=None)
    reason = serializers.ChoiceField(choices=list(NoProposalReason), source="plan.reason", default=None)
    verdict = PromotionVerdictOut(allow_null=True)


class PriceReductionList(RestView):
    """What stands reduced now."""

    scopes: ClassVar = {"GET": READ_PRICES}

    @extend_schema(
        operation_id="price_reductions",
        summary="Crossed-out prices and what may be claimed",
        tags=["Prices"],
        responses=page_of(PriceReductionOut),
        parameters=PAGING,
        examples=[example("A page", {"data": [REDUCTION], "next": None})],
    )
    def get(self, request: Request) -> Response:
        """Variants shown next to a crossed-out price."""
        page = requested_page(request, "price_reductions")
        rows = deciding.list_claims(self.caller.shop_id, page.after_id, page.limit + 1, get_language() or "en")
        return Response(paged(rows, page, PriceReductionOut, ids=[row.id for row in rows]))


class PromotionList(RestView):
    """Promotions."""

    scopes: ClassVar = {"GET": READ_PRICES}

    @extend_schema(
        operation_id="promotions",
        summary="Promotions, with their expected and actual results",
        tags=["Prices"],
        responses=page_of(PromotionOut),
        parameters=PAGING,
        examples=[example("A page", {"data": [PROMOTION], "next": None})],
    )
    def get(self, request: Request) -> Response:
        """Promotions, oldest first."""
        page = requested_page(request, "promotions")
        rows = deciding.list_promotions(self.caller.shop_id, page.after_id, page.limit + 1)
        return Response(paged(rows, page, PromotionOut, ids=[row.id for row in rows]))


class PromotedProductList(RestView):
    """Products of a promotion."""

    scopes: ClassVar = {"GET": READ_PRICES}

    @extend_schema(
        operation_id="promoted_products",
        summary="The products of a promotion",
        tags=["Prices"],
        responses=page_of(PromotedProductOut),
        parameters=[path_id(), *PAGING],
        examples=[example("A page", {"data": [PROMOTED], "next": None})],
    )
    def get(self, request: Request, public_id: str) -> Response:
        """Products of a promotion, by the order in which they were planned."""
        shop_id, language = self.caller.shop_id, get_language() or "en"
        page = requested_page(request, f"promotion:{public_id}")
        wanted = read_id(public_id)
        deciding.find_promotion(shop_id, wanted, "")
        rows = deciding.list_promoted(shop_id, wanted, page.after_id, page.limit + 1, language)
        return Response(paged(rows, page, PromotedProductOut, ids=[row.id for row in rows]))
