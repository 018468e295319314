"""What crosses the walls of the answers room."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What the shopper is given: one answer, three guesses to choose from, or a person."""

    ANSWER = "answer"
    GUESSES = "guesses"
    HAND_OVER = "hand_over"


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """One entry of a shop's FAQ in one language; `id` and `language` together are its name."""

    external_id: str
    language: str
    question: str
    answer: str
    phrases: tuple[str, ...] = ()
    category: str = ""


@dataclass(frozen=True, slots=True)
class TestQuestionFacts:
    """A message with the entry expected for it; `expect` is None when a person should answer."""

    __test__ = False  # the name starts as a test class would; it is none

    text: str
    language: str
    expect: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer, by its position in the index; `score` is its share of belief, 0 to 1."""

    position: int
    score: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scorer says of one message; `confidence` is the chance that the first candidate is right."""

    outcome: Outcome
    confidence: float
    candidates: tuple[Candidate, ...]
    wants_person: bool = False
