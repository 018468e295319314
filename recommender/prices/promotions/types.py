"""What may cross the wall of promotions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from recommender.prices.types import Between, NoProposalReason, PriceOutlook
from shopconnect.catalog.reductions import REFERENCE_DAYS

PROMOTION_JUDGED = "promotion_judged"  # a notice
AFTER_DAYS = 14  # after a promotion that count for its verdict: what was only bought earlier is missing there
LONGEST_DAYS, MOST_PRODUCTS = 60, 2_000
SUFFICES = 0.9  # the share of cases in which stock is to last


class ClaimState(StrEnum):
    """Whether a crossed-out price may stand where it does."""

    TRUE = "true"
    TOO_HIGH = "too_high"  # the lowest price of thirty days before was lower
    NO_REDUCTION = "no_reduction"  # it was not above today's
    UNKNOWN = "unknown"  # fewer than thirty days before are known


@dataclass(frozen=True, slots=True, kw_only=True)
class ReductionClaim:
    """What a reduction says now, and what it may say."""

    id: int
    product_public_id: int
    title: str
    variant: str
    currency: str
    price: Decimal
    crossed: Decimal
    lowest: Decimal | None
    began_at: datetime | None
    known_days: int

    @property
    def state(self) -> ClaimState:
        """Return whether what is said is true."""
        if self.lowest is None or self.known_days < REFERENCE_DAYS:
            return ClaimState.UNKNOWN
        if self.lowest <= self.price:
            return ClaimState.NO_REDUCTION
        return ClaimState.TOO_HIGH if self.crossed > self.lowest else ClaimState.TRUE

    @property
    def share_said(self) -> float:
        """Return the share of 1 by which the price lies under the crossed-out one, in whole percent."""
        return _whole_percent(1 - self.price / self.crossed)

    @property
    def share_allowed(self) -> float | None:
        """Return the share of 1 that may be said; None where it is not known."""
        if self.state == ClaimState.UNKNOWN or not self.lowest:
            return None
        return _whole_percent(max(1 - self.price / self.lowest, Decimal(0)))


class PromotionStage(StrEnum):
    """How far a promotion is."""

    PLANNED = "planned"
    RUNNING = "running"
    WAITING = "waiting"  # is over; the days after it are still counted
    JUDGED = "judged"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionWish:
    """What a merchant plans: `words` name products, categories or a vendor; none are all products."""

    name: str
    words: str
    starts_on: date
    ends_on: date  # its last day
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotedPlan:
    """What a product may be offered at, and what that would bring in the days of the promotion.

    `reference` is the lowest price of the thirty days before the first day, today's where it holds until then;
    `promised` is the percentage less. `stock` is what is left on the first day, None where it is not counted, and
    `lasts` the share of cases in which it suffices. `after` are the days after at the price that holds. Without a
    forecast `reason` says why.
    """

    price: Decimal
    reference: Decimal
    promised: Decimal
    is_proven: bool  # thirty days of prices are known
    cost: Decimal | None
    tax_share: float
    stock: float | None
    lasts: float | None
    usual: PriceOutlook | None
    reduced: PriceOutlook | None
    after: PriceOutlook | None
    gain: Between | None
    reason: NoProposalReason | None

    @property
    def is_below_cost(self) -> bool:
        """Say whether it would be sold below what it cost."""
        return self.cost is not None and float(self.promised) < float(self.cost) * (1 + self.tax_share)

    @property
    def is_short(self) -> bool:
        """Say whether its stock is likely to run out."""
        return self.lasts is not None and self.lasts < SUFFICES


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionVerdict:
    """What sold in the promotion and in the days after, beyond what was expected without it.

    `units` and `paid` are of its own days; the extra ones count the days after it too.
    """

    units: float
    paid: float
    units_after: float
    extra_units: Between
    extra_margin: Between


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotedProductSummary:
    """A product of a promotion; `title` is in the reader's language."""

    id: int
    product_public_id: int
    title: str
    plan: PromotedPlan | None
    verdict: PromotionVerdict | None

    @property
    def extra_margin(self) -> Between | None:
        """Return the margin that it brought beyond that without it; before the verdict the expected one."""
        if self.verdict is not None:
            return self.verdict.extra_margin
        return self.plan.gain if self.plan is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionTotals:
    """What a plan comes to: products in all and with a forecast, units and extra margin of these.

    Intervals are as if all products erred together: rather too wide.
    """

    products: int
    foretold: int
    short: int
    below_cost: int
    unproven: int
    usual_units: Between
    units: Between
    gain: Between


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionSummary:
    """A promotion with what is expected of it and what it brought."""

    id: int
    public_id: int
    name: str
    starts_on: date
    ends_on: date
    percent: int
    products: int
    totals: PromotionTotals | None
    verdict: PromotionVerdict | None
    currency: str
    today: date

    @property
    def stage(self) -> PromotionStage:
        """Return how far it is."""
        if self.today < self.starts_on:
            return PromotionStage.PLANNED
        if self.today <= self.ends_on:
            return PromotionStage.RUNNING
        return PromotionStage.WAITING if self.verdict is None else PromotionStage.JUDGED

    @property
    def extra_margin(self) -> Between | None:
        """Return the margin that it brought beyond that without it; before the verdict the expected one."""
        if self.totals is None or not self.totals.foretold:
            return None
        return self.totals.gain if self.verdict is None else self.verdict.extra_margin

    @property
    def judged_on(self) -> date:
        """Return the day on which its verdict is known."""
        return self.ends_on + timedelta(days=AFTER_DAYS + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionsPage:
    """A shop's promotions, the newest first, and what stands reduced now."""

    promotions: Sequence[PromotionSummary]
    claims: Sequence[ReductionClaim]
    reduced: int
    currency: str
    freeze_days: int


def _whole_percent(share: Decimal) -> float:
    """Return a share in whole percent, never more than it is: 14.6 % off may not be called 15."""
    return float(share.quantize(Decimal("0.01"), ROUND_DOWN))


def added(parts: Sequence[Between]) -> Between:
    """Return the sum of figures whose ends are added too."""
    return Between(
        mean=sum(one.mean for one in parts), low=sum(one.low for one in parts), high=sum(one.high for one in parts)
    )
