"""Questions about events. All run in the scope of a shop; who took consent back is left out of what is learnt from."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import connection
from django.db.models import Count, Max, Min

from shopconnect.connectors.types import EventDraft
from shopconnect.core.tenancy import current_shop
from shopconnect.events.models import Event
from shopconnect.events.types import VIEW, EventCounts, View
from shopconnect.privacy import selectors as privacy

AT_ONCE = 20_000

VIEWS = """
SELECT visit, product_external_id, at FROM events_event
WHERE shop_id = %s AND name = %s AND product_external_id <> '' AND (%s::timestamptz IS NULL OR at < %s)
  AND (%s::timestamptz IS NULL OR at >= %s)
  AND NOT (visitor = ANY(%s) OR customer_external_id = ANY(%s))
ORDER BY at, id
"""


def iter_views(until: datetime | None = None, since: datetime | None = None) -> Iterator[View]:
    """Yield each look at a product, by time, of before `until` and from `since` on where these are given.

    The scope must stay open while it is read.
    """
    withdrawn = [privacy.withdrawn_visitors(), privacy.withdrawn_customers()]
    with connection.chunked_cursor() as cursor:
        cursor.execute(VIEWS, [current_shop(), VIEW, until, until, since, since, *withdrawn])
        for rows in iter(lambda: cursor.fetchmany(AT_ONCE), []):
            yield from map(View._make, rows)


def iter_events() -> Iterator[EventDraft]:
    """Yield every event as a source would tell it, by time, but those of who took consent back."""
    rows = Event.objects.exclude(visitor__in=privacy.withdrawn_visitors())
    rows = rows.exclude(customer_external_id__in=privacy.withdrawn_customers()).order_by("at", "id")
    for row in rows.iterator(5000):
        yield EventDraft(
            id=row.id, name=row.name, at=row.at, visit=row.visit, visitor=row.visitor,
            customer=row.customer_external_id, product=row.product_external_id,
            products=tuple(row.product_external_ids), query=row.query, page=row.page, source=row.source,
            medium=row.medium, campaign=row.campaign, value=row.value_amount, currency=row.currency,
            shelf=row.shelf, model=row.model_version, reasons=tuple(row.reason_keys),
        )  # fmt: skip


def count_events(since: date | None = None) -> EventCounts:
    """Return how much was seen of shoppers, ever or from a day (UTC) on."""
    rows = Event.objects.all() if since is None else Event.objects.filter(day__gte=since)
    return EventCounts(
        **rows.aggregate(
            events=Count("name"), visits=Count("visit", distinct=True), first_at=Min("at"), last_at=Max("at")
        )
    )


def last_event_at() -> datetime | None:
    """Return when a shopper was last seen, or None."""
    last: datetime | None = Event.objects.aggregate(last=Max("at"))["last"]
    return last
