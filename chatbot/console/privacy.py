"""Personal data of this room: what the team noted about a shopper's conversation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chatbot.answers.transcripts.selectors import conversations_of
from chatbot.answers.types import RETENTION_DAYS
from chatbot.console.models import Ticket
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
