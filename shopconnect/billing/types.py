"""What may cross the wall of the billing room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NewType

from shopconnect.connectors.billing import PlanPrice
from shopconnect.core.clock import now

Meter = NewType("Meter", str)
"""What a plan holds a number of a month, by the name under which a room registered it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingPlan:
    """What a plan holds a month; a meter that is not in it has no end."""

    handle: str
    most: Mapping[Meter, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOffer:
    """A plan that our page sells: what it is called, what it holds a month by meter, and its prices."""

    handle: str
    name: str
    most: Mapping[Meter, int]
    prices: Sequence[PlanPrice]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What a plan holds in a month, and what of it was used some moments ago; a meter that is not in it has no end."""

    month: date
    most: Mapping[Meter, int]
    used: Mapping[Meter, int]

    def is_over(self, meter: Meter, month: date, since: int) -> bool:
        """Say whether, with what was used since, more was used than the plan holds."""
        most = self.most.get(meter)
        used = self.used.get(meter, 0) if month == self.month else 0
        return most is not None and used + since > most


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterUsage:
    """How much of a meter was used this month; `most` is None where it has no end."""

    meter: Meter
    used: int
    most: int | None

    @property
    def percent(self) -> int:
        """How much of it was used, 100 at most."""
        return min(100, self.used * 100 // self.most) if self.most else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSummary:
    """A shop's plan: until when it is a trial, when it ends, and where another is chosen.

    `page` is somebody else's page, "" where there is none; where ours sells plans, `seller_pages` are the origins of
    those on which they are paid.
    """

    handle: str
    name: str
    trial_ends_at: datetime | None
    ends_at: datetime | None
    page: str
    seller_pages: Sequence[str]

    @property
    def has_ended(self) -> bool:
        """Whether the shop paid for a plan that is over."""
        return self.ends_at is not None and self.ends_at <= now()

    @property
    def is_sold_here(self) -> bool:
        """Whether our page sells plans."""
        return bool(self.seller_pages)

    @property
    def can_be_chosen(self) -> bool:
        """Whether there are plans to choose from."""
        return bool(self.page) or self.is_sold_here
