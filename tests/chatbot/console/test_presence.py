"""Who else is writing: the team sees names, the shopper that somebody does, and it passes by itself."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from chatbot.console.inbox import presence
from chatbot.console.inbox import services as inbox
from chatbot.console.inbox.presence import meet_at_conversation
from shopconnect.accounts.types import Role
from shopconnect.core.cache.redis import RedisError
from shopconnect.core.errors import Missing
from shopconnect.core.tenancy.context import ShopId
from tests.chatbot.answers.conftest import faq
from tests.chatbot.answers.test_widget import post, shopper
from tests.chatbot.console.test_hand_over import MONDAY, agent, asked_for_person
from tests.chatbot.console.test_inbox import signed_in

__all__ = ["faq", "shopper"]


def is_written_to(shopper: Client, shop: ShopId, token: str) -> bool:
    return bool(post(shopper, shop, {"conversation": token}, "since").json()["person"]["is_writing"])


def test_others_and_the_shopper_see_who_writes_until_they_stop(faq: ShopId, shopper: Client):
    camille, noor = agent(faq, "Camille Roux"), agent(faq, "Noor Haddad")
    token, talk = asked_for_person(faq)
    assert not is_written_to(shopper, faq, token)
    assert meet_at_conversation(faq, camille, talk, is_writing=True).others == ()
    assert meet_at_conversation(faq, noor, talk, is_writing=False).others == ("Camille Roux",)
    assert is_written_to(shopper, faq, token)
    meet_at_conversation(faq, camille, talk, is_writing=False)
    assert not is_written_to(shopper, faq, token)


def test_who_closes_their_browser_writes_no_more_after_a_moment(faq: ShopId, shopper: Client):
    camille = agent(faq, "Camille Roux")
    with time_machine.travel(MONDAY, tick=False):
        token, talk = asked_for_person(faq)
        meet_at_conversation(faq, camille, talk, is_writing=True)
        assert is_written_to(shopper, faq, token)
    with time_machine.travel(MONDAY + timedelta(seconds=presence.WRITING_SECONDS + 1), tick=False):
        assert not is_written_to(shopper, faq, token)


def test_each_conversation_has_its_own_writers(faq: ShopId, shopper: Client):
    camille = agent(faq, "Camille Roux")
    token, _talk = asked_for_person(faq)
    _other, other_talk = asked_for_person(faq)
    meet_at_conversation(faq, camille, other_talk, is_writing=True)
    assert not is_written_to(shopper, faq, token)


def test_the_page_hears_of_what_was_said_meanwhile(faq: ShopId):
    camille = agent(faq, "Camille Roux")
    _token, talk = asked_for_person(faq)
    before = meet_at_conversation(faq, camille, talk, is_writing=False).last
    inbox.reply_to_shopper(faq, camille, talk, "Hello.")
    assert meet_at_conversation(faq, camille, talk, is_writing=False).last > before


def test_without_redis_nobody_writes_and_the_chat_goes_on(faq: ShopId, shopper: Client, monkeypatch):
    def away() -> None:
        raise RedisError("away")

    token, talk = asked_for_person(faq)
    monkeypatch.setattr(presence, "client", away)
    assert meet_at_conversation(faq, agent(faq, "Camille Roux"), talk, is_writing=True).others == ()
    assert not is_written_to(shopper, faq, token)


def test_analysts_and_other_shops_meet_nobody(faq: ShopId, other_shop: ShopId):
    _token, talk = asked_for_person(faq)
    address = reverse("console:meet", args=[talk])
    assert signed_in(faq, Role.ANALYST).post(address, {"writing": "1"}).status_code == 403
    assert signed_in(other_shop, Role.OWNER).post(address, {"writing": "1"}).status_code == 404
    assert signed_in(faq, Role.SUPPORT).post(address, {"writing": "1"}).json()["others"] == ""
    with pytest.raises(Missing):
        meet_at_conversation(other_shop, 1, talk, is_writing=True)
