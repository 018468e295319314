"""REST: what the team does about conversations."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chatbot.console.inbox.ticket_lines import REFERENCE
from chatbot.console.inbox.ticket_rows import find_ticket_by_reference, list_tickets
from chatbot.console.inbox.types import READ_TICKETS, TicketStatus
from shopconnect.core.errors import Missing
from shopconnect.core.rest.errors import BadFields
from shopconnect.core.rest.fields import TimeField
from shopconnect.core.rest.pages import paged, requested_page
from shopconnect.core.rest.schema import PAGING, example, page_of
from shopconnect.core.rest.views import RestView

TICKET = {
    "reference": "K7F3-2Q",
    "conversation": "4611686018427387904",
    "status": "waiting",
    "why": "person",
    "asked_at": "2026-11-20T10:16:00Z",
    "waiting_since": "2026-11-20T10:16:00Z",
    "first_reply_at": None,
    "snoozed_until": None,
    "closed_at": None,
    "reviewed_at": None,
    "labels": ["delivery"],
}
STATUSES = [one.value for one in TicketStatus]


class TicketOut(serializers.Serializer):
    """What the team does about a conversation, without anything that was said, and without who has it."""

    reference = serializers.CharField(help_text="As the shopper was told")
    conversation = serializers.CharField(help_text="Id of the conversation in chats")
    status = serializers.CharField(
        help_text="waiting (in the queue), open (someone has it), snoozed, closed or assistant (which answers again)"
    )
    why = serializers.CharField(allow_null=True, help_text="Why a person was asked for, the last time")
    asked_at = TimeField(allow_null=True)
    waiting_since = TimeField(allow_null=True, help_text="Null if nobody waits for a reply")
    first_reply_at = TimeField(allow_null=True, help_text="Of the team, since the person was asked for")
    snoozed_until = TimeField(allow_null=True)
    closed_at = TimeField(allow_null=True)
    reviewed_at = TimeField(allow_null=True)
    labels = serializers.ListField(child=serializers.CharField())


class TicketList(RestView):
    """The conversations that the team deals with, or dealt with."""

    scopes: ClassVar = {"GET": READ_TICKETS}

    @extend_schema(
        operation_id="tickets",
        summary="Requests for a person",
        tags=["Conversations"],
        responses=page_of(TicketOut),
        parameters=[*PAGING, OpenApiParameter("status", str, enum=STATUSES)],
        examples=[example("A page", {"data": [TICKET], "next": None})],
    )
    def get(self, request: Request) -> Response:
        """Every ticket, oldest first, of one status or of all."""
        asked = request.query_params.get("status")
        if asked is not None and asked not in STATUSES:
            raise BadFields({"status": [", ".join(STATUSES)]})
        page = requested_page(request, f"tickets:{asked}")
        status = TicketStatus(asked) if asked else None
        found = self.ask(list_tickets, page.after_id, page.limit + 1, status)
        return Response(paged([ticket for _, ticket in found], page, TicketOut, ids=[row_id for row_id, _ in found]))


class TicketDetail(RestView):
    """One ticket."""

    scopes: ClassVar = {"GET": READ_TICKETS}

    @extend_schema(
        operation_id="ticket",
        summary="A request for a person",
        tags=["Conversations"],
        responses=TicketOut,
        parameters=[OpenApiParameter("reference", str, OpenApiParameter.PATH, description="As the shopper was told")],
        examples=[example("A ticket", TICKET)],
    )
    def get(self, request: Request, reference: str) -> Response:
        """One ticket by its reference."""
        if not REFERENCE.fullmatch(reference):
            raise Missing(_("Nothing was found here."))
        return Response(TicketOut(self.or_404(self.ask(find_ticket_by_reference, reference))).data)
