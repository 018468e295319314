"""Tickets as folders and programs see them, bulk and safe to run twice. All in the shop's open scope."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.utils.translation import gettext_noop

from chatbot.answers.transcripts.search import conversation_row_ids
from chatbot.answers.types import RETENTION_DAYS, Topic
from chatbot.console.inbox.ticket_lines import TIMES
from chatbot.console.inbox.tickets import new_reference, tend_later
from chatbot.console.inbox.types import TicketDraft, TicketStatus
from chatbot.console.models import Ticket
from shopconnect.core.clock import now
from shopconnect.sync.services import Stored

AT_ONCE = 1_000
ABSENT = gettext_noop("The shop has no conversation with this id.")


def store_tickets(drafts: Sequence[TicketDraft]) -> Stored:
    """Store the tickets of conversations that have none; what is stored is newer, and stays. Safe to run twice.

    One of a conversation that is not there is refused. A reference that another one has is replaced.
    """
    ids = conversation_row_ids(one.conversation for one in drafts)
    known = set(Ticket.objects.filter(conversation__in=ids.values()).values_list("conversation_id", flat=True))
    taken = set(
        Ticket.objects.filter(reference__in=[one.reference for one in drafts]).values_list("reference", flat=True)
    )
    made: dict[int, Ticket] = {}
    for draft in drafts:
        row_id = ids.get(draft.conversation)
        if row_id is not None and row_id not in known and row_id not in made:
            made[row_id] = _row(row_id, draft, new_reference() if draft.reference in taken else draft.reference)
            taken.add(made[row_id].reference)
    # A shopper may ask for a person in between: then there is a ticket, and it stays.
    Ticket.objects.bulk_create(made.values(), batch_size=AT_ONCE, ignore_conflicts=True)
    for ticket in Ticket.objects.filter(conversation__in=made).order_by("id"):
        tend_later(ticket)
    absent = {place: ABSENT for place, one in enumerate(drafts) if one.conversation not in ids}
    return Stored(new=len(made), same=len(drafts) - len(made) - len(absent), refused=absent)


def iter_tickets() -> Iterator[TicketDraft]:
    """Return the tickets of the conversations that may be kept, in the order of these."""
    kept = Ticket.objects.filter(conversation__last_at__gte=now() - timedelta(days=RETENTION_DAYS))
    rows = kept.select_related("conversation").order_by("conversation__started_at", "conversation__public_id")
    return map(_draft, rows.iterator(AT_ONCE))


def list_tickets(after_id: int, most: int, status: TicketStatus | None = None) -> list[tuple[int, TicketDraft]]:
    """Return tickets after a row's id, in the order in which they were opened, each with its row's id."""
    rows = Ticket.objects.filter(pk__gt=after_id, **({"status": status} if status else {}))
    return [(row.pk, _draft(row)) for row in rows.select_related("conversation").order_by("id")[:most]]


def find_ticket_by_reference(reference: str) -> TicketDraft | None:
    """Return the ticket that a shopper was told the reference of."""
    row = Ticket.objects.filter(reference=reference).select_related("conversation").first()
    return _draft(row) if row else None


def _draft(row: Ticket) -> TicketDraft:
    return TicketDraft(
        conversation=row.conversation.public_id,
        reference=row.reference,
        status=TicketStatus(row.status),
        why=Topic(row.why) if row.why else None,
        labels=tuple(row.labels),
        **{name: getattr(row, name) for name in TIMES},
    )


def _row(conversation_id: int, draft: TicketDraft, reference: str) -> Ticket:
    return Ticket(
        conversation_id=conversation_id,
        reference=reference,
        status=draft.status,
        why=draft.why.value if draft.why else "",
        labels=list(draft.labels),
        **{name: getattr(draft, name) for name in TIMES},
    )
