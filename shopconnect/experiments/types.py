"""What may cross the wall of the experiments room."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, NewType

MOST_HOLD_OUT, START_PERCENT = 20, 50
LEAST_COVERED = 0.1  # of a shop's orders, below which what visitors bought weighs nothing
LEAST_BUYERS = 50  # in each arm, below which nothing is said
LONGEST_WAIT_DAYS = 365  # beyond it a number of days would sound more exact than it is
HOLD_OUT_SALT = "hold-out"  # one for ever, so that who is held out stays so whatever the share becomes
EVERY_SHELF = ""  # in the place of a shelf's name


ExperimentKind = NewType("ExperimentKind", str)
"""What differs between the arms, by the name under which a room registered it."""

HOLD_OUT = ExperimentKind("hold-out")  # whether we show anything at all


class Because(StrEnum):
    """Why an experiment was stopped, or a shelf fell back to the simple rule; KEPT: B is kept for all."""

    HARM = "harm"
    ERRORS = "errors"
    EMPTIES = "empties"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Arm:
    """Where a visit belongs: the letter that its order carries, and what is tried on it.

    A is what everybody gets, B what is tried, H the hold-out; small letters are of pages on a day, where no consent
    allows an id. `kind` and `value` are what B tries; "" is the letter while nobody knows the config.
    """

    letter: str
    kind: ExperimentKind | None = None
    value: float | None = None

    def value_of(self, kind: ExperimentKind) -> float | None:
        """Return what the visit is shown of a kind of experiment, None where A's holds."""
        return self.value if self.kind == kind else None

    @property
    def is_held_out(self) -> bool:
        """Say whether the visit sees the shop as it would be without us."""
        return self.letter in ("H", "h")


NO_ARM = Arm("")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentSummary:
    """One experiment as others may see it; `percent` is the hold-out's share or B's, `value` what B has, `base` A."""

    public_id: int
    kind: ExperimentKind
    percent: int
    value: float | None
    base: float | None = None
    started_at: datetime
    ends_at: datetime | None
    ended_at: datetime | None = None
    ended_because: Because | None = None

    @property
    def salt(self) -> str:
        """Return what keys the hash that says who is in B, so that being there says nothing of another experiment."""
        return f"trial {self.public_id}"

    def is_live(self, moment: datetime) -> bool:
        """Say whether it runs at a moment."""
        return self.ended_at is None and (self.ends_at is None or moment < self.ends_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentConfig:
    """What runs in a shop: the hold-out, at most one experiment of A and B, and the shelves that fell back and why.

    `secret` keys the hash that says who is in which arm; while there is none, nobody is in any.
    """

    secret: str = field(default="", repr=False)
    hold_out: ExperimentSummary | None = None
    experiment: ExperimentSummary | None = None
    fallen: Mapping[str, Because] = field(default_factory=dict)

    def is_fallen(self, shelf: str) -> bool:
        """Say whether a shelf shows the simple rule because the guard had it fall back."""
        return shelf in self.fallen or EVERY_SHELF in self.fallen


@dataclass(frozen=True, slots=True, kw_only=True)
class FallbackSummary:
    """A shelf that shows the simple rule, why, since when, and what was seen of it: {} where it does harm."""

    shelf: str
    because: Because
    at: datetime
    seen: Mapping[str, int | str]


class ShelfTally(NamedTuple):
    """How often a shelf was asked for in an arm on a day (UTC), and what came of it; nobody's name is in it.

    `excess` is what of the requests one network made beyond its first ones of the day.
    """

    day: str
    shelf: str
    arm: str
    requests: int = 0
    empties: int = 0
    errors: int = 0
    clicks: int = 0
    excess: int = 0


class Trouble(NamedTuple):
    """How often a shelf was empty or failed in an arm within an hour (UTC), for one network."""

    day: str
    shelf: str
    arm: str
    kind: str
    hour: int
    network: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What was seen of a trouble: how often, from how many networks, in how many hours, and from when to when."""

    count: int
    networks: int
    hours: int
    first_at: datetime
    last_at: datetime


class FigureName(StrEnum):
    """What is compared between two arms."""

    REVENUE = "revenue"
    NET = "net"
    CONVERSION = "conversion"
    ORDER = "order"
    UNITS = "units"
    MARGIN = "margin"
    REPEAT = "repeat"
    PAGES = "pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of an arm beside another's, in its own unit; the bounds are shares more (0.05 is five percent).

    `covered` is the share of visits, orders or lines that the figure rests on. Bounds are None while not enough is
    known to say anything, and a value is None where its arm has nothing that it could be a figure of.
    """

    name: FigureName
    value: float | None
    base: float | None
    low: float | None
    middle: float | None
    high: float | None
    covered: float

    @property
    def is_known(self) -> bool:
        """Say whether enough was seen for an interval."""
        return self.low is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two arms beside each other since a moment: how many visits each had, and whether they came out as meant.

    `orders_covered` is the share of the shop's orders that a visit of either is known to have made.
    """

    arm: str
    base: str
    since: datetime
    visits: int
    base_visits: int
    is_sound: bool
    figures: tuple[Figure, ...]
    orders_covered: float = 0.0

    @property
    def has_weight(self) -> bool:
        """Say whether anything may follow from it: the arms came out as meant, and enough of the orders are in it."""
        return self.is_sound and self.orders_covered >= LEAST_COVERED

    @property
    def is_known(self) -> bool:
        """Say whether the deciding figure has an interval that holds, and something follows from it."""
        revenue = self.figure(FigureName.REVENUE)
        return self.has_weight and revenue is not None and revenue.is_known

    def figure(self, name: FigureName) -> Figure | None:
        """Return a figure by its name, or None."""
        return next((one for one in self.figures if one.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What the arms earned: against the hold-out, in the experiment, and of visits without consent by themselves.

    `covered` is the share of shelves asked for by visits with consent, of one network few a day; `days` says in how
    many days an effect (5 or 10 percent) is seen, by the hold-out's share, 0 where nobody can say.
    """

    made_at: datetime
    currency: str
    covered: float
    hold_out: Comparison | None
    experiment: Comparison | None
    pages: Figure | None
    days: Mapping[tuple[int, int], int]
