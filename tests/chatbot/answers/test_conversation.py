"""A shopper's conversation as it is kept: small talk, the turn before, the language, the source, the notice."""

import pytest
from django.test import Client
from django.urls import reverse

from chatbot.answers.faq import store_entries
from chatbot.answers.models import Conversation, Entry
from chatbot.answers.services import (
    answer_by_exact_match,
    answer_exchange,
    ask_person,
    choose_guess,
    find_reply,
    store_question,
)
from chatbot.answers.transcripts.types import ExchangeSummary
from chatbot.answers.types import AnswerOutcome, AnswerSource, EntrySummary, ReplySummary, Topic
from shopconnect.accounts.models import Membership, User
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.answers.said import exchanges

COST = (
    EntrySummary("cost", "en", "How much is delivery?", "Four euros.", ("What are the delivery fees?",)),
    EntrySummary("abroad", "en", "Which countries do you deliver to?", "France.", ("Do you deliver abroad?",)),
    EntrySummary("cost", "fr", "Combien coûte la livraison ?", "Quatre euros.", ("Quels sont les frais de port ?",)),
    EntrySummary("abroad", "fr", "Dans quels pays livrez-vous ?", "En France.", ("Livrez-vous à l’étranger ?",)),
)


@pytest.fixture
def talkative(faq: ShopId) -> ShopId:
    """A shop whose FAQ also says what delivery costs."""
    with shop_scope(faq):
        store_entries(COST)
    return faq


def say(shop: ShopId, text: str, language: str, token: str | None = None) -> tuple[str, ReplySummary]:
    asked = store_question(shop, token, text, language)
    answer_exchange(shop, asked.exchange_id)
    reply = find_reply(shop, asked.conversation, asked.exchange)
    assert reply is not None
    return asked.conversation, reply


def last(shop: ShopId) -> ExchangeSummary:
    return exchanges(shop)[-1]


def waits_for_person(shop: ShopId) -> bool:
    """Whether the last conversation is one in which somebody of the shop should answer."""
    with shop_scope(shop):
        return Conversation.objects.latest("id").person_asked_at is not None


def test_a_greeting_is_answered_with_one(talkative: ShopId):
    _, reply = say(talkative, "Bonjour", "fr")
    assert (reply.outcome, reply.text) == (AnswerOutcome.SMALL_TALK, "Bonjour. Que souhaitez-vous savoir\u00a0?")
    row = last(talkative)
    assert (row.topic, row.confidence, row.candidates, row.entry) == ("greeting", None, (), "")
    assert not waits_for_person(talkative)


def test_who_is_in_distress_is_told_whom_to_call_and_waits_for_a_person(talkative: ShopId):
    _, reply = say(talkative, "je veux mourir", "fr")
    assert reply.outcome == AnswerOutcome.ESCALATE
    assert "3114" in reply.text
    assert "112" in reply.text
    _, reply = say(talkative, "i want to kill myself", "en")
    assert "116 123" in reply.text
    assert "988" in reply.text
    assert (last(talkative).topic, waits_for_person(talkative)) == (Topic.DISTRESS, True)


@pytest.mark.parametrize(
    ("language", "asked", "follow_up", "expected"),
    [
        ("fr", "combien coûte la livraison ?", "et pour la Suisse ?", "Quatre euros."),
        ("en", "how much is delivery?", "and for Switzerland?", "Four euros."),
    ],
)
def test_the_turn_before_counts(talkative: ShopId, language: str, asked: str, follow_up: str, expected: str):
    token, first = say(talkative, asked, language)
    assert first.text == expected
    say(talkative, {"fr": "merci", "en": "thanks"}[language], language, token)
    say(talkative, follow_up, language, token)
    with_turn_before = last(talkative)
    say(talkative, follow_up, language)
    assert with_turn_before.candidates[0].entry == "cost"
    assert last(talkative).candidates[0].score != with_turn_before.candidates[0].score


def test_the_turn_before_is_forgotten_when_its_entry_is_gone(talkative: ShopId):
    token, _ = say(talkative, "how much is delivery?", "en")
    with shop_scope(talkative):
        Entry.objects.filter(external_id="cost", language="en").delete()
    say(talkative, "and for Switzerland?", "en", token)
    assert "cost" not in [one.entry for one in last(talkative).candidates]


