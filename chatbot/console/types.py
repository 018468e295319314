"""What crosses the walls of the console room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from chatbot.answers.types import AnswerOutcome, ConversationSummary, ExchangeSummary


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
    """A conversation and the time zone to show it in."""

    conversation: ConversationSummary
    timezone: str
