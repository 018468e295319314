"""Verbs of the events room. All run in a shop's scope; events never change, so one that is known is left alone."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date
from typing import Any

from django.db.models import F

from shopconnect.connectors.types import EventDraft
from shopconnect.core.tenancy.bulk import Stored, fill_temporary, run_sql
from shopconnect.core.tenancy.context import current_shop
from shopconnect.events import statements
from shopconnect.events.models import LostEvents


def store_events(drafts: Sequence[EventDraft]) -> Stored:
    """Store events under the day they happened on (UTC), making the partitions they need."""
    ensure_partitions(draft.at.astimezone(UTC).date() for draft in drafts)
    fill_temporary("incoming_event", statements.EVENT_COLUMNS, map(_event, drafts), is_joined=False)
    new = run_sql(statements.STORE_EVENTS, current_shop())
    return Stored(new=new, same=len(drafts) - new)


def add_lost(counts: Mapping[date, int]) -> None:
    """Add how many events were lost, by day (UTC)."""
    for day, count in counts.items():
        row, _made = LostEvents.objects.get_or_create(day=day)
        LostEvents.objects.filter(pk=row.pk).update(count=F("count") + count)


def ensure_partitions(days: Iterable[date]) -> None:
    """Have the owner's function make the months that some days lie in, where they are missing."""
    for month in sorted({day.replace(day=1) for day in set(days)}):
        run_sql(statements.ENSURE_PARTITION, month)


def _event(draft: EventDraft) -> tuple[Any, ...]:
    return (
        draft.at.astimezone(UTC).date(),
        draft.id,
        draft.name,
        draft.at,
        draft.visit,
        draft.visitor,
        draft.customer,
        draft.product,
        json.dumps(draft.products) if draft.products else "[]",
        draft.query,
        draft.page,
        draft.source,
        draft.medium,
        draft.campaign,
        draft.value,
        draft.currency,
        draft.order,
        draft.checkout,
        draft.shelf,
        draft.model,
        json.dumps(draft.reasons) if draft.reasons else "[]",
    )
