"""What may cross the wall of the prices room."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from shopconnect.catalog.types import ProductRow, VariantRow
from shopconnect.core.web.lists import Latest
from shopconnect.sync.types import Blocker, ChangeState

KIND = "price"  # of a change for a shop's platform
READ_PRICES, WRITE_PRICES = "read:prices", "write:prices"  # scopes of tokens
GUARD_ACTED = "price_guard_acted"
FEWEST_WEEKS = 33  # of sales: twenty to learn from, thirteen to be measured on
COMPETITOR_DAYS = 30  # for which a competitor's price that was told is rested on
LONGEST_FAMILY = 80
WATCH_DAYS = 28  # for which a price that was written is watched


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRequest:
    """A price that somebody wants a variant to have; `is_confirmed` says so of a gift, and of more than 90 % off."""

    product_public_id: int
    variant: str
    price: Decimal
    compare_at_price: Decimal | None
    currency: str
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PricePreview:
    """What a price change would do."""

    title: str
    currency: str
    before: Decimal
    before_compare_at: Decimal | None
    price: Decimal
    compare_at_price: Decimal | None

    @property
    def percent(self) -> Decimal:
        """Return by how many percent the price rises, below 0 when it falls."""
        return 100 * (self.price - self.before) / self.before if self.before else Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceDecision:
    """A price that was decided on, and the one it is to replace; `undoes` is the public id of the change it undoes."""

    product: str
    variant: str
    title: str
    currency: str
    before: Decimal
    before_compare_at: Decimal | None
    price: Decimal
    compare_at_price: Decimal | None
    undoes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChangeSummary:
    """One price change for the platform; `refusal` is in the platform's words."""

    public_id: int
    title: str
    currency: str
    before: Decimal
    before_compare_at: Decimal | None
    price: Decimal
    compare_at_price: Decimal | None
    state: ChangeState
    blocker: Blocker | None
    refusal: str
    asked_at: datetime
    finished_at: datetime | None
    is_undo: bool
    can_be_undone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PricePage:
    """The page of price changes; `scope` is what the platform must still allow us, "" where nothing is missing."""

    platform: str
    scope: str
    address: str
    changes: Latest[PriceChangeSummary]
    found: tuple[ProductRow, ...]
    product: ProductRow | None
    variants: tuple[VariantRow, ...]
    zone: str

    @property
    def is_waiting(self) -> bool:
        """Say whether a change is on its way."""
        return any(change.state == ChangeState.WAITING for change in self.changes)


class PriceGoal(StrEnum):
    """What a price is to bring most of."""

    PROFIT = "profit"
    REVENUE = "revenue"
    CLEARING = "clearing"  # what is in stock is sold by a date, at the highest price that does it


class PriceLimit(StrEnum):
    """The rules that a proposal goes through, in their order."""

    LARGEST_STEP = "largest_step"
    ENDINGS = "endings"
    COST = "cost"  # resale below cost is forbidden
    LEAST_MARGIN = "least_margin"
    CEILING = "ceiling"
    COMPETITOR = "competitor"  # no price above a share of a competitor's
    FAMILY = "family"  # products of a family keep the order of their prices
    FREEZE = "freeze"  # no price falls before a planned reduction
    REFERENCE = "reference"  # what a fall costs the next announced reduction
    CAUTION = "caution"  # chosen by the lower quantile
    PARITY = "parity"  # variants of a family keep their distances


