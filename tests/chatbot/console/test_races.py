"""What people do in the same moment: one has it, nothing is said twice and nobody who wrote is left alone."""

import re
import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.urls import reverse

from chatbot.answers import services
from chatbot.answers.models import Conversation, Message
from chatbot.answers.staff.shoppers import add_shopper_reply, last_heard
from chatbot.answers.types import Author
from chatbot.console.inbox import services as inbox
from chatbot.console.inbox.types import TicketStatus
from shopconnect.accounts.types import Role
from shopconnect.core.errors import Refusal
from shopconnect.core.jobs import broker
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.answers.conftest import faq
from tests.chatbot.console.test_hand_over import agent, asked_for_person, said, ticket_of
from tests.chatbot.console.test_inbox import act, signed_in, waits
from tests.waiting import PATIENCE_SECONDS

__all__ = ["faq"]
at_once = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker of elsewhere takes part."""
    monkeypatch.setattr(broker, "wake", lambda *_, **__: None)


def together(*acts: Callable[[], object]) -> list[str]:
    """Do some acts in the same moment, each in a thread; returns what was refused."""
    ready, refused = threading.Barrier(len(acts)), list[str]()

    def do(act: Callable[[], object]) -> None:
        ready.wait(PATIENCE_SECONDS)
        try:
            act()
        except Refusal as refusal:
            refused.append(refusal.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=[one]) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert not any(thread.is_alive() for thread in threads)
    return refused


@at_once
@pytest.mark.parametrize("ticks", range(5))
def test_of_two_agents_who_take_and_reply_in_the_same_moment_one_is_heard(faq: ShopId, ticks: int):
    agents = {agent(faq, name): name for name in ("Camille Roux", "Noor Haddad")}
    talk = asked_for_person(faq)[1]
    refused = together(*(lambda who=one: inbox.reply_to_shopper(faq, who, talk, f"I am {who}.") for one in agents))
    winner = ticket_of(faq).assignee_id
    assert refused == [f"{agents[winner]} has this conversation."]
    assert [one for one in said(faq) if one[0] != "bot"][1:] == [("event", "taken"), ("staff", f"I am {winner}.")]


@at_once
@pytest.mark.parametrize("ticks", range(5))
def test_who_writes_while_the_team_closes_is_answered_by_the_assistant_or_waits(faq: ShopId, ticks: int):
    """Either the closing is first, and the assistant answers, or it is refused, and the shopper waits."""
    camille = agent(faq, "Camille Roux")
    token, talk = asked_for_person(faq)
    inbox.reply_to_shopper(faq, camille, talk, "It left today.")

    def write() -> None:
        asked = services.store_question(faq, token, "when will my order arrive?", "en")
        services.answer_exchange(faq, asked.exchange_id)

    with shop_scope(faq):
        heard = last_heard(Conversation.objects.get().pk)
    refused = together(lambda: inbox.close_conversation(faq, camille, talk, heard), write)
    with shop_scope(faq):
        question = Message.objects.get(author=Author.SHOPPER, text="when will my order arrive?")
        replies = Message.objects.filter(author=Author.BOT, answers=question).count()
    ticket = ticket_of(faq)
    assert (replies, len(refused)) in ((1, 0), (0, 1))
    assert (ticket.status == TicketStatus.CLOSED) == (not refused)
    assert (ticket.waiting_since is not None) == bool(refused)


def test_a_page_that_has_not_heard_the_last_message_closes_nothing(faq: ShopId):
    talk, support = waits(faq, "when will my order arrive?"), signed_in(faq, Role.SUPPORT)
    act(support, talk, act="reply", text="It left today.")
    page = support.get(reverse("console:conversation", args=[talk])).text
    (heard,) = re.findall('name="heard" value="([0-9]+)"', page)
    with shop_scope(faq):
        add_shopper_reply(Conversation.objects.get().pk, "And the second parcel?")
    refused = act(support, talk, act="close", heard=heard)
    assert (refused.status_code, "has written in the meantime" in refused.text) == (409, True)
    assert "And the second parcel?" in refused.text
    (heard,) = re.findall('name="heard" value="([0-9]+)"', refused.text)
    assert act(support, talk, act="close", heard=heard).status_code == 302
    assert ticket_of(faq).status == TicketStatus.CLOSED


def test_what_no_form_of_ours_sends_changes_nothing(faq: ShopId):
    talk, support = waits(faq, "when will my order arrive?"), signed_in(faq, Role.SUPPORT)
    before = ticket_of(faq)
    for sent in (
        {"act": "snooze", "span": "-1"},
        {"act": "snooze", "span": "2020-01-01T00:00:00Z"},
        {"act": "assign", "to": "0"},
        {"act": "assign", "to": str(2**70)},
        {"act": "reply", "text": " \u200b\n"},
        {"act": "label", "labels": ",".join(map(str, range(11)))},
    ):
        assert act(support, talk, **sent).status_code in (200, 302, 400, 404, 409), sent
    after = ticket_of(faq)
    assert (after.status, after.snoozed_until, after.assignee_id, after.labels) == (
        before.status,
        before.snoozed_until,
        before.assignee_id,
        before.labels,
    )
    act(support, talk, act="label", labels='"><script>alert(1)</script>')
    page = support.get(reverse("console:conversation", args=[talk])).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
