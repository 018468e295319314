"""What staff do: take a conversation, assign, reply, note, hand back, snooze, close, label, mark; each opens a scope.

Whoever acts holds the conversation, so that of two who take it at once the second is told who has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.utils.translation import gettext as _

from chatbot.answers.staff.grading import ask_grade
from chatbot.answers.staff.services import add_event, add_staff_message, hold_conversation, resume_bot, silence_bot
from chatbot.answers.staff.shoppers import last_heard
from chatbot.answers.types import ChatEvent
from chatbot.console.inbox.alerts import tell_of_assignment
from chatbot.console.inbox.tickets import find_ticket, tend_later
from chatbot.console.inbox.types import LONGEST_LABEL, MOST_LABELS, SNOOZES, TicketStatus
from chatbot.console.mail.addresses import forget_later
from chatbot.console.mail.letters import mail_later
from chatbot.console.models import Ticket
from shopconnect.accounts.selectors import names_of_people, people_of
from shopconnect.accounts.types import DESK
from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope


def take_conversation(shop_id: ShopId, user_id: int, public_id: int, seen: int | None = None) -> None:
    """Have a conversation: from now on the assistant is silent, and the shopper is told who answers.

    `seen` is who had it when the page was read, and from whom it is taken over. Raises Missing, and Refusal with the
    name of whoever has it meanwhile.
    """
    with _held(shop_id, public_id) as ticket:
        _refuse_others(ticket, user_id, seen)
        _take(ticket, user_id)


def assign_conversation(shop_id: ShopId, user_id: int, public_id: int, to_id: int, seen: int | None = None) -> None:
    """Have a colleague, or oneself, have a conversation; a colleague is told. Raises what `take_conversation` does.

    Raises Refusal for who may not answer shoppers.
    """
    if to_id not in people_of(shop_id, DESK):
        raise Refusal("unclear", _("Choose someone who can answer shoppers."), 400)
    with _held(shop_id, public_id) as ticket:
        _refuse_others(ticket, user_id, seen)
        is_new = ticket.assignee_id != to_id
        _take(ticket, to_id)
        if is_new:
            tell_of_assignment(ticket, user_id)


def reply_to_shopper(shop_id: ShopId, user_id: int, public_id: int, text: str) -> None:
    """Write to the shopper, having taken the conversation if nobody had it; nobody waits any longer.

    Raises Missing, and Refusal for an empty or too long text, and where somebody else has the conversation.
    """
    with _held(shop_id, public_id) as ticket:
        _refuse_others(ticket, user_id)
        _take(ticket, user_id)
        add_staff_message(ticket.conversation_id, user_id, text)
        mail_later(ticket.conversation_id)
        if ticket.waiting_since is not None and ticket.first_reply_at is None:
            ticket.first_reply_at = now()
        ticket.waiting_since = None


def note_for_team(shop_id: ShopId, user_id: int, public_id: int, text: str) -> None:
    """Write what only the team reads; anybody may. Raises Missing, and Refusal for an empty or too long text."""
    with _held(shop_id, public_id) as ticket:
        add_staff_message(ticket.conversation_id, user_id, text, is_note=True)


def hand_back(shop_id: ShopId, user_id: int, public_id: int) -> None:
    """Have the assistant answer again. Raises Missing, and Refusal where somebody else has the conversation."""
    with _held(shop_id, public_id) as ticket:
        _end(ticket, user_id, TicketStatus.ASSISTANT, ChatEvent.HANDED_BACK)


def close_conversation(shop_id: ShopId, user_id: int, public_id: int, heard: int | None = None) -> None:
    """Close a conversation; if its shopper writes again, the assistant answers. Raises what `hand_back` does.

    `heard` is the last message of the shopper's that the page showed. Raises Refusal where they have written since:
    nobody would answer that.
    """
    with _held(shop_id, public_id) as ticket:
        if heard is not None and last_heard(ticket.conversation_id) != heard:
            raise Refusal("written", _("The shopper has written in the meantime. Read it before you close."), 409)
        _end(ticket, user_id, TicketStatus.CLOSED, ChatEvent.CLOSED)
        ask_grade(ticket.conversation_id)
        ticket.closed_at = now()
        forget_later(ticket.conversation_id)


def snooze_conversation(shop_id: ShopId, user_id: int, public_id: int, span: str) -> None:
    """Put a conversation aside for a span of SNOOZES, or until its shopper writes. Raises what `hand_back` does."""
    with _held(shop_id, public_id) as ticket:
        if span not in SNOOZES:
            raise Refusal("unclear", _("Choose for how long."), 400)
        _refuse_others(ticket, user_id)
        _take(ticket, user_id)
        ticket.status, ticket.snoozed_until, ticket.waiting_since = TicketStatus.SNOOZED, now() + SNOOZES[span], None
        add_event(ticket.conversation_id, ChatEvent.SNOOZED, user_id)


def label_conversation(shop_id: ShopId, public_id: int, labels: Sequence[str]) -> None:
    """Give a conversation these labels and no others. Raises Missing, and Refusal for too many or too long ones."""
    kept = _kept_labels(labels)
    with _held(shop_id, public_id) as ticket:
        ticket.labels = kept


def add_labels(shop_id: ShopId, public_id: int, labels: Sequence[str]) -> None:
    """Give a conversation labels beside those that it has. Raises what `label_conversation` does, and for none."""
    if not any(one.strip() for one in labels):
        raise Refusal("unclear", _("Write at least one label."), 400)
    with _held(shop_id, public_id) as ticket:
        ticket.labels = _kept_labels([*ticket.labels, *labels])


def mark_reviewed(shop_id: ShopId, public_id: int, is_reviewed: bool = True) -> None:
    """Mark that somebody has read a conversation, or that nobody has. Raises Missing."""
    with _held(shop_id, public_id) as ticket:
        ticket.reviewed_at = now() if is_reviewed else None


def _kept_labels(labels: Sequence[str]) -> list[str]:
    kept = sorted({" ".join(one.replace("\0", "").split()) for one in labels if one.strip()} - {""})
    if len(kept) > MOST_LABELS or any(len(one) > LONGEST_LABEL for one in kept):
        raise Refusal("too_long", _("Use up to 10 labels of up to 40 characters each."), 400)
    return kept


@contextmanager
def _held(shop_id: ShopId, public_id: int) -> Iterator[Ticket]:
    with shop_scope(shop_id):
        ticket = find_ticket(hold_conversation(public_id))
        yield ticket
        ticket.save()
        tend_later(ticket)


def _refuse_others(ticket: Ticket, user_id: int, seen: int | None = None) -> None:
    if ticket.assignee_id in (None, user_id, seen):
        return
    who = names_of_people([ticket.assignee_id]).get(ticket.assignee_id, "")
    if who:
        raise Refusal("taken", _("%(who)s has this conversation.") % {"who": who}, 409)
    # Whoever had it no longer works here.


def _take(ticket: Ticket, user_id: int) -> None:
    is_new = ticket.assignee_id != user_id
    ticket.assignee_id, ticket.status, ticket.touched_at = user_id, TicketStatus.OPEN, now()
    ticket.snoozed_until = ticket.closed_at = None
    silence_bot(ticket.conversation_id)
    if is_new:
        add_event(ticket.conversation_id, ChatEvent.TAKEN, user_id)


def _end(ticket: Ticket, user_id: int, status: TicketStatus, event: ChatEvent) -> None:
    _refuse_others(ticket, user_id)
    ticket.status, ticket.assignee_id, ticket.touched_at = status, None, now()
    ticket.waiting_since = ticket.snoozed_until = None
    add_event(ticket.conversation_id, event, user_id)
    resume_bot(ticket.conversation_id, from_now_on=status == TicketStatus.CLOSED)
