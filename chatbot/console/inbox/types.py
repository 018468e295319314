"""What crosses the walls of the inbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LEFT_ALONE = timedelta(minutes=15)  # after that a conversation returns to the queue
SNOOZES = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
LONGEST_LABEL, MOST_LABELS = 40, 10


class TicketStatus(StrEnum):
    """Where a conversation stands with the team."""

    WAITING = "waiting"  # for somebody to take it
    OPEN = "open"  # somebody has it
    SNOOZED = "snoozed"
    CLOSED = "closed"
    ASSISTANT = "assistant"  # nobody is asked for, or it was handed back


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSummary:
    """A conversation as the team deals with it; `waiting_since` is when the shopper began to wait, None if they don't.

    `is_replied` says that somebody of the team has written to the shopper.
    """

    reference: str
    status: TicketStatus
    why: str
    assignee_id: int | None
    waiting_since: datetime | None
    snoozed_until: datetime | None
    is_replied: bool
    is_reviewed: bool
    labels: tuple[str, ...]
