"""The inbox: who waits longest first, narrowed, kept to its shop and roles; what is done on its pages."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from chatbot.answers import services
from chatbot.answers.models import Conversation, Message
from chatbot.answers.types import Topic
from chatbot.console.inbox import services as inbox
from chatbot.console.inbox.forms import read_inbox_query
from chatbot.console.inbox.selectors import find_neighbours, read_inbox
from chatbot.console.models import Ticket
from shopconnect.accounts.models import Membership, User
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.answers.conftest import faq
from tests.chatbot.answers.test_widget import shopper
from tests.chatbot.console.test_hand_over import MONDAY, agent

__all__ = ["faq", "shopper"]
PASSWORD = "Lavande-2026-provence"


@pytest.fixture
def desk(faq: ShopId) -> Client:
    """Camille of the support, signed in."""
    return signed_in(faq, Role.SUPPORT)


def signed_in(shop: ShopId, role: Role) -> Client:
    user = User.objects.create_user(f"{role}-{shop}@example.com", PASSWORD, name="Camille Roux")
    Membership.objects.create(shop_id=shop, user=user, role=role)
    client = Client()
    client.force_login(user)
    return client


def waits(shop: ShopId, text: str, minutes: int = 0, language: str = "en") -> int:
    """Have somebody write and then ask for a person; returns the conversation's public id."""
    with time_machine.travel(MONDAY + timedelta(minutes=minutes), tick=False):
        asked = services.store_question(shop, None, text, language)
        services.answer_exchange(shop, asked.exchange_id)
        services.ask_person(shop, asked.conversation, language)
    with shop_scope(shop):
        return int(Conversation.objects.order_by("-id")[0].public_id)


def listed(shop: ShopId, user: int = 0, **asked: str) -> list[str]:
    return [row.text for row in read_inbox(shop, user, read_inbox_query(asked)).rows]


def test_who_waits_longest_is_first_and_who_was_answered_waits_no_more(faq: ShopId):
    camille = agent(faq, "Camille Roux")
    waits(faq, "second", 5)
    waits(faq, "third", 9)
    first = waits(faq, "first", 1)
    assert listed(faq) == ["first", "second", "third"]
    inbox.reply_to_shopper(faq, camille, first, "Hello.")
    assert listed(faq) == ["second", "third"]
    assert listed(faq, camille, view="mine") == ["first"]


def test_each_filter_narrows(faq: ShopId):
    camille = agent(faq, "Camille Roux")
    english = waits(faq, "when will my order arrive?", 1)
    waits(faq, "quand serai-je remboursé ?", 2, "fr")
    services.answer_exchange(faq, services.store_question(faq, None, "xylophone", "en").exchange_id)
    both = ["when will my order arrive?", "quand serai-je remboursé ?"]
    assert listed(faq, view="all") == [*both, "xylophone"]
    assert listed(faq, view="unanswered") == ["xylophone"]
    assert listed(faq, language="fr") == both[1:]
    assert listed(faq, text="Three days") == both[:1]
    assert listed(faq, view="all", outcome="answer") == both
    assert listed(faq, view="all", status="assistant") == ["xylophone"]
    assert listed(faq, why="person") == both
    assert listed(faq, why="law") == []
    assert listed(faq, view="all", confidence="high", language="en") != listed(faq, view="all", confidence="low")
    inbox.take_conversation(faq, camille, english)
    assert (listed(faq, assignee=str(camille)), listed(faq, assignee="0")) == (both[:1], both[1:])
    inbox.mark_reviewed(faq, english)
    assert (listed(faq, reviewed="yes"), listed(faq, reviewed="no")) == (both[:1], both[1:])
    with shop_scope(faq):
        Message.objects.filter(text="Three days.").update(helpful=False)
    assert listed(faq, view="unhelpful") == both[:1]
    assert listed(faq, view="all", helpful="yes") == []
    assert listed(faq, **{"from": "2026-12-01"}) == []
    assert listed(faq, to="2026-11-30") == both


@pytest.mark.parametrize(
    ("language", "caring", "later", "reason"),
    [
        ("en", "my dog ate the candle", "do you sell gift cards?", "Health"),
        ("en", "I will sue you", "fig candles", "Legal"),
        ("fr", "mon chien a mangé la bougie", "vous avez des cartes cadeaux ?", "Santé"),
        ("fr", "annulez ma commande", "comment devenir revendeur ?", "Annulation ou adresse"),
    ],
)
def test_a_reason_stands_beside_the_message_that_it_is_of(faq, desk, language, caring, later, reason):
    asked = services.store_question(faq, None, caring, language)
    services.answer_exchange(faq, asked.exchange_id)
    desk.cookies["django_language"] = language
    page = desk.get(reverse("console:inbox"), headers={"accept-language": language}).content.decode()
    assert f'<span class="badge">{reason}</span>' in page
    again = services.store_question(faq, asked.conversation, later, language)
    services.answer_exchange(faq, again.exchange_id)
    (row,) = read_inbox(faq, 0, read_inbox_query({})).rows
    assert (row.text, row.earlier) == (later, caring)
    page = desk.get(reverse("console:inbox"), headers={"accept-language": language}).content.decode()
    assert f'<span class="badge">{reason}</span>' not in page
    assert re.search(
        rf"{reason}, (?:from an earlier message: “{caring}”|dans un message précédent : « {caring} »)", page
    )


