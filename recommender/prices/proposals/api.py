"""REST: prices that are proposed, and what became of them."""

from typing import Any, ClassVar

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from recommender.prices.proposals.deciding import list_proposals
from recommender.prices.proposals.types import ProposalState
from recommender.prices.types import READ_PRICES, PriceGoal
from shopconnect.core.rest.errors import BadFields
from shopconnect.core.rest.fields import AmountTextField, IdField
from shopconnect.core.rest.pages import paged, requested_page
from shopconnect.core.rest.schema import PAGING, example, page_of
from shopconnect.core.rest.views import RestView

BETWEEN = {"mean": 56.0, "low": 41.0, "high": 72.0}
PROPOSAL = {
    "id": "4611686018427387904",
    "product": "4611686018427387905",
    "title": "Lampe de chevet",
    "state": "proposed",
    "goal": "profit",
    "days": 28,
    "currency": "EUR",
    "price": "39.90",
    "proposed_price": "41.90",
    "gain": {"low": 12.5, "middle": 31.0, "high": 48.2},
    "units_now": BETWEEN,
    "units_proposed": BETWEEN,
    "margin_now": BETWEEN,
    "margin_proposed": BETWEEN,
    "lowest_price_30_days": "39.90",
    "lowest_price_30_days_after": "39.90",
    "made_at": "2026-12-02T02:00:00Z",
    "written_at": None,
}


class BetweenOut(serializers.Serializer):
    """A mean, and what 95 of 100 cases lie within."""

    mean = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class PriceGainOut(serializers.Serializer):
    """What `goal` says beyond the price now, within `days`: cautious, median and high."""

    low = serializers.FloatField()
    middle = serializers.FloatField()
    high = serializers.FloatField()


class PriceProposalOut(serializers.Serializer):
    """A price proposal, with what became of it."""

    id = IdField(source="public_id")
    product = IdField(source="found.product_public_id")
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=[state.value for state in ProposalState])
    goal = serializers.ChoiceField(source="found.goal", choices=[goal.value for goal in PriceGoal])
    days = serializers.IntegerField(source="found.days")
    currency = serializers.CharField(source="found.currency")
    price = AmountTextField(source="found.now.price")
    proposed_price = AmountTextField(source="found.proposed.price")
    gain = PriceGainOut(source="found.gain")
    units_now = BetweenOut(source="found.now.units")
    units_proposed = BetweenOut(source="found.proposed.units")
    margin_now = BetweenOut(source="found.now.margin")
    margin_proposed = BetweenOut(source="found.proposed.margin")
    lowest_price_30_days = AmountTextField(source="found.reference")
    lowest_price_30_days_after = AmountTextField(source="found.reference_after")
    made_at = serializers.DateTimeField()
    written_at = serializers.DateTimeField(allow_null=True)


class PriceProposalList(RestView):
    """Price proposals."""

    scopes: ClassVar = {"GET": READ_PRICES}

    @extend_schema(
        operation_id="price_proposals",
        summary="Price proposals and their status",
        tags=["Prices"],
        responses=page_of(PriceProposalOut),
        parameters=[
            *PAGING,
            OpenApiParameter("state", str, enum=[state.value for state in ProposalState], description="Only these."),
        ],
        examples=[example("A page", {"data": [PROPOSAL], "next": None})],
    )
    def get(self, request: Request) -> Response:
        """Proposals, oldest first."""
        asked: Any = request.query_params.get("state", "")
        if asked and asked not in list(ProposalState):
            raise BadFields({"state": [_("Choose one of the settings.")]})
        page = requested_page(request, f"price_proposals:{asked}")
        states = [ProposalState(asked)] if asked else list(ProposalState)
        rows = list_proposals(self.caller.shop_id, states, page.after_id, page.limit + 1, get_language() or "en")
        return Response(paged(rows, page, PriceProposalOut, ids=[row.id for row in rows]))
