"""What a shopper does who was told by e-mail that somebody answered. All run in the shop's open scope."""

from __future__ import annotations

from django.utils.translation import gettext as _

from chatbot.answers.models import Conversation, Message
from chatbot.answers.selectors import fingerprints
from chatbot.answers.staff.types import StaffReply
from chatbot.answers.transcripts.messages import add_shoppers, find_conversation_of, said_by_shopper
from chatbot.answers.transcripts.selectors import shown_messages
from chatbot.answers.types import Author, ShownMessage
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing
from shopconnect.core.jobs.work import add_due

MOST_AT_ONCE = 100


def hold_conversation_of(token: str, customer: str) -> int:
    """Lock the conversation that a shopper's token opens until the scope ends; returns its row id. Raises Missing."""
    found = find_conversation_of(token, customer, locked=True)
    if found is None:
        raise Missing(_("This conversation no longer exists."))
    return found.pk


def name_person(conversation_id: int, key: str, before: str = "") -> None:
    """Have a conversation found by the keyed hash of an address that its shopper gave, and no more by the one before.

    The conversation is held. What an address was taken out of keeps its own.
    """
    said = Message.objects.filter(conversation=conversation_id, author=Author.SHOPPER)
    found = said.filter(person_key=before).first() if before else None
    found = found or said.filter(person_key=None).first()
    if found is not None:
        Message.objects.filter(pk=found.pk).update(person_key=key)


def add_shopper_reply(conversation_id: int, text: str) -> None:
    """Keep what a shopper writes who came by a link; the staff hear of it, or the assistant answers.

    The conversation is held. Raises what `said_by_shopper` and `add_shoppers` do.
    """
    conversation = Conversation.objects.get(pk=conversation_id)
    said = said_by_shopper(text, fingerprints())
    said.language = said.language or conversation.last_language or conversation.language
    conversation.last_at = now()
    add_shoppers(conversation, said)
    if conversation.staffed_at is None:
        add_due("answer_message", said.pk)


def last_message_id(conversation_id: int) -> int:
    """Return the row id of what was said last in a conversation, 0 for nothing."""
    rows = Message.objects.filter(conversation=conversation_id).order_by("-id")
    return int(rows.values_list("id", flat=True).first() or 0)


def last_heard(conversation_id: int) -> int:
    """Return the public id of what the shopper of a conversation wrote last, 0 for nothing."""
    rows = Message.objects.filter(conversation=conversation_id, author=Author.SHOPPER).order_by("-id")
    return int(rows.values_list("public_id", flat=True).first() or 0)


def replies_of_staff(conversation_id: int, after_id: int) -> list[StaffReply]:
    """Return what staff wrote to the shopper of a conversation after a message, oldest first."""
    rows = Message.objects.filter(conversation=conversation_id, author=Author.STAFF, id__gt=after_id).order_by("id")
    return [StaffReply(row.pk, row.text, row.by_id) for row in rows]


def shoppers_talk(conversation_id: int) -> list[ShownMessage]:
    """Return all of a conversation that its shopper may see, oldest first."""
    conversation = Conversation.objects.get(pk=conversation_id)
    shown, has_more = shown_messages(conversation, "", MOST_AT_ONCE)
    while has_more:
        further, has_more = shown_messages(conversation, shown[-1].message, MOST_AT_ONCE)
        shown += further
    return shown
