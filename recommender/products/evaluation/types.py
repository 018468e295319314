"""What a replay of rules found, as the page shows it."""

from dataclasses import dataclass
from datetime import datetime

from recommender.products.types import Shelf, State


@dataclass(frozen=True, slots=True)
class MeanInterval:
    """A mean with the ends of its 95 % interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ReplayTally:
    """What rules would have changed on one shelf; differences are for a hundred moments.

    Margins are of one piece of each right product that was shown, None where no cost is known; `costed` is the share
    of right products whose cost is.
    """

    shelf: Shelf | None
    moments: int
    changed: int
    held_before: int
    held_after: int
    won: int
    lost: int
    difference: MeanInterval
    margin: MeanInterval | None
    costed: float

    @property
    def verdict(self) -> str:
        """Return same, better, worse or open: whether shelves hold more of what was then taken, beyond chance."""
        if not self.changed:
            return "same"
        if self.difference.low > 0:
            return "better"
        return "worse" if self.difference.high < 0 else "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaySummary:
    """A replay of rules as the page shows it; `is_current` says whether it is of the draft as it stands."""

    state: State
    is_current: bool
    asked_at: datetime
    finished_at: datetime | None
    percent: int
    tallies: tuple[ReplayTally, ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_coming(self) -> bool:
        """Say whether a worker has still to do it."""
        return self.state in (State.WAITING, State.RUNNING)

    @property
    def has_moments(self) -> bool:
        """Say whether there was anything to replay."""
        return any(tally.moments for tally in self.tallies)
