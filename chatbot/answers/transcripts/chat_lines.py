"""Lines of the file `chats`: a conversation to a line's object and back; pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop

from chatbot.answers.redaction import mask
from chatbot.answers.transcripts.types import ConversationDraft, MessageDraft
from chatbot.answers.types import (
    GRADES,
    RETENTION_DAYS,
    AnswerOutcome,
    Author,
    CandidateSummary,
    MessageKind,
    ProductCard,
    Topic,
)
from shopconnect.connectors.files import values
from shopconnect.connectors.files.values import BadRow, Row
from shopconnect.core.clock import now, write_optional_time, write_time
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.security.crypto import person_key

MOST_MESSAGES_A_LINE = 50  # the longest answers still make a line that a loader takes
LONGEST_MESSAGE = 4_000
LONGEST_REPLY = 20_000
LONGEST_QUESTION = 2_000
LONGEST_NAME, LONGEST_CUSTOMER = 20, 255
LONGEST_PRICE = 100
MOST_CARDS = 10
OF_THE_REPLY = 2**62  # flipped in the id of a message, it names the reply to it in a file where that had no id
# The machine that wrote the file may be ahead of ours, but not by more.
CLOCKS_DIFFER = timedelta(days=1)


def write_conversation(conversation: ConversationDraft) -> dict[str, Any]:
    """Write a line: what is empty is left out."""
    line = {
        "id": str(conversation.conversation),
        "language": conversation.language,
        "started_at": write_time(conversation.started_at),
        "last_at": write_time(conversation.last_at),
        "notice": conversation.notice,
        "notice_at": write_time(conversation.notice_at),
        "person_asked_at": write_optional_time(conversation.person_asked_at),
        "grade": conversation.grade,
        "customer": conversation.customer,
    }
    return _without_empty(line) | {"messages": [_message_line(message) for message in conversation.messages]}


def read_conversation(line: Row) -> ConversationDraft:
    """Read a line; raises BadRow with a sentence that names the key.

    One that is over for longer than we may keep it is refused; what must not be kept is taken out of what was asked.
    A line that was written when a message and its reply were one has `exchanges` in the place of `messages`.
    """
    last_at = _past(line, "last_at")
    # A folder is no way around the time for which we may keep a conversation.
    if last_at < now() - timedelta(days=RETENTION_DAYS):
        raise BadRow(gettext_noop("The conversation ended more than 90 days ago, so it is no longer stored."))
    return ConversationDraft(
        conversation=values.public_id(line, "id"),
        language=_language(line),
        started_at=_past(line, "started_at"),
        last_at=last_at,
        notice=values.text(line, "notice", most=LONGEST_NAME),
        notice_at=_past(line, "notice_at"),
        person_asked_at=values.time(line, "person_asked_at"),
        grade=_grade(line),
        customer=values.text(line, "customer", most=LONGEST_CUSTOMER),
        messages=tuple(_messages(line)),
    )


def _messages(line: Row) -> Iterator[MessageDraft]:
    for one in values.rows(line, "messages", most=MOST_MESSAGES_A_LINE):
        yield _message(one)
    for one in values.rows(line, "exchanges", most=MOST_MESSAGES_A_LINE):
        yield from _exchange(one)


def _message_line(message: MessageDraft) -> dict[str, Any]:
    return _without_empty(
        {
            "id": str(message.message),
            "author": message.author.value,
            "way": message.way.value if message.way else None,
            "language": message.language,
            "text": message.text,
            "at": write_time(message.at),
            "person": message.person_key,
            "answers": None if message.answers is None else str(message.answers),
            "outcome": message.outcome.value if message.outcome else None,
            "topic": message.topic.value if message.topic else None,
            "entry": message.entry,
            "confidence": message.confidence,
            "candidates": [
                {"entry": one.entry, "question": one.question, "score": one.score} for one in message.candidates
            ],
            "products": [_without_empty(asdict(card)) for card in message.cards],
            "scorer": message.scorer,
            "milliseconds": message.milliseconds,
            "inline": message.is_inline or None,
            "generated": message.is_generated or None,
            "helpful": message.helpful,
        }
    ) | ({} if message.expect is None else {"expect": message.expect})


def _message(line: Row) -> MessageDraft:
    author = values.needed_word(line, "author", Author)
    if author == Author.SHOPPER:
        return _asked(line, values.text(line, "text", most=LONGEST_MESSAGE), _past(line, "at"))
    said = MessageDraft(
        message=values.public_id(line, "id"),
        author=author,
        at=_past(line, "at"),
        language=_language(line),
        text=values.text(line, "text", most=LONGEST_REPLY),
    )
    return said if author != Author.BOT else _with_decision(said, line, values.public_id(line, "answers"))


def _asked(line: Row, text: str, at: datetime) -> MessageDraft:
    """What a shopper said."""
    way = values.needed_word(line, "way", MessageKind)
    text, person = _redacted(text, way, _person(line))
    return MessageDraft(
        message=values.public_id(line, "id"),
        author=Author.SHOPPER,
        at=at,
        language=_language(line),
        text=text,
        way=way,
        person_key=person,
    )


def _with_decision(said: MessageDraft, line: Row, answers: int) -> MessageDraft:
    """What the assistant said, with how it came to that."""
    return replace(
        said,
        answers=answers,
        outcome=values.needed_word(line, "outcome", AnswerOutcome),
        topic=values.word(line, "topic", Topic),
        entry=values.optional_id(line, "entry"),
        confidence=_fraction(line, "confidence"),
        candidates=tuple(_candidate(one) for one in values.rows(line, "candidates", most=20)),
        cards=tuple(_card(one) for one in values.rows(line, "products", most=MOST_CARDS)),
        scorer=values.text(line, "scorer", most=LONGEST_NAME),
        milliseconds=_fraction(line, "milliseconds", 1e9),
        is_inline=bool(values.flag(line, "inline")),
        is_generated=bool(values.flag(line, "generated")),
        helpful=values.flag(line, "helpful"),
        expect=values.optional_id(line, "expect") if "expect" in line else None,
    )


def _exchange(line: Row) -> Iterator[MessageDraft]:
    """A message and its reply, as one object of an older file."""
    asked = _asked(line, values.text(line, "asked", most=LONGEST_MESSAGE), _past(line, "asked_at"))
    outcome = values.word(line, "outcome", AnswerOutcome)
    answered_at = values.time(line, "answered_at")
    # One without the other would neither wait for a worker nor be shown as answered.
    if (outcome is None) != (answered_at is None):
        raise BadRow(gettext_noop('"outcome" and "answered_at" must be given together or not at all.'))
    yield asked
    if answered_at is not None:
        said = MessageDraft(
            message=asked.message ^ OF_THE_REPLY,
            author=Author.BOT,
            at=answered_at,
            language=asked.language,
            text=values.text(line, "reply", most=LONGEST_REPLY),
        )
        yield _with_decision(said, line, asked.message)


def _candidate(line: Row) -> CandidateSummary:
    score = _fraction(line, "score")
    question = values.text(line, "question", most=LONGEST_QUESTION)
    return CandidateSummary(values.needed_id(line, "entry"), question, score or 0.0)


def _card(line: Row) -> ProductCard:
    """A product as it was shown; a price is the sentence that the shopper read."""
    return ProductCard(
        id=values.needed_id(line, "id"),
        title=values.needed_text(line, "title", most=LONGEST_QUESTION),
        url=values.text(line, "url", most=LONGEST_QUESTION),
        image=values.text(line, "image", most=LONGEST_QUESTION),
        price=values.text(line, "price", most=LONGEST_PRICE),
        stock=values.text(line, "stock", most=LONGEST_QUESTION),
    )


def _redacted(text: str, way: MessageKind, person: str | None) -> tuple[str, str | None]:
    """What may be kept of a shopper's words, whoever wrote the file, and the key of the address taken out of them."""
    text = "".join(sign for sign in text if sign in "\n\t\u200c\u200d" or unicodedata.category(sign)[0] != "C")
    # A chosen guess is the shop's own question, and the button says nothing.
    if way != MessageKind.WRITTEN:
        return text, person
    # An address in the words themselves names the person better than a file does.
    redacted = mask(text)
    return redacted.text, person_key(redacted.email) or person


