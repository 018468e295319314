"""What may cross the wall of proposals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from recommender.prices.types import FEWEST_WEEKS, PriceGoal, PriceTrialSummary, ProposedPrice


class ProposalState(StrEnum):
    """What became of a proposal."""

    PROPOSED = "proposed"
    SCHEDULED = "scheduled"  # approved for a day to come
    APPROVED = "approved"  # on its way to the platform
    WRITTEN = "written"  # holds at the platform and is watched
    KEPT = "kept"  # was watched to the end
    REPLACED = "replaced"  # somebody set another price while it was watched
    REJECTED = "rejected"
    REFUSED = "refused"  # by the platform, or the price had changed meanwhile
    ROLLED_BACK = "rolled_back"


UNDER_WAY = (ProposalState.SCHEDULED, ProposalState.APPROVED, ProposalState.WRITTEN)


class NightStatus(StrEnum):
    """Why there are proposals or none."""

    EMPTY = "empty"
    LEARNING = "learning"
    TOO_LITTLE = "too_little"
    STOPPED = "stopped"
    NOT_SURE = "not_sure"
    READY = "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSettings:
    """What the merchant allows, in percent; `endings` are cents, None tax is the usual one where prices hold any.

    `goal_words` name the products that `goal` is for, none all; others aim at profit.
    """

    largest_step: int = 10
    least_margin: int = 0
    ceiling: int = 130
    daily_limit: int = 20
    weekly_limit: int = 60
    endings: tuple[int, ...] = ()
    has_parity: bool = True
    freeze_days: int = 30
    tax: int | None = None
    is_stopped: bool = False
    approves_rises: bool = False
    approves_falls: bool = False
    goal: PriceGoal = PriceGoal.PROFIT
    clear_by: date | None = None
    goal_words: str = ""
    competitor_percent: int | None = None
    is_chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProposal:
    """A proposal with what became of it; `title` is in the reader's language."""

    id: int
    public_id: int
    title: str
    state: ProposalState
    found: ProposedPrice
    model_version: str
    made_at: datetime
    decided_at: datetime | None
    due_at: datetime | None
    asked_at: datetime | None
    written_at: datetime | None
    ended_at: datetime | None

    @property
    def rise(self) -> float:
        """Return the share by which the price rises, below 0 when it falls."""
        return float(self.found.proposed.price / self.found.now.price) - 1

    @property
    def is_open(self) -> bool:
        """Say whether it can be approved or rejected."""
        return self.state == ProposalState.PROPOSED

    @property
    def can_be_undone(self) -> bool:
        """Say whether what was decided can be taken back."""
        return self.state in UNDER_WAY


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceNightSummary:
    """What a night came to: its weeks, its trial, and how many products have no proposal for which reason."""

    made_at: datetime
    weeks: int
    trial: PriceTrialSummary | None
    counts: Mapping[str, int]

    @property
    def is_short(self) -> bool:
        """Say whether more weeks of sales are needed before prices can be learnt and measured."""
        return self.weeks < FEWEST_WEEKS


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalPage:
    """Proposals of one kind of state, and why there are no others; `can_write` says whether the platform takes them."""

    status: NightStatus
    night: PriceNightSummary | None
    settings: PriceSettings
    proposals: tuple[StoredProposal, ...]
    total: int
    can_write: bool
    zone: str
    currency: str
