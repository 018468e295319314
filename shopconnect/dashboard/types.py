"""What the merchant's pages show."""

from dataclasses import dataclass

from recommender.products.evaluation.types import ReplaySummary
from recommender.products.rules.types import RuleVersionSummary
from recommender.products.types import DiversitySummary, GateSummary, Purpose, Shelf, State, Suggestion, TrainingSummary
from shopconnect.catalog.types import ProductCounts
from shopconnect.orders.types import OrderCounts
from shopconnect.shops.types import ShopProfileSummary
from shopconnect.sync.types import SyncStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that a merchant does once; `url` leads there. Nobody is reminded of what is optional."""

    title: str
    explanation: str
    url: str
    done: bool
    is_optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GateComparison:
    """What learning achieved beside the simple rule, for one purpose, as bars of 0 to 100."""

    gate: GateSummary
    learnt_width: float
    simple_width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """What a shop's pages wait for: its products and orders, and percent of a learning that runs, if one does."""

    is_coming: bool
    learnt_percent: int | None


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a drawing, in its own units; y grows downwards."""

    x: float
    y: float
    is_shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VarietyCurve:
    """What variety costs as dots of 100 x 50: the accuracy `floor` at the foot, shares of products at the sides."""

    facts: DiversitySummary
    dots: tuple[Dot, ...]
    floor: float
    left: float
    right: float

    @property
    def line(self) -> str:
        """Return the dots as an SVG's points."""
        return " ".join(f"{dot.x:.2f},{dot.y:.2f}" for dot in self.dots)


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Whether it works, what it earned as far as is known, and what to do next."""

    profile: ShopProfileSummary
    products: ProductCounts
    orders: OrderCounts
    visits: int
    faq_entries: int
    chats: dict[str, int]
    sync: SyncStatus
    training: TrainingSummary | None
    comparisons: tuple[GateComparison, ...]
    is_reached: bool  # mail reaches an owner, or an address that one gave
    is_in_use: bool  # shoppers saw a shelf, or wrote to the assistant
    public_key: str

    @property
    def proven(self) -> GateSummary | None:
        """Return what is best proven of the suggestions on the shop's own orders: the shelf, or what comes next."""
        gates = {one.gate.purpose: one.gate for one in self.comparisons if one.gate.proof}
        return gates.get(Purpose.SHELF) or gates.get(Purpose.NEXT)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """A rule as its page shows it; `kept` is what a form gives back, `is_new` says that it is not in force yet."""

    sentence: str
    kept: str
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesPage:
    """A shop's rules as they hold and as they are being written; `mark` says what was looked at."""

    live: RuleVersionSummary
    draft: RuleVersionSummary | None
    lines: tuple[RuleLine, ...]
    changes: tuple[str, ...]
    cautions: tuple[str, ...]
    replay: ReplaySummary | None
    mark: str
    categories: tuple[str, ...]
    vendors: tuple[str, ...]
    zone: str
    currency: str

    @property
    def is_replaying(self) -> bool:
        """Say whether these very rules are being replayed."""
        return self.replay is not None and self.replay.is_current and self.replay.is_coming

    @property
    def is_replayed(self) -> bool:
        """Say whether these very rules were replayed."""
        return self.replay is not None and self.replay.is_current and self.replay.state == State.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePreview:
    """A shelf beside a product as it is, and as the draft would have it."""

    public_id: int
    title: str
    shelf: Shelf | None
    before: tuple[Suggestion, ...]
    after: tuple[Suggestion, ...]

    @property
    def is_changed(self) -> bool:
        """Say whether the draft shows other products, or the same ones in another order."""
        return [one.public_id for one in self.before] != [one.public_id for one in self.after]

    @property
    def gone(self) -> set[int]:
        """Return the products that the draft shows no more."""
        return {one.public_id for one in self.before} - {one.public_id for one in self.after}

    @property
    def come(self) -> set[int]:
        """Return the products that only the draft shows."""
        return {one.public_id for one in self.after} - {one.public_id for one in self.before}
