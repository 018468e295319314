"""Who pays for what, asked in one shape of whoever takes the money. Pure: no database, no Django.

We take no money ourselves, and nothing is charged by use: a plan has a price, and what it holds is what it holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol, runtime_checkable

PAID = "paid=1"


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledShop:
    """A shop as those know it who take its money: its platform, its id there, the platform's number of it, and ours.

    `payer` is its account at who takes its money, "" where it has none there.
    """

    platform: str
    external_id: str
    number: str
    public_id: int
    payer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What a shop pays for; `plan` is "" where it pays for nothing. `ends_at` is set once it was cancelled."""

    plan: str = ""
    trial_ends_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPrice:
    """What a plan costs a month or a year, in whole units of the currency."""

    id: str
    plan: str
    amount: Decimal
    currency: str
    is_yearly: bool


@runtime_checkable
class PlanShop(Protocol):
    """Who sells plans that our own page shows. All raise ConnectorError; none inside a scope.

    `pages` are the origins of its own pages, on which plans are paid, changed and ended.
    """

    name: str
    pages: Sequence[str]

    def list_prices(self) -> Sequence[PlanPrice]:
        """Return what plans cost, the smallest first, as of some minutes ago."""
        ...

    def open_account(self, shop: BilledShop) -> str:
        """Return the shop's payer: the one that it is, or a new one where that is gone."""
        ...

    def open_session(self, shop: BilledShop, price: str, back: str, language: str) -> str:
        """Return the address at which a shop buys a plan; where it has one, at which it changes or ends that.

        From there the way leads back to an address of ours, with PAID as its query where something may have changed.
        """
        ...

    def end(self, shop: BilledShop) -> None:
        """Have what a shop pays for end with what is paid."""
        ...

    def hear(self, body: bytes, headers: Mapping[str, str]) -> str:
        """Return of which payer's plan a webhook tells, "" where of none; refuses what is not signed, or long ago."""
        ...


class Billing(Protocol):
    """Where some shops choose a plan and pay for it."""

    def serves(self, shop: BilledShop) -> bool:
        """Say whether this shop pays here; asks nobody."""
        ...

    def find_subscription(self, shop: BilledShop) -> Subscription:
        """Return what a shop pays for; raises ConnectorError. Not inside a scope."""
        ...

    def plan_page(self, shop: BilledShop) -> str:
        """Return where a shop chooses a plan, "" where our own page sells them; asks nobody."""
        ...
