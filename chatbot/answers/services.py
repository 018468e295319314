"""Verbs of the answers room: take a question, answer it, hear how it went, keep the FAQ."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from chatbot.answers import replies
from chatbot.answers.answering import TurnBefore, complete_answer, decide_on, may_follow_up
from chatbot.answers.composition import wording
from chatbot.answers.drafts.indexing import followers
from chatbot.answers.engine.topics import CARE, find_topic
from chatbot.answers.facts.returns import return_terms
from chatbot.answers.facts.tracking import order_form
from chatbot.answers.knowledge import KnowledgeBase, find_served, save_knowledge, serve_knowledge, version_of
from chatbot.answers.models import Conversation, Entry, Message
from chatbot.answers.redaction import clean, without_placeholders
from chatbot.answers.selectors import fingerprints
from chatbot.answers.staff.grading import ask_idle_grade
from chatbot.answers.thresholds import belief_in_scope, calibrate_again
from chatbot.answers.transcripts.messages import (
    add_question,
    add_shoppers,
    find_conversation_of,
    found_columns,
    held_unanswered,
    is_left_to_staff,
    note_person_request,
    open_conversation,
    reply_to,
    unanswered,
    write_reply,
)
from chatbot.answers.transcripts.quiet import keep_quiet, look_at
from chatbot.answers.transcripts.selectors import find_before, find_pair, read_id, reply_summary, shown_messages
from chatbot.answers.types import (
    RETENTION_DAYS,
    AnswerOutcome,
    Belief,
    MessageKind,
    ReplySummary,
    ShownTalk,
    StoredQuestion,
    Topic,
)
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing
from shopconnect.core.jobs import broker
from shopconnect.core.jobs.work import add_due, drop_due
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.security.crypto import token_hash
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope

WORK_KIND = "answer_message"
LEFT_SECONDS = 10.0  # a worker then answers what the process that took it has not
SHOWN_AT_ONCE = 100
# A scope is a transaction, and a long one keeps PostgreSQL from clearing up behind all others.
ERASED_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class _Turn:
    """What a message is answered by: what was said before it, how the shop judges the scorer, the index it needs."""

    before: TurnBefore | None
    belief: Belief
    version: str


def store_question(shop_id: ShopId, token: str | None, text: str, language: str, customer: str = "") -> StoredQuestion:
    """Keep a shopper's message, without what must not be kept, and have it answered by a worker.

    `token` names a conversation of this shop; one that is absent, unknown or of another customer begins a new
    conversation. `customer` is who is signed in, by the platform's id, "" for a guest.
    Raises Refusal for an empty or too long text, or an overlong conversation. Opens the scope.
    """
    with shop_scope(shop_id):
        row, token = add_question(token, text, language, customer, fingerprints())
        stored = _stored(row, token)
        if not stored.awaits_staff:
            add_due(WORK_KIND, row.pk)
        return stored


def answer_question(
    shop_id: ShopId, token: str | None, text: str, language: str, customer: str = ""
) -> tuple[StoredQuestion, ReplySummary | None]:
    """Keep a shopper's message as `store_question` does, and answer it here; a worker does if this process dies.

    The reply is None while a worker builds the first index of a large FAQ or has a language model word the answer, and
    where somebody of the staff answers meanwhile.
    Opens its own scopes.
    """
    started = time.perf_counter()
    with shop_scope(shop_id):
        prints = fingerprints()
        row, token = add_question(token, text, language, customer, prints)
        stored = _stored(row, token)
        if stored.awaits_staff:
            return stored, left_to_staff(row)
        add_due(WORK_KIND, row.pk, now() + timedelta(seconds=LEFT_SECONDS))
        turn = _turn(row, prints)
    known = find_served(shop_id, row.language, turn.version)
    if known is None:
        with shop_scope(shop_id):
            add_due(WORK_KIND, row.pk)
        return stored, None
    # While nobody can be woken, nobody would word the answer.
    return stored, _answer(shop_id, row, known, turn, started, is_inline=True, may_be_worded=not broker.breaker.is_open)


def answer_by_exact_match(
    shop_id: ShopId, token: str | None, text: str, language: str, customer: str = ""
) -> tuple[ReplySummary, str]:
    """Keep a message and answer it without an index: by the entry that asks just that, else by a person.

    Who may come to harm is told where to turn, whatever the plan holds.
    Returns the reply and the conversation's token; raises what `store_question` does. Opens the scope.
    """
    with shop_scope(shop_id):
        row, token = add_question(token, text, language, customer, fingerprints())
        topic = find_topic(without_placeholders(row.text), row.language)
        if topic in CARE:
            return pass_to_person(row, topic), token
        entry = Entry.objects.filter(language=row.language, question__iexact=clean(text)).order_by("id").first()
        return (pass_to_person(row) if entry is None else _answer_with(row, entry)), token


def answer_exchange(shop_id: ShopId, exchange_id: int, *, inline: bool = False) -> None:
    """Answer a stored message once: a second call, or one at the same time, changes nothing.

    Where a language model is to word the answer, the message waits for `word_exchange`, or for a call inline.
    Opens its own scopes.
    """
    started = time.perf_counter()
    with shop_scope(shop_id):
        waiting = unanswered(exchange_id)
        if waiting is None or (waiting.decided is not None and not inline):
            return
        turn = _turn(waiting, fingerprints())
    known = serve_knowledge(shop_id, waiting.language, turn.version)
    _answer(shop_id, waiting, known, turn, started, is_inline=inline, may_be_worded=not inline)


def _stored(question: Message, token: str) -> StoredQuestion:
    awaits_staff = question.conversation.staffed_at is not None
    return StoredQuestion(question.pk, str(question.public_id), token, awaits_staff)


def _turn(question: Message, prints: Mapping[str, str]) -> _Turn:
    may_follow = may_follow_up(without_placeholders(question.text), question.language)
    before = find_before(question) if may_follow else None
    return _Turn(before, belief_in_scope(), version_of(question.language, prints))


def _answer(
    shop_id: ShopId,
    asked: Message,
    known: KnowledgeBase,
    turn: _Turn,
    started: float,
    *,
    is_inline: bool,
    may_be_worded: bool,
) -> ReplySummary | None:
    """Find the answer to a message outside any transaction, and write it where nobody has, under a lock.

    Returns what the shopper is told, None where nothing was written.
    """
    text = without_placeholders(asked.text)
    decision = decide_on(known, text, turn.belief, turn.before)
    with shop_scope(shop_id):
        question = held_unanswered(asked)
        if question is None:
            return None
        found = complete_answer(known, decision, text, question.language, turn.before)
        columns = found_columns(found, known)
        if found.topic and found.wants_person:
            columns["text"] = note_person_request(question, found.topic, found.reply)
        spent = (time.perf_counter() - started) * 1000
        reply = reply_to(question, **columns, milliseconds=spent, is_inline=is_inline)
        if is_inline:  # a worker lets go of what it has in hands by itself
            drop_due(WORK_KIND, question.pk)
        if may_be_worded and not found.is_joined and wording.asks_for_words(question, reply):
            return None
        write_reply(question, reply)
        return reply_with_notice(question, reply)


def word_exchange(shop_id: ShopId, exchange_id: int) -> None:
    """Write the reply of a message whose answer waits for its wording; a second call changes nothing.

    Opens its own scopes.
    """
    wording.write_words(shop_id, exchange_id)


def find_reply(shop_id: ShopId, token: str, exchange: str) -> ReplySummary | None:
    """Return what a shopper's message was answered with, None while it waits. Opens the scope.

    Raises Missing unless the message belongs to the conversation that the token names, in this shop.
    """
    with shop_scope(shop_id):
        question, reply = _pair(token, exchange)
        if reply is not None:
            return reply_with_notice(question, reply)
        return left_to_staff(question) if is_left_to_staff(question) else None


def find_messages(shop_id: ShopId, token: str, after: str, customer: str = "") -> ShownTalk:
    """Return what was said in a conversation after a message, SHOWN_AT_ONCE at most.

    All from the first on where `after` names none of its messages. Raises Missing unless the token names a
    conversation of this shop that is a guest's, or the customer's who is signed in. Opens the scope, unless it is known
    that nothing is new and nobody waits for a person.
    """
    look = look_at(shop_id, token, customer, after)
    if look and look.is_quiet:
        return ShownTalk((), has_more=False, person_asked_in=None)
    with shop_scope(shop_id):
        conversation = find_conversation_of(token, customer)
        if conversation is None:
            raise Missing(_("This conversation no longer exists."))
        seconds = ask_idle_grade(conversation)
        messages, has_more = shown_messages(conversation, after, SHOWN_AT_ONCE)
        is_for_person = conversation.person_asked_at is not None or conversation.staffed_at is not None
    if look and not messages and not is_for_person:
        keep_quiet(shop_id, look, seconds)
    return ShownTalk(tuple(messages), has_more, conversation.pk if is_for_person else None)


def waiting_exchange(shop_id: ShopId, token: str, exchange: str, seconds: float) -> int | None:
    """Return the row id of a message that has waited longer than `seconds`, else None. Opens the scope.

    One whose answer is being worded has longer. Raises Missing as `find_reply` does.
    """
    with shop_scope(shop_id):
        question, reply = _pair(token, exchange)
        if question.decided is not None:
            seconds = max(seconds, wording.PATIENCE_SECONDS)
        late = reply is None and question.at < now() - timedelta(seconds=seconds)
        return question.pk if late else None


def choose_guess(
    shop_id: ShopId, token: str | None, guess: str, language: str, customer: str = ""
) -> tuple[ReplySummary, str]:
    """Answer with the entry that the shopper chose; returns the reply and the conversation's token. Opens the scope.

    The entry may be in another language than the page: guesses are in the shopper's. Raises Missing without an entry.
    """
    with shop_scope(shop_id):
        entry = Entry.objects.filter(public_id=read_id(guess)).first()
        if entry is None:
            raise Missing(_("This answer no longer exists. Ask your question again."))
        conversation, token = open_conversation(token, entry.language, customer)
        chosen = Message(way=MessageKind.CHOSEN, language=entry.language, text=entry.question)
        return _answer_with(add_shoppers(conversation, chosen), entry), token


def ask_person(shop_id: ShopId, token: str | None, language: str, customer: str = "") -> tuple[ReplySummary, str]:
    """Note that the shopper wants a person; returns the reply and the conversation's token. Opens the scope."""
    with shop_scope(shop_id):
        conversation, token = open_conversation(token, language, customer)
        wish = Message(way=MessageKind.PERSON, language=conversation.last_language or language)
        return pass_to_person(add_shoppers(conversation, wish)), token


