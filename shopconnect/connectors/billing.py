"""Who pays for what, asked in one shape of whoever takes the money. Pure: no database, no Django.

We take no money ourselves, and nothing is charged by use: a plan has a price, and what it holds is what it holds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledShop:
    """A shop as those know it who take its money: its platform, its id there, the platform's number of it, and ours."""

    platform: str
    external_id: str
    number: str
    public_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What a shop pays for; `plan` is "" where it pays for nothing. `ends_at` is set once it was cancelled."""

    plan: str = ""
    trial_ends_at: datetime | None = None
    ends_at: datetime | None = None


class Billing(Protocol):
    """Where some shops choose a plan and pay for it."""

    def serves(self, shop: BilledShop) -> bool:
        """Say whether this shop pays here; asks nobody."""
        ...

    def find_subscription(self, shop: BilledShop) -> Subscription:
        """Return what a shop pays for; raises ConnectorError. Not inside a scope."""
        ...

    def plan_page(self, shop: BilledShop) -> str | Callable[[], str]:
        """Return where a shop chooses a plan, "" where there is nothing to choose; asks nobody.

        Or what opens a session for that and returns its address: called once for each press of a button, not inside a
        scope, and raises ConnectorError.
        """
        ...
