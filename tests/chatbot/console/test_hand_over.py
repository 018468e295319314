"""A person takes over: the assistant is silent from then on, one has it, nobody is left alone, one reply is given."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client

from chatbot.answers import services
from chatbot.answers.facts.hours import save_opening_hours
from chatbot.answers.facts.types import OpeningHours
from chatbot.answers.models import Conversation, Message
from chatbot.answers.staff.services import LONGEST_STAFF_MESSAGE
from chatbot.answers.types import Author
from chatbot.console.inbox import alerts, tickets
from chatbot.console.inbox import services as inbox
from chatbot.console.inbox.types import LEFT_ALONE, TicketStatus
from chatbot.console.models import Ticket
from shopconnect.accounts.models import Membership, User
from shopconnect.accounts.types import Role
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.models import Due
from shopconnect.core.security.personal_data import Person, registered
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications.models import Notice
from shopconnect.notifications.notices import sentence
from tests.chatbot.answers.conftest import faq
from tests.chatbot.answers.said import waiting_ids
from tests.chatbot.answers.test_widget import post, shopper

__all__ = ["faq", "shopper"]
MONDAY = datetime(2026, 11, 30, 10, tzinfo=UTC)


def agent(shop: ShopId, name: str) -> int:
    user = User.objects.create_user(f"{name.split()[0].lower()}@example.com", "Lavande-2026-provence", name=name)
    Membership.objects.create(shop_id=shop, user=user, role=Role.SUPPORT)
    return int(user.pk)


@pytest.fixture
def camille(faq: ShopId) -> int:
    return agent(faq, "Camille Roux")


@pytest.fixture
def noor(faq: ShopId) -> int:
    return agent(faq, "Noor Haddad")


def asked_for_person(shop: ShopId, language: str = "en") -> tuple[str, int]:
    """Have a shopper ask for a person; returns the conversation's token and its public id."""
    _reply, token = services.ask_person(shop, None, language)
    return token, talk_of(shop)


def talk_of(shop: ShopId) -> int:
    with shop_scope(shop):
        return int(Conversation.objects.order_by("-id")[0].public_id)


def ticket_of(shop: ShopId) -> Ticket:
    with shop_scope(shop):
        return Ticket.objects.get()


def said(shop: ShopId) -> list[tuple[str, str]]:
    with shop_scope(shop):
        return [(one.author, one.text) for one in Message.objects.order_by("id")]


def test_who_asks_for_a_person_waits_and_is_told_the_reference(faq: ShopId):
    reply, _token = services.ask_person(faq, None, "en")
    ticket = ticket_of(faq)
    assert (ticket.status, ticket.why) == ("waiting", "person")
    assert ticket.waiting_since == ticket.asked_at is not None
    assert reply.text == (
        "Of course. I’ve passed this conversation to the shop’s team.\n\n"
        f"Someone will reply to you here, in this chat.\nYour reference: {ticket.reference}."
    )
    french, _token = services.ask_person(faq, None, "fr")
    assert "Quelqu’un vous répondra ici, dans ce chat.\nVotre référence\u00a0: " in french.text


def test_a_worker_that_meets_a_complaint_has_the_conversation_wait(faq: ShopId):
    asked = services.store_question(faq, None, "this is a scam, I will call my lawyer", "en")
    services.answer_exchange(faq, asked.exchange_id)
    ticket = ticket_of(faq)
    reply = services.find_reply(faq, asked.conversation, asked.exchange)
    assert ticket.status == "waiting"
    assert reply is not None
    assert reply.text.endswith(f"Your reference: {ticket.reference}.")


def test_whoever_may_come_to_harm_is_told_whom_to_call_and_nothing_else(faq: ShopId):
    asked = services.store_question(faq, None, "I want to kill myself", "en")
    services.answer_exchange(faq, asked.exchange_id)
    reply = services.find_reply(faq, asked.conversation, asked.exchange)
    assert reply is not None
    assert "reference" not in reply.text
    assert ticket_of(faq).why == "distress"


def test_the_assistants_replies_leave_how_long_somebody_waits(faq: ShopId):
    with time_machine.travel(MONDAY, tick=False):
        token, _talk = asked_for_person(faq)
    with time_machine.travel(MONDAY + timedelta(minutes=9), tick=False):
        asked = services.store_question(faq, token, "when will my order arrive?", "en")
        services.answer_exchange(faq, asked.exchange_id)
        services.ask_person(faq, token, "en")
    assert said(faq)[3] == ("bot", "Three days.")
    assert ticket_of(faq).waiting_since == MONDAY


