"""Bringing conversations in: bulk, safe to run twice, in the shop's open scope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from chatbot.answers.models import Conversation, Exchange
from chatbot.answers.types import ConversationDraft, ExchangeDraft
from shopconnect.core.security.crypto import random_token, token_hash
from shopconnect.sync.services import Stored

_CONVERSATION_FIELDS = ("language", "started_at", "last_at", "notice", "notice_at", "person_asked_at")
_EXCHANGE_FIELDS = (
    "way",
    "language",
    "asked",
    "asked_at",
    "person_key",
    "is_generated",
    "answered_at",
    "outcome",
    "topic",
    "reply",
    "entry",
    "confidence",
    "candidates",
    "cards",
    "scorer",
    "milliseconds",
    "is_inline",
    "helpful",
    "expect",
)
_AT_ONCE = 500


def store_conversations(drafts: Sequence[ConversationDraft]) -> Stored:
    """Store conversations of the shop in scope by id, each with its exchanges by theirs.

    A new one gets a token that nobody knows: no page can go on with it. What is stored and newer stays: a later last
    message, an answer, a word of the shopper's about it. Safe to run twice, and beside the views and the workers.
    """
    # Exchanges before conversations: a worker that answers takes the locks in this order too.
    exchanges = _locked_rows(Exchange, (one.exchange for draft in drafts for one in draft.exchanges))
    conversations = _locked_rows(Conversation, (draft.conversation for draft in drafts))
    moved = {draft.conversation for draft in drafts if _merge_conversation(conversations, draft)}
    fresh = {row.public_id for row in conversations.values() if row.pk is None}
    # Written before any exchange is made: its row needs the conversation's id.
    _write(Conversation, _CONVERSATION_FIELDS, conversations, moved)
    rewritten: set[int] = set()
    for draft in drafts:
        conversation = conversations[draft.conversation]
        rewritten |= {one.exchange for one in draft.exchanges if _merge_exchange(exchanges, one, conversation)}
    _write(Exchange, _EXCHANGE_FIELDS, exchanges, rewritten)
    new = sum(draft.conversation in fresh for draft in drafts)
    changed = sum(draft.conversation not in fresh and _has_changed(draft, moved, rewritten) for draft in drafts)
    return Stored(new=new, changed=changed, same=len(drafts) - new - changed)


def _locked_rows(model: Any, ids: Iterable[int]) -> dict[int, Any]:
    wanted = set(ids)
    # By id: two loads that lock the same rows in one order never wait for each other in a circle.
    rows = model.objects.filter(public_id__in=wanted).select_for_update().order_by("id") if wanted else ()
    return {row.public_id: row for row in rows}


def _merge_conversation(rows: dict[int, Any], draft: ConversationDraft) -> bool:
    """Put a draft among the rows; say whether it changed one or made one."""
    values = _values(draft, _CONVERSATION_FIELDS)
    row = rows.get(draft.conversation)
    if row is None:
        nobodys = token_hash(random_token())
        rows[draft.conversation] = Conversation(public_id=draft.conversation, token_hash=nobodys, **values)
        return True
    return row.last_at <= draft.last_at and _change(row, values)


def _merge_exchange(rows: dict[int, Any], draft: ExchangeDraft, conversation: Conversation) -> bool:
    """Put a draft among the rows; say whether it changed one or made one."""
    row = rows.get(draft.exchange)
    values = _values(draft, _EXCHANGE_FIELDS)
    values["outcome"] = draft.outcome or ""
    values["topic"] = draft.topic or ""
    values["candidates"] = _candidates(draft, row)
    values["cards"] = [asdict(card) for card in draft.cards]
    if row is None:
        rows[draft.exchange] = Exchange(public_id=draft.exchange, conversation=conversation, **values)
        return True
    # A file from elsewhere must not put what one shopper wrote into another one's conversation.
    if row.conversation_id != conversation.pk:
        return False
    # An export made before the answer takes the answer back from nobody.
    if row.answered_at and draft.answered_at is None:
        return False
    for name in ("helpful", "expect"):
        values[name] = getattr(row, name) if values[name] is None else values[name]
    return _change(row, values)


def _candidates(draft: ExchangeDraft, row: Exchange | None) -> list[dict[str, object]]:
    """The candidates as a row holds them; a file leaves public ids out, so those that we have stay."""
    public_ids = {one["entry"]: one["id"] for one in row.candidates} if row else {}
    return [
        {"id": public_ids.get(one.entry, ""), "entry": one.entry, "question": one.question, "score": one.score}
        for one in draft.candidates
    ]


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
    return draft.conversation in moved or any(one.exchange in rewritten for one in draft.exchanges)
