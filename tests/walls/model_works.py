"""Something to do for the work that asks a language model, which is a double."""

from chatbot.answers.composition.phrases import ask_phrases
from chatbot.answers.models import PhraseRequest
from chatbot.answers.services import answer_exchange, store_question
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.answers.composed import allow, model_of_operator
from tests.doubles.language_model import LanguageModelDouble
from tests.walls.works import Job, SetUpContext, sets_up, shop_with_faq


def model_along(context: SetUpContext, **said: object) -> LanguageModelDouble:
    model = context.enters.enter_context(model_of_operator(context.settings))
    model.says(**said)
    return model


@sets_up("suggest_phrases")
def phrases_that_are_asked_for(context: SetUpContext) -> Job:
    shop_id, model = shop_with_faq(), model_along(context, phrases=["when will I get my parcel"])
    allow(shop_id)
    ask_phrases(shop_id, "delivery", "en")
    with shop_scope(shop_id):
        return Job(shop_id, PhraseRequest.objects.get().pk, look=lambda: len(model.questions))


@sets_up("word_answer")
def an_answer_to_be_worded(context: SetUpContext) -> Job:
    shop_id, model = shop_with_faq(), model_along(context, answer="Delivery takes three days [1].")
    allow(shop_id, words_answers=True)
    asked = store_question(shop_id, None, "How long does delivery take?", "en")
    answer_exchange(shop_id, asked.exchange_id)
    return Job(shop_id, asked.exchange_id, look=lambda: len(model.questions))
