"""What the benches hand to each other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Figures = dict[str, float]
Tell = Callable[[str], object]  # takes a line for the person who waits


class NothingToMeasure(RuntimeError):
    """A bench cannot run; the message says what to do first."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call that the driver makes; `body` is its text, and `at` a header of its own where it is needed."""

    method: str
    path: str
    body: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def planned(self) -> dict[str, Any]:
        """Return it as the driver reads it."""
        return {"method": self.method, "path": self.path, "body": self.body, "headers": dict(self.headers)}


@dataclass(frozen=True, slots=True)
class Seen:
    """What the driver saw: times in milliseconds since each call was due, ascending, and how often each status came.

    `late` is how long after its moment each call left the driver, `values` the values of the key it was to keep.
    """

    milliseconds: tuple[float, ...]
    late: tuple[float, ...]
    statuses: Mapping[int, int]
    values: tuple[str, ...] = ()

    @property
    def calls(self) -> int:
        """Return how many calls were made, answered or not."""
        return sum(self.statuses.values())

    def share(self, *statuses: int) -> float:
        """Return the share of calls that ended in one of these statuses; 0 when none was made."""
        return sum(self.statuses.get(status, 0) for status in statuses) / self.calls if self.calls else 0.0

    def joined_with(self, other: "Seen") -> "Seen":
        """Return both as one."""
        statuses = dict(self.statuses)
        for status, count in other.statuses.items():
            statuses[status] = statuses.get(status, 0) + count
        return Seen(
            tuple(sorted(self.milliseconds + other.milliseconds)),
            tuple(sorted(self.late + other.late)),
            statuses,
            self.values + other.values,
        )


NOTHING_SEEN = Seen((), (), {})
