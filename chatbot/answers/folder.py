"""The files `faq` and `messages` of a shop's folder, entered in the sync room's register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chatbot.answers.faq import store_entries, store_test_questions
from chatbot.answers.selectors import LANGUAGES, iter_entries, iter_test_questions
from chatbot.answers.types import EntryFacts, TestQuestionFacts
from shopconnect.sync.services import SyncFile, register_file

Line = Mapping[str, Any]
_LONGEST = {"id": 255, "question": 2_000, "answer": 20_000, "category": 500, "text": 5_000, "expect": 255}


def read_entry(line: Line) -> EntryFacts:
    """Read a line of `faq`; raises ValueError with a sentence that names the key."""
    return EntryFacts(
        external_id=_text(line, "id"),
        language=_language(line),
        question=_text(line, "question"),
        answer=_text(line, "answer"),
        phrases=_phrases(line),
        category=_text(line, "category", required=False),
    )


def read_test_question(line: Line) -> TestQuestionFacts:
    """Read a line of `messages`; raises ValueError with a sentence that names the key."""
    return TestQuestionFacts(_text(line, "text"), _language(line), _text(line, "expect", required=False) or None)


def _text(line: Line, key: str, *, required: bool = True) -> str:
    value = line.get(key)
    if value is None and not required:
        return ""
    if isinstance(value, int) and not isinstance(value, bool) and key in ("id", "expect"):
        value = str(value)
    if not isinstance(value, str) or (required and not value.strip()):
        raise ValueError(f"{key} must be a text")
    if len(value) > _LONGEST[key]:
        raise ValueError(f"{key} is longer than {_LONGEST[key]} characters")
    if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
        raise ValueError(f"{key} holds a character that cannot be stored")
    return value


def _language(line: Line) -> str:
    language = line.get("language")
    if language not in LANGUAGES:
        raise ValueError("language must be en or fr")
    return str(language)


def _phrases(line: Line) -> tuple[str, ...]:
    phrases = line.get("phrases") or []
    if not isinstance(phrases, list) or len(phrases) > 200:
        raise ValueError("phrases must be a list of at most 200 texts")
    return tuple(_text({"question": phrase}, "question") for phrase in phrases)


def _entry_lines() -> Iterator[Line]:
    for one in iter_entries():
        line = {"id": one.external_id, "language": one.language, "question": one.question, "phrases": list(one.phrases)}
        yield line | {"answer": one.answer} | ({"category": one.category} if one.category else {})


def _message_lines() -> Iterator[Line]:
    for one in iter_test_questions():
        yield {"text": one.text, "language": one.language, "expect": one.expect}


register_file(
    SyncFile(
        name="faq",
        read=read_entry,
        store=store_entries,
        export=_entry_lines,
        key=lambda one: (one.language, one.external_id),
    )  # fmt: skip
)
register_file(
    SyncFile(
        name="messages",
        read=read_test_question,
        store=store_test_questions,
        export=_message_lines,
        key=lambda one: (one.language, one.text),
    )  # fmt: skip
)
