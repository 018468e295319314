"""What crosses the walls of the inbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from chatbot.answers.types import AnswerOutcome, Topic

READ_TICKETS = "read:tickets"  # a scope of tokens
LEFT_ALONE = timedelta(minutes=15)  # after that a conversation returns to the queue
SNOOZES = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
LONGEST_LABEL, MOST_LABELS = 40, 10
ALERT_MINUTES, USUAL_ALERT_MINUTES = (5, 10, 15, 30, 60), 10  # of waiting, after which somebody may want to hear of it


class TicketStatus(StrEnum):
    """Where a conversation stands with the team."""

    WAITING = "waiting"  # for somebody to take it
    OPEN = "open"  # somebody has it
    SNOOZED = "snoozed"
    CLOSED = "closed"
    ASSISTANT = "assistant"  # nobody is asked for, or it was handed back


class SavedView(StrEnum):
    """What staff look at every day."""

    WAITING = "waiting"
    MINE = "mine"
    UNANSWERED = "unanswered"
    UNHELPFUL = "unhelpful"
    ALL = "all"


class ConfidenceBand(StrEnum):
    """How sure the assistant was of something that it said."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxQuery:
    """What the reader asked to see; days are the shop's, both included, pages begin at 1.

    `assignee` is an account, 0 for nobody, None for anybody.
    """

    view: SavedView = SavedView.WAITING
    language: str = ""
    outcome: AnswerOutcome | None = None
    why: Topic | None = None
    confidence: ConfidenceBand | None = None
    helpful: bool | None = None
    status: TicketStatus | None = None
    assignee: int | None = None
    text: str = ""
    first_day: date | None = None
    last_day: date | None = None
    is_reviewed: bool | None = None
    label: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSummary:
    """A conversation as the team deals with it; `waiting_since` is when the shopper began to wait, None if they don't.

    `assignee` is a name, "" for nobody's. `is_mailed` where the shopper left an address for the replies.
    """

    conversation: str
    reference: str
    status: TicketStatus
    why: Topic | None
    assignee_id: int | None
    assignee: str
    waiting_since: datetime | None
    snoozed_until: datetime | None
    is_reviewed: bool
    labels: tuple[str, ...]
    is_mailed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketDraft:
    """What a shop's folder carries of a ticket: not who had it, for accounts belong to an installation.

    `conversation` is the public id; the times are as the ticket has them.
    """

    conversation: int
    reference: str
    status: TicketStatus
    why: Topic | None = None
    asked_at: datetime | None = None
    waiting_since: datetime | None = None
    first_reply_at: datetime | None = None
    snoozed_until: datetime | None = None
    closed_at: datetime | None = None
    reviewed_at: datetime | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """A conversation in the inbox: what its shopper wrote last, and where it stands with the team.

    `earlier` is the message that the ticket's reason is of, "" where that is the last one or the button was pressed;
    `heard` is the public id of the shopper's last message, 0 for none.
    """

    ticket: TicketSummary
    text: str
    earlier: str
    heard: int
    language: str
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """One page of the inbox; `colleagues` are those who may answer, by account, `labels` those in use."""

    rows: tuple[InboxRow, ...]
    has_more: bool
    waiting: int
    colleagues: tuple[tuple[int, str], ...]
    labels: tuple[str, ...]
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The conversations before and after one in a list, "" for none."""

    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedSummary:
    """A reply that staff saved, by its shortcut; `reply` is its public id, "" for one that is yet to be stored."""

    reply: str = ""
    language: str
    shortcut: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertChoice:
    """How a person hears of the inbox: after how many minutes of waiting, 0 for never; by sound, in the tab's title."""

    unanswered_minutes: int = USUAL_ALERT_MINUTES
    has_sound: bool = False
    has_tab_badge: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxCounts:
    """How many shoppers wait, how many of them for the reader, and how the reader wants to hear of it."""

    waiting: int
    mine: int
    choice: AlertChoice


@dataclass(frozen=True, slots=True)
class ManyDone:
    """With how many conversations something was done, and why it was refused for the others."""

    done: int
    refused: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meeting:
    """Who else writes in a conversation just now, by name, and the row id of what was said last."""

    others: tuple[str, ...]
    last: int
