"""What the merchant's pages show."""

from dataclasses import dataclass
from datetime import date, datetime

from recommender.products.types import GateSummary, Purpose, TrainingSummary
from shopconnect.catalog.types import ProductCounts
from shopconnect.orders.types import OrderCounts
from shopconnect.shops.types import ShopProfileSummary
from shopconnect.sync.types import SyncStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupStep:
    """One thing that a merchant does once; `url` leads there. Nobody is reminded of what is optional."""

    title: str
    explanation: str
    url: str
    done: bool
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class ShelfDay:
    """How often shelves were shown on a day (UTC), and how often one of their products was clicked."""

    day: date
    shown: int
    clicks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Whether it works, what it earned as far as is known, and what to do next."""

    profile: ShopProfileSummary
    products: ProductCounts
    orders: OrderCounts
    visits: int
    faq_questions: int
    faq_languages: int
    chats: dict[str, int]
    sync: SyncStatus
    training: TrainingSummary | None
    gates: tuple[GateSummary, ...]
    is_reached: bool  # mail reaches an owner, or an address that one gave
    is_in_use: bool  # shoppers saw a shelf, or wrote to the assistant
    public_key: str
    fallen: tuple[str, ...]  # shelves that show the simple rule, by their titles
    days: tuple[ShelfDay, ...]  # the last 28, the oldest first
    last_answer_at: datetime | None
    compared_at: datetime | None  # when the shop was last found in step with its platform

    @property
    def last_shown(self) -> date | None:
        """Return the last of the days (UTC) on which a shelf was shown."""
        return next((one.day for one in reversed(self.days) if one.shown), None)

    @property
    def is_serving(self) -> bool:
        """Say whether shoppers were shown a shelf, or answered, in the last 28 days."""
        return self.last_shown is not None or self.chats_answered > 0

    @property
    def proven(self) -> GateSummary | None:
        """Return what is best proven of the suggestions on the shop's own orders: the shelf, or what comes next."""
        proven = {gate.purpose: gate for gate in self.gates if gate.proof}
        return proven.get(Purpose.SHELF) or proven.get(Purpose.NEXT)

    @property
    def chats_total(self) -> int:
        """Return how many questions shoppers asked in the last 28 days."""
        return sum(self.chats.values())

    @property
    def chats_answered(self) -> int:
        """Return how many of them the assistant answered by itself."""
        return self.chats.get("answer", 0)

    @property
    def chats_handed_over(self) -> int:
        """Return how many of them went to a person."""
        return self.chats.get("hand_over", 0)