def test_hours_say_when_the_team_is_back_and_replies_how_long_it_takes(faq: ShopId, camille: int):
    with shop_scope(faq):
        save_opening_hours(OpeningHours((((time(9), time(18)),),) * 5 + ((), ())))
    with time_machine.travel(datetime(2026, 12, 5, 12, tzinfo=UTC), tick=False):
        reply, _token = services.ask_person(faq, None, "en")
    assert "The team is away right now and will reply to you here from Monday, 9:00\u202fAM." in reply.text
    for minutes in (4, 9, 12, 20, 50):
        with time_machine.travel(MONDAY, tick=False):
            token, talk = asked_for_person(faq)
        with time_machine.travel(MONDAY + timedelta(minutes=minutes), tick=False):
            inbox.reply_to_shopper(faq, camille, talk, "Hello.")
    with time_machine.travel(MONDAY, tick=False):
        reply, _token = services.ask_person(faq, None, "fr")
    assert "Quelqu’un vous répondra ici, dans ce chat. Une réponse prend en général environ 12 minutes." in reply.text


def test_from_the_moment_of_taking_the_assistant_is_silent(faq: ShopId, camille: int, shopper: Client):
    token, talk = asked_for_person(faq)
    inbox.take_conversation(faq, camille, talk)
    for body in ({"text": "when will my order arrive?"}, {"human": True}):
        answer = post(shopper, faq, body | {"conversation": token})
        assert (answer.status_code, answer.json()["staffed"], answer.json()["text"]) == (200, True, "")
    assert [author for author, _text in said(faq)] == ["shopper", "bot", "event", "shopper", "shopper"]
    assert ticket_of(faq).waiting_since is not None
    inbox.reply_to_shopper(faq, camille, talk, "It left today.")
    since = post(shopper, faq, {"conversation": token}, "since").json()["messages"]
    assert [one["text"] for one in since if one["author"] in ("event", "staff")] == [
        "Camille is answering you now.",
        "It left today.",
    ]
    assert "Roux" not in str(since)


def taken_meanwhile(faq: ShopId, user: int, talk: int):
    """What the scorer does, and somebody of the staff takes the conversation meanwhile."""
    decide_on = services.decide_on

    def decided(*given):
        decision = decide_on(*given)
        inbox.take_conversation(faq, user, talk)
        return decision

    return decided


def test_a_message_that_the_endpoint_answers_gets_no_reply_where_staff_took_over_meanwhile(
    faq: ShopId, camille: int, shopper: Client, monkeypatch
):
    token, talk = asked_for_person(faq)
    monkeypatch.setattr(services, "decide_on", taken_meanwhile(faq, camille, talk))
    asked = post(shopper, faq, {"text": "when will my order arrive?", "conversation": token})
    assert (asked.status_code, asked.json()["poll"]) == (202, True)
    assert [author for author, _text in said(faq)] == ["shopper", "bot", "shopper", "event"]
    answer = post(shopper, faq, {"conversation": token, "exchange": asked.json()["exchange"]}, "reply")
    assert (answer.status_code, answer.json()["staffed"]) == (200, True)


def test_a_message_that_is_already_in_a_worker_gets_no_reply_of_the_assistants(
    faq: ShopId, camille: int, shopper: Client, monkeypatch
):
    token, talk = asked_for_person(faq)
    asked = services.store_question(faq, token, "when will my order arrive?", "en")
    monkeypatch.setattr(services, "decide_on", taken_meanwhile(faq, camille, talk))
    services.answer_exchange(faq, asked.exchange_id)
    assert [author for author, _text in said(faq)] == ["shopper", "bot", "shopper", "event"]
    answer = post(shopper, faq, {"conversation": token, "exchange": asked.exchange}, "reply")
    assert (answer.status_code, answer.json()["staffed"]) == (200, True)
    monkeypatch.undo()
    inbox.reply_to_shopper(faq, camille, talk, "Tomorrow.")
    inbox.hand_back(faq, camille, talk)
    services.answer_exchange(faq, asked.exchange_id)  # as when the worker was killed and begins again
    assert [text for author, text in said(faq) if author in ("bot", "staff")][1:] == ["Tomorrow."]


