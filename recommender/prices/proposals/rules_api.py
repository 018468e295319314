"""REST: what the merchant allows, read and changed a field at a time."""

from typing import Any, ClassVar, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from recommender.prices.proposals.deciding import change_price_settings
from recommender.prices.proposals.forms import MOST_ENDINGS, PriceRulesForm, ShareField
from recommender.prices.proposals.stored import price_settings
from recommender.prices.types import READ_PRICES, WRITE_PRICES, PriceGoal
from shopconnect.core.rest.callers import NOBODY
from shopconnect.core.rest.fields import BoundedListField
from shopconnect.core.rest.schema import example
from shopconnect.core.rest.views import RestView

RULES: dict[str, Any] = {
    "goal": "clearing",
    "clear_by": "2027-01-31",
    "goal_words": "winter",
    "largest_step": 10,
    "least_margin": 20,
    "ceiling": 130,
    "competitor_percent": None,
    "daily_limit": 20,
    "weekly_limit": 60,
    "freeze_days": 30,
    "tax": None,
    "endings": [90, 95],
    "has_parity": True,
    "is_stopped": False,
    "approves_rises": False,
    "approves_falls": False,
}


def _number(name: str) -> serializers.IntegerField:
    """Return the field of a whole number with the bounds that it has on the page."""
    field = cast(ShareField, PriceRulesForm.base_fields[name])
    return serializers.IntegerField(
        min_value=field.bounds["least"], max_value=field.bounds["most"], required=False, allow_null=not field.required
    )


class PriceRulesIn(serializers.Serializer):
    """What is to change; what is left out stays. Percentages are whole; `endings` are the last two digits of prices."""

    goal = serializers.ChoiceField(choices=[goal.value for goal in PriceGoal], required=False)
    clear_by = serializers.DateField(
        required=False, allow_null=True, help_text="When clearing: the day by which the stock should be gone"
    )
    goal_words = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="Words that name the products the goal applies to"
    )
    largest_step = _number("largest_step")
    least_margin = _number("least_margin")
    ceiling = _number("ceiling")
    competitor_percent = _number("competitor_percent")
    daily_limit = _number("daily_limit")
    weekly_limit = _number("weekly_limit")
    freeze_days = _number("freeze_days")
    tax = _number("tax")
    endings = BoundedListField(
        child=serializers.IntegerField(min_value=0, max_value=99), max_length=MOST_ENDINGS, required=False
    )
    has_parity = serializers.BooleanField(required=False)
    is_stopped = serializers.BooleanField(required=False, help_text="Whether prices are neither proposed nor changed")


class PriceRulesOut(PriceRulesIn):
    """The rules. Whether proposals are approved unseen can be read, and is chosen on the page alone."""

    approves_rises = serializers.BooleanField()
    approves_falls = serializers.BooleanField()


class PriceRules(RestView):
    """The rules for prices."""

    scopes: ClassVar = {"GET": READ_PRICES, "PATCH": WRITE_PRICES}

    @extend_schema(
        operation_id="price_rules",
        summary="Rules for prices",
        tags=["Prices"],
        responses=PriceRulesOut,
        examples=[example("Rules", RULES)],
    )
    def get(self, request: Request) -> Response:
        """The goal of price proposals, and their limits."""
        return Response(PriceRulesOut(self.ask(price_settings)).data)

    @extend_schema(
        operation_id="price_rules_write",
        summary="Change price rules",
        tags=["Prices"],
        request=PriceRulesIn,
        responses=PriceRulesOut,
        examples=[example("Rules", RULES)],
    )
    def patch(self, request: Request) -> Response:
        """Only the fields sent change. Changes apply from the next night on, a stop at once."""
        return Response(PriceRulesOut(change_price_settings(self.caller.shop_id, NOBODY, self.read(PriceRulesIn))).data)
