"""The figures of chat quality for the invented shop's conversations: those of a count by hand from the raw rows."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse

from chatbot.answers.labels import topic_label
from chatbot.answers.types import Topic
from chatbot.console.quality.types import READ_CHAT_QUALITY
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.demo.conversations.drawing import CONVERSATIONS, DAYS
from tests.shopconnect.api.conftest import caller

__all__ = ["caller"]

# What each conversation came to, in the database's own words and without a line of ours. An answer is one of the FAQ
# or of the shop's own data; small talk is no reply to a question; a grade of 4 or 5 is praise, of 1 or 2 blame.
BY_HAND = """
WITH said AS (
    SELECT conversation_id AS talk, id, author, way, outcome, topic, entry, expect, helpful,
           outcome IN ('answer', 'fact') AS answers,
           outcome NOT IN ('', 'small_talk') AS replies
    FROM answers_message WHERE author IN ('shopper', 'bot', 'staff')
), talks AS (
    SELECT began.id, (began.started_at AT TIME ZONE 'Europe/Paris')::date::text AS day, began.grade,
           began.person_asked_at IS NOT NULL OR bool_or(said.author = 'staff') AS passed,
           bool_or(said.replies) OR bool_or(said.author = 'staff') AS asks,
           bool_or(said.answers) AS answered,
           (array_agg(said.answers ORDER BY said.id DESC) FILTER (WHERE said.replies))[1] AS ends_answered,
           coalesce(bool_or(said.helpful), false) OR coalesce(began.grade >= 4, false) AS praised,
           coalesce(bool_or(NOT said.helpful), false) OR coalesce(began.grade <= 2, false) AS blamed,
           count(*) FILTER (WHERE said.outcome = 'answer' AND said.expect IS NOT NULL) AS judged,
           count(*) FILTER (WHERE said.outcome = 'answer' AND said.expect = said.entry) AS rightly,
           (array_agg(CASE said.way WHEN 'person' THEN 'person' ELSE said.topic END ORDER BY said.id)
            FILTER (WHERE said.way = 'person' OR said.topic = ANY(%s)))[1] AS reason
    FROM answers_conversation AS began JOIN said ON said.talk = began.id
    WHERE began.questions > 0 GROUP BY began.id
)
SELECT talks.*, round(extract(epoch FROM ticket.first_reply_at - ticket.asked_at))::int AS wait
FROM talks LEFT JOIN console_ticket AS ticket ON ticket.conversation_id = talks.id
"""
CALLS = ["person", "distress", "violence", "health", "danger", "fraud", "law", "anger", "change"]
Row = dict[str, Any]
Counts = dict[str, Any]
COLUMNS = {  # of the file
    "conversations": "Conversations",
    "with_question": "With a question",
    "answered": "Answered",
    "solved_confirmed": "Solved, confirmed",
    "solved_assumed": "Solved, assumed",
    "passed_to_team": "Passed to your team",
    "neither": "Neither solved nor passed on",
    "answers_checked": "Answers checked",
    "answers_right": "Right answers",
}
WAIT = "Median reply time of your team (seconds)"


def raw_rows(shop_id: ShopId) -> list[Row]:
    with shop_scope(shop_id), connection.cursor() as cursor:
        cursor.execute(BY_HAND, [CALLS])
        names = [column.name for column in cursor.description]
        return [dict(zip(names, line, strict=True)) for line in cursor.fetchall()]


def count(rows: list[Row]) -> Counts:
    asked = [row for row in rows if row["asks"]]
    alone = [row for row in asked if row["answered"] and not row["passed"] and not row["blamed"]]
    passed = [row for row in asked if row["passed"]]
    confirmed = sum(row["praised"] for row in alone)
    assumed = sum(row["ends_answered"] and not row["praised"] for row in alone)
    waits = [row["wait"] for row in rows if row["wait"] is not None]
    return {
        "conversations": len(rows),
        "with_question": len(asked),
        "answered": sum(row["answered"] for row in asked),
        "solved_confirmed": confirmed,
        "solved_assumed": assumed,
        "passed_to_team": len(passed),
        "neither": len(asked) - confirmed - assumed - len(passed),
        "answers_checked": sum(row["judged"] for row in rows),
        "answers_right": sum(row["rightly"] for row in rows),
        "reasons": Counter(row["reason"] or "person" for row in passed),
        "grades": Counter(str(row["grade"]) for row in rows if row["grade"]),
        "median_wait_seconds": round(median(waits)) if waits else None,
    }


def in_words(seconds: int) -> str:
    """A wait as the page says it; the demo's median is over two hours where many asked at night."""
    return f"{round(seconds / 60)} minutes" if seconds < 2 * 3_600 else f"{round(seconds / 3_600)} hours"


def unsaid(page: str, counts: Counts) -> list[str]:
    """Which sentences the page ought to say and does not."""
    grades = counts["grades"]
    asked = counts["with_question"]
    sentences = [
        f"{counts['conversations']} conversations began",
        f"{counts['answered']} of {asked} conversations with a question got at least one answer",
        f"{counts['solved_confirmed']} of {asked} conversations with a question were answered without",
        f"{counts['solved_assumed']} of {asked} conversations with a question were answered without",
        f"In {counts['passed_to_team']} of {asked} conversations with a question",
        f"{counts['answers_right']} of {counts['answers_checked']} answers that your team checked",
        f"{grades['4'] + grades['5']} of {grades.total()} shoppers who were asked at the end",
        f"half within {in_words(counts['median_wait_seconds'])},",
    ]
    return [sentence for sentence in sentences if sentence not in page]


def test_page_file_and_rest_say_what_a_hand_counts(talking: ShopId, caller: Callable[..., Client]):
    rows = raw_rows(talking)
    days = {day: count([row for row in rows if row["day"] == day]) for day in sorted({row["day"] for row in rows})}
    whole = count(rows)
    assert whole["conversations"] == CONVERSATIONS
    assert all(whole.values())  # else nothing would be said about a figure
    assert len(whole["reasons"]) > 1
    period = {"from": (now() - timedelta(days=DAYS + 1)).date().isoformat()}

    rest = caller(talking, [READ_CHAT_QUALITY]).get("/api/v1/chat-quality", period).json()
    assert {name: rest["total"][name] for name in whole} == whole
    assert {one["day"]: {name: one["counts"][name] for name in whole} for one in rest["days"]} == days

    support = Client(headers={"accept-language": "en"})
    support.post("/demo/", {"part": "support"})
    page = support.get(reverse("chat_quality:quality"), period)
    assert unsaid(page.content.decode(), whole) == []
    told = {str(row.title): row.count for row in page.context["reasons"]}
    assert told == {topic_label(Topic(topic)): hits for topic, hits in whole["reasons"].items()}

    file = b"".join(support.get(reverse("chat_quality:csv"), period).streaming_content).decode()
    for line in csv.DictReader(io.StringIO(file.removeprefix("\ufeff"))):
        counts = days.get(line["Day"], count([]))
        assert {name: int(line[column]) for name, column in COLUMNS.items()} == {name: counts[name] for name in COLUMNS}
        assert line[WAIT] == str(counts["median_wait_seconds"] or "")
        assert {grade: int(line[f"Rating {grade}"]) for grade in counts["grades"]} == counts["grades"]
        passed = {one: int(line[f"Passed on: {topic_label(Topic(one))}"]) for one in counts["reasons"]}
        assert passed == counts["reasons"]
        days.pop(line["Day"], None)
    assert days == {}
