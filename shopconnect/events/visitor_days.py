"""Which visitors came on which days: what a comparison and its days count. Run in a shop's scope."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import current_shop
from shopconnect.events.types import PURCHASE
from shopconnect.privacy import selectors as privacy

MOST_VISITS_A_DAY = 8  # of a visitor; their devices name visits, and may make up any number
AT_ONCE = 2_000  # rows
AHEAD = timedelta(days=1)  # a device's clock may be fast

# A visit is of the day, in the shop's time zone, on which it began.
VISITOR_DAYS = """
WITH seen AS (
    SELECT visitor, visit, (min(at) AT TIME ZONE %(zone)s)::date AS there, bool_or(name = %(purchase)s) AS claims
    FROM events_event
    WHERE shop_id = %(shop)s AND visitor <> '' AND at >= %(since)s AND at < %(until)s
        AND day BETWEEN %(first)s AND %(last)s AND NOT visitor = ANY(%(withdrawn)s)
    GROUP BY visitor, visit
)
SELECT visitor, there, least(count(*), %(most)s)::int, coalesce(array_agg(visit) FILTER (WHERE claims), '{}')
FROM seen GROUP BY visitor, there ORDER BY visitor COLLATE "C", there
"""


class DayVisits(NamedTuple):
    """How often a visitor came on a day of the shop; `claiming` names the visits said to end in an order."""

    visitor: str
    day: date
    visits: int
    claiming: list[str]


def iter_visitor_days(since: datetime, timezone: str) -> Iterator[DayVisits]:
    """Yield how often each visitor came since a moment, by visitor and day; MOST_VISITS_A_DAY a day at most.

    Memory is constant; the scope must stay open while it is read.
    """
    until = now() + AHEAD
    values: dict[str, Any] = {
        "shop": current_shop(),
        "since": since,
        "until": until,
        "first": since.date(),
        "last": until.date(),
        "zone": timezone,
        "purchase": PURCHASE,
        "most": MOST_VISITS_A_DAY,
        "withdrawn": privacy.withdrawn_visitors(),
    }
    with connection.chunked_cursor() as cursor:
        cursor.execute(VISITOR_DAYS, values)
        for rows in iter(lambda: cursor.fetchmany(AT_ONCE), []):
            yield from map(DayVisits._make, rows)
