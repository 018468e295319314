"""Tables of the billing room: what a shop pays for, and what it used."""

from django.db import models

from shopconnect.core.tenancy.shop_model import ShopModel


class ShopPlan(ShopModel):
    """What the shop pays for, as we heard last from who takes the money; one row a shop."""

    handle = models.CharField(max_length=80, blank=True)
    trial_ends_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField()

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop"], name="billing_plan_once")]


class MonthUsage(ShopModel):
    """How much of a meter was used in a month (UTC), by its first day."""

    month = models.DateField()
    meter = models.CharField(max_length=20)
    count = models.BigIntegerField(default=0)

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop", "month", "meter"], name="billing_usage_once")]


class DayUsage(ShopModel):
    """How much of a meter was used on a day (UTC); kept for a week, to see a surge by."""

    day = models.DateField()
    meter = models.CharField(max_length=20)
    count = models.BigIntegerField(default=0)

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop", "day", "meter"], name="billing_day_usage_once")]
