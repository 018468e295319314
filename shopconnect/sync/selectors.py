"""Questions about what was brought in. All run in the scope of a shop."""

from django.utils.translation import gettext

from shopconnect.sync.models import SyncRun
from shopconnect.sync.types import Complaint, FileCounts, Problem, RunFacts, RunState


def last_run() -> RunFacts | None:
    """Return the latest bringing-in, or None when there was none."""
    return next(iter(list_runs(1)), None)


def list_runs(limit: int = 20) -> list[RunFacts]:
    """Return the latest bringings-in, newest first."""
    return [_facts(run) for run in SyncRun.objects.order_by("-started_at", "-id")[:limit]]


def told(complaint: Complaint) -> Problem:
    """Return what is wrong with a line in the language of whoever reads."""
    text = gettext(complaint.text)
    return Problem(
        file=complaint.file, line=complaint.line, sentence=text % complaint.params if complaint.params else text
    )


def _facts(run: SyncRun) -> RunFacts:
    return RunFacts(
        id=run.pk, source=run.source, state=RunState(run.state), started_at=run.started_at,
        finished_at=run.finished_at, counts={name: FileCounts(**count) for name, count in run.counts.items()},
        problems=tuple(told(Complaint(**problem)) for problem in run.problems),
    )  # fmt: skip
