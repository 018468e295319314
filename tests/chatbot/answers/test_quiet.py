"""A page that looks again where nothing is new asks no database, and misses nothing that is said."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from chatbot.answers.models import Conversation
from chatbot.answers.services import find_messages
from chatbot.answers.staff.grading import IDLE
from chatbot.answers.transcripts import quiet
from chatbot.console.inbox.services import reply_to_shopper
from shopconnect.core.cache.redis import RedisError, client
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.answers.test_messages import answered
from tests.chatbot.answers.test_widget import key_of, post, shopper
from tests.chatbot.console.test_hand_over import camille, talk_of

__all__ = ["camille", "shopper"]
pytestmark = pytest.mark.django_db(transaction=True)  # what is noted once a transaction is through needs one that ends
QUESTION = "when will my order arrive?"


class Page:
    """A shopper's page that looks for what is new after the last message it knows."""

    def __init__(self, shop: ShopId, token: str, customer: str = "") -> None:
        self.shop, self.token, self.customer, self.last = shop, token, customer, ""

    def look(self) -> list[str]:
        said = find_messages(self.shop, self.token, self.last, self.customer).messages
        self.last = said[-1].message if said else self.last
        return [one.text for one in said]


@pytest.fixture
def page(faq: ShopId) -> Page:
    """A page that has seen what was said, and that nothing is new since."""
    page = Page(faq, answered(faq, QUESTION))
    assert page.look() == [QUESTION, "Three days."]
    assert page.look() == []
    return page


def test_where_nothing_is_new_no_database_is_asked(page: Page, shopper: Client, django_assert_num_queries):
    address = f"/w/{key_of(page.shop)}/since"
    talk = {"conversation": page.token, "after": page.last}
    looked = [shopper.post(address, talk, content_type="application/json")]  # the gateway knows the shop from now on
    with django_assert_num_queries(0):
        looked.append(shopper.post(address, talk, content_type="application/json"))
    assert [one.json() for one in looked] == [{"messages": [], "more": False}] * 2


def test_what_staff_write_is_seen_at_the_next_look(page: Page, camille: int):
    reply_to_shopper(page.shop, camille, talk_of(page.shop), "Hello.")
    assert page.look()[-1] == "Hello."


def test_what_is_said_on_another_page_is_seen_at_the_next_look(page: Page):
    answered(page.shop, "how do I return an item?", page.token)
    assert page.look() == ["how do I return an item?", "Within 30 days."]
    assert page.look() == []


def test_who_waits_for_a_person_is_told_so_each_time(page: Page, shopper: Client):
    asked = post(shopper, page.shop, {"conversation": page.token, "human": True}).json()
    talk = {"conversation": page.token, "after": asked["message"]}
    assert all("person" in post(shopper, page.shop, talk, "since").json() for _time in range(3))


def test_what_is_said_while_a_page_looks_is_seen_at_the_next_look(page: Page):
    look = quiet.look_at(page.shop, page.token, "", page.last)
    assert look is not None
    assert look.is_quiet
    answered(page.shop, "how do I return an item?", page.token)
    quiet.keep_quiet(page.shop, look, quiet.QUIET_SECONDS)  # as if nothing had been read before that
    assert page.look() == ["how do I return an item?", "Within 30 days."]


def test_what_is_taken_back_is_no_change(page: Page, django_assert_num_queries):
    with pytest.raises(Missing), shop_scope(page.shop):
        quiet.note_change(Conversation.objects.get())
        raise Missing("away")
    with django_assert_num_queries(0):
        assert page.look() == []


def test_a_conversation_is_quiet_for_its_shop_token_and_customer_alone(page: Page, other_shop: ShopId):
    assert not any(
        look is None or look.is_quiet
        for look in (
            quiet.look_at(other_shop, page.token, "", page.last),
            quiet.look_at(page.shop, page.token.swapcase(), "", page.last),
            quiet.look_at(page.shop, page.token, "c-1", page.last),
            quiet.look_at(page.shop, page.token, "", ""),
        )
    )


def test_quiet_ends_when_the_shopper_is_asked_how_it_went(faq: ShopId):
    page = Page(faq, answered(faq, QUESTION))
    with time_machine.travel(now() + IDLE - timedelta(seconds=20), tick=False):
        page.look()
        assert page.look() == []
        look = quiet.look_at(faq, page.token, "", page.last)
        assert look is not None
        assert 0 < client().ttl(look.key) <= 20


def test_while_redis_is_away_the_database_is_asked(page: Page, camille: int, monkeypatch: pytest.MonkeyPatch):
    def away() -> None:
        raise RedisError("away")

    monkeypatch.setattr(quiet, "quick_client", away)
    reply_to_shopper(page.shop, camille, talk_of(page.shop), "Hello.")
    assert page.look()[-1] == "Hello."
    assert quiet.breaker.is_open  # the next look does not wait for Redis
    assert page.look() == []


def test_redis_holds_neither_tokens_nor_what_was_said(page: Page):
    answered(page.shop, "how do I return an item?", page.token)
    kept = b" ".join(key + (client().get(key) or b"") for key in client().scan_iter("*quiet*"))
    kept += b" ".join(key + (client().get(key) or b"") for key in client().scan_iter("*changed*"))
    assert kept
    assert page.token.encode() not in kept
