"""Which conversations fit a filter, and what their shoppers said last. In the shop's open scope."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

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
    """Return of conversations, by row id, what their shoppers wrote last."""
    rows = Message.objects.filter(conversation_id__in=ids, author=Author.SHOPPER).exclude(text="")
    latest = rows.order_by("conversation_id", "-id").distinct("conversation_id")
    return {row.conversation_id: ConversationHead(text=row.text, language=row.language) for row in latest}


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
