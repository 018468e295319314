"""Tables of experiments: what runs, what was counted, what came of it. Nothing about a person stands in any of them."""

from django.db import models

from shopconnect.core.fields import EncryptedTextField, PublicIdField
from shopconnect.core.tenancy.shop_model import ShopModel
from shopconnect.experiments.types import HOLD_OUT, Because

_LIVE_HOLD_OUT = models.Q(ended_at=None, kind=HOLD_OUT)
_LIVE_EXPERIMENT = models.Q(ended_at=None) & ~models.Q(kind=HOLD_OUT)


class AssignmentSecret(ShopModel):
    """What keys the hash that says who is in which arm: drawn once a shop, so that nobody chooses an arm."""

    secret = EncryptedTextField()

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop"], name="experiments_secret_once")]


class Experiment(ShopModel):
    """The hold-out, or an experiment of A against B; changing one ends its row and begins another."""

    public_id = PublicIdField()
    kind = models.CharField(max_length=12)
    percent = models.PositiveSmallIntegerField()
    value = models.FloatField(null=True)  # B's variety or version of rules; of a bounded hold-out, the share after it
    base = models.FloatField(null=True)  # what A had of it as the experiment began
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Because], blank=True)
    outcome = models.JSONField(null=True)  # of an experiment: how B compared with A when it was last weighed
    history = models.JSONField(null=True)  # and how that stood on each of its days

    class Meta(ShopModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["shop"], name="experiments_hold_out_once", condition=_LIVE_HOLD_OUT),
            models.UniqueConstraint(fields=["shop"], name="experiments_experiment_once", condition=_LIVE_EXPERIMENT),
            models.UniqueConstraint(fields=["shop", "public_id"], name="experiments_experiment_public"),
        ]


class Fallback(ShopModel):
    """A shelf that shows the simple rule since something went wrong with it, until that is over; "" is every shelf."""

    shelf = models.CharField(max_length=20, blank=True)
    because = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Because])
    at = models.DateTimeField()
    seen = models.JSONField(default=dict)  # how often, from how many networks, between which moments; {} for harm
    lifted_at = models.DateTimeField(null=True)
    passed = models.JSONField(default=dict)  # what the day had counted of the shelf when it was lifted: it is over

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop", "shelf"], name="experiments_fallback_once")]


class ShelfCount(ShopModel):
    """How often a shelf was asked for in an arm on a day (UTC), and how often it was empty, failed, was followed.

    `excess` is what of the requests one network made beyond its first ones of the day.
    In the place of an arm stands why it was no shopper who asked, where it was none.
    """

    day = models.DateField()
    shelf = models.CharField(max_length=20)
    arm = models.CharField(max_length=1)
    requests = models.BigIntegerField(default=0)
    empties = models.BigIntegerField(default=0)
    errors = models.BigIntegerField(default=0)
    clicks = models.BigIntegerField(default=0)
    excess = models.BigIntegerField(default=0, db_default=0)

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop", "day", "shelf", "arm"], name="experiments_count_once")]


class ShelfTrouble(ShopModel):
    """How often a shelf was empty or failed in an arm within an hour (UTC), for one network; kept for two days."""

    day = models.DateField()
    shelf = models.CharField(max_length=20)
    arm = models.CharField(max_length=1)
    kind = models.CharField(max_length=8)
    hour = models.PositiveSmallIntegerField()
    network = models.CharField(max_length=6)  # a mark that many networks share, and that is another every day
    count = models.BigIntegerField()

    class Meta(ShopModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "day", "shelf", "arm", "kind", "hour", "network"], name="experiments_trouble_once"
            )
        ]


class Report(ShopModel):
    """What the arms of a shop earned, as it was worked out last, and which batch of counts was moved last."""

    batch = models.CharField(max_length=32, blank=True)
    made_at = models.DateTimeField(null=True)
    figures = models.JSONField(default=dict)
    returns = models.JSONField(default=list)  # after how long visitors came back; only a look at some days reads it

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop"], name="experiments_report_once")]
