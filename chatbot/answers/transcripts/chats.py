"""Bringing conversations in: bulk, safe to run twice, in the shop's open scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from chatbot.answers.models import Conversation, Message
from chatbot.answers.transcripts.types import ConversationDraft, MessageDraft
from chatbot.answers.types import Author
from shopconnect.core.security.crypto import random_token, token_hash
from shopconnect.sync.services import Stored

_CONVERSATION_FIELDS = ("language", "started_at", "last_at", "notice", "notice_at", "person_asked_at", "grade")
_MESSAGE_FIELDS = (
    "at",
    "language",
    "text",
    "by_id",
    "way",
    "person_key",
    "outcome",
    "topic",
    "entry",
    "confidence",
    "candidates",
    "cards",
    "scorer",
    "milliseconds",
    "is_inline",
    "is_generated",
    "helpful",
    "expect",
)
_AT_ONCE = 500


def store_conversations(drafts: Sequence[ConversationDraft]) -> Stored:
    """Store conversations of the shop in scope by id, each with its messages by theirs, and replies by their message.

    A new one gets a token that nobody knows: no page can go on with it. What is stored and newer stays: a later last
    message, a reply, a word of the shopper's about it. Safe to run twice, and beside the views and the workers.
    """
    # Whoever writes a message holds its conversation first.
    conversations = _locked_rows({draft.conversation for draft in drafts})
    moved = {draft.conversation for draft in drafts if _merge_conversation(conversations, draft)}
    fresh = {row.public_id for row in conversations.values() if row.pk is None}
    # Written before any message is made: its row needs the conversation's id.
    _write(Conversation, (*_CONVERSATION_FIELDS, "customer_external_id"), conversations, moved)
    rewritten = _store_messages(drafts, conversations)
    _count_questions([row.pk for row in conversations.values()])
    new = sum(draft.conversation in fresh for draft in drafts)
    changed = sum(draft.conversation not in fresh and _has_changed(draft, moved, rewritten) for draft in drafts)
    return Stored(new=new, changed=changed, same=len(drafts) - new - changed)


def _store_messages(drafts: Sequence[ConversationDraft], conversations: dict[int, Conversation]) -> set[int]:
    """Write messages, then the replies to them; returns the ids of those drafts that changed or made a row."""
    pairs = [(one, conversations[draft.conversation]) for draft in drafts for one in draft.messages]
    ids = {one.message for one, _ in pairs} | {one.answers for one, _ in pairs if one.answers is not None}
    said = {row.public_id: row for row in _locked_messages().filter(public_id__in=ids)}
    rewritten = {one.message for one, talk in pairs if one.answers is None and _merge_message(said, one, talk)}
    _write(Message, _MESSAGE_FIELDS, said, rewritten)
    found = _locked_messages().filter(answers__in=said.values())
    replies: dict[int, Message] = {row.answers_id: row for row in found if row.answers_id}
    answered = set[int]()
    for one, talk in pairs:
        question = None if one.answers is None else said.get(one.answers)
        if question is not None and _merge_reply(replies, said, one, question, talk):
            answered.add(question.pk)
            rewritten.add(one.message)
    _write(Message, _MESSAGE_FIELDS, replies, answered)
    return rewritten


def _locked_messages() -> QuerySet[Message]:
    rows: QuerySet[Message] = Message.objects.select_for_update().order_by("id")
    return rows


def _count_questions(ids: Sequence[int]) -> None:
    """Have conversations know how many messages of the shopper's they have, and in which language the last one was."""
    asked = Message.objects.filter(conversation=OuterRef("pk"), author=Author.SHOPPER).order_by()
    counted = asked.values("conversation").annotate(count=Count("id")).values("count")
    last = asked.order_by("-at", "-id").values("language")[:1]
    Conversation.objects.filter(pk__in=ids).update(
        questions=Coalesce(Subquery(counted), 0), last_language=Coalesce(Subquery(last), Value(""))
    )


