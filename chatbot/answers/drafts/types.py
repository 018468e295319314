"""What crosses the walls of the drafts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chatbot.answers.types import AnswerOutcome, CandidateSummary, EntrySummary

Texts = Mapping[str, EntrySummary]  # what an entry says, by language


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerVersionSummary:
    """A version of an entry; `who` is empty where a program or a file wrote it."""

    number: int
    texts: Texts
    who: str
    at: datetime
    undoes: int | None


class ChangeKind(StrEnum):
    """What became of some words from one version to the next."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class TextPiece:
    """Some words of a text, or a whole phrase, and what became of them."""

    kind: ChangeKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedText:
    """What a version says in one language, in pieces, beside the version before it."""

    language: str
    question: tuple[TextPiece, ...]
    answer: tuple[TextPiece, ...]
    category: tuple[TextPiece, ...]
    phrases: tuple[TextPiece, ...]

    @property
    def has_new_phrases(self) -> bool:
        """Say whether a phrase was added or removed."""
        return any(one.kind != ChangeKind.SAME for one in self.phrases)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedVersion:
    """A version and what it changed; without texts where it was unpublished."""

    version: AnswerVersionSummary
    texts: tuple[ComparedText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedAnswer:
    """An entry as it is published and as it is being written; `draft` is None where nothing differs.

    `etag` names what an editor has before them; `number` is the last version's, 0 before any.
    """

    entry: str
    published: Texts
    draft: AnswerVersionSummary | None
    etag: str
    number: int

    @property
    def texts(self) -> Texts:
        """Return what an editor goes on from."""
        return self.draft.texts if self.draft else self.published


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """An entry in the list; `missing` are the languages of the shop that it does not speak, `asked` is how often it
    answered lately."""

    entry: str
    texts: Texts
    is_published: bool
    is_draft: bool
    missing: tuple[str, ...]
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialSide:
    """What would be answered; `confidence` is a chance from 0 to 1, the best three candidates come first."""

    outcome: AnswerOutcome
    confidence: float
    candidates: tuple[CandidateSummary, ...]
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialSummary:
    """A question that was tried; both sides are None while a worker is at it."""

    asked: str
    language: str
    draft: TrialSide | None
    published: TrialSide | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An entry as it would be written into its draft, where `etag` names what stands there; `is_known` if anything."""

    entry: str
    texts: Texts
    etag: str
    is_known: bool
