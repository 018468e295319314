"""What a shop says of itself for its shoppers: when it is open, what delivery costs, how it is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal

Day = tuple[tuple[time, time], ...]  # from when to when a shop is open; empty for closed


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When a shop is open, Monday first, in its own time zone; no days at all where it has not said."""

    days: tuple[Day, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingOption:
    """One way of delivery. `countries` are ISO codes, none for every country that no other option names.

    `names` are by language; amounts are in the shop's currency and days are working days, None where not said.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    countries: tuple[str, ...] = ()
    price: Decimal | None = None
    free_from: Decimal | None = None
    days_least: int | None = None
    days_most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDetails:
    """How a shop is reached, "" where it has not said."""

    email: str = ""
    phone: str = ""
    address: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A message, and what the exchange before it was about where it may be a follow-up: its words and topic."""

    text: str
    language: str
    before: str = ""
    topic_before: str = ""
