"""The shopper's endpoint: answered in the same request, polled when slow, answered without Redis."""

from collections.abc import Callable

import pytest
from django.test import Client

from chatbot.answers import services, widget
from chatbot.answers.faq import store_entries
from chatbot.answers.models import Message
from shopconnect.core.cache.redis import RedisError
from shopconnect.core.jobs import broker
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.types import KeyKind
from tests.chatbot.answers.conftest import FAQ
from tests.chatbot.answers.said import waiting_ids
from tests.waiting import until


@pytest.fixture
def shopper() -> Client:
    """A shopper's browser on a page of the shop."""
    return Client(headers={"origin": "http://localhost"})


def key_of(shop: ShopId) -> str:
    return keys_of_shop(shop, KeyKind.WIDGET)[0]


def post(shopper: Client, shop: ShopId, body: dict[str, object], name: str = "chat"):
    return shopper.post(f"/w/{key_of(shop)}/{name}", {"lang": "en"} | body, content_type="application/json")


class Signals:
    """Redis as a request waits at it; `meanwhile` is what happens until the wait is over."""

    def __init__(self, meanwhile: Callable[[], object]):
        self.meanwhile = meanwhile

    def blpop(self, keys: list[str], timeout: float) -> None:
        self.meanwhile()


def worker_answers(monkeypatch, shop: ShopId):
    """Have a worker answer while the request waits."""
    monkeypatch.setattr(widget, "client", lambda _seconds: Signals(lambda: _answer_all(shop)))


def no_worker_comes(monkeypatch):
    """Have each request wait in vain."""
    monkeypatch.setattr(widget, "client", lambda _seconds: Signals(lambda: None))


def _answer_all(shop_id: ShopId) -> bool:
    for exchange_id in waiting_ids(shop_id):
        services.answer_exchange(shop_id, exchange_id)
    return True


def test_the_answer_comes_back_in_the_same_request(faq: ShopId, shopper: Client, monkeypatch):
    worker_answers(monkeypatch, faq)
    answer = post(shopper, faq, {"text": "when will my order arrive?"})
    payload = answer.json()
    assert answer.status_code == 200
    assert (payload["outcome"], payload["text"], payload["guesses"]) == ("answer", "Three days.", [])
    assert payload["notice"].startswith("You’re chatting with an automated assistant.")
    again = post(shopper, faq, {"text": "how do i return an item", "conversation": payload["conversation"]}).json()
    assert again["conversation"] == payload["conversation"]
    assert "notice" not in again


def test_guesses_are_offered_and_chosen(faq: ShopId, shopper: Client, monkeypatch):
    worker_answers(monkeypatch, faq)
    payload = post(shopper, faq, {"text": "the parcel"}).json()
    assert (payload["outcome"], len(payload["guesses"])) == ("guesses", 3)
    chosen = post(shopper, faq, {"guess": payload["guesses"][0]["id"], "conversation": payload["conversation"]}).json()
    assert (chosen["outcome"], chosen["conversation"]) == ("answer", payload["conversation"])


def test_a_slow_answer_is_polled_with_the_conversations_token(
    faq: ShopId, other_shop: ShopId, shopper: Client, monkeypatch
):
    no_worker_comes(monkeypatch)
    slow = post(shopper, faq, {"text": "when will my order arrive?"})
    payload = slow.json()
    assert (slow.status_code, set(payload)) == (202, {"conversation", "exchange", "poll"})
    asked = {"conversation": payload["conversation"], "exchange": payload["exchange"]}
    assert post(shopper, faq, asked, "reply").status_code == 202
    _answer_all(faq)
    assert post(shopper, faq, asked, "reply").json()["text"] == "Three days."
    assert post(shopper, faq, asked | {"conversation": "x"}, "reply").status_code == 404
    assert post(shopper, other_shop, asked, "reply").status_code == 404


def test_a_poll_answers_what_no_worker_came_for(faq: ShopId, shopper: Client, monkeypatch):
    no_worker_comes(monkeypatch)
    monkeypatch.setattr(widget, "PATIENCE_SECONDS", 0.0)
    payload = post(shopper, faq, {"text": "when will my order arrive?"}).json()
    asked = {"conversation": payload["conversation"], "exchange": payload["exchange"]}
    assert post(shopper, faq, asked, "reply").json()["text"] == "Three days."
    with shop_scope(faq):
        assert Message.objects.get(author="bot").is_inline


def test_without_a_broker_the_endpoint_answers_itself(faq: ShopId, shopper: Client):
    broker.breaker.trip()
    payload = post(shopper, faq, {"text": "when will my order arrive?"}).json()
    assert payload["text"] == "Three days."
    with shop_scope(faq):
        assert Message.objects.get(author="bot").is_inline


def test_without_redis_the_endpoint_answers_itself(faq: ShopId, shopper: Client, monkeypatch):
    waited = []

    def away(*_: object):
        raise RedisError("away")

    monkeypatch.setattr(widget, "client", lambda seconds: waited.append(seconds) or away())
    monkeypatch.setattr(services, "client", away)
    for _ in range(2):
        assert post(shopper, faq, {"text": "when will my order arrive?"}).json()["text"] == "Three days."
    assert len(waited) == 1  # the second shopper does not even try


def test_a_fifth_shopper_does_not_wait(faq: ShopId, shopper: Client, monkeypatch):
    waited: list[int] = []
    answers: list[int] = []

    def ask():
        answers.append(post(shopper, faq, {"text": "when will my order arrive?"}).status_code)

    def another_comes():
        waited.append(1)
        ask()

    monkeypatch.setattr(widget, "client", lambda _seconds: Signals(another_comes))
    ask()
    assert (len(waited), answers) == (widget.WAITS_A_PROCESS, [202] * (widget.WAITS_A_PROCESS + 1))
    ask()  # those before have gone, and there is room again
    assert len(waited) == 2 * widget.WAITS_A_PROCESS


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


def test_words_of_the_shopper_are_never_echoed(faq: ShopId, shopper: Client, monkeypatch):
    worker_answers(monkeypatch, faq)
    answer = post(shopper, faq, {"text": "<img src=x onerror=alert(1)>"})
    assert "onerror" not in answer.content.decode()


def all_answered(shop: ShopId) -> bool:
    return not waiting_ids(shop)


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_answers_within_the_request(worker: object, shop: ShopId, shopper: Client):
    with shop_scope(shop):
        store_entries(FAQ)

    def text_at_once() -> str | None:
        until(lambda: all_answered(shop))  # the worker's first answer builds the index
        answer = post(shopper, shop, {"text": "how do i return an item?"})
        return answer.json()["text"] if answer.status_code == 200 else None  # 202 where the machine is busy

    assert until(text_at_once) == "Within 30 days."
    with shop_scope(shop):
        assert not Message.objects.filter(author="bot").latest("id").is_inline


def test_a_flood_from_one_address_is_refused_stores_nothing_and_stops_nobody_else(faq: ShopId, shopper: Client):
    calls = widget.CHAT_RATE.most
    asked = [post(shopper, faq, {"human": True}).status_code for _ in range(calls + 3)]
    assert asked == [200] * calls + [429] * 3
    assert post(shopper, faq, {"text": "hello"}).status_code == 429
    with shop_scope(faq):
        assert Message.objects.filter(author="shopper").count() == calls
    elsewhere = Client(headers={"origin": "http://localhost"}, REMOTE_ADDR="203.0.113.9")
    assert post(elsewhere, faq, {"human": True}).status_code == 200
