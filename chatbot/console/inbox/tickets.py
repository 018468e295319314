"""What becomes of a ticket by what shoppers do and by the clock."""

from __future__ import annotations

import secrets
from datetime import datetime

from chatbot.answers.staff.services import add_event, hold_conversation_row
from chatbot.answers.types import ChatEvent, PersonRequest
from chatbot.console.inbox.alerts import next_alert_at, tell_of_unanswered, tell_of_waiting
from chatbot.console.inbox.ticket_lines import SIGNS
from chatbot.console.inbox.types import LEFT_ALONE, TicketStatus
from chatbot.console.inbox.waits import waiting_words
from chatbot.console.models import Ticket
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import add_due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope

KIND = "tend_ticket"


def find_ticket(conversation_id: int) -> Ticket:
    """Return the ticket of a conversation that is held in the shop's scope; a new one is not stored yet."""
    found: Ticket | None = Ticket.objects.filter(conversation_id=conversation_id).first()
    return found or Ticket(conversation_id=conversation_id, reference=new_reference())


def open_ticket(request: PersonRequest) -> str:
    """Have a conversation wait for a person; returns what its shopper is told. In the scope that holds it.

    Who waits already goes on waiting since they began.
    """
    ticket = find_ticket(request.conversation_id)
    if ticket.waiting_since is None:
        ticket.asked_at = ticket.waiting_since = now()
        ticket.first_reply_at = None
    ticket.status = TicketStatus.OPEN if ticket.assignee_id else TicketStatus.WAITING
    ticket.why = request.why.value
    ticket.snoozed_until = ticket.closed_at = None
    ticket.save()
    tend_later(ticket)
    tell_of_waiting(ticket)
    return waiting_words(ticket.reference)


def hear_shopper(conversation_id: int) -> None:
    """Have a shopper who wrote to the team wait for them. In the scope that holds the conversation."""
    ticket = find_ticket(conversation_id)
    ticket.waiting_since = ticket.waiting_since or now()
    ticket.status = TicketStatus.OPEN if ticket.assignee_id else TicketStatus.WAITING
    ticket.snoozed_until = ticket.closed_at = None
    ticket.save()
    tend_later(ticket)
    tell_of_waiting(ticket)


def tend_later(ticket: Ticket) -> None:
    """Have a stored ticket looked after when its snooze is over, its shopper left alone, or somebody to hear of it."""
    moments = [next_alert_at(ticket), ticket.snoozed_until if ticket.status == TicketStatus.SNOOZED else None]
    if ticket.waiting_since is not None and ticket.assignee_id:
        moments.append(_left_alone_at(ticket))
    due = [one for one in moments if one is not None]
    if due:
        add_due(KIND, ticket.pk, min(due))


def tend_ticket(shop_id: ShopId, ticket_id: int) -> None:
    """Return a ticket to the queue whose shopper was left alone, or whose snooze is over; tell who is to hear of it.

    Opens the scope.
    """
    with shop_scope(shop_id):
        found = Ticket.objects.filter(pk=ticket_id).values_list("conversation_id", flat=True).first()
        if found is None or not hold_conversation_row(found):
            return
        ticket = Ticket.objects.get(pk=ticket_id)
        if _is_awake(ticket) or _is_left_alone(ticket):
            _return_to_queue(ticket)
        tell_of_unanswered(ticket)
        tend_later(ticket)


def _is_awake(ticket: Ticket) -> bool:
    return bool(ticket.status == TicketStatus.SNOOZED and ticket.snoozed_until and ticket.snoozed_until <= now())


def _is_left_alone(ticket: Ticket) -> bool:
    return bool(ticket.status == TicketStatus.OPEN and ticket.waiting_since and _left_alone_at(ticket) <= now())


def _return_to_queue(ticket: Ticket) -> None:
    if ticket.status == TicketStatus.SNOOZED:
        ticket.snoozed_until = None
    else:
        ticket.assignee_id = None
        add_event(ticket.conversation_id, ChatEvent.RETURNED)
    ticket.waiting_since = ticket.waiting_since or now()
    ticket.status = TicketStatus.OPEN if ticket.assignee_id else TicketStatus.WAITING
    ticket.save()
    tell_of_waiting(ticket)


def _left_alone_at(ticket: Ticket) -> datetime:
    return max(filter(None, [ticket.waiting_since, ticket.touched_at])) + LEFT_ALONE


def new_reference() -> str:
    """Return a reference that no ticket of the shop in scope has."""
    while True:
        signs = "".join(secrets.choice(SIGNS) for _place in range(6))
        reference = f"{signs[:4]}-{signs[4:]}"
        if not Ticket.objects.filter(reference=reference).exists():
            return reference
