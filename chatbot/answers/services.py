"""Verbs of the answers room: take a question, answer it, hear how it went, keep the FAQ."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from chatbot.answers import replies
from chatbot.answers.engine.confidence import SCORER, decide
from chatbot.answers.knowledge import KnowledgeBase, find_knowledge, save_knowledge, version_in_scope
from chatbot.answers.models import Conversation, Entry, Exchange
from chatbot.answers.redaction import clean, redact, without_placeholders
from chatbot.answers.selectors import LANGUAGES, find_reply_row, reply_of
from chatbot.answers.types import (
    RETENTION_DAYS,
    AnswerDecision,
    AnswerOutcome,
    MessageKind,
    ReplySummary,
    StoredQuestion,
)
from shopconnect.core.cache.redis import RedisError, client, shop_key
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.jobs.work import add_due
from shopconnect.core.observability.log import get_logger
from shopconnect.core.security.crypto import person_key, random_token, token_hash
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope

log = get_logger(__name__)

LONGEST_QUESTION = 1_000
SIGNAL_SECONDS = 10
MOST_EXCHANGES = 500
ERASED_AT_ONCE = 1_000


def store_question(shop_id: ShopId, token: str | None, text: str, language: str) -> StoredQuestion:
    """Keep a shopper's message, without what must not be kept, and have it answered by a worker.

    `token` names a conversation of this shop; an unknown or absent one begins a new conversation.
    Raises Refusal for an empty or too long text, or an overlong conversation. Opens the scope.
    """
    with shop_scope(shop_id):
        row, name = _add_question(token, text, language)
        add_due("answer_message", row.pk)
        return StoredQuestion(row.pk, str(row.public_id), name)


def answer_by_exact_match(shop_id: ShopId, token: str | None, text: str, language: str) -> tuple[ReplySummary, str]:
    """Keep a message and answer it without anything learnt: by the entry that asks just that, else by a person.

    Returns the reply and the conversation's name; raises what `store_question` does. Opens the scope.
    """
    with shop_scope(shop_id):
        row, name = _add_question(token, text, language)
        entry = Entry.objects.filter(language=language, question__iexact=clean(text)).order_by("id").first()
        if entry is not None:
            row.outcome, row.reply, row.entry = AnswerOutcome.ANSWER, entry.answer, entry.external_id
            return _answered(row), name
        return _escalate(row), name


def answer_exchange(shop_id: ShopId, exchange_id: int, *, inline: bool = False) -> None:
    """Answer a stored message once: a second call, or one at the same time, changes nothing.

    The index is found and asked outside any transaction; the state is read again under a lock before writing.
    Then the door that may be waiting is woken. Opens its own scopes.
    """
    started = time.perf_counter()
    with shop_scope(shop_id):
        row = Exchange.objects.filter(pk=exchange_id, answered_at=None).first()
        if row is None:
            return
        asked, language, version = row.asked, row.language, version_in_scope(row.language)
    known = find_knowledge(shop_id, language, version)
    decision = decide(known.index, without_placeholders(asked))
    with shop_scope(shop_id):
        row = Exchange.objects.select_for_update().filter(pk=exchange_id, answered_at=None).first()
        if row is None:
            return
        _write_decision(row, decision, known)
        row.milliseconds = (time.perf_counter() - started) * 1000
        row.is_inline = inline
        row.save()
    _signal_answer(shop_id, str(row.public_id))


def find_reply(shop_id: ShopId, token: str, exchange: str) -> ReplySummary | None:
    """Return what a conversation's exchange was answered with, None while it waits. Opens the scope.

    Raises Missing unless the exchange belongs to the conversation that the token names, in this shop.
    """
    with shop_scope(shop_id):
        row = find_reply_row(token_hash(token), exchange)
        if row is None:
            raise Missing(_("This conversation is not there any more."))
        return _with_notice(row)


def waiting_exchange(shop_id: ShopId, token: str, exchange: str, seconds: float) -> int | None:
    """Return the id of an exchange that has waited longer than `seconds`, else None. Opens the scope."""
    with shop_scope(shop_id):
        row = find_reply_row(token_hash(token), exchange)
        late = row is not None and row.answered_at is None and row.asked_at < now() - timedelta(seconds=seconds)
        return row.pk if row is not None and late else None


def choose_guess(shop_id: ShopId, token: str | None, guess: str, language: str) -> tuple[ReplySummary, str]:
    """Answer with the entry that the shopper chose; returns the reply and the conversation's name. Opens the scope.

    Raises Missing when the shop has no such entry in this language.
    """
    with shop_scope(shop_id):
        public_id = int(guess) if guess.isascii() and guess.isdigit() and len(guess) <= 19 else -1
        entry = Entry.objects.filter(public_id=public_id, language=language).first()
        if entry is None:
            raise Missing(_("This answer is not there any more. Please ask again."))
        row, name = _add_exchange(token, language, MessageKind.CHOSEN, entry.question, None)
        row.outcome, row.reply, row.entry = AnswerOutcome.ANSWER, entry.answer, entry.external_id
        return _answered(row), name


def ask_person(shop_id: ShopId, token: str | None, language: str) -> tuple[ReplySummary, str]:
    """Note that the shopper wants a person; returns the reply and the conversation's name. Opens the scope."""
    with shop_scope(shop_id):
        row, name = _add_exchange(token, language, MessageKind.PERSON, "", None)
        return _escalate(row), name


