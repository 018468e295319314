"""Which days the reader asks for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.utils.translation import gettext as _

from chatbot.console.inbox.forms import read_day
from chatbot.console.quality.types import MOST_DAYS, USUAL_DAYS


def read_days(given: Mapping[str, str], today: date) -> tuple[date, date, dict[str, str]]:
    """Return the first and last day that are asked for, and what is wrong with what was sent, by field.

    What is not sent, or wrong, is the last USUAL_DAYS until today.
    """
    sent = {name: given.get(name, "") for name in ("from", "to")}
    wrong = {name: _("Enter a date such as 2026-11-25.") for name, text in sent.items() if text and not read_day(text)}
    last = min(read_day(sent["to"]) or today, today)
    first = read_day(sent["from"]) or last - timedelta(days=USUAL_DAYS - 1)
    if not wrong and first > last:
        wrong = {"from": _("The first day must be before the last day.")}
    if not wrong and (last - first).days >= MOST_DAYS:
        wrong = {"from": _("Choose 366 days or fewer.")}
    if wrong:
        return today - timedelta(days=USUAL_DAYS - 1), today, wrong
    return first, last, {}