def _person(line: Row) -> str | None:
    person = values.text(line, "person", most=64)
    if person and (len(person) != 64 or any(sign not in "0123456789abcdef" for sign in person)):
        raise BadRow(gettext_noop('"%(key)s" must be 64 hexadecimal digits.'), key="person")
    return person or None


def _language(line: Row) -> str:
    language = values.needed_text(line, "language")
    if language not in LANGUAGES:
        raise BadRow(gettext_noop('"%(key)s" must be "en" or "fr".'), key="language")
    return language


def _past(line: Row, key: str) -> datetime:
    moment = values.needed_time(line, key)
    if moment > now() + CLOCKS_DIFFER:
        raise BadRow(gettext_noop('"%(key)s" is in the future.'), key=key)
    return moment


def _grade(line: Row) -> int | None:
    value = line.get("grade")
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value not in GRADES):
        raise BadRow(gettext_noop('"%(key)s" must be a whole number from 1 to 5.'), key="grade")
    return value


def _fraction(line: Row, key: str, most: float = 1.0) -> float | None:
    """A JSON number from 0 to `most` as the nearest float, which is what was written."""
    value = line.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not 0 <= value <= most:
        raise BadRow(gettext_noop('"%(key)s" must be a number from 0 to %(most)s.'), key=key, most=f"{most:g}")
    return float(value)


def _without_empty(line: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in line.items() if value is not None and value != "" and value != []}
