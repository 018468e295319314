"""What became of conversations, one by one and without a word of theirs. In the shop's open scope."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from chatbot.answers.engine.topics import CALLS_FOR_PERSON
from chatbot.answers.models import Conversation, Message
from chatbot.answers.transcripts.types import ConversationOutcome
from chatbot.answers.types import AnswerOutcome, Author, MessageKind, Topic

ANSWERED = (AnswerOutcome.ANSWER, AnswerOutcome.FACT)
ROWS_AT_ONCE = 2_000


def conversation_outcomes(since: datetime, until: datetime) -> Iterator[ConversationOutcome]:
    """Yield what became of each conversation that began from `since` on and before `until`, by row id.

    One in which the shopper said nothing is left out.
    """
    began = {"started_at__gte": since, "started_at__lt": until, "questions__gt": 0}
    rows = Conversation.objects.filter(**began).values_list("id", "started_at", "person_asked_at", "grade")
    talks = {pk: (started, asked, grade) for pk, started, asked, grade in rows}
    said = Message.objects.filter(**{f"conversation__{name}": value for name, value in began.items()})
    said = said.filter(author__in=[Author.SHOPPER, Author.BOT, Author.STAFF]).order_by("conversation_id", "id")
    lines = said.values("conversation_id", "author", "way", "outcome", "topic", "entry", "expect", "helpful")
    for pk, group in groupby(lines.iterator(ROWS_AT_ONCE), key=lambda line: int(line["conversation_id"])):
        if pk in talks:
            started, asked, grade = talks[pk]
            yield _outcome(pk, started, asked is not None, grade, list(group))


def _outcome(
    pk: int, started_at: datetime, is_asked: bool, grade: int | None, lines: list[dict[str, Any]]
) -> ConversationOutcome:
    replies = [one for one in lines if one["outcome"] and one["outcome"] != AnswerOutcome.SMALL_TALK]
    waiting = sum(one["author"] == Author.SHOPPER for one in lines) > sum(bool(one["outcome"]) for one in lines)
    judged = [one for one in replies if one["outcome"] == AnswerOutcome.ANSWER and one["expect"] is not None]
    opinions = {one["helpful"] for one in replies} - {None}
    has_staff = any(one["author"] == Author.STAFF for one in lines)
    return ConversationOutcome(
        conversation_id=pk,
        started_at=started_at,
        has_question=bool(replies) or waiting or has_staff,
        is_answered=any(one["outcome"] in ANSWERED for one in replies),
        ends_answered=bool(replies) and replies[-1]["outcome"] in ANSWERED,
        is_passed=is_asked or has_staff,
        reason=_reason(lines),
        judged=len(judged),
        right=sum(one["entry"] == one["expect"] for one in judged),
        helpful=all(opinions) if opinions else None,
        grade=grade,
    )


def _reason(lines: list[dict[str, Any]]) -> Topic | None:
    """Why a person was asked for first: by the button, or for what was written."""
    for one in lines:
        if one["way"] == MessageKind.PERSON:
            return Topic.PERSON
        if one["topic"] in CALLS_FOR_PERSON:
            return Topic(one["topic"])
    return None