def test_who_presses_the_button_after_a_complaint_asks_for_a_person_and_no_more(faq: ShopId):
    waits(faq, "this is unacceptable")
    (row,) = read_inbox(faq, 0, read_inbox_query({})).rows
    assert (row.ticket.why, row.text, row.earlier) == (Topic.PERSON, "this is unacceptable", "")


def test_what_means_nothing_narrows_nothing(faq: ShopId):
    waits(faq, "hello there, team")
    nonsense = dict.fromkeys(("status", "assignee", "why", "outcome", "confidence", "helpful", "from", "page"), "x\x00")
    assert listed(faq, **nonsense) == ["hello there, team"]


def test_before_and_after_follow_the_list(faq: ShopId):
    ids = [waits(faq, f"question {place}", place) for place in range(3)]
    found = find_neighbours(faq, 0, read_inbox_query({}), ids[1])
    assert (found.before, found.after) == (str(ids[0]), str(ids[2]))
    assert find_neighbours(faq, 0, read_inbox_query({}), ids[2]).after == ""


def act(client: Client, talk: int, **given: str):
    return client.post(reverse("console:act", args=[talk]), given)


def test_a_conversation_is_taken_answered_and_handed_back_on_its_page(faq: ShopId, desk: Client, shopper: Client):
    talk = waits(faq, "when will my order arrive?")
    assert act(desk, talk, act="take").status_code == 302
    assert act(desk, talk, act="reply", text="It left today.").status_code == 302
    assert act(desk, talk, act="note", text="A regular.").status_code == 302
    page = desk.get(reverse("console:conversation", args=[talk])).content.decode()
    for shown in ("Camille Roux took this conversation.", "It left today.", "A regular.", "Hand back to the assistant"):
        assert shown in page
    assert page.count('class="ours note"') == 1  # nobody takes a note for what the shopper read
    assert act(desk, talk, act="hand_back").status_code == 302
    with shop_scope(faq):
        assert Ticket.objects.get().status == "assistant"
        assert Conversation.objects.get().staffed_at is None
    assert act(desk, talk, act="nothing").status_code == 404
    assert act(desk, 7, act="take").status_code == 404


def test_the_list_says_how_long_somebody_has_waited(faq: ShopId, desk: Client):
    waits(faq, "when will my order arrive?")
    with time_machine.travel(MONDAY + timedelta(minutes=72), tick=False):
        page = desk.get(reverse("console:inbox")).content.decode()
        in_french = desk.get(reverse("console:inbox"), headers={"accept-language": "fr"}).content.decode()
    assert "waiting for 1\u00a0hour, 12\u00a0minutes" in page
    assert "attend depuis 1\u00a0heure, 12\u00a0minutes" in in_french


def test_the_second_who_takes_it_is_told_who_has_it_and_loses_nothing_typed(faq: ShopId, desk: Client):
    talk = waits(faq, "when will my order arrive?")
    inbox.take_conversation(faq, agent(faq, "Noor Haddad"), talk)
    answer = act(desk, talk, act="reply", text="What I typed")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Noor Haddad has this conversation." in page
    assert ">What I typed</textarea>" in page
    with shop_scope(faq):
        assert not Message.objects.filter(text="What I typed").exists()
    assert "Take over from Noor Haddad" in page


def test_marking_goes_on_to_the_next(faq: ShopId, desk: Client):
    ids = [waits(faq, f"question {place}", place) for place in range(3)]
    followed = [act(desk, talk, act="review")["Location"] for talk in ids]
    assert followed[:2] == [reverse("console:conversation", args=[one]) for one in ids[1:]]
    assert followed[2] == reverse("console:inbox")
    with shop_scope(faq):
        assert Ticket.objects.filter(reviewed_at=None).count() == 0


def test_analysts_and_other_shops_see_and_do_nothing(faq: ShopId, other_shop: ShopId):
    talk = waits(faq, "when will my order arrive?")
    for client, status in (
        (signed_in(faq, Role.ANALYST), 403),
        (signed_in(other_shop, Role.OWNER), 404),
        (Client(), 302),
    ):
        for one in ("take", "reply", "note", "hand_back", "close", "snooze", "label", "review"):
            assert act(client, talk, act=one, text="Hello.", span="hour", labels="x").status_code == status
        assert client.get(reverse("console:conversation", args=[talk])).status_code == status
    assert (
        "when will my order" not in signed_in(other_shop, Role.SUPPORT).get(reverse("console:inbox")).content.decode()
    )
    with shop_scope(faq):
        assert not Message.objects.filter(author__in=("staff", "note", "event")).exists()
        assert Ticket.objects.get().assignee_id is None


def test_the_pages_speak_french(faq: ShopId, desk: Client):
    talk = waits(faq, "quand serai-je livré ?", language="fr")
    act(desk, talk, act="take")
    desk.cookies["django_language"] = "fr"
    page = desk.get(reverse("console:inbox") + "?view=all", headers={"accept-language": "fr"}).content.decode()
    assert "Boîte de réception" in page
    page = desk.get(reverse("console:conversation", args=[talk]), headers={"accept-language": "fr"}).content.decode()
    assert "Camille Roux a pris cette conversation." in page
