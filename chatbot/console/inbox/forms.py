"""What an address of the inbox asks for; a value that means nothing narrows nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from chatbot.answers.types import AnswerOutcome, Topic
from chatbot.console.inbox.types import LONGEST_LABEL, AlertChoice, ConfidenceBand, InboxQuery, SavedView, TicketStatus
from shopconnect.core.languages import LANGUAGES

LAST_PAGE = 1_000
LONGEST_TEXT = 200
_Word = TypeVar("_Word", bound=StrEnum)
_ANSWERS = {"yes": True, "no": False}


def read_inbox_query(given: Mapping[str, str]) -> InboxQuery:
    """Return what an address asks for."""
    language = given.get("language", "")
    return InboxQuery(
        view=_word(given.get("view", ""), SavedView) or SavedView.WAITING,
        language=language if language in LANGUAGES else "",
        outcome=_word(given.get("outcome", ""), AnswerOutcome),
        why=_word(given.get("why", ""), Topic),
        confidence=_word(given.get("confidence", ""), ConfidenceBand),
        helpful=_ANSWERS.get(given.get("helpful", "")),
        status=_word(given.get("status", ""), TicketStatus),
        assignee=_number(given.get("assignee", ""), None),
        text=given.get("text", "").replace("\x00", "").strip()[:LONGEST_TEXT],
        first_day=read_day(given.get("from", "")),
        last_day=read_day(given.get("to", "")),
        is_reviewed=_ANSWERS.get(given.get("reviewed", "")),
        label=given.get("label", "").replace("\x00", "").strip()[:LONGEST_LABEL],
        page=min(max(_number(given.get("page", ""), 1) or 1, 1), LAST_PAGE),
    )


def read_day(text: str) -> date | None:
    """Return the day that a text says, None for none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2999 else None  # beyond, the edge of the calendar is near


def read_alert_choice(given: Mapping[str, str]) -> AlertChoice:
    """Return how a person wants to hear of the inbox, as a form says; what is no number is none that is offered."""
    minutes = _number(given.get("unanswered", ""), -1)
    return AlertChoice(
        unanswered_minutes=-1 if minutes is None else minutes,
        has_sound="sound" in given,
        has_tab_badge="badge" in given,
    )


def _word(text: str, words: type[_Word]) -> _Word | None:
    return words(text) if text in set(words) else None


def _number(text: str, otherwise: int | None) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise
