"""The file `calendar` of a shop's folder: the events that the merchant entered."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy, gettext_noop

from recommender.stock.calendar.keeping import own_events, store_event
from recommender.stock.types import LONGEST_NAME, CalendarDay, EventKind
from shopconnect.connectors.files import values
from shopconnect.connectors.files.values import BadRow
from shopconnect.core.tenancy.bulk import Stored
from shopconnect.sync.registry import SyncFile, register_file

NO_EVENT = gettext_noop('"%(key)s" must be an event that the calendar knows.')
NO_DAY = gettext_noop('"%(key)s" must be a day, as in 2026-12-31.')


def read_event(row: Mapping[str, Any]) -> CalendarDay:
    """Read a line of the calendar."""
    kind = values.needed_text(row, "event", most=20)
    if kind not in set(EventKind) - {EventKind.NATIONAL_DAY}:
        raise BadRow(NO_EVENT, key="event")
    name = values.text(row, "name", most=LONGEST_NAME) if kind == EventKind.OWN else ""
    return CalendarDay(EventKind(kind), name, _day(row, "first"), _day(row, "last"))


def store_events(drafts: Sequence[CalendarDay]) -> Stored:
    """Store events by kind, name and first day."""
    known = {(one.kind, one.name, one.first): one.last for one in own_events()}
    new = changed = 0
    for one in drafts:
        last = known.get((one.kind, one.name, one.first))
        if last == one.last:
            continue
        store_event(one.kind, one.name, one.first, one.last)
        new, changed = new + (last is None), changed + (last is not None)
    return Stored(new=new, changed=changed, same=len(drafts) - new - changed)


def event_lines() -> Iterator[Mapping[str, Any]]:
    """Yield the lines of the calendar, by first day, event and name."""
    for one in own_events():
        line = {"event": one.kind.value, "name": one.name, "first": one.first.isoformat(), "last": one.last.isoformat()}
        yield {name: value for name, value in line.items() if value}


def _day(row: Mapping[str, Any], key: str) -> date:
    try:
        return date.fromisoformat(values.needed_text(row, key, most=10))
    except ValueError as error:
        raise BadRow(NO_DAY, key=key) from error


register_file(
    SyncFile(
        name="calendar",
        title=gettext_lazy("Calendar"),
        read=read_event,
        store=store_events,
        export=event_lines,
        key=lambda draft: (draft.kind, draft.name, draft.first),
    )
)
