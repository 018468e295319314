"""What may cross the wall of the stock room."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

FEWEST_WEEKS = 12  # of sales: with fewer nothing can be foretold
READ_STOCK = "read:stock"  # a scope of tokens
RUNS_OUT, FORECASTS_DRIFTED = "stock_runs_out", "stock_drifted"
SERVICE_PERCENTS = (90, 95, 98)  # that a merchant may choose from
LONGEST_DAYS = 180  # of a delivery, its delay, a review
MOST_UNITS, LONGEST_NAME = 1_000_000, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class StockEvaluation:
    """What is asked of `evaluate NAME stock`: origins, weeks foretold, and weeks until a delivery."""

    origins: int = 6
    horizon_weeks: int = 4
    lead_weeks: int = 3


class StockStatus(StrEnum):
    """How far a shop's forecasts are: nothing sold yet, being made, too few weeks of sales, too old, there."""

    EMPTY = "empty"
    LEARNING = "learning"
    TOO_LITTLE = "too_little"
    STALE = "stale"
    READY = "ready"


class Remedy(StrEnum):
    """What helps an item that lies too long."""

    CLEAR = "clear"
    PROMOTE = "promote"
    WAIT = "wait"


class EventKind(StrEnum):
    """What stands in the calendar."""

    NATIONAL_DAY = "national_day"
    WINTER_SALES = "winter_sales"
    SUMMER_SALES = "summer_sales"
    BLACK_FRIDAY = "black_friday"
    MOTHERS_DAY = "mothers_day"
    SCHOOL_HOLIDAYS = "school_holidays"
    OWN = "own"  # with a name of its own


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """An event from its first day to its last; `name` is a national day's, or the merchant's own."""

    kind: EventKind
    name: str
    first: date
    last: date
    public_id: int | None = None  # of one that the merchant entered


@dataclass(frozen=True, slots=True, kw_only=True)
class StockSettings:
    """What holds where a supplier or an item says nothing, in days and percent; a budget is for all orders of a day."""

    lead_days: int = 14
    late_days: int = 4
    review_days: int = 7
    a_percent: int = 98
    b_percent: int = 95
    c_percent: int = 90
    budget_amount: Decimal | None = None
    is_chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierSummary:
    """Who delivers: days from an order to its delivery, by how many one in ten is late, and days between orders."""

    public_id: int
    name: str
    lead_days: int
    late_days: int
    review_days: int
    minimum_amount: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTerms:
    """How an item is bought; what nobody said is None, and of `on_order` and the like their usual."""

    supplier: str = ""
    cost_amount: Decimal | None = None
    pack_size: int = 1
    minimum_quantity: int = 0
    on_order: int = 0
    on_order_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAdvice:
    """What follows for an item; days count from today, None where it lasts longer than is looked ahead.

    `amount` is what the order costs, None where no cost is known, and so is `excess_amount`.
    """

    product_id: int
    public_id: int
    external_id: str
    variant: str
    sku: str
    title: str
    service_class: str
    service_percent: int
    supplier: str
    terms: ItemTerms
    is_usual_supply: bool  # whether the shop's usual days stand in for those of a supplier
    lead_days: int
    late_days: int
    review_days: int
    stock: float | None
    weekly_units: float
    out_days: int | None
    early_days: int | None
    out_date: date | None
    early_date: date | None
    reorder_point: int
    up_to: int
    quantity: int
    cost: Decimal | None
    amount: Decimal | None
    is_over_budget: bool
    excess: int
    excess_amount: Decimal | None
    idle_weeks: int | None
    remedy: Remedy
    lost: float
    lost_low: float
    lost_high: float

    @property
    def key(self) -> str:
        """Return what names the item in the API: its product's public id, and its variant's id where it has one."""
        return f"{self.public_id}:{self.variant}" if self.variant else str(self.public_id)

    @property
    def runs_out(self) -> bool:
        """Return whether it is out, or as likely out as not before an order of today is there."""
        return self.out_days is not None and self.weekly_units > 0 and self.out_days <= self.lead_days + self.late_days


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastCheckSummary:
    """What was promised of four weeks on a day, held against what came: shares of the units, and of the items."""

    day: date
    items: int
    error: float
    simple_error: float
    cover: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierOrder:
    """What to order of one supplier; `name` is "" where none is known. `amount` leaves out what has no cost."""

    name: str
    lines: tuple[ItemAdvice, ...]
    amount: Decimal
    without_cost: int
    minimum_amount: Decimal | None

    @property
    def is_below_minimum(self) -> bool:
        """Return whether the supplier asks for more than this."""
        return self.minimum_amount is not None and self.amount < self.minimum_amount


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAdvice:
    """What the shop's forecasts say today; items of the catalogue, none where they are not ready."""

    status: StockStatus
    weeks: int
    made_at: datetime | None
    zone: str
    currency: str
    is_simple: bool  # whether the mean of eight weeks is served, which nothing was sure to beat
    is_drifted: bool
    settings: StockSettings
    items: tuple[ItemAdvice, ...]
    uncounted: int  # items whose stock nobody counted
    without_cost: int
    has_ledger: bool
    checks: tuple[ForecastCheckSummary, ...]

    @property
    def running_out(self) -> list[ItemAdvice]:
        """Return what runs out before an order of today would be there, the soonest first."""
        found = [item for item in self.items if item.runs_out]
        return sorted(found, key=lambda item: (item.out_days or 0, -item.weekly_units))

    @property
    def lying(self) -> list[ItemAdvice]:
        """Return what lies too long, what ties up most first."""
        found = [item for item in self.items if item.excess]
        return sorted(found, key=lambda item: (-(item.excess_amount or 0), -item.excess))


@dataclass(frozen=True, slots=True, kw_only=True)
class PastWeek:
    """A week that ends on a day: units sold, and those that forecasts count."""

    day: date
    sold: float
    counted: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingWeek:
    """A week that ends on a day: units in the mean, and what eight of ten such weeks lie within."""

    day: date
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """An item with its weeks, and how many of them were capped or without stock."""

    item: ItemAdvice
    siblings: tuple[ItemAdvice, ...]  # all of its product
    past: tuple[PastWeek, ...]
    coming: tuple[ComingWeek, ...]
    capped_weeks: int
    out_weeks: int
    is_new: bool
