"""What the merchant's pages show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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


class ExportState(StrEnum):
    """How far an export has come."""

    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFacts:
    """One export of the whole shop; `counts` are lines by file, `size_bytes` is that of the packed file."""

    public_id: int
    state: ExportState
    asked_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None
    counts: Mapping[str, int]
    size_bytes: int

    @property
    def is_coming(self) -> bool:
        """Say whether it is still being made."""
        return self.state in (ExportState.WAITING, ExportState.RUNNING)

    @property
    def lines(self) -> int:
        """Return how many lines it holds in all."""
        return sum(self.counts.values())
