"""The page of chat quality: a hand count, the same once conversations are gone, for each role, as CSV and by REST."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from chatbot.answers.models import Conversation, Message
from chatbot.answers.services import erase_old_conversations
from chatbot.answers.types import Author
from chatbot.console.models import Ticket
from chatbot.console.quality.forms import read_days
from chatbot.console.quality.models import ChatDay
from chatbot.console.quality.plots import time_words
from chatbot.console.quality.selectors import read_period
from chatbot.console.quality.services import keep_days
from chatbot.console.quality.types import READ_CHAT_QUALITY, DayCounts
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.answers.said import add_exchange
from tests.chatbot.console.test_log import sign_in
from tests.shopconnect.api.conftest import caller

__all__ = ["caller"]

MONDAY, TUESDAY = date(2026, 9, 7), date(2026, 9, 8)
NOW = datetime(2026, 9, 9, 12, tzinfo=UTC)
PATH = "/api/v1/chat-quality"
SECRET = "my dog ate the parcel"


def talk(at: datetime, *replies: dict[str, object], **columns: object) -> Conversation:
    """A conversation with a question for each reply; in the shop's scope."""
    row = Conversation.objects.create(
        **{
            "token_hash": f"{at.isoformat()}-{Conversation.objects.count()}",
            "language": "en",
            "started_at": at,
            "last_at": at,
            "notice": "1-en",
            "notice_at": at,
            "questions": max(len(replies), 1),
        }
        | columns
    )
    for reply in replies:
        add_exchange(row, SECRET, at, **reply)
    return row


def ticket(row: Conversation, number: int, wait: timedelta | None) -> None:
    asked = row.started_at
    Ticket.objects.create(
        conversation=row, reference=f"AAAA-{number:02}", asked_at=asked, first_reply_at=asked + wait if wait else None
    )


ANSWER: dict[str, object] = {"outcome": "answer", "entry": "delivery"}
GUESSES: dict[str, object] = {"outcome": "guesses"}
NOTHING: dict[str, object] = {"outcome": "hand_over"}
PERSON: dict[str, object] = {"outcome": "hand_over", "topic": "person"}
CHANGE: dict[str, object] = {"outcome": "answer", "entry": "orders", "topic": "change"}
HELLO: dict[str, object] = {"outcome": "small_talk", "topic": "greeting"}


@pytest.fixture
def known(shop: ShopId) -> ShopId:
    """A shop with thirteen conversations on two days, all of them told below."""
    monday = datetime(2026, 9, 7, 9, tzinfo=UTC)
    tuesday = monday + timedelta(days=1)
    with shop_scope(shop):
        talk(monday, HELLO)  # small talk alone
        talk(monday, ANSWER | {"helpful": True, "expect": "delivery"})  # confirmed
        talk(monday, ANSWER, grade=4)  # confirmed
        talk(monday, GUESSES, ANSWER)  # assumed
        talk(monday, ANSWER, HELLO)  # assumed: thanks is no question
        talk(monday, ANSWER | {"helpful": False, "expect": "returns"})  # answered, to no liking
        talk(monday, ANSWER, NOTHING)  # answered, but not in the end
        ticket(talk(monday, PERSON, person_asked_at=monday), 1, timedelta(minutes=2))
        ticket(talk(monday, ANSWER, PERSON, person_asked_at=monday), 2, timedelta(minutes=10))
        talk(tuesday, NOTHING)
        ticket(talk(tuesday, CHANGE, grade=2, person_asked_at=tuesday), 3, None)
        talk(tuesday, ANSWER | {"expect": ""}, grade=1)
        talk(tuesday, GUESSES, ANSWER | {"helpful": True}, ANSWER | {"helpful": False})
    return shop


def hand_count() -> tuple[DayCounts, DayCounts]:
    monday = DayCounts(
        conversations=9,
        questions=8,
        answered=7,
        confirmed=2,
        assumed=2,
        passed=2,
        judged=2,
        right=1,
        reasons={"person": 2},
        grades={4: 1},
        waits=(120, 600),
    )
    tuesday = DayCounts(
        conversations=4, questions=4, answered=3, passed=1, judged=1, reasons={"change": 1}, grades={1: 1, 2: 1}
    )
    return monday, tuesday


