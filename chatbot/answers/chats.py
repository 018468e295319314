"""Bringing conversations in: bulk, safe to run twice, in the shop's open scope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from chatbot.answers.models import Conversation, Exchange
from chatbot.answers.types import ConversationDraft, ExchangeDraft
from shopconnect.core.security.crypto import random_token, token_hash
from shopconnect.sync.services import Stored

_TALK_FIELDS = ("language", "started_at", "last_at", "notice", "notice_at", "person_asked_at")
_SAID_FIELDS = (
    "way",
    "language",
    "asked",
    "asked_at",
    "person_key",
    "answered_at",
    "outcome",
    "reply",
    "entry",
    "confidence",
    "candidates",
    "scorer",
    "milliseconds",
    "is_inline",
    "helpful",
)
_AT_ONCE = 500


def store_conversations(drafts: Sequence[ConversationDraft]) -> Stored:
    """Store conversations of the shop in scope by id, each with its exchanges by theirs.

    A new one gets a token that nobody knows: no page can go on with it. What is stored and newer stays: a later last
    message, an answer, a word of the shopper's about it. Safe to run twice, and beside the doors and the workers.
    """
    # Exchanges before conversations: a worker that answers takes the locks in this order too.
    said = _known(Exchange, (one.exchange for draft in drafts for one in draft.exchanges))
    talks = _known(Conversation, (draft.conversation for draft in drafts))
    moved = {draft.conversation for draft in drafts if _take_talk(talks, draft)}
    fresh = {row.public_id for row in talks.values() if row.pk is None}
    _keep(Conversation, _TALK_FIELDS, talks, moved)
    rewritten = {
        one.exchange for draft in drafts for one in draft.exchanges if _take_said(said, one, talks[draft.conversation])
    }
    _keep(Exchange, _SAID_FIELDS, said, rewritten)
    new = sum(draft.conversation in fresh for draft in drafts)
    changed = sum(draft.conversation not in fresh and _is_touched(draft, moved, rewritten) for draft in drafts)
    return Stored(new=new, changed=changed, same=len(drafts) - new - changed)


def _known(model: Any, ids: Iterable[int]) -> dict[int, Any]:
    wanted = set(ids)
    rows = model.objects.filter(public_id__in=wanted).select_for_update().order_by("id") if wanted else ()
    return {row.public_id: row for row in rows}


def _take_talk(known: dict[int, Any], draft: ConversationDraft) -> bool:
    """Put a draft among the rows; say whether it changed one or made one."""
    told, row = _fields(draft, _TALK_FIELDS), known.get(draft.conversation)
    if row is None:
        nobodys = token_hash(random_token())
        known[draft.conversation] = Conversation(public_id=draft.conversation, token_hash=nobodys, **told)
        return True
    return row.last_at <= draft.last_at and _change(row, told)


def _take_said(known: dict[int, Any], draft: ExchangeDraft, talk: Conversation) -> bool:
    """Put a draft among the rows; say whether it changed one or made one."""
    told, row = _fields(draft, _SAID_FIELDS), known.get(draft.exchange)
    told["outcome"] = draft.outcome or ""
    names = {one["entry"]: one["id"] for one in row.candidates} if row else {}
    told["candidates"] = [
        {"id": names.get(one.entry, ""), "entry": one.entry, "question": one.question, "score": one.score}
        for one in draft.candidates
    ]
    if row is None:
        known[draft.exchange] = Exchange(public_id=draft.exchange, conversation=talk, **told)
        return True
    if row.conversation_id != talk.pk or (row.answered_at and draft.answered_at is None):
        return False
    told["helpful"] = row.helpful if draft.helpful is None else draft.helpful
    return _change(row, told)


def _fields(draft: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in names}


def _change(row: Any, told: dict[str, Any]) -> bool:
    differing = {name: value for name, value in told.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)


def _keep(model: Any, fields: Sequence[str], rows: dict[int, Any], touched: set[int]) -> None:
    """Write what was made, in the order of the file, and what was changed."""
    old = [rows[one] for one in touched if rows[one].pk is not None]
    model.objects.bulk_create([row for row in rows.values() if row.pk is None], batch_size=_AT_ONCE)
    if old:
        model.objects.bulk_update(old, fields, batch_size=_AT_ONCE)


def _is_touched(draft: ConversationDraft, moved: set[int], rewritten: set[int]) -> bool:
    return draft.conversation in moved or any(one.exchange in rewritten for one in draft.exchanges)
