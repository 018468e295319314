"""What may cross the wall of the prices room."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from shopconnect.catalog.types import ProductRow, VariantRow
from shopconnect.core.web.lists import Latest
from shopconnect.sync.types import Blocker, ChangeState

KIND = "price"  # of a change for a shop's platform


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
    NO_ROOM = "no_room"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedReduction:
    """A reduction that the merchant will announce."""

    starts_on: date
    percent: Decimal
    days: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class PricingRules:
    """What the merchant allows; shares are of 1. `tax_share` is what a shown price holds on top of the net one."""

    goal: PriceGoal = PriceGoal.PROFIT
    horizon_days: int = 28
    clear_by: date | None = None
    largest_step: float = 0.10
    least_margin: float = 0.0
    ceiling: float = 1.30  # times the price that was usual in the last quarter
    tax_share: float = 0.0
    freeze_days: int = 30
    caution: float = 0.20
    planned: PlannedReduction | None = None


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
    cautious: float  # the lower quantile of what is to be brought, which is what prices are chosen by


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
class PriceProposal:
    """A price that a product should have, and why.

    `reference` is the lowest price of the last thirty days, `reference_after` what it would be: an announced reduction
    starts from it.
    """

    product_id: int
    product_public_id: int
    title: str
    currency: str
    elasticity: ElasticitySummary
    now: PriceOutlook
    proposed: PriceOutlook
    reference: Decimal
    reference_after: Decimal
    limits: tuple[LimitEffect, ...]
    variants: tuple[VariantPrice, ...]


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
class ShopProposals:
    """All proposals of a shop, and the products that have none."""

    rules: PricingRules
    proposals: tuple[PriceProposal, ...]
    without: tuple[NoPriceProposal, ...] = field(default=())
