"""Tables of the prices room: proposals, tests and promotions, what the merchant allows, and the last night."""

from django.db import models
from django.db.models import Q

from recommender.prices.proposals.types import UNDER_WAY, PriceSettings, ProposalState
from recommender.prices.types import LONGEST_FAMILY, PriceGoal
from shopconnect.core.fields import AmountField, PublicIdField
from shopconnect.core.tenancy.shop_model import ShopForeignKey, ShopModel

_USUAL = PriceSettings()
OPEN = [state.value for state in (ProposalState.PROPOSED, *UNDER_WAY)]


class PriceProposal(ShopModel):
    """A price that a product should have. `details` hold what it rests on: rules, outlooks, reference, variants.

    `round` counts how often it was sent: each time it is another change for the platform. `checked_weeks` says how far
    it was watched.
    """

    public_id = PublicIdField()
    product = ShopForeignKey("catalog.Product", db_index=False, related_name="+")
    price_amount = AmountField()
    proposed_amount = AmountField()
    low_gain_amount = AmountField()
    gain_amount = AmountField()
    high_gain_amount = AmountField()
    currency = models.CharField(max_length=3)
    details = models.JSONField()
    model_version = models.CharField(max_length=40)
    state = models.CharField(max_length=12, choices=[(state.value, state.value) for state in ProposalState])
    made_at = models.DateTimeField()
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    written_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    round = models.PositiveSmallIntegerField(default=0)
    checked_weeks = models.PositiveSmallIntegerField(default=0)

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("prices_priceproposal"),
            models.UniqueConstraint(fields=["shop", "public_id"], name="prices_priceproposal_public"),
            models.UniqueConstraint(
                fields=["shop", "product"], condition=Q(state__in=OPEN), name="prices_priceproposal_one"
            ),
        ]
        indexes = [models.Index(fields=["shop", "state", "-low_gain_amount"], name="prices_proposal_state")]


class PriceSetting(ShopModel):
    """What a shop's merchant allows; a shop without a row has chosen nothing."""

    largest_step = models.PositiveSmallIntegerField(default=_USUAL.largest_step)
    least_margin = models.PositiveSmallIntegerField(default=_USUAL.least_margin)
    ceiling = models.PositiveSmallIntegerField(default=_USUAL.ceiling)
    daily_limit = models.PositiveSmallIntegerField(default=_USUAL.daily_limit)
    weekly_limit = models.PositiveSmallIntegerField(default=_USUAL.weekly_limit)
    endings = models.JSONField(default=list)
    has_parity = models.BooleanField(default=True)
    freeze_days = models.PositiveSmallIntegerField(default=_USUAL.freeze_days)
    tax = models.PositiveSmallIntegerField(null=True)
    is_stopped = models.BooleanField(default=False)
    approves_rises = models.BooleanField(default=False)
    approves_falls = models.BooleanField(default=False)
    goal = models.CharField(max_length=8, choices=[(goal.value, goal.value) for goal in PriceGoal], default=_USUAL.goal)
    clear_by = models.DateField(null=True)
    goal_words = models.CharField(max_length=200, default="")
    competitor_percent = models.PositiveSmallIntegerField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("prices_pricesetting"),
            models.UniqueConstraint(fields=["shop"], name="prices_pricesetting_one"),
        ]


class PricePosition(ShopModel):
    """A competitor's price of a product, and the family in which it keeps its place; `told_at` is when both came in."""

    product = ShopForeignKey("catalog.Product", db_index=False, related_name="+")
    competitor_amount = AmountField(null=True)
    told_at = models.DateTimeField()
    family = models.CharField(max_length=LONGEST_FAMILY, default="")

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop", "product"], name="prices_priceposition_once")]


class PriceNight(ShopModel):
    """What a shop's last night of prices came to; `without` has, by reason, products with their weeks and prices."""

    made_at = models.DateTimeField()
    figures = models.JSONField()
    without = models.JSONField()

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("prices_pricenight"),
            models.UniqueConstraint(fields=["shop"], name="prices_pricenight_one"),
        ]


class PriceTest(ShopModel):
    """A price test of one product; those begun together share `group`. `design` and `result` are in testing/types.

    `asked_block` is the last block whose price the platform was asked for; `is_restored` says that nothing is left to
    be put back.
    """

    public_id = PublicIdField()
    group = models.BigIntegerField()
    product = ShopForeignKey("catalog.Product", db_index=False, related_name="+")
    first_amount = AmountField()
    other_amount = AmountField()
    currency = models.CharField(max_length=3)
    design = models.JSONField()
    state = models.CharField(max_length=12)
    result = models.JSONField(null=True)
    measured_on = models.DateField(null=True)
    asked_block = models.SmallIntegerField(null=True)
    asked_at = models.DateTimeField(null=True)
    is_restored = models.BooleanField(default=False)
    started_by_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("prices_pricetest"),
            models.UniqueConstraint(fields=["shop", "public_id"], name="prices_pricetest_public"),
            models.UniqueConstraint(
                fields=["shop", "product"], condition=Q(state="running"), name="prices_pricetest_one"
            ),
        ]
        indexes = [models.Index(fields=["shop", "state", "-id"], name="prices_pricetest_state")]


class Promotion(ShopModel):
    """A reduction that the merchant announces from `starts_on` to `ends_on`, its last day, in whole percent.

    `totals` and `verdict` are in promotions/types.
    """

    public_id = PublicIdField()
    name = models.CharField(max_length=80)
    starts_on = models.DateField()
    ends_on = models.DateField()
    percent = models.PositiveSmallIntegerField()
    totals = models.JSONField(null=True)
    verdict = models.JSONField(null=True)
    made_at = models.DateTimeField()

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("prices_promotion"),
            models.UniqueConstraint(fields=["shop", "public_id"], name="prices_promotion_public"),
        ]


class PromotedProduct(ShopModel):
    """A product of a promotion; what is planned holds from its first day on. JSON is in promotions/types."""

    promotion = ShopForeignKey(Promotion, db_index=False, related_name="products")
    product = ShopForeignKey("catalog.Product", db_index=False, related_name="+")
    plan = models.JSONField(null=True)
    verdict = models.JSONField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["shop", "promotion", "product"], name="prices_promotedproduct_once")
        ]