def test_the_figures_are_those_of_a_hand_count(known: ShopId):
    with time_machine.travel(NOW, tick=False):
        period = read_period(known, MONDAY, date(2026, 9, 9))
    monday, tuesday = hand_count()
    assert period.days == {MONDAY: monday, TUESDAY: tuesday}
    total = period.total
    assert (total.conversations, total.questions, total.answered) == (13, 12, 10)
    assert (total.confirmed, total.assumed, total.passed, total.open_ended) == (2, 2, 3, 5)
    assert (total.judged, total.right, total.graded, total.satisfied) == (3, 1, 3, 1)
    assert (total.wait_seconds(50), total.wait_seconds(90)) == (360, 552)
    assert total.reasons == {"person": 2, "change": 1}


def test_figures_are_the_same_before_and_after_conversations_are_erased(known: ShopId):
    with time_machine.travel(NOW, tick=False):
        before = read_period(known, MONDAY, TUESDAY)
    erased = 0
    for days in (0, 30, 88, 100):  # from the 88th on, some are old enough
        with time_machine.travel(NOW + timedelta(days=days), tick=False):
            keep_days(known)
            keep_days(known)
            erased += erase_old_conversations(known)
            assert read_period(known, MONDAY, TUESDAY) == before
    assert erased == 13
    with shop_scope(known):
        assert Conversation.objects.count() == Message.objects.count() == 0
        assert ChatDay.objects.count() == 2


def test_what_is_marked_late_counts_and_what_a_person_has_erased_does_not(known: ShopId):
    with time_machine.travel(NOW, tick=False):
        keep_days(known)
        with shop_scope(known):
            Conversation.objects.filter(grade=4).update(grade=5)
            gone = Conversation.objects.filter(started_at__date=TUESDAY)
            Ticket.objects.filter(conversation__in=gone).delete()
            Message.objects.filter(conversation__in=gone).delete()
            gone.delete()
        keep_days(known)
    with shop_scope(known):
        assert [(row.day, row.grades) for row in ChatDay.objects.all()] == [(MONDAY, {"5": 1})]


def test_a_conversation_belongs_to_the_day_of_the_shop_on_which_it_began(shop: ShopId):
    late = datetime(2026, 9, 7, 22, 30, tzinfo=UTC)  # half past midnight in Paris
    with shop_scope(shop):
        talk(late, ANSWER)
    with time_machine.travel(NOW, tick=False):
        assert list(read_period(shop, MONDAY, TUESDAY).days) == [TUESDAY]


