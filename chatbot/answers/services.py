"""Verbs of the answers room: take a question, answer it, hear how it went, keep the FAQ."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from chatbot.answers import replies
from chatbot.answers.answering import FoundAnswer, TurnBefore, find_answer
from chatbot.answers.composition import wording
from chatbot.answers.engine.confidence import scorer
from chatbot.answers.engine.language import find_language
from chatbot.answers.engine.topics import CARE, find_topic
from chatbot.answers.facts.returns import return_terms
from chatbot.answers.facts.tracking import order_form
from chatbot.answers.knowledge import KnowledgeBase, save_knowledge, serve_knowledge, version_in_scope
from chatbot.answers.models import Conversation, Entry, Exchange
from chatbot.answers.redaction import clean, redact, without_placeholders
from chatbot.answers.selectors import find_before, find_reply_row, last_language, reply_of
from chatbot.answers.thresholds import belief_in_scope, calibrate_again
from chatbot.answers.types import RETENTION_DAYS, AnswerOutcome, MessageKind, ReplySummary, StoredQuestion, Topic
from shopconnect.core.cache.redis import RedisError, client, shop_key
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.jobs.work import add_due
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.observability.log import get_logger
from shopconnect.core.security.crypto import person_key, random_token, token_hash
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope

log = get_logger(__name__)

LONGEST_QUESTION = 1_000
SIGNAL_SECONDS = 10
# Longer than any shopper writes: it bounds what a page is sent, and what one erasure takes.
MOST_EXCHANGES = 500
# A scope is a transaction, and a long one keeps PostgreSQL from clearing up behind all others.
ERASED_AT_ONCE = 1_000


def store_question(shop_id: ShopId, token: str | None, text: str, language: str) -> StoredQuestion:
    """Keep a shopper's message, without what must not be kept, and have it answered by a worker.

    `token` names a conversation of this shop; an unknown or absent one begins a new conversation.
    Raises Refusal for an empty or too long text, or an overlong conversation. Opens the scope.
    """
    with shop_scope(shop_id):
        row, token = _add_question(token, text, language)
        add_due("answer_message", row.pk)
        return StoredQuestion(row.pk, str(row.public_id), token)


def answer_by_exact_match(shop_id: ShopId, token: str | None, text: str, language: str) -> tuple[ReplySummary, str]:
    """Keep a message and answer it without an index: by the entry that asks just that, else by a person.

    Who may come to harm is told where to turn, whatever the plan holds.
    Returns the reply and the conversation's token; raises what `store_question` does. Opens the scope.
    """
    with shop_scope(shop_id):
        row, token = _add_question(token, text, language)
        topic = find_topic(without_placeholders(row.asked), row.language)
        if topic in CARE:
            return _escalate(row, topic), token
        entry = Entry.objects.filter(language=row.language, question__iexact=clean(text)).order_by("id").first()
        return (_escalate(row) if entry is None else _answer_with(row, entry)), token


def answer_exchange(shop_id: ShopId, exchange_id: int, *, inline: bool = False) -> None:
    """Answer a stored message once: a second call, or one at the same time, changes nothing.

    Where a language model is to word the answer, the message waits for `word_exchange`, or for a call inline.

    The index is found and asked outside any transaction; the state is read again under a lock before writing.
    Then the request that may be waiting is told. Opens its own scopes.
    """
    started = time.perf_counter()
    with shop_scope(shop_id):
        waiting = Exchange.objects.filter(pk=exchange_id, answered_at=None).first()
        if waiting is None or (wording.is_being_worded(waiting) and not inline):
            return
        before, belief = _turn_before(find_before(waiting)), belief_in_scope()
        version = version_in_scope(waiting.language)
    # Opening an index takes a moment, and no transaction should be open meanwhile.
    known = serve_knowledge(shop_id, waiting.language, version)
    found = find_answer(shop_id, known, without_placeholders(waiting.asked), waiting.language, belief, before)
    # Read again under a lock: another worker, or the request itself, may have been faster.
    with shop_scope(shop_id):
        row = Exchange.objects.select_for_update().filter(pk=exchange_id, answered_at=None).first()
        if row is None:
            return
        _write_answer(row, found, known)
        row.milliseconds = (time.perf_counter() - started) * 1000
        row.is_inline = inline
        if not inline and wording.asks_for_words(row):
            row.outcome, row.answered_at = "", None
        row.save()
    # After the commit: whoever is told reads the row at once. No call of Redis may run inside a scope.
    if row.answered_at is not None:
        _signal_answer(shop_id, str(row.public_id))


def word_exchange(shop_id: ShopId, exchange_id: int) -> None:
    """Write the reply of a message whose answer waits for its wording; a second call changes nothing.

    Opens its own scopes.
    """
    row = wording.find_words(shop_id, exchange_id)
    if row is not None:
        _signal_answer(shop_id, str(row.public_id))


def find_reply(shop_id: ShopId, token: str, exchange: str) -> ReplySummary | None:
    """Return what a conversation's exchange was answered with, None while it waits. Opens the scope.

    Raises Missing unless the exchange belongs to the conversation that the token names, in this shop.
    """
    with shop_scope(shop_id):
        row = find_reply_row(token_hash(token), exchange)
        if row is None:
            raise Missing(_("This conversation no longer exists."))
        return _with_notice(row)


def waiting_exchange(shop_id: ShopId, token: str, exchange: str, seconds: float) -> int | None:
    """Return the id of an exchange that has waited longer than `seconds`, else None. Opens the scope.

    One whose answer is being worded has longer.
    """
    with shop_scope(shop_id):
        row = find_reply_row(token_hash(token), exchange)
        if row is not None and wording.is_being_worded(row):
            seconds = max(seconds, wording.PATIENCE_SECONDS)
        late = row is not None and row.answered_at is None and row.asked_at < now() - timedelta(seconds=seconds)
        return row.pk if row is not None and late else None


def choose_guess(shop_id: ShopId, token: str | None, guess: str, language: str) -> tuple[ReplySummary, str]:
    """Answer with the entry that the shopper chose; returns the reply and the conversation's token. Opens the scope.

    The entry may be in another language than the page: guesses are in the shopper's. Raises Missing without an entry.
    """
    with shop_scope(shop_id):
        public_id = int(guess) if guess.isascii() and guess.isdigit() and len(guess) <= 19 else -1
        entry = Entry.objects.filter(public_id=public_id).first()
        if entry is None:
            raise Missing(_("This answer no longer exists. Ask your question again."))
        row, token = _add_exchange(token, entry.language, MessageKind.CHOSEN, entry.question, None)
        return _answer_with(row, entry), token


def ask_person(shop_id: ShopId, token: str | None, language: str) -> tuple[ReplySummary, str]:
    """Note that the shopper wants a person; returns the reply and the conversation's token. Opens the scope."""
    with shop_scope(shop_id):
        row, token = _add_exchange(token, _spoken(token) or language, MessageKind.PERSON, "", None)
        return _escalate(row), token


