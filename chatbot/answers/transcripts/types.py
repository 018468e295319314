"""Conversations as staff, programs and folders see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chatbot.answers.types import AnswerOutcome, AnswerSource, Author, CandidateSummary, MessageKind, ProductCard, Topic


@dataclass(frozen=True, slots=True)
class ExchangeSummary:
    """A shopper's message and the assistant's reply to it; times are UTC, `confidence` is a chance from 0 to 1 or None.

    `exchange` is the message's public id. What is the reply's is empty while the message waits.
    """

    exchange: str
    conversation: str
    way: MessageKind
    language: str
    asked: str
    asked_at: datetime
    answered_at: datetime | None
    outcome: AnswerOutcome | None
    topic: Topic | None
    reply: str
    entry: str
    source: AnswerSource | None
    confidence: float | None
    candidates: tuple[CandidateSummary, ...]
    scorer: str
    milliseconds: float | None
    helpful: bool | None
    cards: tuple[ProductCard, ...]
    expect: str | None
    is_generated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSummary:
    """One message of a conversation as staff see it; `answers` is the public id of the message that it replies to.

    From `outcome` on only the assistant's messages have anything.
    """

    message: str
    author: Author
    way: MessageKind | None
    language: str
    text: str
    at: datetime
    by_id: int | None
    answers: str | None
    outcome: AnswerOutcome | None
    topic: Topic | None
    entry: str
    source: AnswerSource | None
    confidence: float | None
    cards: tuple[ProductCard, ...]
    helpful: bool | None
    is_generated: bool


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """A conversation with all that was said, oldest first; `notice` is the wording's version and language.

    `exchanges` are the shopper's messages with the replies to them, `messages` those of everybody.
    """

    conversation: str
    language: str
    started_at: datetime
    last_at: datetime
    notice: str
    notice_at: datetime
    person_asked_at: datetime | None
    grade: int | None
    exchanges: tuple[ExchangeSummary, ...]
    messages: tuple[MessageSummary, ...]


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What the log is narrowed to; `since` and `until` are days of the shop's time zone as instants, until excluded."""

    outcome: AnswerOutcome | None = None
    language: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationFilter:
    """What conversations are narrowed to; `since` and `until` are of the last message, until excluded.

    `is_unanswered` is for questions that no entry answers and that no person was asked for.
    """

    outcome: AnswerOutcome | None = None
    is_unanswered: bool = False
    helpful: bool | None = None
    confidence_below: float | None = None
    confidence_from: float | None = None
    language: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationOutcome:
    """What became of a conversation, without what was said; `conversation_id` is its row id.

    `has_question` unless all of it is small talk; `is_passed` where a person was asked for or answered, for `reason`.
    Staff marked `judged` of its answers, `right` of them as right. `helpful` is None where the shopper told of no
    answer whether it helped, and False where one did not; `grade` is the shopper's, 1 to 5.
    """

    conversation_id: int
    started_at: datetime
    has_question: bool
    is_answered: bool
    ends_answered: bool
    is_passed: bool
    reason: Topic | None
    judged: int
    right: int
    helpful: bool | None
    grade: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationHead:
    """What a shopper wrote last, and in which language; `earlier` is for what a person was asked before that, or "".

    `heard` is the public id of the last message of theirs, with words or without.
    """

    text: str
    language: str
    heard: int
    earlier: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDraft:
    """One message as a shop's folder carries it; `person_key` is the hash of an address that was taken out.

    `answers` is the id of the message that the assistant replies to with it. `by_id`, an account, is in no folder.
    """

    message: int
    author: Author
    at: datetime
    language: str
    text: str
    by_id: int | None = None
    way: MessageKind | None = None
    person_key: str | None = None
    answers: int | None = None
    outcome: AnswerOutcome | None = None
    topic: Topic | None = None
    entry: str = ""
    confidence: float | None = None
    candidates: tuple[CandidateSummary, ...] = ()
    cards: tuple[ProductCard, ...] = ()
    scorer: str = ""
    milliseconds: float | None = None
    is_inline: bool = False
    is_generated: bool = False
    helpful: bool | None = None
    expect: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationDraft:
    """A conversation, or one part of a long one, as a shop's folder carries it: without the shopper's token."""

    conversation: int
    language: str
    started_at: datetime
    last_at: datetime
    notice: str
    notice_at: datetime
    person_asked_at: datetime | None = None
    grade: int | None = None
    customer: str = ""
    messages: tuple[MessageDraft, ...] = ()

    @property
    def lines(self) -> tuple[MessageDraft, ...]:
        """Return what the loader weighs a draft by."""
        return self.messages
