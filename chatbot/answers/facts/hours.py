"""When the shop is open, as it has set it: all days, or the day that a message names. In the shop's scope."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_time
from babel.lists import format_list
from django.utils import translation
from django.utils.translation import gettext as _

from chatbot.answers.engine.tokenizer import fold
from chatbot.answers.engine.topics import asks_hours, names_holiday
from chatbot.answers.facts.types import Asked, Day, OpeningHours
from chatbot.answers.facts.week import ALL_DAY, MIDNIGHT, closing_time, next_opening
from chatbot.answers.types import Fact, Topic
from shopconnect.core.clock import now
from shopconnect.shops.selectors import shop_profile, shop_settings
from shopconnect.shops.services import store_settings

SETTING = "chat_hours"
DAYS = 7
MOST_SPANS = 3
_CLOSED = {"", "closed", "ferme", "fermee"}
_BETWEEN = re.compile(r"[,;/&]| (?:and|et) ")
_TIME = r"(\d{1,2})(?: ?[:h.] ?(\d{2})?)? ?([ap]m)?"
_SPAN = re.compile(rf"(?:from|de)? ?{_TIME} ?(?:-|–|—|to|until|a|à) ?{_TIME}")
_WEEKENDS = {"en": ("weekend", "weekends", "week end"), "fr": ("week end", "weekend", "week ends")}
_FROM_NOW = {
    "en": {"day after tomorrow": 2, "today": 0, "tonight": 0, "tomorrow": 1},
    "fr": {"apres demain": 2, "aujourd hui": 0, "ce soir": 0, "ce matin": 0, "cet apres midi": 0, "demain": 1},
}  # what holds another stands before it
_NOW = {
    "en": ("now", "currently", "at the moment", "at this hour"),
    "fr": ("maintenant", "en ce moment", "actuellement", "a cette heure"),
}


def read_day(text: str) -> Day:
    """Return when a day is open, from "9:00-12:30, 14h-18h"; empty for closed; else raises ValueError.

    The last of its hours may end after midnight, "18:00-02:00".
    """
    plain = text.strip().lower()
    if fold(plain) in _CLOSED:
        return ()
    found = tuple(_span(one.strip()) for one in _BETWEEN.split(plain))
    *times, last = [one for span in found for one in span]
    if len(found) > MOST_SPANS or any(later <= earlier for earlier, later in zip(times, times[1:], strict=False)):
        raise ValueError(text)
    if times[0] <= last <= times[-1] and last != MIDNIGHT:
        raise ValueError(text)
    return found


def write_day(day: Day) -> str:
    """Return a day as `read_day` reads it, "" for closed."""
    return ", ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in day)


def weekday_name(day: int, language: str) -> str:
    """Return what a language calls a day of the week, 0 for Monday."""
    return str(Locale.parse(language).days["format"]["wide"][day])


def opening_hours() -> OpeningHours:
    """Return what the shop in scope has set."""
    stored: Any = shop_settings().get(SETTING)
    # A folder may bring any JSON as a setting.
    if not isinstance(stored, list) or len(stored) != DAYS or not any(stored):
        return OpeningHours()
    try:
        return OpeningHours(tuple(read_day(str(one)) for one in stored))
    except ValueError:
        return OpeningHours()


def save_opening_hours(hours: OpeningHours) -> None:
    """Set them for the shop in scope."""
    store_settings({SETTING: [write_day(day) for day in hours.days] if any(hours.days) else None})


def find_hours_fact(asked: Asked) -> Fact | None:
    """Return when the shop is open where a message asks, None where that is not set, and for holidays."""
    is_follow_up = asked.topic_before == Topic.HOURS
    if names_holiday(asked.text, asked.language) or not (is_follow_up or asks_hours(asked.text, asked.language)):
        return None
    local, means_now = now().astimezone(ZoneInfo(shop_profile().timezone)), _means_now(asked.text, asked.language)
    days = _named_days(asked.text, asked.language, local.date())
    # What follows up a question about hours must at least name a day.
    if is_follow_up and not (days or means_now) and not asks_hours(asked.text, asked.language):
        return None
    hours = opening_hours()
    if not hours.days:
        return None
    with translation.override(asked.language):
        lines = [_of_day(day, hours.days[day], asked.language) for day in days]
        if means_now and not days and any(day != ALL_DAY for day in hours.days):
            lines = [_of_now(hours, local, asked.language)]
        return Fact(Topic.HOURS, "\n".join(lines or _all_days(hours, asked.language)))


def _span(text: str) -> tuple[time, time]:
    found = _SPAN.fullmatch(text)
    # Of "2-6pm" nobody knows whether it begins in the morning.
    if found is None or bool(found[3]) != bool(found[6]):
        raise ValueError(text)
    opens, closes = _time(*found.groups()[:3]), _time(*found.groups()[3:])
    # Nor of "9-5" whether it ends in the afternoon.
    if closes <= opens and not (found[3] or any(one[0] == "0" or int(one) > 12 for one in (found[1], found[4]))):
        raise ValueError(text)
    return opens, closes


def _time(hour: str, minute: str | None, half: str | None) -> time:
    read = int(hour)
    if half:
        if not 1 <= read <= 12:
            raise ValueError(hour)
        read = read % 12 + (12 if half == "pm" else 0)
    return MIDNIGHT if (read, minute or "00") == (24, "00") else time(read, int(minute or 0))


def _means_now(text: str, language: str) -> bool:
    folded = f" {fold(text)} "
    return any(f" {words} " in folded for words in _NOW[language])


def _named_days(text: str, language: str, today: date) -> list[int]:
    """The days that a message names one by one, 0 for Monday; today and tomorrow are the shop's."""
    folded, names = f" {fold(text)} ", "|".join(fold(weekday_name(day, language)) for day in range(DAYS))
    if re.search(rf" (?:{names})s? (?:au|to|through|till|until) (?:{names})s? ", folded):
        return []  # from one day to another: the week tells it best
    named = {day for day in range(DAYS) if re.search(rf" {fold(weekday_name(day, language))}s? ", folded)}
    for words, distance in _FROM_NOW[language].items():
        if f" {words} " in folded:
            named.add((today + timedelta(days=distance)).weekday())
            folded = folded.replace(f" {words} ", " ")
    if any(f" {words} " in folded for words in _WEEKENDS[language]):
        named |= {5, 6}
    return sorted(named)


