"""What staff do in a conversation. All but the first run in the shop's scope, with the conversation held by it."""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext as _

from chatbot.answers.models import Conversation, Message
from chatbot.answers.transcripts.messages import open_questions
from chatbot.answers.transcripts.quiet import note_change
from chatbot.answers.types import Author, ChatEvent
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.jobs.work import add_due

LONGEST_STAFF_MESSAGE = 4_000
LARGEST_ID = 2**63 - 1


def hold_conversation(public_id: int) -> int:
    """Lock a conversation of the shop in scope until the scope ends; returns its row id. Raises Missing."""
    rows = Conversation.objects.select_for_update(of=("self",)).filter(public_id=min(public_id, LARGEST_ID))
    found: int | None = rows.values_list("id", flat=True).first()
    if found is None:
        raise Missing(_("This conversation no longer exists."))
    return found


def find_conversation_id(public_id: int) -> int:
    """Return the row id of a conversation of the shop in scope. Raises Missing."""
    rows = Conversation.objects.filter(public_id=min(public_id, LARGEST_ID))
    found: int | None = rows.values_list("id", flat=True).first()
    if found is None:
        raise Missing(_("This conversation no longer exists."))
    return found


def hold_conversation_row(conversation_id: int) -> bool:
    """Lock a conversation by its row id; says whether it is still there."""
    return Conversation.objects.select_for_update(of=("self",)).filter(pk=conversation_id).first() is not None


def silence_bot(conversation_id: int) -> None:
    """Have the assistant reply to nothing more, not even to what a worker is just answering."""
    Conversation.objects.filter(pk=conversation_id, staffed_at=None).update(staffed_at=now())


def resume_bot(conversation_id: int, *, from_now_on: bool = False) -> None:
    """Have the assistant reply again; unless only `from_now_on`, also to what nobody has replied to yet."""
    is_silent = Conversation.objects.filter(pk=conversation_id).exclude(staffed_at=None).update(staffed_at=None)
    if is_silent and not from_now_on:
        for question_id in open_questions(conversation_id):
            add_due("answer_message", question_id)


def add_staff_message(conversation_id: int, by_id: int, text: str, *, is_note: bool = False) -> None:
    """Write down what a member of staff says to the shopper, or notes for the team.

    Raises Refusal for an empty or too long text.
    """
    kept = "".join(sign for sign in text if sign in "\n\t\u200c\u200d" or unicodedata.category(sign)[0] != "C").strip()
    if not kept:
        raise Refusal("empty", _("Write something first."), 400)
    if len(kept) > LONGEST_STAFF_MESSAGE:
        raise Refusal("too_long", _("Please keep your message under 4,000 characters."), 413)
    _add(conversation_id, Author.NOTE if is_note else Author.STAFF, kept, by_id)


def add_event(conversation_id: int, event: ChatEvent, by_id: int | None = None) -> None:
    """Write down what happened, by whose hand."""
    _add(conversation_id, Author.EVENT, event.value, by_id)


def _add(conversation_id: int, author: Author, text: str, by_id: int | None) -> None:
    talk = Conversation.objects.get(pk=conversation_id)
    moment = now()
    if author == Author.STAFF:  # what is for the team keeps no conversation longer
        Conversation.objects.filter(pk=conversation_id).update(last_at=moment)
    language = talk.last_language or talk.language
    Message.objects.create(conversation=talk, author=author, at=moment, language=language, text=text, by_id=by_id)
    note_change(talk)
