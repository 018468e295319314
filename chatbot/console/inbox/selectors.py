"""What the inbox shows. Each opens the shop's scope once, but for what says that it runs in one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Func, Q, QuerySet, TextField

from chatbot.answers.labels import SURE_FROM
from chatbot.answers.transcripts.search import conversation_heads, filtered_conversations
from chatbot.answers.transcripts.types import ConversationFilter, ConversationHead
from chatbot.answers.types import ANSWER_FROM, Topic
from chatbot.console.inbox.types import (
    ConfidenceBand,
    InboxPage,
    InboxQuery,
    InboxRow,
    Neighbours,
    SavedView,
    TicketStatus,
    TicketSummary,
)
from chatbot.console.mail.addresses import has_address
from chatbot.console.models import Ticket
from shopconnect.accounts.selectors import names_of_people, people_of
from shopconnect.accounts.types import DESK
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.selectors import shop_profile

PAGE_SIZE = 50
MOST_LABELS_SHOWN = 100
MOST_NEIGHBOURS = 1_000  # of a list, for previous and next


def read_inbox(shop_id: ShopId, user_id: int, query: InboxQuery) -> InboxPage:
    """Return one page of the conversations that fit: who waits longest first, then the newest."""
    start = (query.page - 1) * PAGE_SIZE
    with shop_scope(shop_id):
        zone = shop_profile().timezone
        found = list(_conversations(query, user_id, zone)[start : start + PAGE_SIZE + 1])
        shown = found[:PAGE_SIZE]
        heads = conversation_heads(row.pk for row in shown)
        tickets = {one.conversation_id: one for one in Ticket.objects.filter(conversation__in=shown)}
        waiting = count_waiting_in_scope()
        labels = tuple(_labels_in_use())
    names = names_of_people(one.assignee_id for one in tickets.values() if one.assignee_id)
    return InboxPage(
        rows=tuple(_row(row, tickets.get(row.pk), heads.get(row.pk), names) for row in shown),
        has_more=len(found) > PAGE_SIZE,
        waiting=waiting,
        colleagues=tuple(list_colleagues(shop_id).items()),
        labels=labels,
        timezone=zone,
    )


def find_neighbours(shop_id: ShopId, user_id: int, query: InboxQuery, public_id: int) -> Neighbours:
    """Return what stands before and after a conversation among those that fit; nothing for one that is none of them."""
    with shop_scope(shop_id):
        rows = _conversations(query, user_id, shop_profile().timezone)
        ids = list(rows.values_list("public_id", flat=True)[:MOST_NEIGHBOURS])
    if public_id not in ids:
        return Neighbours(after=str(ids[0])) if ids else Neighbours()
    place = ids.index(public_id)
    before = str(ids[place - 1]) if place else ""
    return Neighbours(before=before, after=str(ids[place + 1]) if place + 1 < len(ids) else "")


def list_colleagues(shop_id: ShopId) -> dict[int, str]:
    """Return those who may answer shoppers: their names by account, in the order of the names. Reads the doorway."""
    names = names_of_people(people_of(shop_id, DESK))
    return dict(sorted(names.items(), key=lambda one: one[1].casefold()))


def find_ticket_summary(shop_id: ShopId, public_id: int) -> TicketSummary:
    """Return where a conversation of the shop stands with the team."""
    with shop_scope(shop_id):
        row = Ticket.objects.filter(conversation__public_id=public_id).first()
        is_mailed = row is not None and has_address(row.conversation_id)
    names = names_of_people([row.assignee_id]) if row and row.assignee_id else {}
    return replace(_summary(str(public_id), row, names), is_mailed=is_mailed)


def count_waiting(shop_id: ShopId, _user_id: int) -> int:
    """Return how many shoppers wait for a person."""
    with shop_scope(shop_id):
        return count_waiting_in_scope()


def count_waiting_in_scope() -> int:
    """Return how many shoppers of the shop in scope wait for a person."""
    return int(Ticket.objects.filter(waiting_since__isnull=False).count())


def _conversations(query: InboxQuery, user_id: int, zone: str) -> QuerySet[Any]:
    """The conversations that fit; their rows belong to the answers room, and only what it tells of them is shown."""
    low = {ConfidenceBand.MIDDLE: ANSWER_FROM, ConfidenceBand.HIGH: SURE_FROM}
    high = {ConfidenceBand.LOW: ANSWER_FROM, ConfidenceBand.MIDDLE: SURE_FROM}
    chosen = ConversationFilter(
        outcome=query.outcome,
        is_unanswered=query.view == SavedView.UNANSWERED,
        helpful=False if query.view == SavedView.UNHELPFUL else query.helpful,
        confidence_from=low.get(query.confidence) if query.confidence else None,
        confidence_below=high.get(query.confidence) if query.confidence else None,
        language=query.language,
        text=query.text,
        since=_start_of(query.first_day, zone),
        until=_start_of(query.last_day + timedelta(days=1) if query.last_day else None, zone),
    )
    rows = filtered_conversations(chosen).filter(_of_tickets(query, user_id))
    if query.view == SavedView.WAITING:
        return rows.order_by("tickets__waiting_since", "id")
    return rows.order_by(F("tickets__waiting_since").asc(nulls_last=True), "-last_at", "-id")


def _of_tickets(query: InboxQuery, user_id: int) -> Q:
    fits = Q()
    if query.view == SavedView.WAITING:
        fits &= Q(tickets__waiting_since__isnull=False)
    if query.view == SavedView.MINE:
        fits &= Q(tickets__assignee_id=user_id)
    if query.assignee is not None:
        is_nobodys = Q(tickets__assignee_id__isnull=True)
        fits &= Q(tickets__assignee_id=query.assignee) if query.assignee else is_nobodys
    if query.status == TicketStatus.ASSISTANT:
        fits &= Q(tickets__status=query.status) | Q(tickets__isnull=True)
    elif query.status:
        fits &= Q(tickets__status=query.status)
    if query.why:
        fits &= Q(tickets__why=query.why)
    if query.is_reviewed is not None:
        fits &= Q(tickets__reviewed_at__isnull=not query.is_reviewed)
    if query.label:
        fits &= Q(tickets__labels__contains=[query.label])
    return fits


def _labels_in_use() -> list[str]:
    each = Func(F("labels"), function="jsonb_array_elements_text", output_field=TextField())
    rows = Ticket.objects.exclude(labels=[]).annotate(label=each).values_list("label", flat=True)
    return list(rows.distinct().order_by("label")[:MOST_LABELS_SHOWN])


def _row(row: Any, ticket: Ticket | None, head: ConversationHead | None, names: dict[int, str]) -> InboxRow:
    return InboxRow(
        ticket=_summary(str(row.public_id), ticket, names),
        text=head.text if head else "",
        earlier=head.earlier if head else "",
        heard=head.heard if head else 0,
        language=head.language if head else row.language,
        last_at=row.last_at,
    )


def _summary(conversation: str, ticket: Ticket | None, names: dict[int, str]) -> TicketSummary:
    ticket = ticket or Ticket()
    return TicketSummary(
        conversation=conversation,
        reference=ticket.reference,
        status=TicketStatus(ticket.status),
        why=Topic(ticket.why) if ticket.why else None,
        assignee_id=ticket.assignee_id,
        assignee=names.get(ticket.assignee_id, "") if ticket.assignee_id else "",
        waiting_since=ticket.waiting_since,
        snoozed_until=ticket.snoozed_until,
        is_reviewed=ticket.reviewed_at is not None,
        labels=tuple(ticket.labels),
    )


def _start_of(day: date | None, zone: str) -> datetime | None:
    return datetime.combine(day, time.min, ZoneInfo(zone)) if day else None