def _locked_rows(ids: set[int]) -> dict[int, Conversation]:
    # By id: two loads that lock the same rows in one order never wait for each other in a circle.
    rows = Conversation.objects.filter(public_id__in=ids).select_for_update().order_by("id")
    return {row.public_id: row for row in rows}


def _merge_conversation(rows: dict[int, Conversation], draft: ConversationDraft) -> bool:
    """Put a draft among the rows; say whether it changed one or made one."""
    values = _values(draft, _CONVERSATION_FIELDS)
    row = rows.get(draft.conversation)
    if row is None:
        nobodys = token_hash(random_token())
        rows[draft.conversation] = Conversation(
            public_id=draft.conversation, token_hash=nobodys, customer_external_id=draft.customer, **values
        )
        return True
    # Whose it is stays: a file that says less, or another, opens it to nobody.
    values["grade"] = row.grade or draft.grade
    values["customer_external_id"] = row.customer_external_id or draft.customer
    return row.last_at <= draft.last_at and _change(row, values)


def _merge_message(rows: dict[int, Message], draft: MessageDraft, conversation: Conversation) -> bool:
    """Put what is no reply among the rows; say whether it changed one or made one."""
    row, values = rows.get(draft.message), _message_values(draft)
    if row is None:
        rows[draft.message] = Message(public_id=draft.message, conversation=conversation, author=draft.author, **values)
        return True
    # A file from elsewhere must not put what one shopper wrote into another one's conversation.
    if row.conversation_id != conversation.pk or row.author != draft.author:
        return False
    return _change(row, values | {"by_id": row.by_id})


def _merge_reply(
    rows: dict[int, Message],
    said: dict[int, Message],
    draft: MessageDraft,
    question: Message,
    conversation: Conversation,
) -> bool:
    """Put a reply among the rows, by what it replies to; say whether it changed one or made one."""
    # What answers nothing that a shopper said in this conversation is no reply.
    if question.author != Author.SHOPPER or question.conversation_id != conversation.pk:
        return False
    row, values = rows.get(question.pk), _message_values(draft)
    if row is None:
        if draft.message in said:  # that id is another message's
            return False
        row = Message(public_id=draft.message, conversation=conversation, author=Author.BOT, answers=question)
        rows[question.pk] = said[draft.message] = row
        _change(row, values)
        return True
    values["candidates"] = _with_public_ids(values["candidates"], row)
    for name in ("helpful", "expect"):
        values[name] = getattr(row, name) if values[name] is None else values[name]
    return _change(row, values)


def _message_values(draft: MessageDraft) -> dict[str, Any]:
    values = _values(draft, _MESSAGE_FIELDS)
    for name in ("way", "outcome", "topic"):
        values[name] = values[name] or ""
    values["candidates"] = [asdict(one) | {"id": ""} for one in draft.candidates]
    values["cards"] = [asdict(card) for card in draft.cards]
    return values


def _with_public_ids(candidates: list[dict[str, Any]], row: Message) -> list[dict[str, Any]]:
    """A file leaves public ids out, so those that we have stay."""
    public_ids = {one["entry"]: one["id"] for one in row.candidates}
    return [one | {"id": public_ids.get(one["entry"], "")} for one in candidates]


def _values(draft: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in names}


def _change(row: Any, values: dict[str, Any]) -> bool:
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)


def _write(model: Any, fields: Sequence[str], rows: dict[int, Any], changed: set[int]) -> None:
    """Write what was made, in the order of the file, and what was changed."""
    old = [rows[public_id] for public_id in changed if rows[public_id].pk is not None]
    model.objects.bulk_create([row for row in rows.values() if row.pk is None], batch_size=_AT_ONCE)
    if old:
        model.objects.bulk_update(old, fields, batch_size=_AT_ONCE)


def _has_changed(draft: ConversationDraft, moved: set[int], rewritten: set[int]) -> bool:
    return draft.conversation in moved or any(one.message in rewritten for one in draft.messages)
