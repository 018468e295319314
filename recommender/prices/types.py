"""What may cross the wall of the prices room."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

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
