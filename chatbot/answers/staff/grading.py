"""How a conversation went, as its shopper says: asked once, when it seems to be over."""

from __future__ import annotations

import math
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from chatbot.answers.models import Conversation, Message
from chatbot.answers.staff.services import add_event, hold_conversation_row
from chatbot.answers.transcripts.messages import find_conversation_of
from chatbot.answers.types import GRADES, AnswerOutcome, Author, ChatEvent
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope

IDLE = timedelta(minutes=2)  # after an answer: whoever has more to ask has done so
_ANSWERED = (AnswerOutcome.ANSWER, AnswerOutcome.FACT)


def ask_grade(conversation_id: int) -> None:
    """Have the shopper asked how it went, unless they were before. In the scope that holds the conversation."""
    if not Message.objects.filter(_is_question(conversation_id)).exists():
        add_event(conversation_id, ChatEvent.GRADE_ASKED)


def ask_idle_grade(conversation: Conversation) -> float:
    """Have the shopper asked how it went where the last word is an answer, and has been for a while.

    Returns after how many seconds that would be, inf for never. Not where a person was asked for: then the staff say
    when it is over. In the shop's open scope.
    """
    seconds = _seconds_left(conversation)
    if seconds >= 0:
        return seconds
    if hold_conversation_row(conversation.pk) and _seconds_left(conversation) < 0:
        ask_grade(conversation.pk)
    return math.inf


def grade_conversation(shop_id: ShopId, token: str, customer: str, grade: int) -> None:
    """Keep how a conversation went; the last word counts. Opens the scope.

    Raises Missing unless the token names a conversation of this shop that is a guest's, or the customer's who is
    signed in, and Refusal for what is no grade, or where nobody asked.
    """
    if grade not in GRADES:
        raise Refusal("unclear", _("Choose one of the five faces."), 400)
    with shop_scope(shop_id):
        conversation = find_conversation_of(token, customer, locked=True)
        if conversation is None:
            raise Missing(_("This conversation no longer exists."))
        if not Message.objects.filter(_is_question(conversation.pk)).exists():
            raise Refusal("not_asked", _("Tell us how it went once the conversation is over."), 409)
        conversation.grade = grade
        conversation.save(update_fields=["grade"])


def _is_question(conversation_id: int) -> Q:
    return Q(conversation=conversation_id, author=Author.EVENT, text=ChatEvent.GRADE_ASKED)


def _seconds_left(conversation: Conversation) -> float:
    """After how many seconds a conversation is over unless more is said, inf for never."""
    if conversation.staffed_at or conversation.person_asked_at:
        return math.inf
    said = Message.objects.filter(conversation=conversation).exclude(author=Author.NOTE).order_by("-id")
    last = said.values_list("outcome", "at").first()
    if last is None or last[0] not in _ANSWERED:
        return math.inf
    return float((last[1] + IDLE - now()).total_seconds())
