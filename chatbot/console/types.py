"""What crosses the walls of the console room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from chatbot.answers.staff.types import CartSummary
from chatbot.answers.transcripts.types import ConversationSummary, ExchangeSummary
from chatbot.answers.types import AnswerOutcome, Calibration
from shopconnect.orders.types import CustomerDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuery:
    """What the reader asked to see; days are the shop's, both included, pages begin at 1."""

    outcome: AnswerOutcome | None = None
    language: str = ""
    text: str = ""
    first_day: date | None = None
    last_day: date | None = None
    page: int = 1

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the page was asked for."""
        return bool(self.outcome or self.language or self.text or self.first_day or self.last_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """One page of the log, newest first; `timezone` is the shop's, `entries` counts the FAQ by language."""

    exchanges: tuple[ExchangeSummary, ...]
    has_more: bool
    timezone: str
    entries: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A conversation, the time zone to show it in, and the names of those who read it, with the time, newest first.

    `programs` are the names of tokens by which conversations were read since this one began. `shopper` is the account
    that was signed in, with its latest orders, where the shop has it. `photos` are width and height in pixels of those
    that are kept, by their messages; `cart` is what lay in the cart of who agreed to be remembered.
    """

    conversation: ConversationSummary
    timezone: str
    readers: tuple[tuple[str, datetime], ...]
    programs: tuple[tuple[str, datetime], ...]
    shopper: CustomerDetails | None
    photos: Mapping[str, tuple[int, int]]
    cart: CartSummary | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdRow:
    """One confidence that staff may have the assistant answer from, with shares of labelled messages from 0 to 1.

    `right` is of what is answered, None where nothing is; between `right_between` it lies with 95% certainty.
    """

    threshold: float
    answered: float
    right: float | None
    right_between: tuple[float, float] | None
    is_chosen: bool
    is_allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidencePage:
    """What is known of confidence, a row a threshold, and the name of whoever moved it last, "" for nobody.

    `has_faq` and `is_asked` say what labelling takes: whether there are answers, and whether shoppers asked anything.
    """

    calibration: Calibration
    rows: tuple[ThresholdRow, ...]
    has_faq: bool
    is_asked: bool
    chosen_by: str
    timezone: str

    @property
    def chosen(self) -> ThresholdRow | None:
        """The row of the threshold that shoppers are answered by."""
        return next((row for row in self.rows if row.is_chosen), None)

    @property
    def last(self) -> float:
        """The highest threshold."""
        return self.rows[-1].threshold

    @property
    def dots(self) -> list[CurvePoint]:
        """The share of right answers from each threshold on that anything is answered from, on 100 x 50."""
        span = self.last - self.rows[0].threshold
        return [
            CurvePoint(
                x=100 * (row.threshold - self.rows[0].threshold) / span,
                y=_height(row.right),
                top=_height(row.right_between[1]),
                bottom=_height(row.right_between[0]),
                is_chosen=row.is_chosen,
            )
            for row in self.rows
            if row.right is not None and row.right_between is not None
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """A share on a drawing of 100 x 50, y downwards, with its interval from `top` to `bottom`."""

    x: float
    y: float
    top: float
    bottom: float
    is_chosen: bool


def _height(share: float) -> float:
    """How far below 100% a share lies; the drawing ends at half."""
    return 100 * (1 - max(share, 0.5))
