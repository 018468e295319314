"""Who pays for what, asked in one shape of whoever takes the money. Pure: no database, no Django.

We take no money ourselves, and nothing is charged by use: a plan has a price, and what it holds is what it holds.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What a shop pays for; `plan` is "" where it pays for nothing. `ends_at` is set once it was cancelled."""

    plan: str = ""
    trial_ends_at: datetime | None = None
    ends_at: datetime | None = None


class Billing(Protocol):
    """Where the shops of a platform choose a plan and pay for it."""

    def find_subscription(self, shop_number: str) -> Subscription:
        """Return what a shop pays for, by the platform's number of it; raises ConnectorError. Not inside a scope."""
        ...

    def plan_page(self, shop: str) -> str:
        """Return where a shop, by its external id, chooses a plan; "" where there is nothing to choose."""
        ...
