"""Whether the shop is open at a moment, and when it opens next. In the shop's scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chatbot.answers.facts.hours import DAYS, opening_hours
from chatbot.answers.facts.week import closing_time
from shopconnect.shops.selectors import shop_profile


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether a shop is open, None where it has set no hours; `opens_at` is in its time zone, None while it is open."""

    is_open: bool | None
    opens_at: datetime | None = None


def opening_at(moment: datetime) -> Opening:
    """Return whether the shop in scope is open at a moment, and when it opens next."""
    hours = opening_hours()
    if not hours.days:
        return Opening(None)
    here = moment.astimezone(ZoneInfo(shop_profile().timezone))
    if closing_time(hours, here.weekday(), here.time()) is not None:
        return Opening(is_open=True)
    for ahead in range(DAYS + 1):
        day = here.date() + timedelta(days=ahead)
        for opens, _closes in hours.days[day.weekday()]:
            begins = datetime.combine(day, opens, here.tzinfo)
            if begins > here:
                return Opening(is_open=False, opens_at=begins)
    return Opening(is_open=False)
