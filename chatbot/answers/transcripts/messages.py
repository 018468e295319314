"""Messages as rows: what a shopper says, and exactly one reply to it. All run in the shop's open scope."""

from __future__ import annotations

import json
from collections.abc import Container
from dataclasses import asdict
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import translation
from django.utils.translation import gettext as _

from chatbot.answers import replies
from chatbot.answers.answering import FoundAnswer
from chatbot.answers.engine.confidence import scorer
from chatbot.answers.engine.language import find_language
from chatbot.answers.knowledge import KnowledgeBase
from chatbot.answers.models import Conversation, Message
from chatbot.answers.redaction import clean, redact, without_placeholders
from chatbot.answers.staff.requests import message_came, person_asked
from chatbot.answers.transcripts.quiet import note_change
from chatbot.answers.types import Author, MessageKind, PersonRequest, Topic
from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.core.security.crypto import person_key, random_token, token_hash
from shopconnect.core.tenancy.context import current_shop

LONGEST_QUESTION = 1_000
# Longer than any shopper writes: it bounds what a page is sent, and what one erasure takes.
MOST_QUESTIONS = 500
_SAID_COLUMNS = ("last_at", "questions", "last_language", "customer_external_id")


def find_conversation_of(token: str | None, customer: str, *, locked: bool = False) -> Conversation | None:
    """Return the conversation that a token opens; one of somebody who was signed in opens for them alone."""
    if not token:
        return None
    rows = Conversation.objects.filter(token_hash=token_hash(token), customer_external_id__in={"", customer})
    found: Conversation | None = (rows.select_for_update() if locked else rows).first()
    return found


def add_question(
    token: str | None, text: str, language: str, customer: str, served: Container[str]
) -> tuple[Message, str]:
    """Keep what a shopper wrote, without what must not be kept; returns the message and its conversation's token.

    `served` are the languages that the shop has answers in. Raises what `said_by_shopper` and `add_shoppers` do.
    """
    said = said_by_shopper(text, served)
    conversation = _continued(token, said.language, language, customer)
    if conversation is not None and token:
        said.language = conversation.last_language
        return _written(conversation, said), token
    conversation, token = open_conversation(None, language, customer)
    said.language = said.language or language
    return add_shoppers(conversation, said), token


def said_by_shopper(text: str, served: Container[str]) -> Message:
    """Return what a shopper wrote, without what must not be kept; not written down yet.

    Its language is "" where nobody knows it, or the shop has no answers in it. Raises Refusal for an empty or too long
    text.
    """
    if len(text) > LONGEST_QUESTION:
        raise Refusal("too_long", _("Please keep your question under 1,000 characters."), 413)
    if not clean(text):
        raise Refusal("empty", _("Type your question."), 400)
    # Taken out before anything is stored: what was never written stands in no backup.
    redacted = redact(text)
    own = find_language(without_placeholders(redacted.text)) or ""  # whatever the page's
    said = Message(way=MessageKind.WRITTEN, text=redacted.text, person_key=person_key(redacted.email))
    said.language = own if own in served else ""
    return said


_CONTINUE = """
UPDATE answers_conversation SET
    last_at = %s, questions = questions + 1, last_language = coalesce(nullif(%s, ''), nullif(last_language, ''), %s),
    customer_external_id = coalesce(nullif(%s, ''), customer_external_id)
WHERE shop_id = %s AND token_hash = %s AND customer_external_id IN ('', %s)
RETURNING *
"""


def _continued(token: str | None, own: str, language: str, customer: str) -> Conversation | None:
    """Return the conversation of a token, with one more message in `own` language or else its last, and locked by that.

    In one statement, for this is what most messages begin with. None where the token opens none.
    """
    if not token:
        return None
    given = [now(), own, language, customer, current_shop(), token_hash(token), customer]
    found = list(Conversation.objects.raw(_CONTINUE, given))
    if found and found[0].questions > MOST_QUESTIONS:
        raise _too_long_talk()
    return found[0] if found else None


def open_conversation(token: str | None, language: str, customer: str) -> tuple[Conversation, str]:
    """Return the conversation of a token, locked, and that token; a new one and a new token where none fits."""
    # Locked, so that two messages at once cannot both be the last that a full conversation takes.
    found = find_conversation_of(token, customer, locked=True)
    if found is not None and token:
        found.last_at = now()
        found.customer_external_id = customer or found.customer_external_id
        return found, token
    # A name that we did not give is never taken: a page that brings another shop's token begins anew.
    made_token, moment = random_token(18), now()
    made = Conversation(
        token_hash=token_hash(made_token),
        language=language,
        started_at=moment,
        last_at=moment,
        notice=f"{replies.NOTICE_VERSION}-{language}",
        notice_at=moment,
        customer_external_id=customer,
    )
    return made, made_token


def add_shoppers(conversation: Conversation, said: Message) -> Message:
    """Write a shopper's message down in an open conversation; raises Refusal where that is too long already."""
    if conversation.questions >= MOST_QUESTIONS:
        raise _too_long_talk()
    conversation.questions += 1
    conversation.last_language = said.language
    conversation.save(update_fields=_SAID_COLUMNS if conversation.pk else None)
    return _written(conversation, said)


