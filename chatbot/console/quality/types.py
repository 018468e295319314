"""What crosses the walls of chat quality."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from chatbot.answers.engine.figures import percentile

READ_CHAT_QUALITY = "read:chat-quality"  # a scope of tokens
USUAL_DAYS, MOST_DAYS = 28, 366
SATISFIED_FROM = 4  # of 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCounts:
    """What became of the conversations that began on some days.

    `questions` are the conversations with more than small talk; each of them is exactly one of `confirmed`, `assumed`,
    `passed` and `open_ended`. `answered` are those with an answer, whatever came after. Of `judged` answers so many
    were `right`. `reasons` are the topics for which a person was asked, `grades` how many shoppers gave which,
    `waits` the seconds from each last request for a person to the reply.
    """

    conversations: int = 0
    questions: int = 0
    answered: int = 0
    confirmed: int = 0
    assumed: int = 0
    passed: int = 0
    judged: int = 0
    right: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    grades: Mapping[int, int] = field(default_factory=dict)
    waits: tuple[int, ...] = ()

    @property
    def open_ended(self) -> int:
        """How many were neither answered nor passed to a person, or not to the shopper's liking."""
        return self.questions - self.confirmed - self.assumed - self.passed

    @property
    def graded(self) -> int:
        """How many shoppers gave a grade."""
        return sum(self.grades.values())

    @property
    def satisfied(self) -> int:
        """How many shoppers gave one of the two best grades."""
        return sum(count for grade, count in self.grades.items() if grade >= SATISFIED_FROM)

    def wait_seconds(self, percent: float) -> int | None:
        """Return within how many seconds so many per cent of the shoppers had a person's reply; None without any."""
        found = percentile(self.waits, percent)
        return None if found is None else round(found)


def sum_of(days: Iterable[DayCounts]) -> DayCounts:
    """Return the counts of several days together."""
    kept = list(days)
    reasons, grades = Counter[str](), Counter[int]()
    for one in kept:
        reasons.update(one.reasons)
        grades.update(one.grades)
    return DayCounts(
        conversations=sum(one.conversations for one in kept),
        questions=sum(one.questions for one in kept),
        answered=sum(one.answered for one in kept),
        confirmed=sum(one.confirmed for one in kept),
        assumed=sum(one.assumed for one in kept),
        passed=sum(one.passed for one in kept),
        judged=sum(one.judged for one in kept),
        right=sum(one.right for one in kept),
        reasons=dict(reasons),
        grades=dict(grades),
        waits=tuple(wait for one in kept for wait in one.waits),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityPeriod:
    """Days of the shop's time zone, both included, and what was counted on each that had anything."""

    first: date
    last: date
    days: Mapping[date, DayCounts]
    total: DayCounts
    timezone: str