def test_each_message_is_answered_in_its_own_language(talkative: ShopId):
    token, first = say(talkative, "combien coûte la livraison chez vous ?", "en")
    assert (first.language, first.text) == ("fr", "Quatre euros.")
    assert first.notice.startswith("Vous discutez avec un assistant automatique.")
    _, unsure = say(talkative, "ok", "en", token)
    assert (unsure.language, unsure.text[:10]) == ("fr", "Très bien.")
    _, other = say(talkative, "how much is delivery?", "fr", token)
    assert (other.language, other.text, other.notice) == ("en", "Four euros.", "")
    reply, _ = ask_person(talkative, token, "fr")
    assert reply.text.startswith("Of course.")


def test_a_language_without_answers_is_not_spoken(shop: ShopId):
    with shop_scope(shop):
        store_entries([one for one in COST if one.language == "fr"])
    _, reply = say(shop, "how much does the delivery cost", "fr")
    assert reply.language == "fr"


def test_a_guess_is_answered_in_the_language_it_was_offered_in(talkative: ShopId):
    with shop_scope(talkative):
        entry = Entry.objects.get(external_id="cost", language="en")
    reply, _ = choose_guess(talkative, None, str(entry.public_id), "fr")
    assert (reply.language, reply.text) == ("en", "Four euros.")
    assert reply.notice.startswith("You’re chatting with an automated assistant.")


def test_an_answer_names_its_source(talkative: ShopId):
    token, reply = say(talkative, "how much is delivery?", "en")
    with shop_scope(talkative):
        entry = Entry.objects.get(external_id="cost", language="en")
    assert reply.source == AnswerSource("How much is delivery?", entry.changed_at)
    _, thanks = say(talkative, "thank you", "en", token)
    assert thanks.source is None


@pytest.mark.parametrize("way", ["written", "chosen", "person"])
def test_that_a_machine_answers_is_logged_however_a_conversation_begins(talkative: ShopId, way: str):
    with shop_scope(talkative):
        entry = Entry.objects.get(external_id="cost", language="fr")
    if way == "written":
        _, reply = say(talkative, "combien coûte la livraison ?", "fr")
    elif way == "chosen":
        reply, _ = choose_guess(talkative, None, str(entry.public_id), "fr")
    else:
        reply, _ = ask_person(talkative, None, "fr")
    assert reply.notice
    with shop_scope(talkative):
        talk = Conversation.objects.get()
    assert (talk.notice, talk.notice_at) == ("1-fr", talk.started_at)


def test_who_may_come_to_harm_is_told_where_to_turn_when_the_plan_is_used_up(faq: ShopId):
    reply, token = answer_by_exact_match(faq, None, "je veux mourir", "fr")
    assert "3114" in reply.text
    with shop_scope(faq):
        assert Conversation.objects.get().person_asked_at is not None
    assert "3114" not in answer_by_exact_match(faq, token, "une question sans réponse", "fr")[0].text


def test_staff_see_the_topic_the_source_and_the_wording(talkative: ShopId):
    token, _ = say(talkative, "how much is delivery?", "en")
    say(talkative, "the lamp caught fire", "en", token)
    user = User.objects.create_user(email="staff@example.test", password="x", language="en")
    Membership.objects.create(user=user, shop_id=talkative, role=Role.SUPPORT)
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    public_id = last(talkative).conversation
    page = client.get(reverse("console:conversation", args=[public_id])).content.decode()
    assert "Wording 1, English" in page
    assert "Product safety" in page
    assert f'href="{reverse("answers:answer")}?entry=cost"' in page
    assert "last changed on" in page
    assert "Product safety" in client.get(reverse("console:log")).content.decode()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "please cancel my order"),
        ("en", "there is a mistake in the postcode of my order"),
        ("fr", "je voudrais annuler ma commande"),
        ("fr", "je me suis trompée d’adresse"),
    ],
)
def test_who_wants_an_order_cancelled_or_sent_elsewhere_waits_for_a_person(faq: ShopId, language: str, text: str):
    _, reply = say(faq, text, language)
    row = last(faq)
    assert (row.outcome, row.topic, waits_for_person(faq)) == ("hand_over", Topic.CHANGE, True)
    assert {"en": "Nothing is changed yet.", "fr": "Rien n’est encore modifié."}[language] in reply.text


def test_what_an_entry_says_of_cancelling_stays_before_the_request(faq: ShopId):
    with shop_scope(faq):
        store_entries([EntrySummary("cancel", "en", "Cancel my order", "Within an hour, in your account.")])
    _, reply = say(faq, "please cancel my order", "en")
    assert reply.outcome == AnswerOutcome.ANSWER
    assert reply.text.startswith("Within an hour, in your account.\n\nI’ve passed your request")
    assert say(faq, "how do i cancel my order", "en")[1].text == "Within an hour, in your account."
