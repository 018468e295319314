"""How a conversation went: asked once, when it is over; kept, for its shopper alone."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from chatbot.answers.models import Conversation, Message
from chatbot.answers.services import find_messages
from chatbot.answers.staff.grading import IDLE, grade_conversation
from chatbot.console.inbox.services import close_conversation, reply_to_shopper
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.answers.test_messages import answered
from tests.chatbot.answers.test_widget import post, shopper
from tests.chatbot.console.test_hand_over import asked_for_person, camille

__all__ = ["camille", "shopper"]
START = datetime(2026, 11, 24, 9, tzinfo=UTC)
QUESTION = "when will my order arrive?"


def grade_of(shop: ShopId) -> int | None:
    with shop_scope(shop):
        return Conversation.objects.get().grade


def times_asked(shop: ShopId) -> int:
    with shop_scope(shop):
        return Message.objects.filter(text="grade_asked").count()


def asked_at(shop: ShopId, token: str, moment: datetime, customer: str = "") -> bool:
    """Whether the shopper's page is asked how it went, when it looks at a moment."""
    with time_machine.travel(moment, tick=False):
        return any(one.asks_grade for one in find_messages(shop, token, "", customer).messages)


@pytest.fixture
def token(faq: ShopId) -> str:
    """A conversation whose question was answered at START."""
    with time_machine.travel(START, tick=False):
        return answered(faq, QUESTION)


def test_who_was_answered_and_writes_no_more_is_asked_once(faq: ShopId, token: str):
    assert not asked_at(faq, token, START + IDLE)
    assert asked_at(faq, token, START + IDLE + timedelta(seconds=1))
    with time_machine.travel(START + timedelta(hours=1), tick=False):
        answered(faq, "how do I return an item?", token)
    assert asked_at(faq, token, START + timedelta(hours=3))  # the question stays where it was
    assert times_asked(faq) == 1


def test_who_closes_a_conversation_has_its_shopper_asked_once(faq: ShopId, camille: int):
    token, talk = asked_for_person(faq)
    reply_to_shopper(faq, camille, talk, "Hello, I am Camille.")
    assert not asked_at(faq, token, datetime.now(UTC) + timedelta(hours=1))
    for _time in range(2):
        close_conversation(faq, camille, talk)
    assert asked_at(faq, token, datetime.now(UTC))
    assert times_asked(faq) == 1


def test_who_waits_for_a_person_is_not_asked(faq: ShopId):
    with time_machine.travel(START, tick=False):
        token, _talk = asked_for_person(faq)
        answered(faq, QUESTION, token)
    assert not asked_at(faq, token, START + timedelta(hours=1))


def test_choices_are_no_end(faq: ShopId):
    with time_machine.travel(START, tick=False):
        token = answered(faq, "the parcel")
    assert not asked_at(faq, token, START + timedelta(hours=1))


def test_the_last_word_counts_and_is_shown_again(faq: ShopId, token: str, shopper: Client):
    asked_at(faq, token, START + timedelta(hours=1))
    for grade in (1, 4):
        answer = post(shopper, faq, {"conversation": token, "grade": grade}, "grade")
        assert (answer.status_code, answer.json(), grade_of(faq)) == (200, {}, grade)
    shown = post(shopper, faq, {"conversation": token}, "since").json()["messages"][-1]
    assert (shown["author"], shown["text"], shown["grade"]) == ("event", "How did this conversation go?", 4)


@pytest.mark.parametrize("grade", [0, 6, -1, "5", 4.5, True, None, [5], 10**30])
def test_what_is_no_grade_is_refused(faq: ShopId, token: str, shopper: Client, grade: object):
    asked_at(faq, token, START + timedelta(hours=1))
    answer = post(shopper, faq, {"conversation": token, "grade": grade}, "grade")
    assert (answer.status_code, grade_of(faq)) == (400, None)


def test_nobody_grades_what_was_not_asked_or_is_anothers(faq: ShopId, other_shop: ShopId, token: str, shopper: Client):
    assert post(shopper, faq, {"conversation": token, "grade": 5}, "grade").status_code == 409
    asked_at(faq, token, START + timedelta(hours=1))
    for name in ("", "x", token.swapcase()):
        assert post(shopper, faq, {"conversation": name, "grade": 5}, "grade").status_code == 404
    assert post(shopper, other_shop, {"conversation": token, "grade": 5}, "grade").status_code == 404
    elsewhere = Client(headers={"origin": "https://elsewhere.example"})
    assert post(elsewhere, faq, {"conversation": token, "grade": 5}, "grade").status_code == 403
    assert grade_of(faq) is None


def test_a_signed_in_shoppers_conversation_is_graded_by_nobody_else(faq: ShopId):
    with time_machine.travel(START, tick=False):
        token = answered(faq, QUESTION, customer="77")
    asked_at(faq, token, START + timedelta(hours=1), "77")
    for other in ("", "78"):
        with pytest.raises(Missing):
            grade_conversation(faq, token, other, 5)
    with pytest.raises(Refusal):
        grade_conversation(faq, token, "77", 0)
    grade_conversation(faq, token, "77", 3)
    assert grade_of(faq) == 3


def test_who_sends_grades_without_end_is_slowed_down(faq: ShopId, token: str, shopper: Client):
    asked_at(faq, token, START + timedelta(hours=1))
    codes = [post(shopper, faq, {"conversation": token, "grade": 5}, "grade").status_code for _call in range(25)]
    assert (codes[0], codes[-1]) == (200, 429)