def _too_long_talk() -> Refusal:
    return Refusal(
        "too_long_talk", _("This conversation has reached its limit. Reload the page to start a new one."), 409
    )


def _written(conversation: Conversation, said: Message) -> Message:
    said.conversation, said.author = conversation, Author.SHOPPER
    said.at = conversation.last_at  # so a conversation begins with its first message, at the same moment
    said.save()
    if conversation.staffed_at:
        message_came(conversation.pk)
    return said


def unanswered(question_id: int) -> Message | None:
    """Return a shopper's message with its conversation, None where the assistant has nothing to say to it (any more).

    It was replied to or is gone, somebody of the staff answers in the conversation, or has written since.
    """
    rows = Message.objects.filter(pk=question_id, author=Author.SHOPPER, replies__isnull=True)
    mine = rows.filter(~_staff_wrote_since(), conversation__staffed_at=None)
    found: Message | None = mine.select_related("conversation").first()
    return found


def is_left_to_staff(question: Message) -> bool:
    """Say whether a shopper's message without a reply is answered by the staff."""
    if question.conversation.staffed_at:
        return True
    return bool(Message.objects.filter(_staff_wrote_since(), pk=question.pk).exists())


def open_questions(conversation_id: int) -> list[int]:
    """Return the ids of what a shopper wrote that nobody has replied to, oldest first."""
    rows = Message.objects.filter(
        ~_staff_wrote_since(),
        conversation=conversation_id,
        author=Author.SHOPPER,
        way=MessageKind.WRITTEN,
        replies__isnull=True,
    )
    return list(rows.order_by("id").values_list("id", flat=True))


def _staff_wrote_since() -> Exists:
    later = Message.objects.filter(conversation=OuterRef("conversation"), author=Author.STAFF, id__gt=OuterRef("id"))
    return Exists(later)


_HOLD = "SELECT staffed_at, person_asked_at FROM answers_conversation WHERE shop_id = %s AND id = %s FOR UPDATE"
_UNANSWERED = """
SELECT decided::text FROM answers_message AS said
WHERE shop_id = %s AND id = %s AND NOT EXISTS (
    SELECT FROM answers_message AS later
    WHERE later.shop_id = said.shop_id AND later.conversation_id = said.conversation_id AND later.id > said.id
    AND (later.answers_id = said.id OR later.author = 'staff'))
"""


def held_unanswered(asked: Message) -> Message | None:
    """Return a message that `unanswered` returned, as it is now and with its conversation locked, or None likewise.

    Whoever may reply does so under this lock. Its two statements are as short as each message's need to be.
    """
    shop_id, talk = current_shop(), asked.conversation
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [shop_id, talk.pk])
        held = cursor.fetchone()
        if held is None or held[0] is not None:
            return None
        # Looked for after the lock: another worker, or the request itself, may have been faster.
        cursor.execute(_UNANSWERED, [shop_id, asked.pk])
        found = cursor.fetchone()
    if found is None:
        return None
    talk.staffed_at, talk.person_asked_at = held
    asked.decided = json.loads(found[0]) if found[0] else None
    return asked


def reply_to(question: Message, **columns: Any) -> Message:
    """Return a reply that is not written down yet."""
    return Message(
        conversation=question.conversation,
        author=Author.BOT,
        answers=question,
        at=now(),
        language=question.language,
        **columns,
    )


def write_reply(question: Message, reply: Message) -> None:
    """Write a reply down, of which there is one at most; the question's conversation is locked."""
    reply.save()
    note_change(question.conversation)
    if question.decided is not None:
        question.decided = None
        question.save(update_fields=["decided"])


def found_columns(found: FoundAnswer, known: KnowledgeBase) -> dict[str, Any]:
    """Return what is kept of an answer that was found, column by column."""
    considered = [(known.entries[one.position], one.score) for one in found.decision.candidates]
    return {
        "text": found.reply,
        "outcome": found.outcome.value,
        "topic": found.topic.value if found.topic else "",
        "entry": found.entry.external_id if found.entry else "",
        "confidence": found.confidence,
        "candidates": [
            {"id": entry.public_id, "entry": entry.external_id, "question": entry.question, "score": score}
            for entry, score in considered
        ],
        "cards": [asdict(card) for card in found.cards],
        "scorer": scorer(known.index.encoder),
    }


def note_person_request(question: Message, topic: Topic, text: str) -> str:
    """Note that somebody of the shop should answer; returns the reply's text with what happens now.

    Whoever may come to harm is told whom to call, and nothing else.
    """
    conversation = question.conversation
    if conversation.person_asked_at is None:
        conversation.person_asked_at = now()
        conversation.save(update_fields=["person_asked_at"])
    asked = PersonRequest(conversation_id=conversation.pk, why=topic, language=question.language)
    with translation.override(question.language):
        told = person_asked(asked)
    return words_of_request(topic, text, told)


def words_of_request(topic: Topic, text: str, told: str) -> str:
    """Return a reply's text with what happens now that a person is asked for."""
    return text if topic in (Topic.DISTRESS, Topic.VIOLENCE) else "\n\n".join(filter(None, [text, told]))
