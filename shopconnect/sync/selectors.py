"""Questions about what was brought in. All run in the scope of a shop."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max, Min, Sum
from django.utils.translation import gettext

from shopconnect.catalog.selectors import has_products
from shopconnect.connectors.base import ResourceType
from shopconnect.core.clock import now
from shopconnect.core.web.lists import Latest, latest_of
from shopconnect.shops.installs import find_install
from shopconnect.sync.models import Backfill, InboxWebhook, OutboxChange, SyncRun, Upload, Watermark
from shopconnect.sync.types import (
    ALIVE,
    LAG_AFTER,
    BackfillState,
    BackfillSummary,
    Blocker,
    ChangeState,
    CheckReport,
    FileCounts,
    Lag,
    OutboxSummary,
    PlatformComparison,
    Problem,
    ReadCounts,
    RecognisedFile,
    RunState,
    RunSummary,
    SyncStatus,
    UploadedFile,
    UploadState,
    UploadSummary,
    sentence_of,
)

SHOWN_AT_MOST = 50


def last_run() -> RunSummary | None:
    """Return the latest bringing-in, or None when there was none."""
    run = SyncRun.objects.order_by("-started_at", "-id").first()
    return _summary(run) if run else None


def find_run(run_id: int) -> RunSummary | None:
    """Return one bringing-in, or None."""
    run = SyncRun.objects.filter(pk=run_id).first()
    return _summary(run) if run else None


def list_runs(limit: int) -> Latest[RunSummary]:
    """Return the latest bringings-in, newest first."""
    return latest_of(SyncRun.objects.order_by("-started_at", "-id"), limit, _summary)


def last_finished_run_at() -> datetime | None:
    """Return when files were last brought in to their end, or None."""
    last: datetime | None = SyncRun.objects.filter(state=RunState.DONE).aggregate(last=Max("finished_at"))["last"]
    return last


def list_backfills() -> list[BackfillSummary]:
    """Return how far the first bringing-in of each resource is, in order; empty where the shop has no platform."""
    order = {
        resource: place
        for place, resource in enumerate((ResourceType.PRODUCT, ResourceType.CUSTOMER, ResourceType.ORDER))
    }
    rows = Backfill.objects.filter(resource__in=list(order))
    return sorted(map(_backfill, rows), key=lambda one: order[one.resource])


def find_lag() -> Lag | None:
    """Return since when, and why, the shop could not be compared with its platform; None while it is."""
    behind = Watermark.objects.filter(moved_at__lt=now() - LAG_AFTER).order_by("moved_at").first()
    if behind is None or behind.moved_at is None:
        return None
    return Lag(since=behind.moved_at, blocker=Blocker(behind.blocker) if behind.blocker else None, detail=behind.detail)


def last_compared_at() -> datetime | None:
    """Return until when all of the shop is in step with its platform, None where that was never compared."""
    last: datetime | None = Watermark.objects.aggregate(last=Min("moved_at"))["last"]
    return last


def find_comparison() -> PlatformComparison | None:
    """Return what the last comparison of the shop with its platform found, None where it was never compared."""
    found = Watermark.objects.aggregate(at=Min("moved_at"), repaired=Sum("repaired"), repaired_at=Max("repaired_at"))
    return PlatformComparison(**found) if found["at"] else None


def last_webhook_at() -> datetime | None:
    """Return when a webhook last came, None where none did in the time for which they are kept."""
    # What we ask about by ourselves waits in the same inbox, and names its reason in words.
    told = InboxWebhook.objects.exclude(topic__contains=" ")
    last: datetime | None = told.aggregate(last=Max("received_at"))["last"]
    return last


def sync_status() -> SyncStatus:
    """Return where the shop's data comes from and how far it has come."""
    return SyncStatus(
        install=find_install(),
        run=last_run(),
        backfills=tuple(list_backfills()),
        lag=find_lag(),
        has_products=has_products(),
        seen_at=now(),
    )


