"""What crosses the walls of composition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

USUAL_CAP, LARGEST_CAP = 500, 100_000  # calls a month
LONGEST_NAME = 200


class CompositionFailure(Exception):
    """A language model gave nothing that can be used; the message says why, for the log, and quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """Which model is asked, on which host, and in which region that runs, as the operator set it."""

    host: str
    name: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositionStatus:
    """What a shop allows the operator's model to do, and how many calls of this month are made.

    Whatever was allowed of another model, or of the same one elsewhere, is not allowed of this one.
    """

    model: LanguageModel
    is_allowed: bool
    words_answers: bool
    cap: int
    used: int

    @property
    def left(self) -> int:
        """Return how many calls may still be made this month."""
        return max(0, self.cap - self.used)


@dataclass(frozen=True, slots=True)
class Evidence:
    """An entry that an answer may be worded from."""

    question: str
    answer: str


class SuggestionFailure(StrEnum):
    """Why no phrases were suggested."""

    CAP = "cap"  # or not allowed any more
    MODEL = "model"  # no answer, or none that can be used


@dataclass(frozen=True, slots=True)
class SuggestedPhrases:
    """What was suggested for an entry in one language; `phrases` is None while a worker is at it."""

    language: str
    region: str
    phrases: tuple[str, ...] | None
    failure: SuggestionFailure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositionPage:
    """What the owner's page shows; `allowed_by` and `allowed_at` say who allowed it and when, where it is allowed."""

    status: CompositionStatus
    allowed_by: str
    allowed_at: datetime | None
    timezone: str
