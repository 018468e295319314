"""What the pages of suggestions show."""

from dataclasses import dataclass
from datetime import date

from recommender.products.evaluation.types import ReplaySummary
from recommender.products.rules.types import RuleVersionSummary
from recommender.products.types import DiversitySummary, GateSummary, Shelf, State, Suggestion
from shopconnect.core.web.lists import Latest
from shopconnect.experiments.types import ExperimentKind, ExperimentSummary
from shopconnect.experiments.words.experiments import Outlook


@dataclass(frozen=True, slots=True, kw_only=True)
class GateBars:
    """What learning achieved beside the simple rule, for one purpose, as bars of 0 to 100."""

    gate: GateSummary
    blend_width: float
    simple_width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningStatus:
    """What a shop's pages wait for: its products and orders, then a training that is next, or runs.

    `minutes_left` are those of one that runs, as long as it went on so far; None where nobody can say yet.
    """

    is_coming: bool
    is_next: bool
    training_percent: int | None
    minutes_left: int | None


@dataclass(frozen=True, slots=True)
class CurveDot:
    """A point of a drawing, in its own units; y grows downwards."""

    x: float
    y: float
    is_shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DiversityCurve:
    """What diversity costs as dots of 100 x 50: the accuracy `floor` at the foot, shares of products at the sides.

    The line leads through those dots that no other one beats in both.
    """

    summary: DiversitySummary
    dots: tuple[CurveDot, ...]
    line: tuple[CurveDot, ...]
    floor: float
    left: float
    right: float

    @property
    def points(self) -> str:
        """Return the line as an SVG's points."""
        return " ".join(f"{dot.x:.2f},{dot.y:.2f}" for dot in self.line)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """A rule as its page shows it; `data` is what a form gives back, `is_new` says that it is not in force yet."""

    sentence: str
    data: str
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesPage:
    """A shop's rules as they hold and as they are being written; `etag` says what was looked at."""

    live: RuleVersionSummary
    draft: RuleVersionSummary | None
    lines: tuple[RuleLine, ...]
    changes: tuple[str, ...]
    cautions: tuple[str, ...]
    replay: ReplaySummary | None
    etag: str
    categories: Latest[str]  # in the reader's language
    vendors: Latest[str]
    zone: str
    currency: str

    @property
    def is_replaying(self) -> bool:
        """Say whether these very rules are being replayed."""
        return self.replay is not None and self.replay.is_current and self.replay.is_coming

    @property
    def is_losing(self) -> bool:
        """Say whether the replay of these very rules found less on some shelf."""
        return self.is_replayed and self.replay is not None and "worse" in {one.verdict for one in self.replay.tallies}

    @property
    def is_replayed(self) -> bool:
        """Say whether these very rules were replayed."""
        return self.replay is not None and self.replay.is_current and self.replay.state == State.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewCard:
    """A product of a shelf: its place, and where it stands on the other one, None where it does not.

    `left` and `right` are the places that it may be moved to, 0 for none.
    """

    suggestion: Suggestion
    place: int
    elsewhere: int | None
    left: int
    right: int

    @property
    def is_moved(self) -> bool:
        """Say whether it stands elsewhere on the other shelf."""
        return self.elsewhere is not None and self.elsewhere != self.place


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePreview:
    """A shelf beside a product as it is on a day, and as the draft would have it."""

    public_id: int
    title: str
    shelf: Shelf | None
    day: date
    takes_pins: bool
    before: tuple[Suggestion, ...]
    after: tuple[Suggestion, ...]

    @property
    def cards_before(self) -> list[PreviewCard]:
        """Return what stands there now, beside where the draft has it."""
        return self._cards(self.before, self.after)

    @property
    def cards_after(self) -> list[PreviewCard]:
        """Return what the draft has there, beside where it stands now."""
        return self._cards(self.after, self.before)

    def _cards(self, shown: tuple[Suggestion, ...], other: tuple[Suggestion, ...]) -> list[PreviewCard]:
        places = {one.public_id: place for place, one in enumerate(other, start=1)}
        return [
            PreviewCard(
                suggestion=one,
                place=place,
                elsewhere=places.get(one.public_id),
                left=place - 1,
                right=place + 1 if place < len(shown) else 0,
            )
            for place, one in enumerate(shown, start=1)
        ]

    @property
    def is_changed(self) -> bool:
        """Say whether the draft shows other products, or the same ones in another order."""
        return [one.public_id for one in self.before] != [one.public_id for one in self.after]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentProposal:
    """A test that may be begun: what A has, what B may have (value and words), and what that changes.

    `number` is the version of the rules, `etag` says which draft was looked at; `is_confirmed` says that nobody must
    say so any more. `running` is a test that runs already, and leaves no room for another.
    """

    kind: ExperimentKind
    a: str
    choices: tuple[tuple[int, str], ...]
    outlook: Outlook
    running: ExperimentSummary | None
    number: int = 0
    changes: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    etag: str = ""
    is_confirmed: bool = True
