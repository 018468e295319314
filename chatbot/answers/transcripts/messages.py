"""Messages as rows: what a shopper says, and exactly one reply to it. All run in the shop's open scope."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import translation
from django.utils.translation import gettext as _

from chatbot.answers import replies
from chatbot.answers.answering import FoundAnswer
from chatbot.answers.engine.confidence import scorer
from chatbot.answers.engine.language import find_language
from chatbot.answers.knowledge import KnowledgeBase
from chatbot.answers.models import Conversation, Entry, Message
from chatbot.answers.redaction import clean, redact, without_placeholders
from chatbot.answers.staff.requests import message_came, person_asked
from chatbot.answers.types import Author, MessageKind, PersonRequest, Topic
from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.core.security.crypto import person_key, random_token, token_hash

LONGEST_QUESTION = 1_000
# Longer than any shopper writes: it bounds what a page is sent, and what one erasure takes.
MOST_QUESTIONS = 500


def find_conversation_of(token: str | None, customer: str, *, locked: bool = False) -> Conversation | None:
    """Return the conversation that a token opens; one of somebody who was signed in opens for them alone."""
    if not token:
        return None
    rows = Conversation.objects.filter(token_hash=token_hash(token), customer_external_id__in={"", customer})
    found: Conversation | None = (rows.select_for_update() if locked else rows).first()
    return found


def add_question(token: str | None, text: str, language: str, customer: str) -> tuple[Message, str]:
    """Keep what a shopper wrote, without what must not be kept; returns the message and its conversation's token.

    Raises what `said_by_shopper` and `add_shoppers` do.
    """
    conversation, token = open_conversation(token, language, customer)
    return add_shoppers(conversation, said_by_shopper(conversation, text, language)), token


def said_by_shopper(conversation: Conversation, text: str, language: str) -> Message:
    """Return what a shopper wrote, without what must not be kept; not written down yet.

    Raises Refusal for an empty or too long text.
    """
    if len(text) > LONGEST_QUESTION:
        raise Refusal("too_long", _("Please keep your question under 1,000 characters."), 413)
    if not clean(text):
        raise Refusal("empty", _("Type your question."), 400)
    # Taken out before anything is stored: what was never written stands in no backup.
    redacted = redact(text)
    said = Message(way=MessageKind.WRITTEN, text=redacted.text, person_key=person_key(redacted.email))
    said.language = _own_language(redacted.text) or conversation.last_language or language
    return said


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
        raise Refusal(
            "too_long_talk", _("This conversation has reached its limit. Reload the page to start a new one."), 409
        )
    conversation.questions += 1
    conversation.last_language = said.language
    conversation.save()
    said.conversation, said.author = conversation, Author.SHOPPER
    said.at = conversation.last_at  # so a conversation begins with its first message, at the same moment
    said.save()
    if conversation.staffed_at:
        message_came(conversation.pk)
    return said


def _own_language(text: str) -> str | None:
    """The language of a message, whatever the page's, where the shop has answers in it."""
    found = find_language(without_placeholders(text))
    return found if found and Entry.objects.filter(language=found).exists() else None


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


def held_unanswered(question_id: int) -> Message | None:
    """Return what `unanswered` does, with the conversation locked: whoever may reply does so under this lock."""
    held = Conversation.objects.select_for_update(of=("self",)).filter(messages=question_id).first()
    # Looked for after the lock: another worker, or the request itself, may have been faster.
    question = unanswered(question_id) if held else None
    if question is not None:
        question.conversation = held
    return question


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
    return text if topic in (Topic.DISTRESS, Topic.VIOLENCE) else "\n\n".join(filter(None, [text, told]))
