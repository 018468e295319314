"""Something to do for each kind of work of the console."""

from chatbot.answers.drafts.services import save_draft
from chatbot.answers.drafts.texts import etag_of
from chatbot.answers.services import answer_exchange, store_question
from chatbot.answers.types import EntrySummary
from chatbot.console.teaching import standing
from chatbot.console.teaching.effects import ask_effect
from chatbot.console.teaching.models import AnswerEffect
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.walls.works import Job, SetUpContext, sets_up, shop_with_faq


def asked_shop(text: str) -> ShopId:
    """A shop that was asked one question."""
    shop_id = shop_with_faq()
    asked = store_question(shop_id, None, text, "en")
    answer_exchange(shop_id, asked.exchange_id)
    return shop_id


@sets_up("measure_effect")
def a_draft_whose_effect_is_asked_for(context: SetUpContext) -> Job:
    shop_id = asked_shop("do you wrap gifts?")
    written = EntrySummary("wrapping", "en", "Do you wrap gifts?", "Yes.")
    save_draft(shop_id, 1, "wrapping", {"en": written}, etag_of({}))
    ask_effect(shop_id, "wrapping")
    with shop_scope(shop_id):
        return Job(shop_id, AnswerEffect.objects.get().pk)


@sets_up("prepare_effects")
def somebody_who_writes_a_draft(context: SetUpContext) -> Job:
    context.patch.setattr(standing, "FEW", 1)
    return Job(asked_shop("do you plant trees?"))


@sets_up("group_questions")
def a_question_that_nobody_answered(context: SetUpContext) -> Job:
    return Job(asked_shop("do you plant trees?"))
