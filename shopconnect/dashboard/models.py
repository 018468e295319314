"""Tables of the dashboard: exports of a whole shop."""

from django.db import models

from shopconnect.core.fields import PublicIdField
from shopconnect.core.tenancy.shop_model import ShopModel
from shopconnect.dashboard.types import ExportState


class Export(ShopModel):
    """A whole shop in one file, made for an owner; the file is removed when it expires."""

    public_id = PublicIdField()
    asked_by_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=[(state.value, state.value) for state in ExportState])
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    size_bytes = models.BigIntegerField(default=0)

    class Meta(ShopModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["shop", "public_id"], name="dashboard_export_name"),
            # One at a time: asking again while one is made leads to that one.
            models.UniqueConstraint(
                fields=["shop"], name="dashboard_export_one", condition=models.Q(state__in=["waiting", "running"])
            ),
        ]
        indexes = [models.Index(fields=["shop", "-asked_at"], name="dashboard_export_asked")]
