"""What crosses the walls of teaching."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chatbot.answers.drafts.types import EditedAnswer
from chatbot.answers.transcripts.types import ExchangeSummary
from chatbot.answers.types import AnswerOutcome


class ReportReason(StrEnum):
    """What is wrong with an answer."""

    WRONG = "wrong"
    OUTDATED = "outdated"
    INCOMPLETE = "incomplete"
    TONE = "tone"
    PERSON = "person"  # somebody of the shop should have answered


class GroupState(StrEnum):
    """What became of questions that nobody answered."""

    OPEN = "open"
    ANSWERED = "answered"  # the FAQ answers them by now
    DISMISSED = "dismissed"


class EffectKind(StrEnum):
    """What a draft does to a question."""

    GAINED = "gained"  # answered now, and not before
    DIFFERENT = "different"
    LOST = "lost"  # no longer answered


@dataclass(frozen=True, slots=True)
class EffectSide:
    """What a question is given: by which entry, "" for none, and the question of that entry."""

    outcome: AnswerOutcome
    entry: str
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectChange:
    """A question that a draft changes; `was_right` and `is_right` are None where staff marked nothing."""

    kind: EffectKind
    exchange: ExchangeSummary
    before: EffectSide
    after: EffectSide
    was_right: bool | None
    is_right: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectSummary:
    """What a draft does to the last questions, `is_done` once a worker went through all of them.

    Before that it rests on the latest `checked` ones. `counts` are of the changes, `changes` those whose conversation
    is still there. Of `labelled` questions so many were right before and are right after. `is_stale` where the draft is
    another by now.
    """

    is_done: bool
    checked: int
    total: int
    counts: Mapping[EffectKind, int]
    changes: tuple[EffectChange, ...]
    labelled: int
    right_before: int
    right_after: int
    is_stale: bool

    @property
    def changed(self) -> int:
        """How many questions change."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectPage:
    """An entry, and what its draft does to the last questions, None where nobody asked."""

    edited: EditedAnswer
    effect: EffectSummary | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSummary:
    """What a member of staff said of an answer; `exchange` is None once the conversation is gone."""

    report: int
    reason: ReportReason
    exchange: ExchangeSummary | None
    who: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSummary:
    """Questions alike, counted, with a few of them as samples, the one that stands for all first."""

    group: int
    language: str
    size: int
    state: GroupState
    samples: tuple[ExchangeSummary, ...]