def rate_reply(shop_id: ShopId, token: str, exchange: str, helpful: bool) -> None:
    """Keep whether a reply helped; the last word counts. Raises Missing as `find_reply` does. Opens the scope."""
    with shop_scope(shop_id):
        row = find_reply_row(token_hash(token), exchange)
        if row is None:
            raise Missing(_("This conversation no longer exists."))
        row.helpful = helpful
        row.save(update_fields=["helpful"])


def index_answers(shop_id: ShopId) -> None:
    """Build and store the index of each language; safe to run twice. Opens its own scopes."""
    for language in LANGUAGES:
        save_knowledge(shop_id, language)
    calibrate_again(shop_id)


def erase_old_conversations(shop_id: ShopId, moment: datetime | None = None) -> int:
    """Erase conversations without a word for RETENTION_DAYS; returns how many. Opens one scope a thousand."""
    before = (moment or now()) - timedelta(days=RETENTION_DAYS)
    erased = 0
    while True:
        with shop_scope(shop_id):
            ids = list(Conversation.objects.filter(last_at__lt=before).values_list("id", flat=True)[:ERASED_AT_ONCE])
            erase_conversations(ids)
        erased += len(ids)
        if len(ids) < ERASED_AT_ONCE:
            return erased


def erase_conversations(ids: Sequence[int]) -> int:
    """Erase conversations of the shop in scope with all their exchanges; returns how many rows went."""
    exchanges: int = Exchange.objects.filter(conversation_id__in=ids).delete()[0]
    conversations: int = Conversation.objects.filter(pk__in=ids).delete()[0]
    return exchanges + conversations


def _add_question(token: str | None, text: str, language: str) -> tuple[Exchange, str]:
    if len(text) > LONGEST_QUESTION:
        raise Refusal("too_long", _("Please keep your question under 1,000 characters."), 413)
    if not clean(text):
        raise Refusal("empty", _("Type your question."), 400)
    # Taken out before anything is stored: what was never written stands in no backup.
    redacted = redact(text)
    spoken = _own_language(redacted.text) or _spoken(token) or language
    return _add_exchange(token, spoken, MessageKind.WRITTEN, redacted.text, person_key(redacted.email))


def _own_language(text: str) -> str | None:
    """The language of a message, whatever the page's, where the shop has answers in it."""
    found = find_language(without_placeholders(text))
    return found if found and Entry.objects.filter(language=found).exists() else None


