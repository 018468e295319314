"""Verbs about photos: take one that a shopper sends to the team, and show it to them and to the shopper."""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import timedelta

from django.utils.translation import gettext as _

from chatbot.answers.models import Conversation, Message, Photo
from chatbot.answers.photos.pictures import plain_picture
from chatbot.answers.photos.types import Picture, SentPhoto
from chatbot.answers.services import left_to_staff, pass_to_person, reply_with_notice
from chatbot.answers.transcripts.messages import add_shoppers, find_conversation_of, open_conversation
from chatbot.answers.transcripts.selectors import read_id, with_replies
from chatbot.answers.types import MessageKind, ReplySummary
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope

MOST_IN_A_CONVERSATION, MOST_A_DAY = 10, 500  # of a conversation, and of a shop in 24 hours


def take_photo(shop_id: ShopId, sent: SentPhoto) -> tuple[ReplySummary, str]:
    """Keep a photo as a shopper's message and pass the conversation to the team, for the assistant sees no pictures.

    Returns the reply and the conversation's token. The photo, its message and the reply are one transaction; one that
    is sent again is told again. Raises Refusal for what is no photo, too large or one too many. Opens the scope.
    """
    picture = plain_picture(_bytes_of(sent.content))
    digest = hashlib.sha256(picture.content).hexdigest()
    with shop_scope(shop_id):
        conversation, token = open_conversation(sent.token, sent.language, sent.customer)
        if conversation.pk:
            kept = Photo.objects.filter(conversation=conversation, digest=digest).select_related(
                "message__conversation"
            )
            if before := kept.defer("content").first():
                return _told_again(before.message), token
        _refuse_many(conversation)
        language = conversation.last_language or sent.language
        said = add_shoppers(conversation, Message(way=MessageKind.PHOTO, language=language))
        Photo.objects.create(
            message=said,
            conversation=conversation,
            at=said.at,
            content=picture.content,
            digest=digest,
            width=picture.width,
            height=picture.height,
        )
        return pass_to_person(said), token


def find_photo(shop_id: ShopId, token: str, customer: str, message: str) -> Picture:
    """Return a photo for the shopper whose conversation it is in. Raises Missing. Opens the scope."""
    with shop_scope(shop_id):
        conversation = find_conversation_of(token, customer)
        if conversation is None:
            raise _no_photo()
        return photo_in(conversation.public_id, message)


def photo_in(conversation: int, message: str) -> Picture:
    """Return the photo of a conversation's message, by public ids, in the shop's open scope. Raises Missing."""
    rows = Photo.objects.filter(conversation__public_id=conversation, message__public_id=read_id(message))
    row = rows.first()
    if row is None:
        raise _no_photo()
    return Picture(bytes(row.content), row.width, row.height)


def photo_sizes(conversation: int) -> dict[str, tuple[int, int]]:
    """Return width and height of each photo of a conversation, by its message's public id, in the shop's open scope."""
    rows = Photo.objects.filter(conversation__public_id=conversation)
    return {
        str(message): (width, height)
        for message, width, height in rows.values_list("message__public_id", "width", "height")
    }


def _bytes_of(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refusal("no_photo", _("This photo can’t be read. Choose another one."), 400) from error


def _told_again(said: Message) -> ReplySummary:
    reply = with_replies([said])[0][1]
    return reply_with_notice(said, reply) if reply else left_to_staff(said)


def _refuse_many(conversation: Conversation) -> None:
    if conversation.pk and Photo.objects.filter(conversation=conversation).count() >= MOST_IN_A_CONVERSATION:
        raise Refusal("too_many", _("You can send 10 photos in a conversation."), 409)
    if Photo.objects.filter(at__gt=now() - timedelta(days=1)).count() >= MOST_A_DAY:
        raise Refusal("too_many", _("No more photos can be sent today. Describe in words what they show."), 429)


def _no_photo() -> Missing:
    return Missing(_("This photo no longer exists."))