def test_handed_back_without_a_reply_the_assistant_replies_once(faq: ShopId, camille: int):
    token, talk = asked_for_person(faq)
    inbox.take_conversation(faq, camille, talk)
    asked = services.store_question(faq, token, "when will my order arrive?", "en")
    with shop_scope(faq):
        assert not Due.objects.filter(kind="answer_message", subject_id=asked.exchange_id).exists()
    inbox.hand_back(faq, camille, talk)
    with shop_scope(faq):
        assert Due.objects.filter(kind="answer_message", subject_id=asked.exchange_id).exists()
    for _time in range(2):
        services.answer_exchange(faq, asked.exchange_id)
    assert said(faq)[-2:] == [("event", "handed_back"), ("bot", "Three days.")]
    assert ticket_of(faq).status == "assistant"


def test_closed_the_assistant_answers_what_comes_next_and_nothing_from_before(faq: ShopId, camille: int):
    token, talk = asked_for_person(faq)
    inbox.take_conversation(faq, camille, talk)
    services.store_question(faq, token, "hello?", "en")
    inbox.close_conversation(faq, camille, talk)
    with shop_scope(faq):
        assert not Due.objects.filter(kind="answer_message").exists()
    asked = services.store_question(faq, token, "when will my order arrive?", "en")
    services.answer_exchange(faq, asked.exchange_id)
    assert said(faq)[-1] == ("bot", "Three days.")
    assert (ticket_of(faq).status, ticket_of(faq).waiting_since) == ("closed", None)


def test_of_two_at_once_one_has_it_and_the_other_is_told_who(faq: ShopId, camille: int, noor: int):
    token, talk = asked_for_person(faq)
    inbox.take_conversation(faq, camille, talk)
    with pytest.raises(Refusal, match="^Camille Roux has this conversation.$"):
        inbox.take_conversation(faq, noor, talk)
    inbox.take_conversation(faq, camille, talk)
    assert [text for author, text in said(faq) if author == "event"] == ["taken"]
    for act in (inbox.hand_back, inbox.close_conversation):
        with pytest.raises(Refusal, match="has this conversation"):
            act(faq, noor, talk)
    with pytest.raises(Refusal):
        inbox.reply_to_shopper(faq, noor, talk, "Hello.")
    assert [author for author, _text in said(faq)] == ["shopper", "bot", "event"]
    inbox.take_conversation(faq, noor, talk, seen=camille)
    assert ticket_of(faq).assignee_id == noor


def test_whoever_leaves_a_shopper_alone_loses_the_conversation(faq: ShopId, camille: int):
    with time_machine.travel(MONDAY, tick=False):
        token, talk = asked_for_person(faq)
        inbox.take_conversation(faq, camille, talk)
        ticket = ticket_of(faq)
        with shop_scope(faq):
            assert Due.objects.get(kind=tickets.KIND).due_at <= MONDAY + LEFT_ALONE  # others may hear of it before
        tickets.tend_ticket(faq, ticket.pk)
        assert ticket_of(faq).assignee_id == camille
    with time_machine.travel(MONDAY + LEFT_ALONE, tick=False):
        for _time in range(2):
            tickets.tend_ticket(faq, ticket.pk)
    assert (ticket_of(faq).assignee_id, ticket_of(faq).status) == (None, "waiting")
    assert ticket_of(faq).waiting_since == MONDAY
    assert said(faq)[-1] == ("event", "returned")
    assert [author for author, _text in said(faq)].count("event") == 2


def test_who_was_replied_to_is_not_left_alone(faq: ShopId, camille: int):
    with time_machine.travel(MONDAY, tick=False):
        token, talk = asked_for_person(faq)
        inbox.reply_to_shopper(faq, camille, talk, "Hello.")
    with time_machine.travel(MONDAY + LEFT_ALONE * 2, tick=False):
        tickets.tend_ticket(faq, ticket_of(faq).pk)
    assert ticket_of(faq).assignee_id == camille


def test_snoozed_until_the_time_or_until_the_shopper_writes(faq: ShopId, camille: int):
    with time_machine.travel(MONDAY, tick=False):
        token, talk = asked_for_person(faq)
        inbox.snooze_conversation(faq, camille, talk, "hour")
        assert (ticket_of(faq).status, ticket_of(faq).waiting_since) == ("snoozed", None)
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
        tickets.tend_ticket(faq, ticket_of(faq).pk)
        assert (ticket_of(faq).status, ticket_of(faq).assignee_id) == ("open", camille)
        inbox.snooze_conversation(faq, camille, talk, "week")
        services.store_question(faq, token, "are you there?", "en")
        assert (ticket_of(faq).status, ticket_of(faq).snoozed_until) == (TicketStatus.OPEN, None)
    with pytest.raises(Refusal):
        inbox.snooze_conversation(faq, camille, talk, "ever")


