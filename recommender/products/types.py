"""What may cross the wall of the products room."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from shopconnect.billing.types import Meter
from shopconnect.experiments.types import ExperimentKind
from shopconnect.privacy.types import Advice

READ_SUGGESTIONS, READ_RULES, WRITE_RULES = "read:suggestions", "read:rules", "write:rules"  # scopes of tokens
SUGGESTIONS = Meter("suggestions")  # shelves shown
# Kinds of experiment: what B gives for variety, in percent of accuracy, and B's version of the rules.
VARIETY_KIND, RULES_KIND = ExperimentKind("variety"), ExperimentKind("rules")
DIVERSITY_PERCENTS = (0, 2, 5, 10)  # of accuracy: what a shop may give for diversity at most
USUAL_DIVERSITY_PERCENT = 5
# From this share of repeats in what returning customers order on, *for you* shows what goes into the next order.
MANY_REPEATS = 0.1


class Task(StrEnum):
    """What is asked of the models when they are measured; docs/recommendations.md says what a case of each is."""

    NEXT_NEW = "next-new"
    NEXT_ALL = "next-all"
    CART = "cart"
    LAST = "last"
    COLD = "cold"
    SESSION = "session"


class Purpose(StrEnum):
    """What a served ranking is for: beside a product, what completes a cart, a buyer's next, new and repeated buys.

    And what a visit looks at next.
    """

    SHELF = "shelf"
    CART = "cart"
    NEXT = "next"
    NEW = "new"
    AGAIN = "again"
    VISIT = "visit"


class ForYou(StrEnum):
    """What *for you* offers a buyer: what the shop's own orders say, only what they never had, or everything."""

    AUTOMATIC = "auto"
    NEW = "new"
    EVERYTHING = "all"


class Shelf(StrEnum):
    """What a row of suggestions is about; docs/recommendations.md says what stands on each."""

    SIMILAR = "similar"
    TOGETHER = "together"
    CART = "cart"
    FOR_YOU = "for-you"
    VIEWED = "viewed"
    AGAIN = "again"
    RECENT = "recent"
    TRENDING = "trending"
    NEW = "new"
    SALE = "sale"


BESIDE = "beside"  # what the shelf without a name, beside a product, is called where shelves are measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known of a visit as it asks: ids as the platform writes them (or our public ids), the newest first.

    `views` are the last products looked at, `cart` what lies in the cart, `disliked` what the shopper wants less of;
    `bought` is what a buyer bought (our product ids) and when; `is_beside_again` says that *buy again* stands on the
    same page. `category` is a name, or a path with " > " between its
    names, else `listed` are products that the page lists, whose common category counts; `country` and `currency` are
    ISO codes, "" where the page does not say.
    """

    product: str = ""
    views: tuple[str, ...] = ()
    cart: tuple[str, ...] = ()
    disliked: tuple[str, ...] = ()
    category: str = ""
    listed: tuple[str, ...] = ()
    country: str = ""
    currency: str = ""
    language: str = "en"
    bought: tuple[tuple[int, datetime], ...] = ()
    is_beside_again: bool = False


class State(StrEnum):
    """How far a training, or a replay of rules, has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class VersionState(StrEnum):
    """What a version of the rules is: being written, tried on half of the visits, in force, or followed by another."""

    DRAFT = "draft"
    TRIED = "tried"
    LIVE = "live"
    PAST = "past"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSummary:
    """One training as others may see it; times are UTC, `figures` are those of the manifest."""

    id: int
    state: State
    started_at: datetime
    finished_at: datetime | None
    step: str
    percent: int
    error: str
    version: str
    counts: Mapping[str, int]
    figures: Mapping[str, Mapping[str, Any]]


