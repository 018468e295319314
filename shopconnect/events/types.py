"""What may cross the wall of the events room."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

VIEW, CLICK, PURCHASE = "view_item", "recommendation_click", "purchase"


class View(NamedTuple):
    """One look at a product. A plain tuple, because there are millions."""

    visit: str
    product_external_id: str
    at: datetime


class PurchaseClaim(NamedTuple):
    """What a device says was bought: no purchase before the platform knows the order."""

    visitor: str
    visit: str
    at: datetime
    order_external_id: str
    checkout: str
    products: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCounts:
    """How much was seen of shoppers."""

    events: int
    visits: int
    first_at: datetime | None
    last_at: datetime | None