def rate_reply(shop_id: ShopId, token: str, exchange: str, helpful: bool) -> None:
    """Keep whether a reply helped; the last word counts. Raises Missing as `find_reply` does. Opens the scope."""
    with shop_scope(shop_id):
        row = find_reply_row(token_hash(token), exchange)
        if row is None:
            raise Missing(_("This conversation is not there any more."))
        row.helpful = helpful
        row.save(update_fields=["helpful"])


def index_answers(shop_id: ShopId) -> None:
    """Build and store the index of each language; safe to run twice. Opens its own scopes."""
    for language in LANGUAGES:
        save_knowledge(shop_id, language)


def erase_old_conversations(shop_id: ShopId, moment: datetime | None = None) -> int:
    """Erase conversations without a word for RETENTION_DAYS; returns how many. Opens one scope a thousand."""
    before, erased = (moment or now()) - timedelta(days=RETENTION_DAYS), 0
    while True:
        with shop_scope(shop_id):
            ids = list(Conversation.objects.filter(last_at__lt=before).values_list("id", flat=True)[:ERASED_AT_ONCE])
            erase_conversations(ids)
        erased += len(ids)
        if len(ids) < ERASED_AT_ONCE:
            return erased


def erase_conversations(ids: Sequence[int]) -> int:
    """Erase conversations of the shop in scope with all that was said in them; returns how many rows went."""
    said: int = Exchange.objects.filter(conversation_id__in=ids).delete()[0]
    talks: int = Conversation.objects.filter(pk__in=ids).delete()[0]
    return said + talks


def _add_question(token: str | None, text: str, language: str) -> tuple[Exchange, str]:
    if len(text) > LONGEST_QUESTION:
        raise Refusal("too_long", _("Please keep your question under 1,000 characters."), 413)
    if not clean(text):
        raise Refusal("empty", _("Please write your question."), 400)
    told = redact(text)
    return _add_exchange(token, language, MessageKind.WRITTEN, told.text, person_key(told.email))


def _add_exchange(
    token: str | None, language: str, way: MessageKind, asked: str, person: str | None
) -> tuple[Exchange, str]:
    conversation, name = _open_conversation(token, language)
    if Exchange.objects.filter(conversation=conversation).count() >= MOST_EXCHANGES:
        raise Refusal("too_long_talk", _("This conversation is full. Please reload the page to begin a new one."), 409)
    row = Exchange(
        conversation=conversation, way=way, language=language, asked=asked, asked_at=now(), person_key=person
    )
    row.save()
    return row, name


def _open_conversation(token: str | None, language: str) -> tuple[Conversation, str]:
    moment = now()
    if token:
        found = Conversation.objects.select_for_update().filter(token_hash=token_hash(token)).first()
        if found is not None:
            found.last_at = moment
            found.save(update_fields=["last_at"])
            return found, token
    name = random_token(18)
    made = Conversation(
        token_hash=token_hash(name),
        language=language,
        started_at=moment,
        last_at=moment,
        notice=f"{replies.NOTICE_VERSION}-{language}",
        notice_at=moment,
    )
    made.save()
    return made, name


def _write_decision(row: Exchange, decision: AnswerDecision, known: KnowledgeBase) -> None:
    entries = [(known.entries[one.position], one.score) for one in decision.candidates]
    row.candidates = [
        {"id": entry.public_id, "entry": entry.external_id, "question": entry.question, "score": score}
        for entry, score in entries
    ]
    row.outcome, row.confidence, row.scorer, row.answered_at = decision.outcome, decision.confidence, SCORER, now()
    answer = entries[0][0].answer if decision.outcome == AnswerOutcome.ANSWER else ""
    row.entry = entries[0][0].external_id if decision.outcome == AnswerOutcome.ANSWER else ""
    with translation.override(row.language):
        row.reply = replies.reply_text(decision.outcome, decision.wants_person, answer)
    if decision.wants_person:
        _mark_person(row.conversation)


def _mark_person(conversation: Conversation) -> None:
    if conversation.person_asked_at is None:
        conversation.person_asked_at = now()
        conversation.save(update_fields=["person_asked_at"])


def _escalate(row: Exchange) -> ReplySummary:
    row.outcome = AnswerOutcome.ESCALATE
    with translation.override(row.language):
        row.reply = replies.reply_text(AnswerOutcome.ESCALATE, True, "")
    _mark_person(row.conversation)
    return _answered(row)


def _answered(row: Exchange) -> ReplySummary:
    row.answered_at, row.milliseconds, row.is_inline = now(), 0.0, True
    row.save()
    reply = _with_notice(row)
    assert reply is not None
    return reply


def _with_notice(row: Exchange) -> ReplySummary | None:
    """The reply, with the notice where it is the conversation's first."""
    reply = reply_of(row)
    if reply is None or Exchange.objects.filter(conversation=row.conversation, pk__lt=row.pk).exists():
        return reply
    with translation.override(row.language):
        return ReplySummary(reply.exchange, reply.outcome, reply.text, reply.guesses, replies.notice())


def _signal_answer(shop_id: ShopId, exchange: str) -> None:
    """Leave a hint for the door that may wait; without Redis the shopper's page asks again by itself."""
    key = shop_key(shop_id, "chat", exchange)
    try:
        pipe = client().pipeline(transaction=False)
        pipe.lpush(key, "1")
        pipe.expire(key, SIGNAL_SECONDS)
        pipe.execute()
    except RedisError as error:
        log.warning("chat_signal_lost", shop_id=shop_id, error=type(error).__name__)
