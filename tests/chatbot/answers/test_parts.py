"""Two questions in one message, and what is written in a language that the shop does not speak."""

import pytest

from chatbot.answers import services
from chatbot.answers.engine.parts import questions_of
from chatbot.answers.faq import store_entries
from chatbot.answers.types import AnswerOutcome, EntrySummary
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.answers.said import exchanges
from tests.chatbot.answers.test_conversation import last, say


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "fr",
            "Combien coûte la livraison et comment retourner un article ?",
            ("Combien coûte la livraison", "comment retourner un article?"),
        ),
        ("en", "Hi. Do you ship to Spain? What is the price?", ("Do you ship to Spain?", "What is the price?")),
        ("en", "how much is shipping and can i pay by card", ("how much is shipping", "can i pay by card")),
        (
            "en",
            "tell me how long it takes and whether returns are free",
            ("tell me how long it takes", "whether returns are free"),
        ),
        (
            "fr",
            "dites-moi si vous livrez en Suisse et comment retourner un article",
            ("dites-moi si vous livrez en Suisse", "comment retourner un article"),
        ),
        (
            "fr",
            "la livraison coûte combien, et le retour est gratuit ?",
            ("la livraison coûte combien", "le retour est gratuit?"),
        ),
        ("en", "do you ship to Spain, and returns are free?", ("do you ship to Spain", "returns are free?")),
        ("en", "how do i return it if the lamp is broken and the box is lost?", None),
        ("en", "my lamp is broken. how do i return it?", None),
        ("en", "how do i return it and get a refund?", None),
        ("en", "Do you ship to Spain? How much?", None),
        ("fr", "où est mon colis ? quand arrive-t-il ? et pourquoi si tard ?", None),
        ("fr", "je veux une lampe et un vase", None),
        ("fr", "", None),
    ],
)
def test_two_questions_are_taken_apart(language: str, text: str, expected: tuple[str, str] | None):
    assert questions_of(text, language) == expected


def test_both_questions_are_answered(faq: ShopId):
    _, reply = say(faq, "How long does delivery take? How do I return an item?", "en")
    assert (reply.outcome, reply.text) == (AnswerOutcome.ANSWER, "Three days.\n\nWithin 30 days.")
    assert last(faq).entry == "delivery"
    _, french = say(faq, "Quels sont vos délais de livraison et comment retourner un article ?", "fr")
    assert french.text == "Trois jours.\n\nSous 30 jours."


def test_which_of_two_questions_is_open_is_said(faq: ShopId):
    _, second = say(faq, "How do I return an item? What does the mayor of Lyon eat?", "en")
    assert second.text == (
        "Within 30 days.\n\nI didn’t understand your second question. Ask it again on its own, in a few words."
    )
    _, first = say(faq, "Que mange le maire de Lyon ? Comment retourner un article ?", "fr")
    assert first.text == (
        "Sous 30 jours.\n\nJe n’ai pas compris votre première question. Posez-la de nouveau, seule et en quelques mots."
    )


def test_who_writes_in_another_language_is_told_which_ones_the_shop_answers_in(faq: ShopId):
    _, reply = say(faq, "Wann kommt mein Paket an?", "fr")
    assert reply.outcome == AnswerOutcome.ESCALATE
    assert reply.text == (
        "Je peux vous répondre en français. Posez votre question en français, ou choisissez "
        "«\u00a0Parler à une personne\u00a0».\n\n"
        "I can answer you in English. Ask your question in English, or choose “Talk to a person”."
    )
    assert say(faq, "Wo ist meine Bestellung?", "en")[1].text.startswith("I can answer you in English.")


def test_the_very_words_of_an_entry_are_answered_in_whatever_language(faq: ShopId):
    with shop_scope(faq):
        store_entries([EntrySummary("german", "en", "Sprechen Sie Deutsch?", "Ein wenig.")])
    services.index_answers(faq)
    assert say(faq, "Sprechen Sie Deutsch?", "en")[1].text == "Ein wenig."
    assert exchanges(faq)[0].language == "en"
