"""A merchant's rules for suggestions, and their versions: what may cross the wall of the products room."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from recommender.products.types import Shelf, State


class Group(StrEnum):
    """By what products are named in a rule."""

    PRODUCT = "product"
    CATEGORY = "category"
    VENDOR = "vendor"


class Push(StrEnum):
    """What a boost lifts: a high margin, stock that lasts too long, what is new, one vendor."""

    MARGIN = "margin"
    OVERSTOCK = "overstock"
    NEW = "new"
    VENDOR = "vendor"


class Strength(StrEnum):
    """How much a boost lifts."""

    SLIGHT = "slight"
    CLEAR = "clear"
    STRONG = "strong"


# Where a shop's choice is no lie: the other shelves say by their title what stands on them.
PINNED_SHELVES = (Shelf.SIMILAR, Shelf.TOGETHER, Shelf.CART, Shelf.FOR_YOU, Shelf.VIEWED)
# What a shopper had or saw: only what is out everywhere is out there, unless a rule names the shelf.
OWN_SHELVES = (Shelf.AGAIN, Shelf.RECENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class InStock:
    """Only what can be bought now is shown; like every rule on one shelf, or on all where none is named."""

    shelf: Shelf | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A product (its public id) has a place of its own, counted from 1."""

    product: int
    place: int
    shelf: Shelf | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclude:
    """A product (its public id), a category with what is below it, or a vendor is never shown."""

    by: Group
    name: str
    shelf: Shelf | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Boost:
    """Some products are lifted; `vendor` names whose, where a vendor's are."""

    push: Push
    strength: Strength
    vendor: str = ""
    shelf: Shelf | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most so many products of one category, or of one vendor, stand on a shelf."""

    by: Group
    most: int
    shelf: Shelf | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotBought:
    """What the shopper bought within some days is not shown, unless it is bought by rhythm and due again."""

    days: int
    shelf: Shelf | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Corridor:
    """Prices stay between two percentages of the price of the product beside which the shelf stands."""

    low: int
    high: int
    shelf: Shelf | None = None


Rule = InStock | Pin | Exclude | Boost | Limit | NotBought | Corridor
DEFAULT_RULES: tuple[Rule, ...] = (InStock(),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """What is risky about rules before they are saved: a key that has words, and what goes into the sentence."""

    key: str
    params: Mapping[str, object] = field(default_factory=dict)


class VersionState(StrEnum):
    """What a version of the rules is: being written, tried on half of the visits, in force, or followed by another."""

    DRAFT = "draft"
    TRIED = "tried"
    LIVE = "live"
    PAST = "past"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVersionFacts:
    """A version of a shop's rules: who put it in force (or changed the draft last), when, and which one it undoes to.

    `changes` tells what it has that the version before had not; number 0 is the draft, or what holds without rules.
    """

    number: int
    state: VersionState
    rules: tuple[Rule, ...]
    who: str = ""
    at: datetime | None = None
    undoes: int | None = None
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVersionDraft:
    """A version as a folder brings it: its rules as JSON, with products by the platform's ids."""

    number: int
    state: VersionState
    rules: tuple[Mapping[str, object], ...]
    at: datetime
    undoes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRules:
    """The rules that hold for shoppers now; number 0 where a merchant never wrote any."""

    number: int = 0
    rules: tuple[Rule, ...] = DEFAULT_RULES


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with the ends of its 95 % interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Tally:
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
    difference: Interval
    margin: Interval | None
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
class ReplayFacts:
    """A replay of rules as the page shows it; `is_current` says whether it is of the draft as it stands."""

    state: State
    is_current: bool
    asked_at: datetime
    finished_at: datetime | None
    percent: int
    tallies: tuple[Tally, ...] = ()
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