class NoProposalReason(StrEnum):
    """Why a product has no proposal."""

    NO_COST = "no_cost"
    LITTLE_MOVEMENT = "little_movement"
    NO_STOCK = "no_stock"
    BEST_AS_IT_IS = "best_as_it_is"
    NOT_SURE = "not_sure"  # nothing learnt of prices surely foretells this shop's sales better
    NO_ROOM = "no_room"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedReduction:
    """A reduction that the merchant will announce, of some products by our ids."""

    starts_on: date
    percent: Decimal
    products: frozenset[int]
    days: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPosition:
    """Where a product's price stands: a competitor's, None where none is known, and the name of its family.

    `told_at` is when the competitor's price was told, None for now.
    """

    competitor: Decimal | None = None
    family: str = ""
    told_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPosition:
    """A product's position, and when it was told."""

    product_id: int
    product_public_id: int
    competitor_price: Decimal | None
    family: str
    told_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PricingRules:
    """What the merchant allows; shares are of 1. `tax_share` is what a shown price holds on top of the net one."""

    goal: PriceGoal = PriceGoal.PROFIT
    horizon_days: int = 28
    clear_by: date | None = None
    competitor_share: float | None = None  # of a competitor's price, above which none of ours is proposed
    aimed: frozenset[int] | None = None  # the products that the goal is for, by our ids: others aim at profit
    largest_step: float = 0.10
    least_margin: float = 0.0
    ceiling: float = 1.30  # times the price that was usual in the last quarter
    tax_share: float = 0.0
    freeze_days: int = 30
    caution: float = 0.20
    endings: tuple[int, ...] = ()  # of prices, in cents; those that the shop uses where none is named
    has_parity: bool = True  # variants at other prices keep their distances
    planned: tuple[PlannedReduction, ...] = ()

    def goal_of(self, product_id: int) -> PriceGoal:
        """Return what a product's price is to bring most of."""
        return self.goal if self.aimed is None or product_id in self.aimed else PriceGoal.PROFIT

    def days_of(self, goal: PriceGoal, today: date) -> int:
        """Return for how many days a price is judged: for clearing those up to its date."""
        if goal == PriceGoal.CLEARING and self.clear_by is not None:
            return max((self.clear_by - today).days, 1)
        return self.horizon_days


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """A mean and the ends of its 95 % interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceOutlook:
    """What is expected within the horizon at a price: units, revenue and margin without tax."""

    price: Decimal
    units: Between
    revenue: Between
    margin: Between


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitEffect:
    """What a rule did: how many price points it left, and the amount that it goes by, None where there is none.

    `changed_choice` says of what takes no point away that another one would have been chosen without it.
    """

    limit: PriceLimit
    points_before: int
    points_after: int
    amount: Decimal | None = None
    changed_choice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantPrice:
    """What a proposal means for a variant."""

    external_id: str
    before: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ElasticitySummary:
    """A product's elasticity with its interval, the weeks with a sale and the prices that it rests on."""

    value: Between
    weeks: int
    prices: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceGain:
    """What a price brings within the horizon beyond the one that holds; the low one is what prices are chosen by."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedPrice:
    """A price that a product should have, and why.

    `gain` is what `goal` says within `days`: profit, revenue, or revenue from what is in stock. `reference` is the
    lowest price of the last thirty days, `reference_after` what it would be: an announced reduction starts from it.
    """

    product_id: int
    product_public_id: int
    title: str
    currency: str
    elasticity: ElasticitySummary
    now: PriceOutlook
    proposed: PriceOutlook
    gain: PriceGain
    reference: Decimal
    reference_after: Decimal
    limits: tuple[LimitEffect, ...]
    variants: tuple[VariantPrice, ...]
    goal: PriceGoal = PriceGoal.PROFIT
    days: int = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPriceProposal:
    """A product without a proposal; `weeks` and `prices` are what its movement was counted in."""

    product_id: int
    product_public_id: int
    title: str
    reason: NoProposalReason
    weeks: int
    prices: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TestableProduct:
    """A product whose price moved too little, a price to test; `error`: half the interval after twelve weeks."""

    product_id: int
    product_public_id: int
    title: str
    price: Decimal
    other: Decimal
    weekly_units: float
    error: float
    cost: Decimal
    tax_share: float
    variants: tuple[VariantPrice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTrialSummary:
    """How far past weeks were foretold with what was learnt of prices, and without; `is_passed`: surely better."""

    products: int
    weeks: int
    with_price: float
    without_price: float
    is_passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopProposals:
    """All proposals of a shop, and the products that have none; `trial` is None where too little is known for one."""

    rules: PricingRules
    weeks: int
    trial: PriceTrialSummary | None
    proposals: tuple[ProposedPrice, ...]
    without: tuple[NoPriceProposal, ...] = field(default=())
    testable: tuple[TestableProduct, ...] = field(default=())
