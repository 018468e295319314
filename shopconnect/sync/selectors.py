"""Questions about what was brought in. All run in the scope of a shop."""

from django.utils.translation import gettext

from shopconnect.connectors.base import ResourceType
from shopconnect.sync.models import Backfill, OutboxChange, SyncRun
from shopconnect.sync.types import (
    BackfillState,
    BackfillSummary,
    Blocker,
    ChangeState,
    Complaint,
    FileCounts,
    OutboxSummary,
    Problem,
    RunState,
    RunSummary,
)

SHOWN_AT_MOST = 50


def last_run() -> RunSummary | None:
    """Return the latest bringing-in, or None when there was none."""
    return next(iter(list_runs(1)), None)


def list_runs(limit: int = 20) -> list[RunSummary]:
    """Return the latest bringings-in, newest first."""
    return [_facts(run) for run in SyncRun.objects.order_by("-started_at", "-id")[:limit]]


def list_backfills() -> list[BackfillSummary]:
    """Return how far the first bringing-in of each resource is, in order; empty where the shop has no platform."""
    order = {
        resource: place
        for place, resource in enumerate((ResourceType.PRODUCT, ResourceType.CUSTOMER, ResourceType.ORDER))
    }
    rows = Backfill.objects.filter(resource__in=list(order))
    return sorted(map(_backfill, rows), key=lambda one: order[one.resource])


def list_changes(limit: int = SHOWN_AT_MOST) -> list[OutboxSummary]:
    """Return the latest changes for the shop's platform, newest first."""
    rows = OutboxChange.objects.order_by("-asked_at", "-id").prefetch_related("undone_by")
    return [_change(row) for row in rows[:limit]]


def told(complaint: Complaint) -> Problem:
    """Return what is wrong with a line in the language of whoever reads."""
    text = gettext(complaint.text)
    return Problem(
        file=complaint.file, line=complaint.line, sentence=text % complaint.params if complaint.params else text
    )


def _facts(run: SyncRun) -> RunSummary:
    return RunSummary(
        id=run.pk,
        source=run.source,
        state=RunState(run.state),
        started_at=run.started_at,
        finished_at=run.finished_at,
        counts={name: FileCounts(**count) for name, count in run.counts.items()},
        problems=tuple(told(Complaint(**problem)) for problem in run.problems),
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
    undone = any(undo.state in (ChangeState.WAITING, ChangeState.DONE) for undo in row.undone_by.all())
    return OutboxSummary(
        public_id=row.public_id,
        title=row.title,
        currency=row.currency,
        before=row.before_amount,
        before_compare_at=row.before_compare_at_amount,
        price=row.price_amount,
        compare_at_price=row.compare_at_amount,
        state=ChangeState(row.state),
        blocker=Blocker(row.blocker) if row.blocker else None,
        refusal=gettext(row.refusal) if row.refusal else "",
        asked_at=row.asked_at,
        finished_at=row.finished_at,
        is_undo=row.undoes_id is not None,
        can_be_undone=row.state == ChangeState.DONE and not undone,
    )
