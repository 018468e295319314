"""Lines of the files `faq` and `messages`, read; pure."""

from __future__ import annotations

from chatbot.answers.types import (
    LONGEST_ANSWER,
    LONGEST_CATEGORY,
    LONGEST_PHRASE,
    MOST_PHRASES,
    EntrySummary,
    TestQuestionSummary,
)
from shopconnect.connectors.files.values import (
    TOO_MANY,
    BadRow,
    Row,
    needed_id,
    needed_one_of,
    needed_text,
    optional_id,
    text,
    texts,
)
from shopconnect.core.languages import LANGUAGES

LONGEST_MESSAGE = 5_000  # characters


def read_entry(line: Row) -> EntrySummary:
    """Read a line of `faq`; raises BadRow with a sentence that names the key."""
    phrases = texts(line, "phrases", most=LONGEST_PHRASE)
    if len(phrases) > MOST_PHRASES:
        raise BadRow(TOO_MANY, key="phrases", most=f"{MOST_PHRASES}")
    return EntrySummary(
        external_id=needed_id(line, "id"),
        language=needed_one_of(line, "language", LANGUAGES),
        question=needed_text(line, "question", most=LONGEST_PHRASE),
        answer=needed_text(line, "answer", most=LONGEST_ANSWER),
        phrases=phrases,
        category=text(line, "category", most=LONGEST_CATEGORY),
    )


def read_test_question(line: Row) -> TestQuestionSummary:
    """Read a line of `messages`; raises BadRow with a sentence that names the key."""
    message, language = needed_text(line, "text", most=LONGEST_MESSAGE), needed_one_of(line, "language", LANGUAGES)
    return TestQuestionSummary(message, language, optional_id(line, "expect") or None)