def _spoken(token: str | None) -> str | None:
    """The language in which a conversation goes on."""
    talk = Conversation.objects.filter(token_hash=token_hash(token)).first() if token else None
    return last_language(talk) if talk else None


def _add_exchange(
    token: str | None, language: str, way: MessageKind, text: str, person: str | None
) -> tuple[Exchange, str]:
    conversation, token = _open_conversation(token, language)
    if Exchange.objects.filter(conversation=conversation).count() >= MOST_EXCHANGES:
        raise Refusal(
            "too_long_talk", _("This conversation has reached its limit. Reload the page to start a new one."), 409
        )
    row = Exchange(conversation=conversation, way=way, language=language, asked=text, person_key=person)
    row.asked_at = conversation.last_at  # so a conversation begins with its first message, at the same moment
    row.save()
    return row, token


def _open_conversation(token: str | None, language: str) -> tuple[Conversation, str]:
    """Return the conversation of a token and that token; a new conversation and a new token where none fits."""
    moment = now()
    if token:
        # Locked, so that two messages at once cannot both be the last that a full conversation takes.
        found = Conversation.objects.select_for_update().filter(token_hash=token_hash(token)).first()
        if found is not None:
            found.last_at = moment
            found.save(update_fields=["last_at"])
            return found, token
    # A name that we did not give is never taken: a page that brings another shop's token begins anew.
    made_token = random_token(18)
    made = Conversation(
        token_hash=token_hash(made_token),
        language=language,
        started_at=moment,
        last_at=moment,
        notice=f"{replies.NOTICE_VERSION}-{language}",
        notice_at=moment,
    )
    made.save()
    return made, made_token


def _turn_before(row: Exchange | None) -> TurnBefore | None:
    return TurnBefore(without_placeholders(row.asked), row.topic, row.entry) if row else None


def _write_answer(row: Exchange, found: FoundAnswer, known: KnowledgeBase) -> None:
    considered = [(known.entries[one.position], one.score) for one in found.decision.candidates]
    row.candidates = [
        {"id": entry.public_id, "entry": entry.external_id, "question": entry.question, "score": score}
        for entry, score in considered
    ]
    row.outcome, row.topic, row.reply = found.outcome, found.topic or "", found.reply
    row.entry = found.entry.external_id if found.entry else ""
    row.confidence = found.confidence
    row.cards = [asdict(card) for card in found.cards]
    row.scorer = scorer(known.index.encoder)
    row.answered_at = now()
    if found.wants_person:
        _note_person_request(row.conversation)


def _note_person_request(conversation: Conversation) -> None:
    """Only the first time counts: it says how long somebody has waited."""
    if conversation.person_asked_at is None:
        conversation.person_asked_at = now()
        conversation.save(update_fields=["person_asked_at"])


def _answer_with(row: Exchange, entry: Entry) -> ReplySummary:
    row.outcome = AnswerOutcome.ANSWER
    row.reply = entry.answer
    row.entry = entry.external_id
    return _save_answered(row)


def _escalate(row: Exchange, topic: Topic = Topic.PERSON) -> ReplySummary:
    row.outcome, row.topic = AnswerOutcome.ESCALATE, topic
    with translation.override(row.language):
        row.reply = replies.reply_text(row.outcome, topic, "")
    _note_person_request(row.conversation)
    return _save_answered(row)


def _save_answered(row: Exchange) -> ReplySummary:
    """Save a reply that needed no worker."""
    row.answered_at = now()
    row.milliseconds = 0.0
    row.is_inline = True
    row.save()
    reply = _with_notice(row)
    assert reply is not None
    return reply


def _with_notice(row: Exchange) -> ReplySummary | None:
    """The reply, with the notice where it is the conversation's first."""
    reply = reply_of(row)
    if reply is not None and row.topic == Topic.ORDER:
        reply = replace(reply, order=order_form(row.asked))
    if reply is not None and row.topic == Topic.WITHDRAWAL:
        reply = replace(reply, withdrawal_url=return_terms().withdrawal_url)
    if reply is None or row.asked_at != row.conversation.started_at:
        return reply
    with translation.override(row.language):
        return replace(reply, notice=replies.notice())


def _signal_answer(shop_id: ShopId, exchange: str) -> None:
    """Tell the request that may wait; without Redis the shopper's page asks again by itself."""
    key = shop_key(shop_id, "chat", exchange)
    try:
        pipe = client().pipeline(transaction=False)
        pipe.lpush(key, "1")
        # Whoever waits does so for less than a second; a signal that nobody took is rubbish soon after.
        pipe.expire(key, SIGNAL_SECONDS)
        pipe.execute()
    except RedisError as error:
        log.warning("chat_signal_lost", shop_id=shop_id, error=type(error).__name__)
