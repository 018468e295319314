"""What may cross the wall of the sync room."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext

from shopconnect.connectors.base import ResourceType
from shopconnect.connectors.registry import find_descriptor
from shopconnect.core.clock import now
from shopconnect.shops.types import InstallSummary

STALE_AFTER = timedelta(minutes=15)
LAG_AFTER = timedelta(minutes=40)  # two passes that failed, and some minutes


def sentence_of(text: str, params: Mapping[str, Any]) -> str:
    """Return a text in the language of whoever reads it; a value that is a pair is such a text with its own values."""
    values = {name: sentence_of(*value) if isinstance(value, list) else value for name, value in params.items()}
    if "most" in values:
        values["most"] = number_format(int(str(values["most"]).replace(",", "")), force_grouping=True)
    return gettext(text) % values if values else gettext(text)


class RunState(StrEnum):
    """How far a bringing-in got; `stopped` means that its process went away in the middle."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCounts:
    """One file's lines: those read, and what became of them."""

    lines: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    bad: int = 0
    partly: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with a line (0: with a whole file or folder), as it is kept; never what stood there."""

    file: str
    line: int
    text: str  # to be translated and filled
    params: Mapping[str, str]
    is_partial: bool = False  # the line stays, without the part that is wrong

    @property
    def sentence(self) -> str:
        """Return it in the language of whoever reads."""
        return sentence_of(self.text, self.params)

    @property
    def column(self) -> str:
        """Return the column that it is about, "" for none."""
        return self.params.get("key", "")


class LineTotals:
    """How many lines of all files are not in as they stand."""

    counts: "Mapping[str, FileCounts] | Mapping[str, ReadCounts]"

    @property
    def left_out(self) -> int:
        """Return how many lines are left out."""
        return sum(count.bad for count in self.counts.values())

    @property
    def partly_in(self) -> int:
        """Return how many lines lose a part of theirs."""
        return sum(count.partly for count in self.counts.values())

    @property
    def incomplete(self) -> int:
        """Return how many lines are left out, wholly or in part."""
        return self.left_out + self.partly_in


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary(LineTotals):
    """One bringing-in as the home page and the API show it."""

    id: int
    source: str
    state: RunState
    started_at: datetime
    finished_at: datetime | None
    counts: Mapping[str, FileCounts]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]

    @property
    def brought_in(self) -> int:
        """Return how many products, orders and so on are in, those included that were in before."""
        return sum(count.new + count.changed + count.same for count in self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What one load did, by file; `problems` are the first thousand, `notes` are of whole files and of the folder."""

    shop_id: int
    counts: Mapping[str, FileCounts]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    seconds: float

    @property
    def is_changed(self) -> bool:
        """Whether anything was stored that was not there before."""
        return any(count.new or count.changed for count in self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderDefaults:
    """What a merchant says of a shop whose files do not: an ISO 4217 code and an IANA time zone, "" where unsaid."""

    currency: str = ""
    timezone: str = ""


NOTHING_SAID = FolderDefaults()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognisedFile:
    """A file of a folder that can be read, as what (products, orders, ...), and whose export it is, "" for ours."""

    name: str
    kind: str
    platform: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCounts:
    """How many lines were read of one kind, how many products, orders or so they make, and how many are left out."""

    lines: int
    read: int
    bad: int
    partly: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport(LineTotals):
    """What a load of a folder would find, by kind; nothing was stored.

    `problems` are the first thousand; `missing` is what must be given with the folder: currency, timezone.
    """

    files: tuple[RecognisedFile, ...]
    counts: Mapping[str, ReadCounts]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """How many lines each file of an export holds."""

    counts: Mapping[str, int]
    seconds: float


class BackfillState(StrEnum):
    """How far the first bringing-in of one resource is; `stopped` means that the shop left.

    The platform was asked for an export, has written it, it is downloaded and being stored; or it is read page by page.
    """

    WAITING = "waiting"
    ASKED = "asked"
    WRITTEN = "written"
    DOWNLOADED = "downloaded"
    PAGED = "paged"
    DONE = "done"
    STOPPED = "stopped"


class Blocker(StrEnum):
    """What holds a first bringing-in up: sign in again, the platform is away, it says no, or we failed."""

    SIGN_IN = "sign_in"
    AWAY = "away"
    REFUSED = "refused"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillSummary:
    """How far one resource is: `count` are in, of `total` (0: not known yet); `detail` is the platform's own word."""

    resource: ResourceType
    state: BackfillState
    count: int
    total: int
    moved_at: datetime
    blocker: Blocker | None
    detail: str
    again_at: datetime | None

    @property
    def is_under_way(self) -> bool:
        """Say whether more of it is to come."""
        return self.state not in (BackfillState.DONE, BackfillState.STOPPED)

    @property
    def is_stale(self) -> bool:
        """Say whether nothing has moved for so long that a person should know."""
        return self.is_under_way and now() - self.moved_at > STALE_AFTER

    @property
    def behind(self) -> int:
        """Return how much of the bar is full: all of it once done, however little there is."""
        return self.most if self.state == BackfillState.DONE else self.count

    @property
    def most(self) -> int:
        """Return how long the bar is; while nobody knows how much there is, twice what is in."""
        return self.total or 2 * self.count or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """Since when a shop could not be compared with its platform, and why; `detail` is the platform's own word."""

    since: datetime
    blocker: Blocker | None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformComparison:
    """Until when a shop was compared with its platform, how much that brought, and when such last brought some."""

    at: datetime
    repaired: int
    repaired_at: datetime | None


class ChangeState(StrEnum):
    """What became of a change for the shop's platform; `withdrawn` means that it was never sent."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxSummary:
    """One change for the platform; `payload` is its kind's own, `refusal` is in the platform's words."""

    public_id: int
    kind: str
    payload: Mapping[str, Any]
    state: ChangeState
    blocker: Blocker | None
    refusal: str
    asked_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncStatus:
    """Where a shop's data comes from and how far it has come."""

    install: InstallSummary | None
    run: RunSummary | None
    backfills: tuple[BackfillSummary, ...]
    lag: Lag | None
    has_products: bool
    seen_at: datetime

    @property
    def platform(self) -> str:
        """Return what the shop's platform is called, "" where the shop is a folder of files."""
        return find_descriptor(self.install.platform).label if self.install else ""

    @property
    def install_path(self) -> str:
        """Return our page on which the shop is connected again, "" where its platform leads there by itself."""
        return find_descriptor(self.install.platform).install_path if self.install else ""

    @property
    def left_out(self) -> int:
        """Return how many lines of the latest folder were left out."""
        return self.run.left_out if self.run else 0

    @property
    def is_coming(self) -> bool:
        """Say whether more is to come by itself."""
        is_run_under_way = self.run is not None and self.run.state == RunState.RUNNING
        return is_run_under_way or any(one.is_under_way for one in self.backfills)

    @property
    def state(self) -> str:
        """Return how far the data has come: signed_out, empty, coming, held_up, stopped, partial, behind or in."""
        if self.install is not None and self.install.needs_sign_in_at is not None:
            return "signed_out"
        coming = [one for one in self.backfills if one.is_under_way]
        if coming:
            return "held_up" if all(one.blocker for one in coming) else "coming"
        if self.backfills:
            return "behind" if self.lag else "in"
        if self.run is None:
            return "in" if self.has_products else "empty"
        if self.run.state == RunState.DONE:
            return "partial" if self.left_out else "in"
        return "coming" if self.run.state == RunState.RUNNING else "stopped"


class ExportState(StrEnum):
    """How far an export has come."""

    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSummary:
    """One export of the whole shop; `counts` are lines by file, `size_bytes` is that of the packed file."""

    public_id: int
    state: ExportState
    asked_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None
    counts: Mapping[str, int]
    size_bytes: int

    @property
    def is_coming(self) -> bool:
        """Say whether it is still being made."""
        return self.state in (ExportState.WAITING, ExportState.RUNNING)

    @property
    def lines(self) -> int:
        """Return how many lines it holds in all."""
        return sum(self.counts.values())


class UploadState(StrEnum):
    """How far files of a merchant's are: being sent, being checked, checked, being brought in, in, or given up."""

    COMING = "coming"
    CHECKING = "checking"
    CHECKED = "checked"
    LOADING = "loading"
    DONE = "done"
    FAILED = "failed"


ALIVE = (UploadState.COMING, UploadState.CHECKING, UploadState.CHECKED, UploadState.LOADING)


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedFile:
    """One file as the browser names it; `size_bytes` is what it said before it sent any."""

    name: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadSummary:
    """Files of a merchant's on their way in; `percent` is of the step under way.

    `report` is what the check found, `refusal` why they cannot be brought in, in the language of whoever reads it.
    """

    public_id: int
    state: UploadState
    files: tuple[UploadedFile, ...]
    percent: int
    report: CheckReport | None
    refusal: str
    sent_at: datetime

    @property
    def is_under_way(self) -> bool:
        """Say whether a worker is at it."""
        return self.state in (UploadState.CHECKING, UploadState.LOADING)
