"""Tickets and the days of chat quality go out with a shop and come in with it, and change nothing that is there."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chatbot.console.inbox import services as inbox
from chatbot.console.inbox.ticket_lines import read_ticket
from chatbot.console.models import Ticket
from chatbot.console.quality.folder import read_day
from chatbot.console.quality.models import ChatDay
from chatbot.console.quality.selectors import read_period
from shopconnect.connectors.files.values import BadRow
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync.services import export_folder, load_folder
from shopconnect.sync.types import FileCounts
from tests.chatbot.answers.conftest import faq
from tests.chatbot.console.test_hand_over import agent, asked_for_person
from tests.shopconnect.sync.folders import plain_folder

__all__ = ["faq"]
WAITING = {"conversation": "5", "reference": "K7F3-2Q", "status": "waiting", "waiting_since": "2026-11-30T10:00:00Z"}
KEPT = (
    "reference",
    "status",
    "why",
    "asked_at",
    "waiting_since",
    "first_reply_at",
    "snoozed_until",
    "closed_at",
    "reviewed_at",
    "labels",
)


@pytest.fixture
def served(faq: ShopId) -> ShopId:
    """A shop with a ticket of each status: waiting, taken, snoozed, closed, with the assistant."""
    camille = agent(faq, "Camille Roux")
    ids = [asked_for_person(faq)[1] for _shopper in range(5)]
    inbox.take_conversation(faq, camille, ids[1])
    inbox.snooze_conversation(faq, camille, ids[2], "day")
    inbox.reply_to_shopper(faq, camille, ids[3], "It left today.")
    inbox.close_conversation(faq, camille, ids[3])
    inbox.hand_back(faq, camille, ids[4])
    inbox.label_conversation(faq, ids[3], ["parcel", "late"])
    inbox.mark_reviewed(faq, ids[3])
    return faq


def rows(shop: ShopId) -> list[dict[str, Any]]:
    with shop_scope(shop):
        return list(Ticket.objects.order_by("conversation__public_id").values(*KEPT))


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_tickets_move_to_another_shop_but_for_who_has_them(served: ShopId, tmp_path: Path):
    export_folder(served, tmp_path / "a")
    assert {one["status"] for one in lines(tmp_path / "a" / "tickets.jsonl")} == {
        "waiting",
        "open",
        "snoozed",
        "closed",
        "assistant",
    }
    assert "assignee" not in (tmp_path / "a" / "tickets.jsonl").read_text()
    report = load_folder("moved", plain_folder(tmp_path / "a"))
    assert report.counts["tickets"] == FileCounts(lines=5, new=5, changed=0, same=0, bad=0)
    expected = [one | ({"status": "waiting"} if one["status"] == "open" else {}) for one in rows(served)]
    assert rows(report.shop_id) == expected
    again = load_folder("moved", tmp_path / "a").counts["tickets"]
    assert again == FileCounts(lines=5, new=0, changed=0, same=5, bad=0)
    export_folder(report.shop_id, tmp_path / "b")
    assert [one["reference"] for one in lines(tmp_path / "b" / "tickets.jsonl")] == [
        one["reference"] for one in lines(tmp_path / "a" / "tickets.jsonl")
    ]


def test_what_is_stored_stays_and_a_reference_in_use_is_replaced(served: ShopId, tmp_path: Path):
    export_folder(served, tmp_path / "a")
    moved = load_folder("moved", plain_folder(tmp_path / "a")).shop_id
    with shop_scope(moved):
        first, second = Ticket.objects.order_by("id")[:2]
        reference = first.reference
        first.delete()
        Ticket.objects.filter(pk=second.pk).update(reference=reference, status="closed")
    counts = load_folder("moved", tmp_path / "a").counts["tickets"]
    assert (counts.new, counts.same, counts.bad) == (1, 4, 0)
    with shop_scope(moved):
        assert Ticket.objects.get(reference=reference).status == "closed"
        assert Ticket.objects.values("reference").distinct().count() == 5


def test_a_ticket_without_its_conversation_is_told(served: ShopId, tmp_path: Path):
    export_folder(served, tmp_path / "a")
    plain_folder(tmp_path / "a")
    with (tmp_path / "a" / "tickets.jsonl").open("a") as file:
        file.write(json.dumps(WAITING) + "\n")
    report = load_folder("moved", tmp_path / "a")
    assert (report.counts["tickets"].new, report.counts["tickets"].bad) == (5, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"conversation": None},
        {"conversation": "x"},
        {"reference": "<b>"},
        {"reference": "K7F3-2O"},
        {"status": "gone"},
        {"waiting_since": None},
        {"status": "snoozed"},
        {"why": "nothing"},
        {"closed_at": "yesterday"},
        {"labels": ["x" * 41]},
        {"labels": [str(one) for one in range(11)]},
        {"labels": "late"},
    ],
)
def test_a_line_of_tickets_that_means_nothing_is_refused(changes: dict[str, Any]):
    assert read_ticket(WAITING).reference == "K7F3-2Q"
    with pytest.raises(BadRow):
        read_ticket(WAITING | changes)


def test_days_whose_conversations_are_gone_move_and_later_ones_are_counted(faq: ShopId, tmp_path: Path):
    long_ago, lately = (now() - timedelta(days=200)).date(), (now() - timedelta(days=3)).date()
    counted = {"conversations": 9, "questions": 7, "answered": 5, "confirmed": 2, "assumed": 3, "passed": 1}
    with shop_scope(faq):
        figures = counted | {"reasons": {"person": 1}, "grades": {"5": 2}, "waits": [30, 90]}
        ChatDay.objects.create(day=long_ago, **figures)
        ChatDay.objects.create(day=lately, conversations=4)
    export_folder(faq, tmp_path / "a")
    assert lines(tmp_path / "a" / "chat_days.jsonl") == [{"day": long_ago.isoformat()} | figures]
    report = load_folder("moved", plain_folder(tmp_path / "a"))
    moved = read_period(report.shop_id, long_ago, lately)
    assert moved == read_period(faq, long_ago, lately)
    assert (moved.total.conversations, moved.total.waits, moved.total.grades) == (9, (30, 90), {5: 2})
    (tmp_path / "a" / "chat_days.jsonl").write_text(
        json.dumps({"day": long_ago.isoformat(), "conversations": 1})
        + "\n"
        + json.dumps({"day": lately.isoformat(), "conversations": 1})
        + "\n"
    )
    again = load_folder("moved", tmp_path / "a").counts["chat_days"]
    assert (again.new, again.same) == (0, 2)
    assert read_period(report.shop_id, long_ago, lately) == moved


@pytest.mark.parametrize(
    "changes",
    [
        {"day": "yesterday"},
        {"day": None},
        {"questions": -1},
        {"questions": 1.5},
        {"reasons": {"nothing": 1}},
        {"reasons": [1]},
        {"grades": {"6": 1}},
        {"grades": {"5": "many"}},
        {"waits": [-1]},
        {"waits": [True]},
        {"waits": 3},
    ],
)
def test_a_line_of_days_that_means_nothing_is_refused(changes: dict[str, Any]):
    line = {"day": "2026-01-31", "questions": 1}
    assert read_day(line).questions == 1
    with pytest.raises(BadRow):
        read_day(line | changes)
