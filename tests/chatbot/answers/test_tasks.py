"""Each kind of work of this room may run twice."""

from datetime import timedelta

from chatbot.answers import tasks
from chatbot.answers.models import Conversation, Exchange
from chatbot.answers.services import store_question
from shopconnect.core.artefacts import store
from shopconnect.core.clock import now
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope


def exchanges(shop: ShopId) -> list[dict[str, object]]:
    with shop_scope(shop):
        return list(Exchange.objects.order_by("id").values())


def test_answer_message_twice_leaves_the_same_world(faq: ShopId):
    asked = store_question(faq, None, "when will my order arrive?", "en")
    tasks.answer_message(faq, asked.exchange_id)
    before = exchanges(faq)
    tasks.answer_message(faq, asked.exchange_id)
    assert exchanges(faq) == before
    assert before[0]["outcome"] == "answer"


def test_index_answers_twice_leaves_the_same_world(faq: ShopId):
    tasks.index_answers_of_shop(faq, 0)
    store._pointers.forget()  # read at most once a second
    before = {language: store.load(faq, f"answers-{language}") for language in ("en", "fr")}
    tasks.index_answers_of_shop(faq, 0)
    store._pointers.forget()
    for language, found in before.items():
        again = store.load(faq, f"answers-{language}")
        assert found is not None
        assert again is not None
        assert again.version == found.version


def test_erase_old_chats_twice_leaves_the_same_world(faq: ShopId):
    store_question(faq, None, "when will my order arrive?", "en")
    kept = store_question(faq, None, "how do I return an item?", "en")
    with shop_scope(faq):
        old = Conversation.objects.order_by("id")[0]
        Conversation.objects.filter(pk=old.pk).update(last_at=now() - timedelta(days=91))
    for _ in range(2):
        tasks.erase_old_chats(faq, 0)
        assert [row["id"] for row in exchanges(faq)] == [kept.exchange_id]


def test_once_a_day_each_shop_is_asked(faq: ShopId, other_shop: ShopId):
    tasks.old_chats.run()
    tasks.old_chats.run()
    assert Due.objects.filter(kind="erase_old_chats").count() == 2
