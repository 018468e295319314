"""What may cross the wall of the sync room."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What is wrong with a line, as it is kept: a sentence to be translated and filled."""

    file: str
    line: int
    text: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A line that was left out (0: the whole file), and why, in the reader's language; never what stood there."""

    file: str
    line: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """One bringing-in as the home page and the API show it."""

    id: int
    source: str
    state: RunState
    started_at: datetime
    finished_at: datetime | None
    counts: Mapping[str, FileCounts]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What one load did, by file; `problems` are the first thousand."""

    shop_id: int
    counts: Mapping[str, FileCounts]
    problems: tuple[Problem, ...]
    seconds: float

    @property
    def is_changed(self) -> bool:
        """Whether anything was stored that was not there before."""
        return any(count.new or count.changed for count in self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """How many lines each file of an export holds."""

    counts: Mapping[str, int]
    seconds: float
