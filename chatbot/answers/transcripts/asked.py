"""What shoppers asked, as teaching and figures need it. All run in the shop's open scope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from chatbot.answers.answering import TurnBefore, may_follow_up
from chatbot.answers.engine.topics import CALLS_FOR_PERSON
from chatbot.answers.models import Message
from chatbot.answers.redaction import without_placeholders
from chatbot.answers.transcripts.selectors import Pair, exchange_summaries, find_turns_before, with_replies
from chatbot.answers.transcripts.types import ExchangeSummary
from chatbot.answers.types import AnswerOutcome, Author, MessageKind, Topic

UNANSWERED = (AnswerOutcome.ESCALATE, AnswerOutcome.GUESSES)
# What no entry should answer, or what the shop's own data tell.
_NOT_OF_ENTRIES = (*CALLS_FOR_PERSON, Topic.ORDER, Topic.OFF_TOPIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """A question as the assistant read it; `expect` is the entry that staff say is right, "" for none, None unknown."""

    exchange: int
    text: str
    language: str
    before: TurnBefore | None
    expect: str | None


def last_questions(most: int) -> list[AskedQuestion]:
    """Return what shoppers wrote last, `most` at most, newest first, each with what it may follow up."""
    rows = Message.objects.filter(author=Author.SHOPPER, way=MessageKind.WRITTEN).order_by("-at", "-id")[:most]
    return _asked(with_replies(list(rows)))


def unanswered_questions(most: int) -> list[AskedQuestion]:
    """Return the latest of the questions that no entry answered and that one could answer, oldest first."""
    missing = Q(replies__outcome__in=UNANSWERED) & ~Q(replies__topic__in=_NOT_OF_ENTRIES)
    rows = Message.objects.filter(missing, author=Author.SHOPPER, way=MessageKind.WRITTEN).order_by("-at", "-id")
    return _asked([(row, None) for row in reversed(rows[:most])])


def find_asked(exchanges: Iterable[int]) -> dict[int, ExchangeSummary]:
    """Return the shoppers' messages of some public ids, with their replies; those that are gone are left out."""
    rows = Message.objects.filter(public_id__in=list(exchanges), author=Author.SHOPPER).select_related("conversation")
    return {int(one.exchange): one for one in exchange_summaries(with_replies(list(rows)))}


def _asked(pairs: Sequence[Pair]) -> list[AskedQuestion]:
    # Only some messages are read together with the one before them.
    before = find_turns_before(
        [row.pk for row, _ in pairs if may_follow_up(without_placeholders(row.text), row.language)]
    )
    return [
        AskedQuestion(
            exchange=row.public_id,
            text=without_placeholders(row.text),
            language=row.language,
            before=before.get(row.pk),
            expect=reply.expect if reply else None,
        )
        for row, reply in pairs
    ]
