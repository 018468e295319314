"""From what became of conversations to the counts of days: pure, no database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from chatbot.answers.transcripts.types import ConversationOutcome
from chatbot.answers.types import Topic
from chatbot.console.quality.types import SATISFIED_FROM, DayCounts

UNSATISFIED_TO = 2  # of 5


def count_days(
    outcomes: Iterable[ConversationOutcome], waits: Mapping[int, int], zone: ZoneInfo
) -> dict[date, DayCounts]:
    """Return the counts of each day on which a conversation began, in the shop's time zone.

    `waits` are the seconds to a person's reply by the conversation's row id.
    """
    days: dict[date, list[ConversationOutcome]] = defaultdict(list)
    for one in outcomes:
        days[one.started_at.astimezone(zone).date()].append(one)
    return {day: _counts(found, waits) for day, found in days.items()}


def is_confirmed(one: ConversationOutcome) -> bool:
    """Say whether the assistant answered alone and the shopper said that it helped."""
    is_praised = one.helpful is True or (one.grade or 0) >= SATISFIED_FROM
    return _is_contained(one) and is_praised


def is_assumed(one: ConversationOutcome) -> bool:
    """Say whether the assistant answered alone, its last word was an answer, and the shopper said nothing about it."""
    return _is_contained(one) and not is_confirmed(one) and one.ends_answered


def _is_contained(one: ConversationOutcome) -> bool:
    is_blamed = one.helpful is False or (one.grade is not None and one.grade <= UNSATISFIED_TO)
    return one.is_answered and not one.is_passed and not is_blamed


def _counts(found: list[ConversationOutcome], waits: Mapping[int, int]) -> DayCounts:
    asked = [one for one in found if one.has_question]
    passed = [one for one in asked if one.is_passed]
    return DayCounts(
        conversations=len(found),
        questions=len(asked),
        answered=sum(one.is_answered for one in asked),
        confirmed=sum(is_confirmed(one) for one in asked),
        assumed=sum(is_assumed(one) for one in asked),
        passed=len(passed),
        judged=sum(one.judged for one in found),
        right=sum(one.right for one in found),
        reasons=dict(Counter((one.reason or Topic.PERSON).value for one in passed)),
        grades=dict(Counter(one.grade for one in found if one.grade)),
        waits=tuple(sorted(waits[one.conversation_id] for one in found if one.conversation_id in waits)),
    )
