"""Tables of the products room: what was learnt when. The models themselves are artefacts."""

from django.db import models

from recommender.products.types import State
from shopconnect.core.clock import now
from shopconnect.core.tenancy import ShopModel


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
