"""Questions about events. All run in the scope of a shop; who took consent back is left out of what is learnt from."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Min, Sum

from shopconnect.catalog.selectors import product_ids
from shopconnect.connectors.types import EventDraft
from shopconnect.core.tenancy.bulk import ask_sql
from shopconnect.core.tenancy.context import current_shop
from shopconnect.events.models import Event, LostEvents
from shopconnect.events.types import CLICK, PURCHASE, VIEW, EventCounts, PurchaseClaim, View
from shopconnect.privacy import selectors as privacy

AT_ONCE = 20_000

MOST_VIEWS = 200  # in a visit: whoever looks at more products is a robot or a monitor that did not say so

LOOKS = """
shop_id = %(shop)s AND name = %(name)s AND product_external_id <> ''
  AND (%(since)s::timestamptz IS NULL OR at >= %(since)s) AND (%(until)s::timestamptz IS NULL OR at < %(until)s)
"""

VIEWS = f"""
SELECT visit, product_external_id, at FROM events_event
WHERE {LOOKS} AND NOT (visitor = ANY(%(visitors)s) OR customer_external_id = ANY(%(customers)s))
  AND visit NOT IN (SELECT visit FROM events_event WHERE {LOOKS} GROUP BY visit HAVING count(*) > %(most)s)
ORDER BY at, id
"""  # noqa: S608 - put together from our own text

# Told twice, a purchase is claimed once: by whom, of which order and checkout, and with what in it.
CLAIMS = """
SELECT DISTINCT ON (visitor, order_external_id)
    visitor, visit, at, order_external_id, checkout_digest, product_external_ids::text
FROM events_event
WHERE shop_id = %(shop)s AND name = %(name)s AND visitor <> '' AND order_external_id <> '' AND at >= %(since)s
  AND day >= %(day)s AND NOT visitor = ANY(%(withdrawn)s)
ORDER BY visitor, order_external_id, at
"""

CLICKS = """
SELECT day, shelf, visitor, count(*) FROM events_event
WHERE shop_id = %s AND name = 'recommendation_click' AND visitor <> '' AND shelf <> '' AND day >= %s
GROUP BY day, shelf, visitor
"""

OF_ROBOTS = f"""
SELECT coalesce(sum(views), 0) FROM (
  SELECT count(*) AS views FROM events_event WHERE {LOOKS} GROUP BY visit HAVING count(*) > %(most)s
) AS visits
"""  # noqa: S608 - put together from our own text


def purchase_claims(since: datetime) -> list[PurchaseClaim]:
    """Return what devices say was bought since a moment; only the platform's orders make it true."""
    rows = ask_sql(CLAIMS, **_named(since), name=PURCHASE)
    return [
        PurchaseClaim(visitor, visit, at, order, checkout, frozenset(json.loads(products)))
        for visitor, visit, at, order, checkout, products in rows
    ]


def clicks_of_visitors(since: date) -> list[tuple[date, str, str, int]]:
    """Return day (UTC), shelf, visitor and how often they followed a suggestion there, from a day on."""
    return [(day, shelf, visitor, count) for day, shelf, visitor, count in ask_sql(CLICKS, current_shop(), since)]


def click_times(since: datetime) -> dict[str, list[datetime]]:
    """Return when each visitor followed a suggestion since a moment, by time."""
    rows = Event.objects.filter(day__gte=since.date(), at__gte=since, name=CLICK).exclude(visitor="").order_by("at")
    times: dict[str, list[datetime]] = {}
    for visitor, at in rows.values_list("visitor", "at"):
        times.setdefault(visitor, []).append(at)
    return times


