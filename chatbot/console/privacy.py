"""Personal data of this room: what the team noted about a conversation, and where a shopper is replied to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db.models import Q, QuerySet

from chatbot.answers.transcripts.selectors import conversations_of
from chatbot.answers.types import RETENTION_DAYS
from chatbot.console.models import ReplyAddress, Ticket
from shopconnect.core.security.personal_data import Basis, Person, PersonalData, register


def _export(person: Person) -> Iterator[Mapping[str, object]]:
    rows = Ticket.objects.filter(conversation_id__in=conversations_of(person)).order_by("id")
    for row in rows.select_related("conversation"):
        yield {
            "conversation": str(row.conversation.public_id),
            "reference": row.reference,
            "status": row.status,
            "asked_at": row.asked_at,
            "first_reply_at": row.first_reply_at,
            "labels": row.labels,
        }


def _erase(person: Person) -> int:
    gone: int = Ticket.objects.filter(conversation_id__in=conversations_of(person)).delete()[0]
    return gone


def _addresses(person: Person) -> QuerySet[ReplyAddress]:
    theirs = Q(conversation_id__in=conversations_of(person))
    if person.person_key:
        theirs |= Q(email_key=person.person_key)
    rows: QuerySet[ReplyAddress] = ReplyAddress.objects.filter(theirs)
    return rows


def _export_addresses(person: Person) -> Iterator[Mapping[str, object]]:
    for row in _addresses(person).order_by("id").select_related("conversation"):
        yield {
            "conversation": str(row.conversation.public_id),
            "email": row.email,
            "consent": row.consent,
            "consented_at": row.consented_at,
            "mailed_at": row.mailed_at,
            "confirmed_at": row.confirmed_at,
        }


def _erase_addresses(person: Person) -> int:
    return int(_addresses(person).delete()[0])


register(
    PersonalData(
        model="console.Ticket",
        fields=("reference", "labels"),
        purpose="Answering shoppers who asked for a person.",
        basis=Basis.LEGITIMATE_INTEREST,
        retention_days=RETENTION_DAYS,
        export=_export,
        erase=_erase,
    )
)
register(
    PersonalData(
        model="console.ReplyAddress",
        fields=("email", "email_key", "consent"),
        purpose="Sending a shopper the team's replies to one conversation by email.",
        basis=Basis.CONSENT,
        retention_days=RETENTION_DAYS,  # with the conversation; LINK_DAYS after that was closed
        export=_export_addresses,
        erase=_erase_addresses,
    )
)
