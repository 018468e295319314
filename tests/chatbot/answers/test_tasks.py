"""The background work of this room does what it is for."""

from datetime import timedelta

from chatbot.answers import tasks
from chatbot.answers.models import Conversation, Message
from chatbot.answers.services import store_question
from shopconnect.core.clock import now
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope


def exchanges(shop: ShopId) -> list[dict[str, object]]:
    with shop_scope(shop):
        return list(Message.objects.order_by("id").values())


def test_a_chat_is_erased_when_its_time_is_over(faq: ShopId):
    store_question(faq, None, "when will my order arrive?", "en")
    kept = store_question(faq, None, "how do I return an item?", "en")
    with shop_scope(faq):
        old = Conversation.objects.order_by("id")[0]
        Conversation.objects.filter(pk=old.pk).update(last_at=now() - timedelta(days=91))
    tasks.erase_old_chats(faq, 0)
    assert [row["id"] for row in exchanges(faq)] == [kept.exchange_id]


def test_once_a_day_each_shop_is_asked(faq: ShopId, other_shop: ShopId):
    tasks.old_chats.run()
    tasks.old_chats.run()
    assert Due.objects.filter(kind="erase_old_chats").count() == 2