def rate_reply(shop_id: ShopId, token: str, exchange: str, helpful: bool) -> None:
    """Keep whether a reply helped; the last word counts. Raises Missing as `find_reply` does. Opens the scope."""
    with shop_scope(shop_id):
        _question, reply = _pair(token, exchange)
        if reply is None:
            raise Missing(_("This conversation no longer exists."))
        reply.helpful = helpful
        reply.save(update_fields=["helpful"])


def index_answers(shop_id: ShopId) -> None:
    """Build and store the index of each language; safe to run twice. Opens its own scopes."""
    for language in LANGUAGES:
        save_knowledge(shop_id, language)
    calibrate_again(shop_id)
    for follow in followers():
        follow(shop_id)


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
    """Erase conversations of the shop in scope with all their messages; returns how many rows went."""
    # Held first, as by whoever writes a message: none comes in between.
    held = list(Conversation.objects.select_for_update().filter(pk__in=ids).order_by("id").values_list("id", flat=True))
    messages: int = Message.objects.filter(conversation_id__in=held).delete()[0]
    conversations: int = Conversation.objects.filter(pk__in=held).delete()[0]
    return messages + conversations


def _pair(token: str, exchange: str) -> tuple[Message, Message | None]:
    found = find_pair(token_hash(token), exchange)
    if found is None:
        raise Missing(_("This conversation no longer exists."))
    return found