def _of_day(day: int, spans: Day, language: str) -> str:
    name = weekday_name(day, language)
    if not spans:
        return _("We’re closed on %(day)s.") % {"day": name}
    return _("We’re open on %(day)s %(hours)s.") % {"day": name, "hours": _hours(spans, language)}


def _of_now(hours: OpeningHours, local: datetime, language: str) -> str:
    """Whether the shop is open at a moment, and until when; what holds on a holiday is not known."""
    closes = closing_time(hours, local.weekday(), local.time())
    if closes is not None:
        told = _("According to our usual hours, we’re open now, until %(closes)s.")
        return told % {"closes": _clock(closes, language)}
    day, opens = next_opening(hours, local.weekday(), local.time())
    told = _("According to our usual hours, we’re closed now. We open on %(day)s at %(opens)s.")
    return told % {"day": weekday_name(day, language), "opens": _clock(opens, language)}


def _all_days(hours: OpeningHours, language: str) -> list[str]:
    """The days of a week, those that follow each other and are alike in one line."""
    lines = [_("Our opening hours:")]
    for spans, days in groupby(range(DAYS), key=lambda day: hours.days[day]):
        words = {"name": _day_names(list(days), language), "value": _hours(spans, language) or _("closed")}
        lines.append(_("%(name)s: %(value)s") % words)
    return lines


def _day_names(days: Sequence[int], language: str) -> str:
    first, last = weekday_name(days[0], language), weekday_name(days[-1], language)
    told = first if len(days) == 1 else _("%(first)s to %(last)s") % {"first": first, "last": last}
    return told[:1].upper() + told[1:]


def _hours(spans: Day, language: str) -> str:
    if spans == ALL_DAY:
        return _("all day")
    told = [
        _("from %(opens)s to %(closes)s") % {"opens": _clock(opens, language), "closes": _clock(closes, language)}
        for opens, closes in spans
    ]
    return format_list(told, locale=language)


def _clock(at: time, language: str) -> str:
    return str(format_time(at, "short", locale=language))