def list_changes(kind: str, limit: int = SHOWN_AT_MOST) -> Latest[OutboxSummary]:
    """Return the latest changes of a kind for the shop's platform, newest first."""
    return latest_of(OutboxChange.objects.filter(kind=kind).order_by("-asked_at", "-id"), limit, _change)


def find_change_of_key(kind: str, key: str) -> OutboxSummary | None:
    """Return the change that an idempotency key asked for, or None."""
    row = OutboxChange.objects.filter(kind=kind, key=key).first()
    return _change(row) if row else None


def find_changes_of_keys(kind: str, keys: Iterable[str]) -> list[OutboxSummary]:
    """Return the changes that idempotency keys asked for, oldest first."""
    return [_change(row) for row in OutboxChange.objects.filter(kind=kind, key__in=list(keys)).order_by("id")]


def find_change(kind: str, public_id: int) -> OutboxSummary | None:
    """Return a change of a kind, or None."""
    row = OutboxChange.objects.filter(kind=kind, public_id=public_id).first()
    return _change(row) if row else None


def find_changes(kind: str, name: str, values: Iterable[Any]) -> list[OutboxSummary]:
    """Return the changes of a kind whose payload holds one of these values under a name, oldest first."""
    rows = OutboxChange.objects.filter(**{"kind": kind, f"payload__{name}__in": list(values)})
    return [_change(row) for row in rows.order_by("id")]


def _summary(run: SyncRun) -> RunSummary:
    return RunSummary(
        id=run.pk,
        source=run.source,
        state=RunState(run.state),
        started_at=run.started_at,
        finished_at=run.finished_at,
        counts={name: FileCounts(**count) for name, count in run.counts.items()},
        problems=tuple(Problem(**problem) for problem in run.problems),
        notes=tuple(Problem(**note) for note in run.notes),
    )


def _backfill(row: Backfill) -> BackfillSummary:
    return BackfillSummary(
        resource=ResourceType(row.resource),
        state=BackfillState(row.state),
        count=row.count,
        total=row.total,
        moved_at=row.moved_at,
        blocker=Blocker(row.blocker) if row.blocker else None,
        detail=row.detail,
        again_at=row.again_at,
    )


def _change(row: OutboxChange) -> OutboxSummary:
    return OutboxSummary(
        public_id=row.public_id,
        kind=row.kind,
        payload=row.payload,
        state=ChangeState(row.state),
        blocker=Blocker(row.blocker) if row.blocker else None,
        refusal=gettext(row.refusal) if row.refusal else "",
        asked_at=row.asked_at,
        finished_at=row.finished_at,
    )


def find_upload_under_way() -> UploadSummary | None:
    """Return the files that were sent last, unless they are in or given up."""
    row = Upload.objects.filter(state__in=ALIVE).first()
    return upload_summary(row) if row else None


def upload_summary(row: Upload) -> UploadSummary:
    """Return files on their way in as pages show them."""
    return UploadSummary(
        public_id=row.public_id,
        state=UploadState(row.state),
        files=tuple(files_of(row)),
        percent=row.percent,
        report=_report(row.report) if row.report else None,
        refusal=sentence_of(row.refusal, row.refusal_params) if row.refusal else "",
        sent_at=row.sent_at,
    )


def files_of(row: Upload) -> list[UploadedFile]:
    """Return the names and sizes of files on their way in."""
    return [UploadedFile(**file) for file in row.files]


def _report(stored: Mapping[str, Any]) -> CheckReport:
    return CheckReport(
        files=tuple(RecognisedFile(**file) for file in stored["files"]),
        counts={name: ReadCounts(**count) for name, count in stored["counts"].items()},
        problems=tuple(map(_problem, stored["problems"])),
        notes=tuple(map(_problem, stored["notes"])),
        missing=tuple(stored["missing"]),
    )


def _problem(stored: Mapping[str, Any]) -> Problem:
    """Read what is wrong with a line; reports of before kept it in the language of whoever sent the files."""
    if "sentence" in stored:
        return Problem(file=stored["file"], line=stored["line"], text=stored["sentence"], params={})
    return Problem(**stored)