def test_notes_are_for_the_team_and_marks_need_no_ticket(faq: ShopId, camille: int, shopper: Client):
    asked = services.store_question(faq, None, "when will my order arrive?", "en")
    talk = talk_of(faq)
    inbox.note_for_team(faq, camille, talk, "A regular.")
    inbox.mark_reviewed(faq, talk)
    inbox.label_conversation(faq, talk, [" delivery ", "delivery", "late  parcel", ""])
    ticket = ticket_of(faq)
    assert (ticket.status, ticket.labels) == ("assistant", ["delivery", "late parcel"])
    assert ticket.reviewed_at is not None
    since = post(shopper, faq, {"conversation": asked.conversation}, "since").json()["messages"]
    assert [one["author"] for one in since] == ["shopper"]
    with pytest.raises(Refusal):
        inbox.label_conversation(faq, talk, ["x" * 41])
    for text in ("", " \u200b\x00 ", "x" * (LONGEST_STAFF_MESSAGE + 1)):
        with pytest.raises(Refusal):
            inbox.note_for_team(faq, camille, talk, text)


def test_another_shops_conversation_is_not_there(faq: ShopId, other_shop: ShopId, camille: int):
    token, talk = asked_for_person(faq)
    before = said(faq)
    for act in (
        lambda: inbox.take_conversation(other_shop, camille, talk),
        lambda: inbox.reply_to_shopper(other_shop, camille, talk, "Hello."),
        lambda: inbox.note_for_team(other_shop, camille, talk, "Hello."),
        lambda: inbox.hand_back(other_shop, camille, talk),
        lambda: inbox.close_conversation(other_shop, camille, talk),
        lambda: inbox.snooze_conversation(other_shop, camille, talk, "hour"),
        lambda: inbox.label_conversation(other_shop, talk, ["x"]),
        lambda: inbox.mark_reviewed(other_shop, talk),
        lambda: inbox.mark_reviewed(faq, 2**70),
    ):
        with pytest.raises(Missing):
            act()
    assert said(faq) == before


def test_erased_with_the_person(faq: ShopId):
    services.ask_person(faq, None, "en", "c9")
    person = Person(customer_external_id="c9")
    with shop_scope(faq):
        entry = registered()["console.ticket"]
        assert [one["status"] for one in entry.export(person)] == ["waiting"]
        assert entry.erase(person) == 1
        assert not Ticket.objects.exists()


def test_old_conversations_take_their_tickets_along(faq: ShopId):
    asked_for_person(faq)
    services.erase_old_conversations(faq, now() + timedelta(days=200))
    with shop_scope(faq):
        assert not Ticket.objects.exists()
    assert waiting_ids(faq) == []


def test_an_answer_in_the_same_request_is_as_before(faq: ShopId, shopper: Client):
    answer = post(shopper, faq, {"text": "when will my order arrive?"}).json()
    assert (answer["text"], answer.get("staffed")) == ("Three days.", None)
    with shop_scope(faq):
        assert Message.objects.filter(author=Author.BOT).count() == 1
        assert not Ticket.objects.exists()


def test_the_team_is_told_once_an_hour_that_somebody_waits_whom_nobody_has_taken(faq, camille, noor):
    analyst = User.objects.create_user("figures@example.com", "Lavande-2026-provence", name="Sam Figures")
    Membership.objects.create(shop_id=faq, user=analyst, role=Role.ANALYST)
    with time_machine.travel(MONDAY, tick=False):
        asked_for_person(faq)
        token, talk = asked_for_person(faq)
        assert {who for who, _sentence in told(faq)} == {camille, noor}
        assert len(told(faq)) == 2
    with shop_scope(faq):
        references = set(Ticket.objects.values_list("reference", flat=True))
    assert any(reference in told(faq)[0][1] for reference in references)
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
        inbox.take_conversation(faq, camille, talk)
        services.store_question(faq, token, "Are you there?", "en")
        assert len(told(faq)) == 2  # somebody has them
        asked_for_person(faq)
        assert len(told(faq)) == 4


def told(shop: ShopId) -> list[tuple[int, str]]:
    with shop_scope(shop):
        rows = Notice.objects.filter(kind=alerts.SHOPPER_WAITS).order_by("id")
        return [(row.user_id, sentence(row.kind, row.params)) for row in rows]
