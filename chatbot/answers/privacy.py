"""Personal data of this room: what shoppers wrote, found by an address taken out of it or by who was signed in."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping

from chatbot.answers.models import Conversation, Message, Photo
from chatbot.answers.services import erase_conversations
from chatbot.answers.transcripts.selectors import conversations_of
from chatbot.answers.types import RETENTION_DAYS
from shopconnect.core.security.personal_data import Basis, Person, PersonalData, register

PHOTOS_AT_ONCE = 10
_PURPOSE = "Answering shoppers' questions, and letting the shop's staff see what was asked and answered."


def _export_conversations(person: Person) -> Iterator[Mapping[str, object]]:
    for row in Conversation.objects.filter(pk__in=conversations_of(person)).order_by("id"):
        yield {
            "conversation": str(row.public_id),
            "language": row.language,
            "started_at": row.started_at,
            "last_at": row.last_at,
            "person_asked_at": row.person_asked_at,
            "grade": row.grade,
            "cart": row.cart,
            "cart_at": row.cart_at,
        }


def _export_messages(person: Person) -> Iterator[Mapping[str, object]]:
    rows = Message.objects.filter(conversation_id__in=conversations_of(person)).select_related("conversation")
    for row in rows.order_by("id"):
        yield {
            "conversation": str(row.conversation.public_id),
            "at": row.at,
            "author": row.author,
            "text": row.text,
            "outcome": row.outcome,
            "topic": row.topic,
            "generated": row.is_generated,
            "helpful": row.helpful,
        }


def _export_photos(person: Person) -> Iterator[Mapping[str, object]]:
    rows = Photo.objects.filter(conversation_id__in=conversations_of(person)).select_related("conversation")
    for row in rows.order_by("id").iterator(PHOTOS_AT_ONCE):
        yield {
            "conversation": str(row.conversation.public_id),
            "at": row.at,
            "jpeg_base64": base64.b64encode(row.content).decode(),
        }


def _erase(person: Person) -> int:
    return erase_conversations(conversations_of(person))


register(
    PersonalData(
        model="answers.Conversation",
        fields=("token_hash", "customer_external_id", "cart"),
        purpose=_PURPOSE,
        basis=Basis.LEGITIMATE_INTEREST,
        retention_days=RETENTION_DAYS,
        export=_export_conversations,
        erase=_erase,
    )
)
register(
    PersonalData(
        model="answers.Message",
        fields=("text", "person_key"),
        purpose=_PURPOSE,
        basis=Basis.LEGITIMATE_INTEREST,
        retention_days=RETENTION_DAYS,
        export=_export_messages,
        erase=_erase,
    )
)
register(
    PersonalData(
        model="answers.Photo",
        fields=("content",),
        purpose="Having the shop's staff see what a shopper asks about.",
        basis=Basis.LEGITIMATE_INTEREST,
        retention_days=RETENTION_DAYS,
        export=_export_photos,
        erase=_erase,
    )
)
