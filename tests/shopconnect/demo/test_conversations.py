"""The invented shop's conversations: what its assistant would say, and what its team did."""

from collections import Counter
from datetime import timedelta

import pytest
from django.test import Client

from chatbot.answers.answering import find_answer
from chatbot.answers.knowledge import find_knowledge, version_in_scope
from chatbot.answers.models import Conversation, Message
from chatbot.answers.transcripts.messages import words_of_request
from chatbot.answers.types import AnswerOutcome, Author, Belief, MessageKind, Topic
from chatbot.console.inbox.types import TicketStatus
from chatbot.console.models import Ticket
from chatbot.console.teaching import groups
from shopconnect.core.clock import now
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.demo.conversations.drawing import CONVERSATIONS, DAYS, WAITING_MINUTES, draw_talks
from shopconnect.demo.conversations.services import KIND, make_conversations
from shopconnect.demo.people import find_agents, make_demo_accounts

ASKED_AGAIN = 60  # replies that are compared with what the assistant says now


def rows(shop_id: ShopId) -> tuple[list[Conversation], list[Message], list[Ticket]]:
    with shop_scope(shop_id):
        messages = list(Message.objects.order_by("id").select_related("answers"))
        return list(Conversation.objects.order_by("started_at")), messages, list(Ticket.objects.order_by("id"))


def test_the_invented_shop_gets_its_conversations_once(talking):
    before = rows(talking)
    assert len(before[0]) == CONVERSATIONS
    assert make_conversations(talking, find_agents()) == 0
    assert rows(talking) == before
    for kind in (KIND, groups.KIND):  # what they leave open is grouped at once
        assert Due.objects.filter(shop_id=talking, kind=kind).exists()


def test_a_real_shop_gets_none(shop):
    make_demo_accounts("first")
    assert not Due.objects.filter(kind=KIND).exists()
    assert make_conversations(shop, find_agents()) == 0
    assert rows(shop) == ([], [], [])


def test_the_assistant_said_what_it_says_now(talking):
    _talks, messages, _tickets = rows(talking)
    replies = [one for one in messages if one.author == Author.BOT and one.answers.way == MessageKind.WRITTEN]
    for language in ("en", "fr"):
        with shop_scope(talking):
            version = version_in_scope(language)
        known = find_knowledge(talking, language, version)
        for reply in [one for one in replies if one.language == language][:ASKED_AGAIN]:
            found = find_answer(talking, known, reply.answers.text, language, Belief())
            considered = [known.entries[one.position].external_id for one in found.decision.candidates]
            assert (reply.outcome, reply.topic) == (found.outcome, found.topic or "")
            assert reply.entry == (found.entry.external_id if found.entry else "")
            assert [one["entry"] for one in reply.candidates] == considered
            assert reply.confidence == pytest.approx(found.confidence, abs=1e-4)
            told = reply.text.removeprefix(found.reply)
            assert bool(told) == found.wants_person
            assert words_of_request(found.topic or Topic.PERSON, found.reply, told.strip()) == reply.text


def test_there_is_a_sensible_mixture(talking):
    talks, messages, tickets = rows(talking)
    spoken = Counter(talk.language for talk in talks)
    assert min(spoken["en"], spoken["fr"]) > 0.3 * CONVERSATIONS
    assert talks[0].started_at > now() - timedelta(days=DAYS + 1)
    assert {talk.started_at.isocalendar().week for talk in talks} >= {
        (now() - timedelta(weeks=ago)).isocalendar().week for ago in range(1, 12)
    }
    outcomes = Counter(one.outcome for one in messages if one.author == Author.BOT)
    assert min(outcomes[one] for one in AnswerOutcome if one != AnswerOutcome.FACT) > 30
    said = Counter(one.helpful for one in messages if one.entry)
    assert said[True] > said[False] > 8
    assert set(Counter(talk.grade for talk in talks)) == {None, 1, 2, 3, 4, 5}
    statuses = Counter(ticket.status for ticket in tickets)
    assert statuses[TicketStatus.WAITING] == len(WAITING_MINUTES)
    assert min(statuses[one] for one in (TicketStatus.OPEN, TicketStatus.SNOOZED)) >= 3
    assert statuses[TicketStatus.CLOSED] > 50
    assert sum(bool(ticket.labels) for ticket in tickets) > 20
    assert sum(ticket.reviewed_at is not None for ticket in tickets) > 100


def test_those_who_wait_began_at_different_moments(talking):
    waiting = sorted(one.waiting_since for one in rows(talking)[2] if one.waiting_since)
    assert len(waiting) == len(WAITING_MINUTES)
    assert min(late - early for early, late in zip(waiting, waiting[1:], strict=False)) > timedelta(minutes=5)


def test_three_agents_answered_under_their_names(talking):
    _talks, messages, tickets = rows(talking)
    agents = {one.user_id: one.name for one in find_agents()}
    assert sorted(agents.values()) == ["Léa", "Noah", "Sam"]
    replies = [one for one in messages if one.author == Author.STAFF]
    assert {one.by_id for one in replies} == set(agents)
    for reply in replies:
        others = [name for user_id, name in agents.items() if user_id != reply.by_id]
        assert "{" not in reply.text
        assert not any(f" {name}" in reply.text for name in others)
    assert {one.assignee_id for one in tickets if one.status == TicketStatus.OPEN} <= set(agents)


def test_what_is_asked_seldom_comes_twice(talking):
    asked = [one.text for one in rows(talking)[1] if one.way == MessageKind.WRITTEN]
    assert not any("{" in text for text in asked)
    questions = {one.text for talk in draw_talks(now(), "Europe/Paris") for one in talk.questions}
    counts = Counter(text for text in asked if text in questions)
    assert counts.most_common(1)[0][1] <= 3
    assert sum(counts.values()) / len(counts) < 1.2


def test_who_asks_while_the_team_is_away_is_told_so(talking):
    _talks, messages, tickets = rows(talking)
    told = [one.text for one in messages if one.author == Author.BOT and one.topic == Topic.PERSON]
    assert any("team is away" in text for text in told)
    assert any("L’équipe" in text and "absente" in text for text in told)
    waits = [one.first_reply_at - one.asked_at for one in tickets if one.first_reply_at]
    assert min(waits) > timedelta(0)
    assert max(waits) > timedelta(hours=6)


def test_the_pages_of_the_demo_show_them(talking):
    client = Client(headers={"accept-language": "en"})
    client.post("/demo/", {"part": "support"})
    for page in ("/conversations/inbox/", "/conversations/quality/"):
        assert client.get(page).status_code == 200
