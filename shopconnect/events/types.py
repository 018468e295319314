"""What may cross the wall of the events room."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

VIEW = "view_item"


class View(NamedTuple):
    """One look at a product. A plain tuple, because there are millions."""

    visit: str
    product_external_id: str
    at: datetime


class VisitorSums(NamedTuple):
    """What one visitor did; amounts are in the currency that was asked for."""

    visitor: str
    visits: int
    buying_visits: int
    spent: float
    spent_before: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCounts:
    """How much was seen of shoppers."""

    events: int
    visits: int
    first_at: datetime | None
    last_at: datetime | None
