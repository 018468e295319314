"""Tables of the products room: what was fitted when (the models themselves are artefacts), and the merchant's rules."""

from django.db import models

from recommender.products.types import USUAL_DIVERSITY_PERCENT, ForYou, State, VersionState
from shopconnect.core.clock import now
from shopconnect.core.tenancy.shop_model import ShopModel


class TrainingRun(ShopModel):
    """One training of a shop's suggestions, from its start to its figures or its error."""

    state = models.CharField(max_length=10, default=State.RUNNING.value)
    started_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True)
    step = models.CharField(max_length=60, blank=True)
    percent = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    version = models.CharField(max_length=60, blank=True)
    counts = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)

    class Meta(ShopModel.Meta):
        constraints = [ShopModel.key("products_trainingrun")]
        indexes = [models.Index(fields=["shop", "-started_at"], name="products_trainingrun_latest")]


class ShelfSetting(ShopModel):
    """What a shop has chosen about its shelves; a shop without a row has chosen nothing."""

    # Of accuracy, that it gives for diversity at most.
    variety_percent = models.PositiveSmallIntegerField(default=USUAL_DIVERSITY_PERCENT)
    shows_counts = models.BooleanField(default=True)  # whether reasons say on how many orders they rest
    for_you = models.CharField(max_length=4, default=ForYou.AUTOMATIC.value)

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("products_shelfsetting"),
            models.UniqueConstraint(fields=["shop"], name="products_shelfsetting_one"),
        ]


class WeeklyExposure(ShopModel):
    """What a shop's shelves showed of its catalogue in one week."""

    week = models.DateField()  # its Monday
    figures = models.JSONField()

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("products_weeklyexposure"),
            models.UniqueConstraint(fields=["shop", "week"], name="products_weeklyexposure_week"),
        ]


class RuleVersion(ShopModel):
    """A shop's rules as they are, were, or are being written: one live version and one draft (number 0) at most."""

    number = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=5, default=VersionState.DRAFT.value)
    rules = models.JSONField(default=list)
    by_id = models.BigIntegerField()
    at = models.DateTimeField(default=now)  # a draft's last change, else when it was put in force, or first tried
    undoes = models.PositiveIntegerField(null=True)  # the older version that this one is equal to

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("products_ruleversion"),
            models.UniqueConstraint(fields=["shop", "number"], name="products_ruleversion_number"),
            models.UniqueConstraint(
                fields=["shop"], condition=models.Q(state=VersionState.LIVE.value), name="products_ruleversion_live"
            ),
        ]


class RuleReplay(ShopModel):
    """A draft of rules replayed on the last weeks of orders and visits, from its asking to its figures."""

    state = models.CharField(max_length=10, default=State.WAITING.value)
    rules = models.JSONField(default=list)
    live_rules = models.JSONField(default=list)
    asked_by_id = models.BigIntegerField()
    asked_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True)
    percent = models.PositiveSmallIntegerField(default=0)
    figures = models.JSONField(default=dict)

    class Meta(ShopModel.Meta):
        constraints = [ShopModel.key("products_rulereplay")]
        indexes = [models.Index(fields=["shop", "-asked_at"], name="products_rulereplay_latest")]
