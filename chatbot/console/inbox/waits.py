"""How long shoppers wait for a person, and what they are told of it. In the shop's scope, in the active language."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median

from babel.dates import format_time
from django.db.models import F
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from chatbot.answers.facts.hours import weekday_name
from chatbot.answers.facts.opening import Opening, opening_at
from chatbot.console.models import Ticket
from shopconnect.core.clock import now

LOOKED_BACK = timedelta(days=28)
FEWEST_REPLIES, MOST_REPLIES = 5, 500
HOUR_MINUTES, DAY_MINUTES = 60, 24 * 60


def waiting_words(reference: str, asked_at: datetime | None = None) -> str:
    """Return what a shopper is told who asked for a person, now or then: when somebody replies, and the reference."""
    opening = opening_at(asked_at or now())
    told = _when_back(opening) if opening.is_open is False else _while_here()
    return "\n".join([told, _("Your reference: %(reference)s.") % {"reference": reference}])


def usual_wait() -> timedelta | None:
    """Return the median time from asking to the first reply, of those who asked lately; None where few did."""
    asked = Ticket.objects.filter(asked_at__gte=now() - LOOKED_BACK, first_reply_at__isnull=False)
    waits = asked.order_by("-asked_at").annotate(wait=F("first_reply_at") - F("asked_at"))
    known = list(waits.values_list("wait", flat=True)[:MOST_REPLIES])
    return median(known) if len(known) >= FEWEST_REPLIES else None


def waits_between(since: datetime, until: datetime) -> dict[int, int]:
    """Return the seconds from the last request for a person to the reply, by the conversation's row id.

    Of the conversations that began from `since` on and before `until`, and in which somebody replied.
    """
    began = Ticket.objects.filter(conversation__started_at__gte=since, conversation__started_at__lt=until)
    replied = began.filter(asked_at__isnull=False, first_reply_at__isnull=False)
    rows = replied.values_list("conversation_id", "asked_at", "first_reply_at")
    return {pk: round((reply - asked).total_seconds()) for pk, asked, reply in rows}


def _while_here() -> str:
    told = _("Someone will reply to you here, in this chat.")
    usual = usual_wait()
    if usual is None:
        return told
    minutes = max(1, round(usual.total_seconds() / 60))
    if minutes < HOUR_MINUTES:
        within = ngettext(
            "A reply usually takes about %(count)s minute.", "A reply usually takes about %(count)s minutes.", minutes
        )
        return f"{told} {within % {'count': minutes}}"
    hours = round(minutes / HOUR_MINUTES)
    if minutes >= DAY_MINUTES:
        return told
    within = ngettext(
        "A reply usually takes about %(count)s hour.", "A reply usually takes about %(count)s hours.", hours
    )
    return f"{told} {within % {'count': hours}}"


def _when_back(opening: Opening) -> str:
    if opening.opens_at is None:
        return _("The team is away right now and will reply to you here, in this chat.")
    language = get_language() or "en"
    words = {
        "day": weekday_name(opening.opens_at.weekday(), language),
        "time": format_time(opening.opens_at, "short", locale=language),
    }
    return _("The team is away right now and will reply to you here from %(day)s, %(time)s.") % words
