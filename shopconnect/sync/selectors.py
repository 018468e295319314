"""Questions about what was brought in. All run in the scope of a shop."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Min
from django.utils.translation import gettext

from shopconnect.catalog.selectors import count_products
from shopconnect.connectors.base import ResourceType
from shopconnect.core.clock import now
from shopconnect.shops.installs import find_install
from shopconnect.sync.models import Backfill, OutboxChange, SyncRun, Watermark
from shopconnect.sync.types import (
    LAG_AFTER,
    BackfillState,
    BackfillSummary,
    Blocker,
    ChangeState,
    FileCounts,
    Lag,
    OutboxSummary,
    Problem,
    RunState,
    RunSummary,
    StoredProblem,
    SyncStatus,
)

SHOWN_AT_MOST = 50


def last_run() -> RunSummary | None:
    """Return the latest bringing-in, or None when there was none."""
    return next(iter(list_runs(1)), None)


def list_runs(limit: int = 20) -> list[RunSummary]:
    """Return the latest bringings-in, newest first."""
    return [_summary(run) for run in SyncRun.objects.order_by("-started_at", "-id")[:limit]]


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


def sync_status() -> SyncStatus:
    """Return where the shop's data comes from and how far it has come."""
    return SyncStatus(
        install=find_install(),
        run=last_run(),
        backfills=tuple(list_backfills()),
        lag=find_lag(),
        products=count_products().products,
        seen_at=now(),
    )


def list_changes(kind: str, limit: int = SHOWN_AT_MOST) -> list[OutboxSummary]:
    """Return the latest changes of a kind for the shop's platform, newest first."""
    return [_change(row) for row in OutboxChange.objects.filter(kind=kind).order_by("-asked_at", "-id")[:limit]]


def find_change_of_key(kind: str, key: str) -> OutboxSummary | None:
    """Return the change that an idempotency key asked for, or None."""
    row = OutboxChange.objects.filter(kind=kind, key=key).first()
    return _change(row) if row else None


def find_change(kind: str, public_id: int) -> OutboxSummary | None:
    """Return a change of a kind, or None."""
    row = OutboxChange.objects.filter(kind=kind, public_id=public_id).first()
    return _change(row) if row else None


def find_changes(kind: str, name: str, values: Iterable[Any]) -> list[OutboxSummary]:
    """Return the changes of a kind whose payload holds one of these values under a name, oldest first."""
    rows = OutboxChange.objects.filter(**{"kind": kind, f"payload__{name}__in": list(values)})
    return [_change(row) for row in rows.order_by("id")]


def translate_problem(stored: StoredProblem) -> Problem:
    """Return what is wrong with a line in the language of whoever reads."""
    text = gettext(stored.text)
    return Problem(file=stored.file, line=stored.line, sentence=text % stored.params if stored.params else text)


def _summary(run: SyncRun) -> RunSummary:
    return RunSummary(
        id=run.pk,
        source=run.source,
        state=RunState(run.state),
        started_at=run.started_at,
        finished_at=run.finished_at,
        counts={name: FileCounts(**count) for name, count in run.counts.items()},
        problems=tuple(translate_problem(StoredProblem(**problem)) for problem in run.problems),
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
