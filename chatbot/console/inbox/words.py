"""What the inbox calls things, in the language that is active."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chatbot.answers.labels import topic_label
from chatbot.answers.types import ChatEvent, Topic
from chatbot.console.inbox.types import ALERT_MINUTES, ConfidenceBand, SavedView, TicketStatus

REASONS = (
    Topic.PERSON,
    Topic.CHANGE,
    Topic.ANGER,
    Topic.LAW,
    Topic.FRAUD,
    Topic.DANGER,
    Topic.HEALTH,
    Topic.VIOLENCE,
    Topic.DISTRESS,
)


def shopper_waits(params: Mapping[str, str]) -> str:
    """Return the notice that somebody waits whom nobody has taken."""
    return _("A shopper is waiting in the chat for your team to answer (reference %(reference)s).") % {
        "reference": params.get("reference", "")
    }


def chat_assigned(params: Mapping[str, str]) -> str:
    """Return the notice that a colleague gave a conversation to its reader."""
    return _("%(who)s assigned you the conversation %(reference)s.") % {
        "who": params.get("who") or _("Someone"),
        "reference": params.get("reference", ""),
    }


def chat_unanswered(params: Mapping[str, str]) -> str:
    """Return the notice that a shopper has waited for as long as its reader chose."""
    minutes = int(params.get("minutes", "0"))
    return ngettext(
        "A shopper has been waiting for a reply for more than %(count)s minute (reference %(reference)s).",
        "A shopper has been waiting for a reply for more than %(count)s minutes (reference %(reference)s).",
        minutes,
    ) % {"count": minutes, "reference": params.get("reference", "")}


def alert_words() -> dict[int, str]:
    """Return after how long of waiting a person may want to hear of it, by minutes."""
    after = {
        one: ngettext("After %(count)s minute", "After %(count)s minutes", one) % {"count": one}
        for one in ALERT_MINUTES
    }
    return {0: _("Never")} | after


def view_words() -> dict[SavedView, str]:
    """Return what the saved views are called."""
    return {
        SavedView.WAITING: _("Waiting for a reply"),
        SavedView.MINE: _("Mine"),
        SavedView.UNANSWERED: _("Not covered by the FAQ"),
        SavedView.UNHELPFUL: _("Not helpful"),
        SavedView.ALL: _("All conversations"),
    }


def status_words() -> dict[TicketStatus, str]:
    """Return what the statuses are called."""
    return {
        TicketStatus.WAITING: _("In the queue"),
        TicketStatus.OPEN: _("Taken"),
        TicketStatus.SNOOZED: _("Snoozed"),
        TicketStatus.CLOSED: _("Closed"),
        TicketStatus.ASSISTANT: _("With the assistant"),
    }


def confidence_words() -> dict[ConfidenceBand, str]:
    """Return what the bands of confidence are called."""
    return {
        ConfidenceBand.LOW: _("Low confidence"),
        ConfidenceBand.MIDDLE: _("Fair confidence"),
        ConfidenceBand.HIGH: _("High confidence"),
    }


def reason_words() -> dict[Topic, str]:
    """Return the reasons for which a person is asked."""
    return {one: topic_label(one) for one in REASONS}


def snooze_words() -> dict[str, str]:
    """Return for how long a conversation may be put aside."""
    return {"hour": _("1 hour"), "day": _("1 day"), "week": _("1 week")}


def writing_words(names: Sequence[str]) -> str:
    """Return what staff read of those who write in a conversation too, "" for nobody."""
    if not names:
        return ""
    return ngettext("%(names)s is writing here.", "%(names)s are writing here.", len(names)) % {
        "names": ", ".join(names)
    }


def event_words(event: ChatEvent, who: str) -> str:
    """Return what staff read of an event; `who` did it, "" where unknown."""
    who = who or _("Someone")
    sentences = {
        ChatEvent.TAKEN: _("%(who)s took this conversation.") % {"who": who},
        ChatEvent.HANDED_BACK: _("%(who)s handed this conversation back to the assistant.") % {"who": who},
        ChatEvent.CLOSED: _("%(who)s closed this conversation.") % {"who": who},
        ChatEvent.SNOOZED: _("%(who)s snoozed this conversation.") % {"who": who},
        ChatEvent.GRADE_ASKED: _("The shopper was asked how this conversation went."),
        ChatEvent.RETURNED: _("Back in the queue: the shopper waited 15 minutes for a reply."),
    }
    return sentences[event]