def iter_views(until: datetime | None = None, since: datetime | None = None) -> Iterator[View]:
    """Yield each look at a product, by time, of before `until` and from `since` on where these are given.

    Visits that no person makes are left out. The scope must stay open while it is read.
    """
    withdrawn = {"visitors": privacy.withdrawn_visitors(), "customers": privacy.withdrawn_customers()}
    with connection.chunked_cursor() as cursor:
        cursor.execute(VIEWS, _looks(since, until) | withdrawn)
        for rows in iter(lambda: cursor.fetchmany(AT_ONCE), []):
            yield from map(View._make, rows)


def count_robot_views() -> int:
    """Return how many looks at products are left out because no person looks at so much in a visit."""
    with connection.cursor() as cursor:
        cursor.execute(OF_ROBOTS, _looks(None, None))
        return int(cursor.fetchone()[0])


def count_looks(product: str, since: datetime) -> tuple[int, int]:
    """Return how often a product, by the platform's id, was looked at since a moment, and clicked as a suggestion."""
    # The day names the partitions that are read.
    since_day = since.date() - timedelta(days=1)
    rows = Event.objects.filter(day__gte=since_day, at__gte=since, name__in=[VIEW, CLICK], product_external_id=product)
    counts = dict(rows.order_by().values_list("name").annotate(count=Count("name")))
    return counts.get(VIEW, 0), counts.get(CLICK, 0)


def last_view_at() -> datetime | None:
    """Return when a product was last looked at, or None."""
    last: datetime | None = Event.objects.filter(name=VIEW).aggregate(last=Max("at"))["last"]
    return last


def _looks(since: datetime | None, until: datetime | None) -> dict[str, Any]:
    return {"shop": current_shop(), "name": VIEW, "since": since, "until": until, "most": MOST_VIEWS}


def _named(since: datetime) -> dict[str, Any]:
    withdrawn = privacy.withdrawn_visitors()
    return {"shop": current_shop(), "since": since, "day": since.date(), "withdrawn": withdrawn}


def iter_events() -> Iterator[EventDraft]:
    """Yield every event as a source would tell it, by time, but those of who took consent back."""
    rows = Event.objects.exclude(visitor__in=privacy.withdrawn_visitors())
    rows = rows.exclude(customer_external_id__in=privacy.withdrawn_customers()).order_by("at", "id")
    for row in rows.iterator(5000):
        yield EventDraft(
            id=row.id,
            name=row.name,
            at=row.at,
            visit=row.visit,
            visitor=row.visitor,
            customer=row.customer_external_id,
            product=row.product_external_id,
            products=tuple(row.product_external_ids),
            query=row.query,
            page=row.page,
            source=row.source,
            medium=row.medium,
            campaign=row.campaign,
            value=row.value_amount,
            currency=row.currency,
            order=row.order_external_id,
            checkout=row.checkout_digest,
            shelf=row.shelf,
            model=row.model_version,
            reasons=tuple(row.reason_keys),
        )


def count_events(since: date | None = None) -> EventCounts:
    """Return how much was seen of shoppers, ever or from a day (UTC) on."""
    rows = Event.objects.all() if since is None else Event.objects.filter(day__gte=since)
    return EventCounts(
        **rows.aggregate(
            events=Count("name"), visits=Count("visit", distinct=True), first_at=Min("at"), last_at=Max("at")
        )
    )


def count_unmatched() -> int:
    """Return how many events name a product that the shop does not have."""
    named = Event.objects.exclude(product_external_id="").values_list("product_external_id")
    counts: dict[str, int] = dict(named.annotate(count=Count("*")).order_by())
    return sum(counts.values()) - sum(counts[known] for known in product_ids(counts))


def count_lost(since: date) -> tuple[int, int]:
    """Return how many events were lost from a day (UTC) on since too many came at once, and how many were not."""
    lost = LostEvents.objects.filter(day__gte=since).aggregate(total=Sum("count"))["total"] or 0
    return int(lost), Event.objects.filter(day__gte=since).count() if lost else 0


def last_event_at() -> datetime | None:
    """Return when a shopper was last seen, or None."""
    last: datetime | None = Event.objects.aggregate(last=Max("at"))["last"]
    return last
