"""What crosses the walls of WooCommerce's room."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HealthState(StrEnum):
    """How one thing stands."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class HealthLine:
    """One thing that a connected shop needs, how it stands, and a sentence: what was found, and who mends it how."""

    title: str
    state: HealthState
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreHealth:
    """How a shop fares, as its owner reads it; `checked_at` is None until it was looked at."""

    address: str
    lines: tuple[HealthLine, ...]
    checked_at: datetime | None
    is_checking: bool
