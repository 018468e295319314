"""The shopper's endpoint: answered in the same request, by a worker where the process is busy."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client

from chatbot.answers import knowledge, services, widget
from chatbot.answers.faq import store_entries
from chatbot.answers.models import Message
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import run_due
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.types import KeyKind
from tests.chatbot.answers.conftest import FAQ
from tests.chatbot.answers.said import reply_rows, waiting_ids
from tests.waiting import until


@pytest.fixture
def shopper() -> Client:
    """A shopper's browser on a page of the shop."""
    return Client(headers={"origin": "http://localhost"})


def key_of(shop: ShopId) -> str:
    return keys_of_shop(shop, KeyKind.WIDGET)[0]


def post(shopper: Client, shop: ShopId, body: dict[str, object], name: str = "chat"):
    return shopper.post(f"/w/{key_of(shop)}/{name}", {"lang": "en"} | body, content_type="application/json")


@contextmanager
def busy() -> Iterator[None]:
    """Have this process answer as many questions as it may."""
    for _ in range(widget.ANSWERED_AT_ONCE):
        widget.room.acquire()
    try:
        yield
    finally:
        for _ in range(widget.ANSWERED_AT_ONCE):
            widget.room.release()


def asked_while_busy(shopper: Client, shop: ShopId, text: str = "when will my order arrive?"):
    """Ask, and leave the answer to a worker."""
    with busy():
        return post(shopper, shop, {"text": text})


def answer_all(shop_id: ShopId) -> None:
    """Have a worker answer what waits."""
    for exchange_id in waiting_ids(shop_id):
        services.answer_exchange(shop_id, exchange_id)


def test_the_answer_comes_back_in_the_same_request(faq: ShopId, shopper: Client):
    answer = post(shopper, faq, {"text": "when will my order arrive?"})
    payload = answer.json()
    assert answer.status_code == 200
    assert (payload["outcome"], payload["text"], payload["guesses"]) == ("answer", "Three days.", [])
    assert payload["notice"].startswith("You’re chatting with an automated assistant.")
    again = post(shopper, faq, {"text": "how do i return an item", "conversation": payload["conversation"]}).json()
    assert again["conversation"] == payload["conversation"]
    assert "notice" not in again


def test_guesses_are_offered_and_chosen(faq: ShopId, shopper: Client):
    payload = post(shopper, faq, {"text": "the parcel"}).json()
    assert (payload["outcome"], len(payload["guesses"])) == ("guesses", 3)
    chosen = post(shopper, faq, {"guess": payload["guesses"][0]["id"], "conversation": payload["conversation"]}).json()
    assert (chosen["outcome"], chosen["conversation"]) == ("answer", payload["conversation"])


def test_what_a_process_is_too_busy_for_is_a_workers_and_polled_with_the_conversations_token(
    faq: ShopId, other_shop: ShopId, shopper: Client
):
    slow = asked_while_busy(shopper, faq)
    payload = slow.json()
    assert (slow.status_code, set(payload)) == (202, {"conversation", "exchange", "poll"})
    asked = {"conversation": payload["conversation"], "exchange": payload["exchange"]}
    assert post(shopper, faq, asked, "reply").status_code == 202
    answer_all(faq)
    assert post(shopper, faq, asked, "reply").json()["text"] == "Three days."
    assert post(shopper, faq, asked | {"conversation": "x"}, "reply").status_code == 404
    assert post(shopper, other_shop, asked, "reply").status_code == 404


def test_a_poll_answers_what_no_worker_came_for(faq: ShopId, shopper: Client, monkeypatch):
    monkeypatch.setattr(widget, "PATIENCE_SECONDS", 0.0)
    payload = asked_while_busy(shopper, faq).json()
    asked = {"conversation": payload["conversation"], "exchange": payload["exchange"]}
    assert post(shopper, faq, asked, "reply").json()["text"] == "Three days."
    with shop_scope(faq):
        assert Message.objects.get(author="bot").is_inline


def test_the_endpoint_answers_itself_and_leaves_no_work(faq: ShopId, shopper: Client):
    Due.objects.all().delete()
    assert post(shopper, faq, {"text": "when will my order arrive?"}).json()["text"] == "Three days."
    with shop_scope(faq):
        assert Message.objects.get(author="bot").is_inline
    assert not Due.objects.filter(kind="answer_message").exists()


