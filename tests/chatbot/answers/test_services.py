"""Questions are kept, answered once, and shown to nobody else."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from chatbot.answers import knowledge, services
from chatbot.answers.engine.confidence import scorer
from chatbot.answers.models import Conversation, Entry, Message
from chatbot.answers.services import (
    answer_exchange,
    ask_person,
    choose_guess,
    erase_old_conversations,
    find_reply,
    rate_reply,
    store_question,
)
from chatbot.answers.transcripts import messages
from chatbot.answers.types import AnswerOutcome, MessageKind
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.jobs import broker
from shopconnect.core.models import Due
from shopconnect.core.security.crypto import person_key, token_hash
from shopconnect.core.security.personal_data import Person, registered
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.answers.conftest import FAQ
from tests.chatbot.answers.said import exchanges, reply_rows
from tests.waiting import PATIENCE_SECONDS


def answered(shop: ShopId, text: str, language: str = "en", token: str | None = None):
    asked = store_question(shop, token, text, language)
    answer_exchange(shop, asked.exchange_id)
    return asked, find_reply(shop, asked.conversation, asked.exchange)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [("en", "when will my order arrive?", "Three days."), ("fr", "quand serai-je livré ?", "Trois jours.")],
)
def test_a_question_is_answered_from_the_faq_of_its_language(faq: ShopId, language: str, text: str, expected: str):
    services.index_answers(faq)
    _, reply = answered(faq, text, language)
    assert reply is not None
    assert (reply.outcome, reply.text, reply.guesses) == (AnswerOutcome.ANSWER, expected, ())
    (row,) = exchanges(faq)
    assert (row.way, row.entry, row.outcome) == (MessageKind.WRITTEN, "delivery", "answer")
    assert row.candidates[0].entry == "delivery"
    assert len(row.candidates) == 3
    assert (row.scorer, reply_rows(faq)[0].is_inline) == (scorer(knowledge.encoder_of(language)), False)
    assert row.confidence is not None
    assert row.confidence >= 0.65
    assert row.milliseconds is not None
    assert row.milliseconds > 0


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            "I don’t have an answer to that. I’ve saved your question, so that the shop’s team can add an answer. "
            "If you need a reply now, choose “Talk to a person”.",
        ),
        (
            "fr",
            "Je n’ai pas la réponse à cette question. Je l’ai enregistrée pour que l’équipe de la boutique puisse "
            "ajouter une réponse. Si vous avez besoin d’une réponse maintenant, choisissez «\xa0Parler à une "
            "personne\xa0».",
        ),
    ],
)
def test_what_nobody_wrote_goes_to_a_person_in_the_shoppers_language(faq: ShopId, language: str, expected: str):
    _, reply = answered(faq, "xylophone", language)
    assert reply is not None
    assert (reply.outcome, reply.text) == (AnswerOutcome.ESCALATE, expected)


def test_the_first_reply_says_that_a_machine_answers(faq: ShopId):
    asked, first = answered(faq, "when will my order arrive?")
    _, second = answered(faq, "how do I return an item?", token=asked.conversation)
    assert first is not None
    assert first.notice.startswith("You’re chatting with an automated assistant.")
    assert second is not None
    assert second.notice == ""
    with shop_scope(faq):
        conversation = Conversation.objects.get()
    assert (conversation.notice, conversation.token_hash) == ("1-en", token_hash(asked.conversation))
    assert conversation.notice_at == conversation.started_at


def test_answering_twice_changes_nothing(faq: ShopId):
    asked, reply = answered(faq, "when will my order arrive?")
    before = exchanges(faq)[0]
    with shop_scope(faq):
        Entry.objects.filter(external_id="delivery").update(answer="Changed.", changed_at=now())
    answer_exchange(faq, asked.exchange_id)
    after = exchanges(faq)[0]
    assert (after.reply, after.answered_at, after.milliseconds) == (
        before.reply,
        before.answered_at,
        before.milliseconds,
    )
    again = find_reply(faq, asked.conversation, asked.exchange)
    assert reply is not None
    assert again is not None
    assert replace(again, source=reply.source) == reply


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_answer_once(faq: ShopId, monkeypatch):
    monkeypatch.setattr(broker, "wake", lambda *_, **__: None)  # a real worker may run, and would be a third
    asked = store_question(faq, None, "when will my order arrive?", "en")
    both = threading.Barrier(2)

    def decide_on(*given):
        both.wait(PATIENCE_SECONDS)
        return real(*given)

    real = services.decide_on
    monkeypatch.setattr(services, "decide_on", decide_on)

    def work():
        answer_exchange(faq, asked.exchange_id)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert exchanges(faq)[0].reply == "Three days."


def test_a_question_waits_in_a_due_row(faq: ShopId):
    asked = store_question(faq, None, "when will my order arrive?", "en")
    assert Due.objects.filter(shop_id=faq, kind="answer_message", subject_id=asked.exchange_id).count() == 1
    assert find_reply(faq, asked.conversation, asked.exchange) is None


def test_a_changed_faq_answers_at_once(faq: ShopId):
    answered(faq, "when will my order arrive?")
    with shop_scope(faq):
        Entry.objects.filter(external_id="delivery").update(answer="Five days.", changed_at=now())
    _, reply = answered(faq, "when will my order arrive?")
    assert reply is not None
    assert reply.text == "Five days."


@pytest.mark.parametrize(
    ("text", "code"), [("", "empty"), (" \n", "empty"), ("\x00\u200b", "empty"), ("x" * 1001, "too_long")]
)
def test_nothing_is_kept_of_a_question_that_is_refused(faq: ShopId, text: str, code: str):
    with pytest.raises(Refusal) as refusal:
        store_question(faq, None, text, "en")
    assert refusal.value.code == code
    assert exchanges(faq) == []
    assert Due.objects.filter(kind="answer_message").count() == 0


@pytest.mark.parametrize("text", ["a\x00b", "\ud800 hello", "\u202eolleh", "<script>alert(1)</script>", "😀" * 400])
def test_hostile_words_are_stored_and_answered(faq: ShopId, text: str):
    _, reply = answered(faq, text)
    assert reply is not None
    assert text not in reply.text


def test_what_names_a_person_is_not_kept(faq: ShopId):
    answered(faq, "where is my refund? jean@example.fr 06 12 34 56 78 card 4242424242424242 order 10023")
    (row,) = exchanges(faq)
    assert row.asked == "where is my refund? [email] [phone] card [card] order 10023"
    with shop_scope(faq):
        assert Message.objects.get(author="shopper").person_key == person_key("jean@example.fr")


def test_another_shop_reads_and_touches_nothing(faq: ShopId, other_shop: ShopId):
    asked, _ = answered(faq, "when will my order arrive?")
    for call in (
        lambda: find_reply(other_shop, asked.conversation, asked.exchange),
        lambda: rate_reply(other_shop, asked.conversation, asked.exchange, True),
    ):
        with pytest.raises(Missing):
            call()
    answer_exchange(other_shop, asked.exchange_id)
    elsewhere = store_question(other_shop, asked.conversation, "when will my order arrive?", "en")
    assert elsewhere.conversation != asked.conversation
    answer_exchange(other_shop, elsewhere.exchange_id)
    assert exchanges(other_shop)[0].candidates == ()
    assert exchanges(other_shop)[0].outcome == AnswerOutcome.ESCALATE
    assert exchanges(faq)[0].helpful is None


def test_another_conversation_reads_nothing(faq: ShopId):
    asked, _ = answered(faq, "when will my order arrive?")
    other = store_question(faq, None, "how do I return an item?", "en")
    for token, exchange in [
        (other.conversation, asked.exchange),
        ("", asked.exchange),
        (asked.conversation, "²"),
        (asked.conversation, "9" * 30),
        (asked.conversation, ""),
    ]:
        with pytest.raises(Missing):
            find_reply(faq, token, exchange)


def test_a_chosen_guess_is_answered_with_its_entry(faq: ShopId):
    with shop_scope(faq):
        entry = Entry.objects.get(external_id="refund", language="en")
    reply, token = choose_guess(faq, None, str(entry.public_id), "en")
    assert (reply.outcome, reply.text, len(token)) == (AnswerOutcome.ANSWER, "After five days.", 24)
    (row,) = exchanges(faq)
    assert (row.way, row.asked, row.entry) == (MessageKind.CHOSEN, "When do I get my refund?", "refund")


@pytest.mark.parametrize("guess", ["1", "-1", "²", "x", "9" * 19, "1; --"])
def test_a_guess_that_is_not_there_is_refused(faq: ShopId, guess: str):
    with pytest.raises(Missing):
        choose_guess(faq, None, guess, "en")
    assert exchanges(faq) == []


def test_an_entry_of_another_shop_cannot_be_chosen(faq: ShopId, other_shop: ShopId):
    with shop_scope(faq):
        entry = Entry.objects.filter(language="en").first()
    assert entry is not None
    with pytest.raises(Missing):
        choose_guess(other_shop, None, str(entry.public_id), "en")


def test_a_person_can_be_asked_for(faq: ShopId):
    reply, token = ask_person(faq, None, "fr")
    assert reply.outcome == AnswerOutcome.ESCALATE
    assert reply.text.startswith("Bien sûr.")
    with shop_scope(faq):
        first = Conversation.objects.get().person_asked_at
    assert first is not None
    ask_person(faq, token, "fr")
    with shop_scope(faq):
        assert Conversation.objects.get().person_asked_at == first


def test_a_written_request_for_a_person_marks_the_conversation(faq: ShopId):
    _, reply = answered(faq, "I want to speak to a human")
    assert reply is not None
    assert reply.outcome == AnswerOutcome.ESCALATE
    with shop_scope(faq):
        assert Conversation.objects.get().person_asked_at is not None


def test_the_last_word_on_a_reply_counts(faq: ShopId):
    asked, _ = answered(faq, "when will my order arrive?")
    rate_reply(faq, asked.conversation, asked.exchange, True)
    rate_reply(faq, asked.conversation, asked.exchange, False)
    assert exchanges(faq)[0].helpful is False


def test_a_conversation_cannot_grow_for_ever(faq: ShopId, monkeypatch):
    monkeypatch.setattr(messages, "MOST_QUESTIONS", 1)
    asked, _ = answered(faq, "when will my order arrive?")
    with pytest.raises(Refusal) as refusal:
        store_question(faq, asked.conversation, "and a refund?", "en")
    assert refusal.value.code == "too_long_talk"
    assert len(exchanges(faq)) == 1


def test_old_conversations_are_erased_whole(faq: ShopId, other_shop: ShopId, monkeypatch):
    monkeypatch.setattr(services, "ERASED_AT_ONCE", 2)
    for _ in range(3):
        answered(faq, "when will my order arrive?")
    _, kept = answered(faq, "how do I return an item?")
    store_question(other_shop, None, "hello there", "en")
    with shop_scope(faq):
        old = list(Conversation.objects.order_by("id").values_list("id", flat=True)[:3])
        Conversation.objects.filter(pk__in=old).update(last_at=now() - timedelta(days=91))
    assert erase_old_conversations(faq) == 3
    assert erase_old_conversations(faq) == 0
    assert kept is not None
    assert [row.exchange for row in exchanges(faq)] == [kept.exchange]
    assert len(exchanges(other_shop)) == 1


def test_a_person_can_have_their_words_and_have_them_erased(faq: ShopId):
    answered(faq, "where is my refund? jean@example.fr")
    answered(faq, "how do I return an item?")
    person = Person(person_key=person_key("jean@example.fr"))
    entry = registered()["answers.message"]
    with shop_scope(faq):
        assert [line["text"] for line in entry.export(person)][0] == "where is my refund? [email]"
        assert list(entry.export(Person(visitors=("v",)))) == []
        assert entry.erase(person) == 3  # the conversation, what was asked, and the reply
        assert entry.erase(person) == 0
    assert [row.asked for row in exchanges(faq)] == ["how do I return an item?"]


def test_the_index_is_stored_once_a_change_and_served(faq: ShopId):
    services.index_answers(faq)
    version = knowledge.save_knowledge(faq, "en")
    services.index_answers(faq)
    assert knowledge.save_knowledge(faq, "en") == version
    knowledge.forget()
    with shop_scope(faq):
        wanted = knowledge.version_in_scope("en")
    known = knowledge.find_knowledge(faq, "en", wanted)
    assert known.version == wanted
    assert [entry.external_id for entry in known.entries] == sorted(
        one.external_id for one in FAQ if one.language == "en"
    )
    _, reply = answered(faq, "when will my order arrive?")
    assert reply is not None
    assert reply.text == "Three days."


def test_an_answer_before_the_first_index_builds_none_and_asks_for_it(faq: ShopId):
    Due.objects.filter(shop_id=faq).delete()  # what became of the asking of long ago is not known
    for _ in range(2):
        _, reply = answered(faq, "How long does delivery take?")
        assert reply is not None
        assert (reply.outcome, reply.text) == (AnswerOutcome.ANSWER, "Three days.")
    assert [row.scorer for row in exchanges(faq)] == [scorer(None)] * 2
    assert Due.objects.filter(shop_id=faq, kind="index_answers").count() == 1
    services.index_answers(faq)
    answered(faq, "How long does delivery take?")
    assert exchanges(faq)[-1].scorer == scorer(knowledge.encoder_of("en"))


def test_a_change_that_is_seen_after_a_later_one_is_learnt_too(faq: ShopId):
    with shop_scope(faq):
        older, newer = Entry.objects.filter(language="en").order_by("id")[:2]
        Entry.objects.filter(pk=newer.pk).update(changed_at=now())
        before = knowledge.version_in_scope("en")
        Entry.objects.filter(pk=older.pk).update(changed_at=now() - timedelta(minutes=1), answer="In a week.")
        assert knowledge.version_in_scope("en") != before
