"""The record of one bringing-in, and the locks around it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

from django.db import connection, transaction
from django.utils.translation import gettext as _

from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.bulk import Stored
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync.models import SyncRun
from shopconnect.sync.types import FileCounts, Problem, ReadCounts, RunState

SOURCE = "files"
MOST_PROBLEMS = 1000


@dataclass(slots=True)
class LineCounts:
    """One file's counts while it is read."""

    lines: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    bad: int = 0
    partly: int = 0

    def add(self, stored: Stored) -> None:
        """Count what became of some drafts."""
        self.new += stored.new
        self.changed += stored.changed
        self.same += stored.same
        self.bad += len(stored.refused)


@dataclass(slots=True)
class Findings:
    """What is found in a folder: counts by file, what is wrong with lines, and notes on whole files."""

    line_counts: dict[str, LineCounts] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def counts(self) -> dict[str, FileCounts]:
        """Return the counts by file."""
        return {name: FileCounts(**asdict(one)) for name, one in self.line_counts.items()}

    def read_counts(self) -> dict[str, ReadCounts]:
        """Return the counts by file where nothing was stored."""
        return {
            name: ReadCounts(lines=one.lines, read=one.new, bad=one.bad, partly=one.partly)
            for name, one in self.line_counts.items()
        }

    def problems_in_order(self) -> list[Problem]:
        """Return what is wrong with lines, in the order of each file: rows that belong together are read together."""
        files = {name: place for place, name in enumerate(dict.fromkeys(one.file for one in self.problems))}
        return sorted(self.problems, key=lambda one: (files[one.file], one.line))

    def note(self, file: str, text: str, params: Mapping[str, str] | None = None) -> None:
        """Keep what a merchant should know of a whole file, or of the folder ("")."""
        self.notes.append(Problem(file=file, line=0, text=text, params=dict(params or {})))

    def complain(self, file: str, line: int, text: str, params: Mapping[str, str], *, is_partial: bool = False) -> None:
        """Keep what is wrong with a line (0: with the whole file), as long as there is not too much of it."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(file=file, line=line, text=text, params=dict(params), is_partial=is_partial))


@dataclass(slots=True, kw_only=True)
class Run(Findings):
    """A bringing-in under way; `was_cut_short` says that the one before did not come to its end."""

    id: int
    was_cut_short: bool


def start(shop_id: ShopId) -> Run:
    """Open the record; a run that was left open by a process that died is closed as stopped."""
    with shop_scope(shop_id):
        mine = SyncRun.objects.filter(source=SOURCE)
        mine.filter(state=RunState.RUNNING).update(state=RunState.STOPPED, finished_at=now())
        last = mine.order_by("-started_at", "-id").first()
        run = SyncRun.objects.create(source=SOURCE, state=RunState.RUNNING, started_at=now())
    return Run(id=run.pk, was_cut_short=last is not None and last.state != RunState.DONE)


def keep(run: Run) -> None:
    """Write the counts so far, for those who watch; runs in the shop's scope."""
    counts = {name: asdict(one) for name, one in run.line_counts.items()}
    SyncRun.objects.filter(pk=run.id).update(counts=counts)


def finish(run: Run) -> bool:
    """Close the record, in the shop's scope; say whether data may have changed since anybody was told."""
    keep(run)
    problems, notes = [asdict(problem) for problem in run.problems_in_order()], [asdict(note) for note in run.notes]
    done = {"state": RunState.DONE, "finished_at": now()}
    SyncRun.objects.filter(pk=run.id).update(problems=problems, notes=notes, **done)
    return run.was_cut_short or any(one.new or one.changed for one in run.line_counts.values())


@contextmanager
def only_one(slug: str) -> Iterator[None]:
    """Hold the shop for one load; raises Refusal(load_running) when another process has it.

    The lock is the connection's, so that it goes with a process that dies.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('load_shop'), hashtext(%s))", [slug])
        if cursor.fetchone() != (True,):
            raise Refusal(
                "load_running", _("Another import of %(slug)s is running. Wait until it finishes.") % {"slug": slug}
            )
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('load_shop'), hashtext(%s))", [slug])


@contextmanager
def one_moment() -> Iterator[None]:
    """Read everything as it stood at one moment; inside another transaction that one's view holds."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