def _answer_with(question: Message, entry: Entry) -> ReplySummary:
    return _replied(question, AnswerOutcome.ANSWER, "", entry.answer, entry.external_id)


def pass_to_person(question: Message, topic: Topic = Topic.PERSON) -> ReplySummary:
    """Reply to a message that somebody of the shop should answer it; in the scope that holds its conversation."""
    if question.conversation.staffed_at:
        return left_to_staff(question)
    with translation.override(question.language):
        text = replies.reply_text(AnswerOutcome.ESCALATE, topic, "")
    text = note_person_request(question, topic, text)
    return _replied(question, AnswerOutcome.ESCALATE, topic, text, "")


def _replied(question: Message, outcome: AnswerOutcome, topic: str, text: str, entry: str) -> ReplySummary:
    """Write a reply down that needed no worker, unless somebody of the staff answers here."""
    if question.conversation.staffed_at:
        return left_to_staff(question)
    reply = reply_to(question, outcome=outcome, topic=topic, text=text, entry=entry, milliseconds=0.0, is_inline=True)
    write_reply(question, reply)
    return reply_with_notice(question, reply)


def left_to_staff(question: Message) -> ReplySummary:
    """Return what the shopper is told while somebody of the staff answers: nothing."""
    return ReplySummary(str(question.public_id), "", AnswerOutcome.ESCALATE, "", question.language, awaits_staff=True)


def reply_with_notice(question: Message, reply: Message) -> ReplySummary:
    """The reply, with the notice where it is the conversation's first."""
    told = reply_summary(question, reply)
    if reply.topic == Topic.ORDER:
        told = replace(told, order=order_form(question.text))
    if reply.topic == Topic.WITHDRAWAL:
        told = replace(told, withdrawal_url=return_terms().withdrawal_url)
    if question.at != question.conversation.started_at:
        return told
    with translation.override(question.language):
        return replace(told, notice=replies.notice())
