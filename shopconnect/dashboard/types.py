"""What the merchant's pages show."""

from dataclasses import dataclass
from datetime import datetime

from recommender.products.types import GateFacts, TrainingFacts
from shopconnect.catalog.types import ProductCounts
from shopconnect.orders.types import OrderCounts
from shopconnect.shops.types import ProfileFacts
from shopconnect.sync.types import RunFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that a merchant does once; `url` leads there."""

    title: str
    explanation: str
    url: str
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Whether it works, what it earned as far as is known, and what to do next."""

    profile: ProfileFacts
    products: ProductCounts
    orders: OrderCounts
    visits: int
    faq_entries: int
    chats: dict[str, int]
    run: RunFacts | None
    problems: int
    training: TrainingFacts | None
    gates: tuple[GateFacts, ...]
    public_key: str
    seen_at: datetime

    @property
    def chats_total(self) -> int:
        """Return how many questions shoppers asked in the last 28 days."""
        return sum(self.chats.values())

    @property
    def chats_answered(self) -> int:
        """Return how many of them the assistant answered by itself."""
        return self.chats.get("answer", 0)
