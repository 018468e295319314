"""The file `chat_days` of a shop's folder: what is left of conversations that are gone, by day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy, gettext_noop

from chatbot.answers.types import GRADES, Topic
from chatbot.console.quality.models import ChatDay
from chatbot.console.quality.selectors import first_live_day
from chatbot.console.quality.services import COUNTED
from shopconnect.connectors.files import values
from shopconnect.connectors.files.values import BadRow, Row
from shopconnect.shops.selectors import shop_profile
from shopconnect.sync.services import Stored, SyncFile, register_file

LARGEST_COUNT, LONGEST_WAIT, MOST_WAITS = 10**9, 10**9, 10_000
WORDED = ("reasons", "grades", "waits")  # all others are one number each
NUMBERS = tuple(name for name in COUNTED if name not in WORDED)


def read_day(line: Row) -> ChatDay:
    """Read a line; raises BadRow with a sentence that names the key."""
    try:
        day = date.fromisoformat(values.needed_text(line, "day"))
    except ValueError as error:
        raise BadRow(gettext_noop('"%(key)s" must be a day, as in 2026-12-31.'), key="day") from error
    return ChatDay(
        day=day,
        reasons=_counts(line, "reasons", {one.value for one in Topic}),
        grades=_counts(line, "grades", {str(one) for one in GRADES}),
        waits=sorted(_waits(line)),
        **{name: values.whole(line, name, most=LARGEST_COUNT) or 0 for name in NUMBERS},
    )


def store_days(drafts: Sequence[ChatDay]) -> Stored:
    """Store the days of which nothing is kept; safe to run twice. In the shop's open scope.

    Days whose conversations may be there are left out: these are counted from the conversations themselves.
    """
    border = first_live_day(shop_profile().timezone)
    known = set(ChatDay.objects.filter(day__in=[one.day for one in drafts]).values_list("day", flat=True))
    made = {one.day: one for one in drafts if one.day < border and one.day not in known}
    ChatDay.objects.bulk_create(made.values(), batch_size=500, ignore_conflicts=True)
    return Stored(new=len(made), same=len(drafts) - len(made))


def _lines() -> Iterator[Row]:
    for row in ChatDay.objects.filter(day__lt=first_live_day(shop_profile().timezone)).order_by("day"):
        counted = {name: getattr(row, name) for name in COUNTED}
        yield {"day": row.day.isoformat()} | {name: value for name, value in counted.items() if value}


def _counts(line: Row, key: str, known: set[str]) -> dict[str, int]:
    found: Any = line.get(key) or {}
    if not isinstance(found, dict) or not found.keys() <= known:
        raise BadRow(
            gettext_noop('"%(key)s" must be counts by one of: %(words)s.'), key=key, words=", ".join(sorted(known))
        )
    return {name: values.needed_whole(found, name, most=LARGEST_COUNT) for name in sorted(found)}


def _waits(line: Row) -> list[int]:
    found: Any = line.get("waits") or []
    if not isinstance(found, list) or len(found) > MOST_WAITS or not all(_is_wait(one) for one in found):
        raise BadRow(gettext_noop('"%(key)s" must be a list of whole seconds.'), key="waits")
    return found


def _is_wait(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LONGEST_WAIT


register_file(
    SyncFile(
        name="chat_days",
        title=gettext_lazy("Figures of past conversations"),
        read=read_day,
        store=store_days,
        export=_lines,
        key=lambda one: one.day,
    )
)
