"""What may cross the wall of price tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import accumulate

from recommender.prices.types import Between, TestableProduct

TEST_OVER, TEST_GUARDED = "price_test_over", "price_test_guarded"
FEWEST_WEEKS_OF_TEST, MOST_WEEKS_OF_TEST, USUAL_WEEKS_OF_TEST = 4, 26, 12
WASHOUT_DAYS = 1  # of a block, in which shoppers still act on the price before, and caches may still show it


class PriceTestState(StrEnum):
    """What became of a price test."""

    RUNNING = "running"
    ENDED = "ended"  # as planned
    STOPPED = "stopped"  # by the merchant
    GUARDED = "guarded"  # one of its prices surely brought less
    REPLACED = "replaced"  # somebody set another price
    REFUSED = "refused"  # by the platform


class BlockKind(StrEnum):
    """How long a price holds in turn."""

    HALF_WEEK = "half_week"
    WEEK = "week"
    FORTNIGHT = "fortnight"

    @property
    def days(self) -> tuple[int, ...]:
        """Return the lengths of the blocks that a pair has of each price: together they are whole weeks."""
        return {BlockKind.HALF_WEEK: (3, 4), BlockKind.WEEK: (7,), BlockKind.FORTNIGHT: (14,)}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTestPlan:
    """What a merchant asks of a price test: its products by public id, for how many weeks, and in which blocks."""

    products: Sequence[int]
    weeks: int
    block: BlockKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PricePair:
    """A variant's price before the test, and the other one."""

    external_id: str
    first: Decimal
    other: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTestDesign:
    """How a test goes: blocks and the arm (0 or 1) of each, drawn by `seed`; cost and share of tax of its product.

    The first days of a block are left out: shoppers may still act on the price before.
    """

    seed: int
    block: BlockKind
    starts_on: date
    arms: Sequence[int]
    variants: Sequence[PricePair]
    cost: Decimal
    tax_share: float

    @property
    def pairs(self) -> int:
        """Return how many times both prices have their turn."""
        return len(self.arms) // (2 * len(self.block.days))

    @property
    def starts(self) -> list[int]:
        """Return the day of each block's start, and of the end, from 0."""
        return list(accumulate(self.block.days * 2 * self.pairs, initial=0))

    @property
    def ends_on(self) -> date:
        """Return the first day after the test."""
        return self.starts_on + timedelta(days=self.starts[-1])

    def block_of(self, day: date) -> int | None:
        """Return the block that a day lies in, None before and after the test."""
        at = (day - self.starts_on).days
        starts = self.starts
        if not 0 <= at < starts[-1]:
            return None
        return next(block for block in range(len(self.arms)) if at < starts[block + 1])

    def arm_on(self, day: date) -> int:
        """Return whose turn a day is: before and after the test the first price's."""
        block = self.block_of(day)
        return 0 if block is None else self.arms[block]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTestResult:
    """What is known so far. By price: units, days counted, margin a day without tax.

    `elasticity`, and the share by which the other price's margin a day differs (`gain`), are None while too little is
    known.
    """

    elasticity: Between | None
    gain: Between | None
    pairs: int
    units: Sequence[float]
    days: Sequence[int]
    margin_a_day: Sequence[float]
    days_left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTestSummary:
    """A price test with its result; `title` is in the reader's language."""

    id: int
    public_id: int
    group: int
    product_id: int
    product_public_id: int
    title: str
    currency: str
    first: Decimal
    other: Decimal
    design: PriceTestDesign
    state: PriceTestState
    made_at: datetime
    ended_at: datetime | None
    result: PriceTestResult | None

    @property
    def is_running(self) -> bool:
        """Say whether prices still take turns."""
        return self.state == PriceTestState.RUNNING

    @property
    def step(self) -> float:
        """Return the share by which the other price is higher, below 0 when it is lower."""
        return float(self.other / self.first) - 1

    @property
    def ends_on(self) -> date:
        """Return the first day after the test."""
        return self.design.ends_on

    @property
    def by_price(self) -> list[tuple[Decimal, int, float, float]]:
        """Return each price with its days, units and margin a day."""
        if self.result is None:
            return []
        found = (self.result.days, self.result.units, self.result.margin_a_day)
        return list(zip((self.first, self.other), *found, strict=True))

    @property
    def turns(self) -> list[tuple[date, Decimal]]:
        """Return from which day which price holds, and the first one after the end."""
        design = self.design
        prices = [self.other if arm else self.first for arm in [*design.arms, 0]]
        return [
            (design.starts_on + timedelta(days=day), price) for day, price in zip(design.starts, prices, strict=True)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTestPage:
    """Tests of a shop, what could be tested, and whether the shop's platform takes prices."""

    tests: tuple[PriceTestSummary, ...]
    testable: tuple[TestableProduct, ...]
    can_write: bool
    is_stopped: bool
    has_looked: bool
    currency: str
    zone: str
