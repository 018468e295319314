"""What visitors did day by day, to tell a comparison over time. Run in a shop's scope."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import current_shop
from shopconnect.privacy import selectors as privacy

AT_ONCE, A_DAY = 20_000, timedelta(days=1)

# A visit is of the day, in the shop's time zone, on which it began; what was spent before the moment is of no day.
VISITOR_DAYS = """
WITH seen AS (
    SELECT visitor, visit, min(at) AS began, bool_or(name = 'purchase') AS has_bought,
        coalesce(sum(value_amount) FILTER (WHERE name = 'purchase' AND currency = %(currency)s), 0) AS spent
    FROM events_event
    WHERE shop_id = %(shop)s AND visitor <> '' AND day BETWEEN %(first)s AND %(last)s
        AND at >= %(since)s AND at < %(until)s AND NOT visitor = ANY(%(withdrawn)s)
    GROUP BY visitor, visit
), before AS (
    SELECT visitor, sum(value_amount) AS spent FROM events_event
    WHERE shop_id = %(shop)s AND visitor <> '' AND day BETWEEN %(past)s AND %(first)s AND at < %(since)s
        AND name = 'purchase' AND currency = %(currency)s AND NOT visitor = ANY(%(withdrawn)s)
    GROUP BY visitor
)
SELECT visitor, NULL::date AS there, 0, 0, spent FROM before
UNION ALL
SELECT visitor, (began AT TIME ZONE %(zone)s)::date AS there, count(*), count(*) FILTER (WHERE has_bought), sum(spent)
FROM seen GROUP BY visitor, there ORDER BY visitor, there NULLS FIRST
"""


class VisitorDay(NamedTuple):
    """What one visitor did on a day of the shop; where day is None, what they spent before the moment asked for."""

    visitor: str
    day: date | None
    visits: int
    buying_visits: int
    spent: float


def iter_visitor_days(
    since: datetime, currency: str, timezone: str, *, past: date | None = None, until: datetime | None = None
) -> Iterator[VisitorDay]:
    """Yield what each visitor did from a moment on, by visitor and day, until a moment where one is given.

    Whoever spent something between `past`, a day (UTC), and that moment begins with a row without a day. Memory is
    constant; the scope must stay open while it is read.
    """
    end = until or now() + A_DAY  # a device's clock may be fast
    asked: dict[str, Any] = {
        "shop": current_shop(),
        "since": since,
        "until": end,
        "past": past or date.max,
        "first": since.date(),
        "last": end.date(),
        "zone": timezone,
        "currency": currency,
        "withdrawn": privacy.withdrawn_visitors(),
    }
    with connection.chunked_cursor() as cursor:
        cursor.execute(VISITOR_DAYS, asked)
        for rows in iter(lambda: cursor.fetchmany(AT_ONCE), []):
            for visitor, there, visits, buying, spent in rows:
                yield VisitorDay(visitor, there, visits, buying, float(spent or 0))
