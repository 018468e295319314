"""Which conversations fit a filter, and what their shoppers said last. In the shop's open scope."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from chatbot.answers.engine.topics import CALLS_FOR_PERSON
from chatbot.answers.models import Conversation, Message
from chatbot.answers.transcripts.types import ConversationFilter, ConversationHead
from chatbot.answers.types import AnswerOutcome, Author


def filtered_conversations(chosen: ConversationFilter) -> QuerySet[Conversation]:
    """Return the shop's conversations in which something fits each part of a filter."""
    rows: QuerySet[Conversation] = Conversation.objects.all()
    if chosen.language:
        rows = rows.filter(last_language=chosen.language)
    if chosen.since:
        rows = rows.filter(last_at__gte=chosen.since)
    if chosen.until:
        rows = rows.filter(last_at__lt=chosen.until)
    for fits in _of_messages(chosen):
        rows = rows.filter(Exists(Message.objects.filter(fits, conversation=OuterRef("pk"))))
    return rows


def conversation_row_ids(public_ids: Iterable[int]) -> dict[int, int]:
    """Return the row ids of those conversations that are there, by public id."""
    return dict(Conversation.objects.filter(public_id__in=public_ids).values_list("public_id", "id"))


def conversation_heads(ids: Iterable[int]) -> dict[int, ConversationHead]:
    """Return of conversations, by row id, what their shoppers wrote last, and for what a person was asked last."""
    said = Message.objects.filter(conversation_id__in=ids)
    newest_first = said.order_by("conversation_id", "-id").distinct("conversation_id")
    heard = {row.conversation_id: row for row in newest_first.filter(author=Author.SHOPPER)}
    written = newest_first.filter(author=Author.SHOPPER).exclude(text="")
    latest = heard | {row.conversation_id: row for row in written}
    called = newest_first.filter(topic__in=CALLS_FOR_PERSON, answers__isnull=False).select_related("answers")
    asked_for = {row.conversation_id: row.answers for row in called}
    return {
        talk: ConversationHead(
            text=row.text,
            language=row.language,
            heard=heard[talk].public_id,
            earlier=_earlier(row, asked_for.get(talk)),
        )
        for talk, row in latest.items()
    }


def _earlier(last: Message, called: Message | None) -> str:
    """What was written before the last message for which a person was asked; "" where that is the last, or a button."""
    return called.text if called is not None and called.pk != last.pk else ""


def _of_messages(chosen: ConversationFilter) -> list[Q]:
    found = []
    if chosen.outcome:
        found.append(Q(outcome=chosen.outcome))
    if chosen.is_unanswered:
        found.append(Q(outcome=AnswerOutcome.ESCALATE, topic=""))
    if chosen.helpful is not None:
        found.append(Q(helpful=chosen.helpful))
    if chosen.confidence_below is not None:
        found.append(Q(confidence__lt=chosen.confidence_below))
    if chosen.confidence_from is not None:
        found.append(Q(confidence__gte=chosen.confidence_from))
    if chosen.text:
        found.append(Q(text__icontains=chosen.text, author__in=(Author.SHOPPER, Author.BOT, Author.STAFF, Author.NOTE)))
    return found
