"""Tables of the bridge: what was brought in, when, and what could not be read."""

from django.db import models

from shopconnect.core.tenancy import ShopModel
from shopconnect.sync.types import RunState


class SyncRun(ShopModel):
    """One bringing-in. `counts` by file; `problems` name file, line and key, never what stood there."""

    source = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=[(state.value, state.value) for state in RunState])
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)

    class Meta(ShopModel.Meta):
        constraints = [ShopModel.key("sync_run")]
        indexes = [models.Index(fields=["shop", "-started_at"], name="sync_run_started")]
