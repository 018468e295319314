"""Tables of the bridge: what was brought in, when, and what could not be read; what a platform tells us."""

from django.db import models

from shopconnect.core.fields import PublicIdField
from shopconnect.core.tenancy.shop_model import ShopModel
from shopconnect.sync.types import ALIVE, BackfillState, Blocker, ChangeState, ExportState, RunState, UploadState


class SyncRun(ShopModel):
    """One bringing-in. `counts` by file; `problems` name file, line and key, never what stood there.

    `notes` are of whole files and of the whole folder.
    """

    source = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=[(state.value, state.value) for state in RunState])
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    notes = models.JSONField(default=list, db_default=[])

    class Meta(ShopModel.Meta):
        constraints = [ShopModel.key("sync_run")]
        indexes = [models.Index(fields=["shop", "-started_at"], name="sync_run_started")]


class Backfill(ShopModel):
    """The first bringing-in of one kind of resource from the shop's platform.

    `round` counts the starts, so that a step of an earlier one changes nothing. `cursor` says how far the file or the
    pages are stored, `count` how many resources as a merchant counts them that makes.
    """

    resource = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=[(state.value, state.value) for state in BackfillState])
    round = models.PositiveIntegerField(default=0)
    reference = models.CharField(max_length=255, blank=True)
    is_partial = models.BooleanField(default=False)
    failed_exports = models.PositiveSmallIntegerField(default=0, db_default=0)
    size_bytes = models.BigIntegerField(default=0)
    cursor = models.TextField(blank=True)
    count = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField()
    blocker = models.CharField(
        max_length=10, blank=True, choices=[(blocker.value, blocker.value) for blocker in Blocker]
    )
    detail = models.TextField(blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    again_at = models.DateTimeField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("sync_backfill"),
            models.UniqueConstraint(fields=["shop", "resource"], name="sync_backfill_once"),
        ]


class OutboxChange(ShopModel):
    """What the shop's platform is to change, once: `key` is the same however often it is sent.

    `payload` is its kind's own, `subject` what it is about: of one subject one change waits at a time.
    """

    public_id = PublicIdField()
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=64)  # type: ignore[assignment]  # hides ShopModel.key, which only Meta uses
    subject = models.CharField(max_length=520)
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=[(state.value, state.value) for state in ChangeState])
    blocker = models.CharField(
        max_length=10, blank=True, choices=[(blocker.value, blocker.value) for blocker in Blocker]
    )
    tries = models.PositiveSmallIntegerField(default=0)
    reference = models.CharField(max_length=255, blank=True)
    refusal = models.TextField(blank=True)
    asked_by_id = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("sync_outboxchange"),
            models.UniqueConstraint(fields=["shop", "kind", "key"], name="sync_change_key"),
            models.UniqueConstraint(fields=["shop", "public_id"], name="sync_change_public"),
            # The second would expect what the first is about to replace.
            models.UniqueConstraint(
                fields=["shop", "kind", "subject"],
                name="sync_change_waits_once",
                condition=models.Q(state=ChangeState.WAITING.value),
            ),
        ]
        indexes = [models.Index(fields=["shop", "kind", "-asked_at"], name="sync_change_asked")]


class InboxWebhook(ShopModel):
    """A webhook that came, once for each delivery while it is not done: what it tells of, never what it held.

    A delivery that comes again once it is done is another one: some platforms give two changes one id.

    Those that need the platform's answer wait while the shop must sign in. `attempts` counts how often a worker took
    it up; `handled_at` is when what it tells of was done, all of it in one transaction.
    """

    topic = models.CharField(max_length=255)
    delivery_id = models.CharField(max_length=255)
    at = models.DateTimeField(null=True)  # the platform's time
    received_at = models.DateTimeField()
    notices = models.JSONField()
    needs_platform = models.BooleanField()
    attempts = models.PositiveSmallIntegerField(default=0)
    handled_at = models.DateTimeField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "delivery_id"], name="sync_inboxhook_once", condition=models.Q(handled_at=None)
            )
        ]
        indexes = [
            models.Index(
                fields=["shop", "needs_platform", "attempts", "id"],
                name="sync_inboxhook_open",
                condition=models.Q(handled_at=None),
            ),
            models.Index(fields=["shop", "received_at"], name="sync_inboxhook_received"),
        ]


class Watermark(ShopModel):
    """How far one kind of resource is in step with the platform, by the platform's own times.

    A pass reads what changed from `since` on, page after page; `newest` is the latest change seen, near which the
    next pass begins. `cursor` is where a pass under way goes on. `moved_at` is when a page was stored last, by our
    clock; `blocker` and `detail`, the platform's own word, say why none came since. `repaired` is how much the last
    pass brought that no webhook had, `repaired_at` when a pass last found such.
    """

    resource = models.CharField(max_length=20)
    newest = models.DateTimeField()
    since = models.DateTimeField(null=True)
    cursor = models.TextField(blank=True)
    moved_at = models.DateTimeField(null=True)
    blocker = models.CharField(
        max_length=10, blank=True, db_default="", choices=[(blocker.value, blocker.value) for blocker in Blocker]
    )
    detail = models.TextField(blank=True, db_default="")
    repaired = models.PositiveIntegerField(default=0, db_default=0)
    repaired_at = models.DateTimeField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop", "resource"], name="sync_watermark_once")]


class SweptPage(ShopModel):
    """A page of the ids of all there is, kept until the sweep under way has seen them all."""

    resource = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    ids = models.JSONField()
    next_cursor = models.TextField(blank=True)
    began_at = models.DateTimeField()  # the sweep

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop", "resource", "number"], name="sync_sweptpage_once")]


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
            models.UniqueConstraint(fields=["shop", "public_id"], name="sync_export_name"),
            # One at a time: asking again while one is made leads to that one.
            models.UniqueConstraint(
                fields=["shop"], name="sync_export_one", condition=models.Q(state__in=["waiting", "running"])
            ),
        ]
        indexes = [models.Index(fields=["shop", "-asked_at"], name="sync_export_asked")]


class Upload(ShopModel):
    """Files that a merchant sends from the browser: checked first, brought in on a yes, and removed within a day.

    `files` are names and sizes; their content lies in the storage, in chunks. Of one shop's uploads one is alive at a
    time.
    """

    public_id = PublicIdField()
    sent_by_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=[(state.value, state.value) for state in UploadState])
    files = models.JSONField()
    percent = models.PositiveSmallIntegerField(default=0)
    report = models.JSONField(null=True)
    refusal = models.TextField(blank=True)  # to be translated, and filled with what follows
    refusal_params = models.JSONField(default=dict, db_default={})
    sent_at = models.DateTimeField()

    class Meta(ShopModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["shop", "public_id"], name="sync_upload_name"),
            models.UniqueConstraint(
                fields=["shop"], name="sync_upload_one", condition=models.Q(state__in=[state.value for state in ALIVE])
            ),
        ]
        indexes = [models.Index(fields=["shop", "-sent_at"], name="sync_upload_sent")]