class Suggestion(NamedTuple):
    """A product on a shelf: its card in the shopper's language, and the advice (score and reasons) behind it."""

    product_id: int
    public_id: int
    external_id: str
    title: str
    url: str
    image: str
    price: str
    advice: Advice
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """In what share of the last weeks' cases (0 to 1) one of the places held what was bought, as it would be shown.

    Beside it the best sellers, and the `simple` rule that the gate asks to be beaten; the lead is over that one.
    """

    cases: int
    places: int
    held: float
    best_sellers: float
    simple: float
    lead_low: float
    lead_high: float

    @property
    def is_ahead(self) -> bool:
        """Say whether the lead over the simple rule is more than chance."""
        return self.lead_low > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DiversityPoint:
    """What one diversity weight gives: the share of the catalogue shown, and of the accuracy kept, 1 at most."""

    diversity: float
    coverage: float
    accuracy: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DiversityChoice:
    """How much accuracy a shop gives for diversity at most, in percent, and what it gets for that."""

    percent: int
    point: DiversityPoint | None
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DiversitySummary:
    """The curve of what diversity costs on the shop's own last weeks, the choices, and what is shown today."""

    curve: tuple[DiversityPoint, ...]
    choices: tuple[DiversityChoice, ...]
    shown: DiversityPoint | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateSummary:
    """Whether learning paid: the model's figure and the simple rule's on the last weeks before training."""

    purpose: Purpose
    served: str
    blend_ndcg: float
    simple_ndcg: float
    difference: float
    difference_low: float
    cases: int
    is_judged: bool = True  # not where cases are too few, or many views of few visits
    proof: Proof | None = None

    @property
    def model_won(self) -> bool:
        """Say whether the fitted blend is what is served."""
        return self.served == "blend"


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatSummary:
    """How much of what returning customers ordered in the last weeks they had before, and what follows for *for you*.

    `share`, 0 to 1, is None while nothing was counted; `are_offered` is what holds by it and by what was `chosen`.
    """

    share: float | None
    are_many: bool
    chosen: ForYou

    @property
    def are_offered(self) -> bool:
        """Say whether *for you* shows what a buyer had among the rest."""
        return offers_repeats(self.chosen, are_many=self.are_many)


def are_many(repeats: Mapping[str, float]) -> bool:
    """Say whether what returning customers order on is surely as often a repeat as where people restock."""
    return repeats.get("low", 0.0) >= MANY_REPEATS


def offers_repeats(chosen: ForYou, *, are_many: bool) -> bool:
    """Say whether *for you* shows what a buyer had among the rest, in a shop with many repeats or few."""
    return are_many if chosen == ForYou.AUTOMATIC else chosen == ForYou.EVERYTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSize:
    """How many products were fitted, and of how many, those that sell best, the links among each other."""

    products: int
    linked: int

    @property
    def unlinked(self) -> int:
        """Return how many products are placed by what they have in common and by who bought them."""
        return self.products - self.linked


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfPreview:
    """What the merchant sees for one product: suggestions with reasons, and how well they are measured to work."""

    product_title: str
    suggestions: tuple[Suggestion, ...]
    gates: tuple[GateSummary, ...]
    trained_at: datetime | None
    version: str
    counts: Mapping[str, Any] = field(default_factory=dict)
    missing_orders: int = 0  # before more is fitted than content and counts
    size: ModelSize | None = None

    @property
    def left_out(self) -> Mapping[str, int]:
        """Return of how many orders, lines and views of robots nothing is fitted, by why not; what is 0 is left out."""
        return {name: count for name, count in self.counts.get("left_out", {}).items() if count}


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupShare:
    """A vendor's or category's share of all places, and of the products for sale, 0 to 1."""

    name: str
    shown: float
    catalogue: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureReport:
    """What shelves showed of the catalogue in one week: shares, 0 to 1, of places beside those of products for sale.

    `coverage` is the share of products for sale that stood anywhere, `busiest` the share of places that the busiest
    tenth of them had, `gini` how unevenly places were given (0: all alike).
    """

    week: date
    pages: int
    places: int
    coverage: float
    gini: float
    busiest: float
    long_tail: float
    long_tail_catalogue: float
    new: float
    new_catalogue: float
    groups: Mapping[str, tuple[GroupShare, ...]]

    @property
    def widest(self) -> float:
        """Return the largest share of any group, by which bars are drawn."""
        return max((max(one.shown, one.catalogue) for groups in self.groups.values() for one in groups), default=1.0)


class Concern(StrEnum):
    """What may be wrong with what shelves show."""

    MORE_UNEVEN = "more_uneven"
    LESS_COVERED = "less_covered"
    FAVOURED = "favoured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something to look at; `name` says of which vendor or category."""

    concern: Concern
    name: str = ""
