"""What may cross the wall of the prices room."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from shopconnect.catalog.types import ProductRow, VariantRow
from shopconnect.core.web.lists import Latest
from shopconnect.sync.types import Blocker, ChangeState

KIND = "price"  # of a change for a shop's platform
READ_PRICES = "read:prices"
GUARD_ACTED = "price_guard_acted"
FEWEST_WEEKS = 33  # of sales: twenty to learn from, thirteen to be measured on
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
    endings: tuple[int, ...] = ()  # of prices, in cents; those that the shop uses where none is named
    has_parity: bool = True  # variants at other prices keep their distances
    planned: tuple[PlannedReduction, ...] = ()


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
    gain: PriceGain
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


class ProposalState(StrEnum):
    """What became of a proposal."""

    PROPOSED = "proposed"
    SCHEDULED = "scheduled"  # approved for a day to come
    APPROVED = "approved"  # on its way to the platform
    WRITTEN = "written"  # holds at the platform and is watched
    KEPT = "kept"  # was watched to the end
    REPLACED = "replaced"  # somebody set another price while it was watched
    REJECTED = "rejected"
    REFUSED = "refused"  # by the platform, or the price had changed meanwhile
    ROLLED_BACK = "rolled_back"


UNDER_WAY = (ProposalState.SCHEDULED, ProposalState.APPROVED, ProposalState.WRITTEN)


class NightStatus(StrEnum):
    """Why there are proposals or none."""

    EMPTY = "empty"
    LEARNING = "learning"
    TOO_LITTLE = "too_little"
    STOPPED = "stopped"
    NOT_SURE = "not_sure"
    READY = "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSettings:
    """What the merchant allows, in percent; `endings` are cents, None tax is the usual one where prices hold any."""

    largest_step: int = 10
    least_margin: int = 0
    ceiling: int = 130
    daily_limit: int = 20
    weekly_limit: int = 60
    endings: tuple[int, ...] = ()
    has_parity: bool = True
    freeze_days: int = 30
    tax: int | None = None
    is_stopped: bool = False
    approves_rises: bool = False
    approves_falls: bool = False
    is_chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProposal:
    """A proposal with what became of it; `title` is in the reader's language."""

    id: int
    public_id: int
    title: str
    state: ProposalState
    found: ProposedPrice
    model_version: str
    made_at: datetime
    decided_at: datetime | None
    due_at: datetime | None
    asked_at: datetime | None
    written_at: datetime | None
    ended_at: datetime | None

    @property
    def rise(self) -> float:
        """Return the share by which the price rises, below 0 when it falls."""
        return float(self.found.proposed.price / self.found.now.price) - 1

    @property
    def is_open(self) -> bool:
        """Say whether it can be approved or rejected."""
        return self.state == ProposalState.PROPOSED

    @property
    def can_be_undone(self) -> bool:
        """Say whether what was decided can be taken back."""
        return self.state in UNDER_WAY


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceNightSummary:
    """What a night came to: its weeks, its trial, and how many products have no proposal for which reason."""

    made_at: datetime
    weeks: int
    trial: PriceTrialSummary | None
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalPage:
    """Proposals of one kind of state, and why there are no others; `can_write` says whether the platform takes them."""

    status: NightStatus
    night: PriceNightSummary | None
    settings: PriceSettings
    proposals: tuple[StoredProposal, ...]
    total: int
    can_write: bool
    zone: str
    currency: str