def test_what_staff_and_a_waiting_message_do(shop: ShopId):
    at = datetime(2026, 9, 7, 9, tzinfo=UTC)
    with shop_scope(shop):
        talk(at, {}, questions=1)  # nobody has replied yet
        row = talk(at, HELLO)
        Message.objects.create(conversation=row, author=Author.STAFF, at=at, language="en", text="Hello, I am Camille.")
        Message.objects.create(conversation=row, author=Author.NOTE, at=at, language="en", text="A regular.")
        talk(at, questions=0)
    with time_machine.travel(NOW, tick=False):
        total = read_period(shop, MONDAY, TUESDAY).total
    assert (total.conversations, total.questions, total.passed, total.open_ended) == (2, 2, 1, 1)
    assert total.reasons == {"person": 1}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reads_the_figures_and_nobodys_words(known: ShopId, role: Role):
    with time_machine.travel(NOW, tick=False):
        page = sign_in(known, role).get(reverse("chat_quality:quality"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "13 conversations began" in text
    assert "10 of 12 conversations with a question got at least one answer" in text
    assert "Answered: 83%" in text
    assert "Solved, confirmed by the shopper: 17%" in text
    assert "Solved, assumed: 17%" in text
    assert "Passed to your team: 25%" in text
    assert "1 of 3 answers that your team checked" in text
    assert "Right answers: too few to tell" in text
    assert "Cancellation or address" in text
    assert SECRET not in text
    assert "AAAA-" not in text


def test_another_shop_reads_its_own_figures(known: ShopId, other_shop: ShopId):
    with time_machine.travel(NOW, tick=False):
        text = sign_in(other_shop, Role.OWNER).get(reverse("chat_quality:quality")).content.decode()
    assert "No conversations on these days" in text


def test_the_page_in_french(known: ShopId):
    with time_machine.travel(NOW, tick=False):
        text = sign_in(known, Role.OWNER, "fr").get(reverse("chat_quality:quality")).content.decode()
    assert "Qualité du chat" in text
    assert "Résolues, confirmées par le client\u00a0: 17\u00a0%" in text.replace("\u202f", "\u00a0")


def test_many_days_are_drawn_by_weeks(known: ShopId):
    with time_machine.travel(NOW, tick=False):
        page = sign_in(known, Role.OWNER).get(reverse("chat_quality:quality"), {"from": "2026-08-04"})
    assert "Week from" in page.content.decode()


def test_the_file_has_a_line_a_day(known: ShopId):
    with time_machine.travel(NOW, tick=False):
        sent = sign_in(known, Role.ANALYST).get(reverse("chat_quality:csv"), {"from": "2026-09-06", "to": "2026-09-08"})
    text = b"".join(sent.streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["Day"] for row in rows] == ["2026-09-06", "2026-09-07", "2026-09-08"]
    assert [row["Solved, confirmed"] for row in rows] == ["0", "2", "0"]
    assert rows[1]["Median reply time of your team (seconds)"] == "360"
    assert rows[2]["Passed on: Cancellation or address"] == "1"
    assert SECRET not in text


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"from": "yesterday"}, "from"),
        ({"to": "2026-13-01"}, "to"),
        ({"from": "2026-09-08", "to": "2026-09-01"}, "from"),
        ({"from": "2020-01-01"}, "from"),
        ({"from": "0001-01-01"}, "from"),
    ],
)
def test_days_that_mean_nothing_are_said(known: ShopId, sent: dict[str, str], field: str):
    first, last, wrong = read_days(sent, TUESDAY)
    assert ((last - first).days, last, list(wrong)) == (27, TUESDAY, [field])
    with time_machine.travel(NOW, tick=False):
        client = sign_in(known, Role.OWNER)
        assert wrong[field] in client.get(reverse("chat_quality:quality"), sent).content.decode()
        assert client.get(reverse("chat_quality:csv"), sent).status_code == 302


def test_days_to_come_are_not_asked_for():
    assert read_days({"to": "2999-01-01"}, TUESDAY)[1] == TUESDAY


def test_figures_by_rest(known: ShopId, caller: Callable[..., Client]):
    with time_machine.travel(NOW, tick=False):
        client = caller(known, [READ_CHAT_QUALITY])
        found = client.get(PATH, {"from": "2026-09-07", "to": "2026-09-08"})
        refused = client.get(PATH, {"from": "never"})
        assert caller(known, ["read:chats"]).get(PATH).status_code == 403
    body = found.json()
    assert (body["first"], body["last"]) == ("2026-09-07", "2026-09-08")
    assert body["total"]["solved_confirmed"] == 2
    assert (body["total"]["median_wait_seconds"], body["total"]["p90_wait_seconds"]) == (360, 552)
    assert [one["counts"]["neither"] for one in body["days"]] == [2, 3]
    assert body["days"][1]["counts"]["grades"] == {"1": 1, "2": 1}
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, ["from"])
    assert SECRET not in found.content.decode()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (7_000, "117 minutes"),
        (7_200, "2 hours"),
        (200_000, "2 days"),
    ],
)
def test_a_wait_is_told_in_its_unit(seconds: int, words: str):
    assert time_words(seconds) == words
