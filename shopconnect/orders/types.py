"""What may cross the wall of the orders room."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from shopconnect.connectors.types import OrderKind
from shopconnect.core.web.lists import Latest
from shopconnect.privacy.types import ConsentWord

READ_ORDERS, TRACK_ORDERS, READ_CUSTOMERS = "read:orders", "track:orders", "read:customers"  # scopes of tokens


# Where nobody chose on a page of the shop: at a till, or an order that somebody of the shop wrote.
TILLS, DRAFTS = ("pos", "counter"), ("draft", "admin")
NO_PAGE = TILLS + DRAFTS


class OrderState(StrEnum):
    """Whether an order counts: tests and cancelled ones do not."""

    COUNTED = "counted"
    CANCELLED = "cancelled"
    TEST = "test"


class Purchase(NamedTuple):
    """One line that was bought. A plain tuple, because there are millions.

    `buyer` is "p<person key>", "c<customer id>", or None for a guest without e-mail; `country` is "" where unknown.
    """

    buyer: str | None
    product_id: int
    order_id: int
    placed_at: datetime
    quantity: int
    country: str = ""


class ArmedOrder(NamedTuple):
    """An order that carries an arm's letter, refunds deducted."""

    arm: str
    placed_at: datetime
    total: float


class ClaimedOrder(NamedTuple):
    """An order that a device claims and the platform knows; all but `gross` is with refunds deducted.

    `margin` is that of the lines whose cost is known, `known_cost` the share of those.
    """

    external_id: str
    checkout: str
    buyer: str | None
    placed_at: datetime
    products: frozenset[str]
    gross: float
    total: float
    units: float
    margin: float
    known_cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """One line of an order; product_id is None where the catalog does not know the product."""

    product_id: int | None
    product_external_id: str
    variant_external_id: str
    title: str
    quantity: Decimal
    unit_amount: Decimal
    discount_amount: Decimal
    total_amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """One order or refund as lists show it; `total_amount` is the sum of its lines."""

    id: int
    public_id: int
    external_id: str
    kind: OrderKind
    number: str
    status: str
    channel: str
    is_test: bool
    placed_at: datetime
    cancelled_at: datetime | None
    currency: str
    total_amount: Decimal
    line_count: int
    customer_external_id: str
    country: str
    refunds_external_id: str
    refunds_number: str  # of the order that a refund gives money back for, where both came

    @property
    def state(self) -> OrderState:
        """Return whether it counts."""
        if self.is_test:
            return OrderState.TEST
        return OrderState.COUNTED if self.cancelled_at is None else OrderState.CANCELLED


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentRow:
    """A parcel of an order."""

    at: datetime | None
    carrier: str
    tracking_url: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedOrder:
    """Where an order stands, and nothing of what is in it or of whose it is."""

    number: str
    status: str
    placed_at: datetime
    cancelled_at: datetime | None
    shipments: tuple[ShipmentRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRow:
    """One customer as lists show it, without the address."""

    id: int
    public_id: int
    external_id: str
    country: str
    language: str
    created_at: datetime | None
    marketing_consent: bool | None
    has_email: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCounts:
    """How much was bought; test orders are left out."""

    orders: int
    refunds: int
    customers: int
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """Which orders and refunds a list shows; what is empty narrows nothing, days are the shop's."""

    number: str = ""
    kind: OrderKind | None = None
    state: OrderState | None = None
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDetails:
    """An order or refund as its page shows it; `products` are the public ids of those that the catalog knows."""

    order: OrderRow
    lines: tuple[LineRow, ...]
    products: Mapping[str, int]
    shipments: tuple[ShipmentRow, ...]
    related: Latest[OrderRow]  # its refunds, or the order that it refunds
    customer: CustomerRow | None
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDetails:
    """A customer as their page shows them, with the latest of their orders."""

    customer: CustomerRow
    is_deleted: bool
    consents: tuple[ConsentWord, ...]
    orders: Latest[OrderRow]
    timezone: str
