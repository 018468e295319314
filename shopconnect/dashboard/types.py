"""What the merchant's home shows."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shopconnect.core.clock import now
from shopconnect.shops.types import ShopProfileSummary
from shopconnect.sync.types import SyncStatus
from shopconnect.ui.next_steps import NextStep
from shopconnect.ui.shop_times import ShopTime

RECENT = timedelta(days=28)
Times = tuple[tuple[str, ShopTime], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """What became of a shop that left its platform: its data is kept until a day of the shop's, at the latest.

    `asked_from` is the first day on which the platform may ask for its erasure, None where it never does;
    `install_path` is where the shop comes back, "" where the platform's own store leads to us.
    """

    name: str
    platform: str
    timezone: str
    at: datetime
    kept_until: datetime
    asked_from: datetime | None
    install_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Whether it works, and what to do next; `is_in_use` says that shoppers ever saw a shelf or wrote to us."""

    profile: ShopProfileSummary
    sync: SyncStatus
    last_order_at: datetime | None
    is_in_use: bool
    shopper_times: Times
    own_times: Times
    steps: tuple[NextStep, ...]

    @property
    def times(self) -> Times:
        """Return what last happened: to shoppers, where any ever saw something, and to the shop."""
        return (*(self.shopper_times if self.is_in_use else ()), *self.own_times)

    @property
    def is_serving(self) -> bool:
        """Say whether shoppers were shown a shelf, or answered, in the last 28 days."""
        oldest = (now() - RECENT).date()
        return any(_day(time) >= oldest for _, time in self.shopper_times if time.at)

    @property
    def setup_steps(self) -> list[NextStep]:
        """Return the steps of setting the shop up."""
        return [step for step in self.steps if not step.recurs]

    @property
    def needed_steps(self) -> list[NextStep]:
        """Return those of them that are not optional."""
        return [step for step in self.setup_steps if not step.is_optional]

    @property
    def done_count(self) -> int:
        """Return how many of the needed steps are done."""
        return sum(step.done for step in self.needed_steps)

    @property
    def next_step(self) -> NextStep | None:
        """Return what to do next, None where all is done."""
        return next((step for step in self.steps if not step.done and not step.is_optional), None)


def _day(time: ShopTime) -> date:
    return time.at.date() if isinstance(time.at, datetime) else time.at or date.min
