"""How the team hears of waiting shoppers: each person after the minutes that they chose, and once."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from chatbot.console.inbox import alerts, tickets
from chatbot.console.inbox import services as inbox
from chatbot.console.inbox.types import ALERT_MINUTES, AlertChoice
from chatbot.console.models import InboxPreference, Ticket
from shopconnect.accounts.types import Role
from shopconnect.core.errors import Refusal
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications.models import Notice
from shopconnect.notifications.notices import choose_mail, mail_notice, sentence
from tests.chatbot.answers.conftest import faq
from tests.chatbot.console.test_hand_over import MONDAY, agent, asked_for_person
from tests.chatbot.console.test_inbox import desk, signed_in

__all__ = ["desk", "faq"]
Travel = Callable[[float], None]


@pytest.fixture
def at() -> Iterator[Travel]:
    """Go to some minutes after MONDAY."""
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield lambda minutes: clock.move_to(MONDAY + timedelta(minutes=minutes))


def tend(shop: ShopId) -> None:
    """Do what a worker does with each ticket, twice: a second run tells nobody again."""
    with shop_scope(shop):
        found = list(Ticket.objects.order_by("id").values_list("id", flat=True))
    for one in found * 2:
        tickets.tend_ticket(shop, one)


def told(shop: ShopId, kind: str = alerts.UNANSWERED) -> list[int]:
    with shop_scope(shop):
        return list(Notice.objects.filter(kind=kind).order_by("id").values_list("user_id", flat=True))


def choose(shop: ShopId, who: int, minutes: int) -> None:
    alerts.choose_alerts(shop, who, AlertChoice(unanswered_minutes=minutes))


def test_each_person_is_told_after_the_minutes_that_they_chose(faq: ShopId, at: Travel):
    camille, noor, sam = agent(faq, "Camille Roux"), agent(faq, "Noor Haddad"), agent(faq, "Sam Adam")
    choose(faq, camille, 30)
    choose(faq, noor, 0)
    asked_for_person(faq)
    expected = {0: [], 4.9: [], 9.9: [], 10: [sam], 29.9: [sam], 30: [sam, camille], 90: [sam, camille]}
    for minutes, people in expected.items():
        at(minutes)
        tend(faq)
        assert told(faq) == people, minutes
    with shop_scope(faq):
        notice = Notice.objects.filter(kind=alerts.UNANSWERED).earliest("id")
        reference = Ticket.objects.get().reference
    expected_words = f"A shopper has been waiting for a reply for more than 10 minutes (reference {reference})."
    assert sentence(notice.kind, notice.params) == expected_words


def test_work_is_due_at_each_of_the_minutes_and_at_no_other(faq: ShopId, at: Travel):
    asked_for_person(faq)
    moments = []
    while due := Due.objects.filter(shop_id=faq, kind=tickets.KIND).first():
        moments.append(round((due.due_at - MONDAY).total_seconds() / 60))
        due.delete()
        at(moments[-1])
        tickets.tend_ticket(faq, due.subject_id)
    assert moments == list(ALERT_MINUTES)


def test_of_a_conversation_that_somebody_has_only_they_are_told_and_of_each(faq: ShopId, at: Travel):
    camille, noor = agent(faq, "Camille Roux"), agent(faq, "Noor Haddad")
    for place in range(2):
        _token, talk = asked_for_person(faq)
        inbox.take_conversation(faq, camille, talk)
        at(place)
    at(12)
    tend(faq)
    assert told(faq) == [camille, camille]
    at(20)  # left alone: back in the queue, and the whole team's
    tend(faq)
    assert told(faq) == [camille, camille, camille, noor]


def test_who_was_answered_is_no_longer_told_of(faq: ShopId, at: Travel):
    camille = agent(faq, "Camille Roux")
    _token, talk = asked_for_person(faq)
    inbox.reply_to_shopper(faq, camille, talk, "Hello.")
    at(60)
    tend(faq)
    assert told(faq) == []


def test_a_full_queue_fills_no_mailbox(faq: ShopId, at: Travel):
    camille = agent(faq, "Camille Roux")
    for _shopper in range(5):
        asked_for_person(faq)
    at(10)
    tend(faq)
    assert told(faq) == [camille]


def test_whoever_is_given_a_conversation_is_told_by_whom_and_by_mail_unless_they_said_no(faq: ShopId):
    camille, noor = agent(faq, "Camille Roux"), agent(faq, "Noor Haddad")
    _token, talk = asked_for_person(faq)
    inbox.assign_conversation(faq, camille, talk, camille)
    assert told(faq, alerts.ASSIGNED) == []
    inbox.assign_conversation(faq, camille, talk, noor)
    inbox.assign_conversation(faq, noor, talk, noor)
    assert told(faq, alerts.ASSIGNED) == [noor]
    with shop_scope(faq):
        notice, ticket = Notice.objects.get(kind=alerts.ASSIGNED), Ticket.objects.get()
    assert ticket.assignee_id == noor
    words = f"Camille Roux assigned you the conversation {ticket.reference}."
    assert sentence(notice.kind, notice.params) == words
    choose_mail(faq, noor, alerts.ASSIGNED, by_mail=False)
    mail_notice(faq, notice.pk)
    assert mail.outbox == []
    choose_mail(faq, noor, alerts.ASSIGNED, by_mail=True)
    mail_notice(faq, notice.pk)
    assert [(one.to, words in one.body) for one in mail.outbox] == [(["noor@example.com"], True)]


def test_a_conversation_is_given_only_to_who_may_answer_and_only_by_who_has_it(faq: ShopId, other_shop: ShopId):
    camille, noor, stranger = agent(faq, "Camille Roux"), agent(faq, "Noor Haddad"), agent(other_shop, "Eve Other")
    _token, talk = asked_for_person(faq)
    for nobody in (0, stranger, 2**62):
        with pytest.raises(Refusal):
            inbox.assign_conversation(faq, camille, talk, nobody)
    inbox.take_conversation(faq, noor, talk)
    with pytest.raises(Refusal, match="Noor Haddad has this conversation"):
        inbox.assign_conversation(faq, camille, talk, camille)
    inbox.assign_conversation(faq, camille, talk, camille, seen=noor)
    with shop_scope(faq):
        assert Ticket.objects.get().assignee_id == camille


def test_the_open_page_is_told_counts_and_choices_of_its_own_shop(faq: ShopId, other_shop: ShopId, desk: Client):
    asked_for_person(faq)
    asked_for_person(other_shop)
    url = reverse("console:alerts")
    assert desk.get(url).json() == {"waiting": 1, "mine": 0, "sound": False, "badge": True}
    answer = desk.post(reverse("console:choose_alerts"), {"unanswered": "5", "sound": "on"})
    assert answer.status_code == 302
    assert desk.get(url).json() == {"waiting": 1, "mine": 0, "sound": True, "badge": False}
    desk.post(reverse("console:choose_alerts"), {"unanswered": "7", "badge": "on"})
    with shop_scope(faq):
        kept = InboxPreference.objects.values_list("unanswered_minutes", "has_sound", "has_tab_badge")
        assert list(kept) == [(5, True, False)]
    analyst = signed_in(faq, Role.ANALYST)
    assert analyst.get(url).status_code == 403
    assert analyst.post(reverse("console:choose_alerts"), {"unanswered": "5"}).status_code == 403
