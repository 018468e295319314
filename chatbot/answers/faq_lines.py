"""Lines of the files `faq` and `messages`, read; pure."""

from __future__ import annotations

from chatbot.answers.types import (
    LONGEST_ANSWER,
    LONGEST_CATEGORY,
    LONGEST_ID,
    LONGEST_PHRASE,
    MOST_PHRASES,
    EntrySummary,
    TestQuestionSummary,
)
from shopconnect.connectors.files.values import Row
from shopconnect.core.languages import LANGUAGES

_LONGEST = {
    "id": LONGEST_ID,
    "question": LONGEST_PHRASE,
    "answer": LONGEST_ANSWER,
    "category": LONGEST_CATEGORY,
    "text": 5_000,
    "expect": LONGEST_ID,
}


def read_entry(line: Row) -> EntrySummary:
    """Read a line of `faq`; raises ValueError with a sentence that names the key."""
    return EntrySummary(
        external_id=_text(line, "id"),
        language=_language(line),
        question=_text(line, "question"),
        answer=_text(line, "answer"),
        phrases=_phrases(line),
        category=_text(line, "category", required=False),
    )


def read_test_question(line: Row) -> TestQuestionSummary:
    """Read a line of `messages`; raises ValueError with a sentence that names the key."""
    return TestQuestionSummary(_text(line, "text"), _language(line), _text(line, "expect", required=False) or None)


def _text(line: Row, key: str, *, required: bool = True) -> str:
    value = line.get(key)
    if value is None and not required:
        return ""
    # Ids that are numbers come as numbers out of many a tool.
    if isinstance(value, int) and not isinstance(value, bool) and key in ("id", "expect"):
        value = str(value)
    if not isinstance(value, str) or (required and not value.strip()):
        raise ValueError(f"{key} must be a text")
    if len(value) > _LONGEST[key]:
        raise ValueError(f"{key} is longer than {_LONGEST[key]} characters")
    # PostgreSQL takes no NUL in a text, and UTF-8 no half of a pair.
    if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
        raise ValueError(f"{key} holds a character that cannot be stored")
    return value


def _language(line: Row) -> str:
    language = line.get("language")
    if language not in LANGUAGES:
        raise ValueError("language must be en or fr")
    return str(language)


def _phrases(line: Row) -> tuple[str, ...]:
    phrases = line.get("phrases") or []
    if not isinstance(phrases, list) or len(phrases) > MOST_PHRASES:
        raise ValueError(f"phrases must be a list of at most {MOST_PHRASES} texts")
    return tuple(_text({"question": phrase}, "question") for phrase in phrases)
