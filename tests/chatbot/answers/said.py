"""What was said in a shop's conversations, as tests look at it."""

from datetime import datetime

from chatbot.answers.models import Conversation, Message
from chatbot.answers.transcripts.selectors import exchange_summaries, with_replies
from chatbot.answers.transcripts.types import ExchangeSummary
from chatbot.answers.types import Author
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope


def exchanges(shop: ShopId) -> list[ExchangeSummary]:
    """The shoppers' messages with the replies to them, oldest first."""
    with shop_scope(shop):
        rows = Message.objects.filter(author=Author.SHOPPER).select_related("conversation").order_by("id")
        return exchange_summaries(with_replies(list(rows)))


def exchange_of(shop: ShopId, question_id: int) -> ExchangeSummary:
    """A shopper's message by its row id, with the reply to it."""
    with shop_scope(shop):
        row = Message.objects.select_related("conversation").get(pk=question_id, author=Author.SHOPPER)
        return exchange_summaries(with_replies([row]))[0]


def reply_rows(shop: ShopId) -> list[Message]:
    """The assistant's replies as they are stored, oldest first."""
    with shop_scope(shop):
        return list(Message.objects.filter(author=Author.BOT).order_by("id"))


def waiting_ids(shop: ShopId) -> list[int]:
    """The row ids of what nobody replied to."""
    with shop_scope(shop):
        rows = Message.objects.filter(author=Author.SHOPPER, replies__isnull=True)
        return list(rows.order_by("id").values_list("id", flat=True))


def add_exchange(talk: Conversation, asked: str, at: datetime, *, language: str = "en", **reply: object) -> Message:
    """Write a shopper's message, and the reply to it where one is given; in the shop's scope."""
    question = Message.objects.create(
        conversation=talk, author=Author.SHOPPER, way="written", language=language, text=asked, at=at
    )
    if reply:
        Message.objects.create(
            **{"conversation": talk, "author": Author.BOT, "answers": question, "language": language, "at": at} | reply
        )
    return question