def test_a_worker_answers_what_the_process_that_took_it_did_not_live_to_answer(
    faq: ShopId, shopper: Client, monkeypatch
):
    def dies(*_: object) -> None:
        raise OperationalError

    with monkeypatch.context() as patched:
        patched.setattr(services, "decide_on", dies)
        assert post(shopper, faq, {"text": "when will my order arrive?"}).status_code == 503
    due = Due.objects.get(kind="answer_message")
    assert now() < due.due_at <= now() + timedelta(seconds=services.LEFT_SECONDS)
    Due.objects.update(due_at=now())
    run_due(faq, "answer_message")
    assert [row.text for row in reply_rows(faq)] == ["Three days."]
    assert not Due.objects.filter(kind="answer_message").exists()


def test_the_first_index_of_a_large_faq_is_built_by_a_worker(faq: ShopId, shopper: Client, monkeypatch):
    monkeypatch.setattr(knowledge, "MOST_BUILT_AT_ONCE", 2)
    asked = post(shopper, faq, {"text": "when will my order arrive?"})
    assert (asked.status_code, asked.json()["poll"]) == (202, True)
    assert Due.objects.get(kind="answer_message").due_at <= now()
    run_due(faq, "answer_message")
    assert [row.text for row in reply_rows(faq)] == ["Three days."]


def test_a_process_answers_so_many_at_once_and_then_again(faq: ShopId, shopper: Client):
    assert [asked_while_busy(shopper, faq).status_code for _ in range(2)] == [202, 202]
    assert post(shopper, faq, {"text": "when will my order arrive?"}).status_code == 200


def test_a_request_for_a_person_and_a_rating_are_kept(faq: ShopId, shopper: Client):
    payload = post(shopper, faq, {"human": True, "lang": "fr"}).json()
    assert (payload["outcome"], payload["text"][:9]) == ("hand_over", "Bien sûr.")
    rating = {"conversation": payload["conversation"], "exchange": payload["exchange"], "helpful": False}
    assert (post(shopper, faq, rating, "feedback").status_code, post(shopper, faq, rating, "feedback").json()) == (
        200,
        {},
    )
    assert post(shopper, faq, rating | {"helpful": "yes"}, "feedback").status_code == 400
    assert post(shopper, faq, rating | {"conversation": "x"}, "feedback").status_code == 404
    with shop_scope(faq):
        assert Message.objects.get(author="bot").helpful is False


@pytest.mark.parametrize("text", [None, 7, "", ["a"], {"a": 1}, "\u200b", "x" * 1001])
def test_what_is_no_question_is_refused(faq: ShopId, shopper: Client, text: object):
    answer = post(shopper, faq, {"text": text})
    assert answer.status_code in (400, 413)
    with shop_scope(faq):
        assert not Message.objects.exists()


def test_words_of_the_shopper_are_never_echoed(faq: ShopId, shopper: Client):
    answer = post(shopper, faq, {"text": "<img src=x onerror=alert(1)>"})
    assert "onerror" not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_answers_what_a_process_is_too_busy_for(worker: object, shop: ShopId, shopper: Client):
    with shop_scope(shop):
        store_entries(FAQ)
    asked_while_busy(shopper, shop, "how do i return an item?")
    until(lambda: not waiting_ids(shop))  # the worker's first answer builds the index
    (reply,) = reply_rows(shop)
    assert (reply.text, reply.is_inline) == ("Within 30 days.", False)


def test_a_flood_from_one_address_is_refused_stores_nothing_and_stops_nobody_else(faq: ShopId, shopper: Client):
    calls = widget.CHAT_RATE.most
    asked = [post(shopper, faq, {"human": True}).status_code for _ in range(calls + 3)]
    assert asked == [200] * calls + [429] * 3
    assert post(shopper, faq, {"text": "hello"}).status_code == 429
    with shop_scope(faq):
        assert Message.objects.filter(author="shopper").count() == calls
    elsewhere = Client(headers={"origin": "http://localhost"}, REMOTE_ADDR="203.0.113.9")
    assert post(elsewhere, faq, {"human": True}).status_code == 200
