"""Something to do for the work of chat quality."""

from chatbot.answers.services import answer_exchange, store_question
from tests.walls.works import Job, SetUpContext, sets_up, shop_with_faq


@sets_up("keep_chat_days")
def conversations_of_today(context: SetUpContext) -> Job:
    shop_id = shop_with_faq()
    asked = store_question(shop_id, None, "when will my order arrive?", "en")
    answer_exchange(shop_id, asked.exchange_id)
    return Job(shop_id, 0)
