"""What orders are made of: whether some look like wholesale, and whether they come from other countries than before.

All run in the scope of a shop. Nobody who bought is in it.
"""

from collections.abc import Mapping
from datetime import timedelta
from math import log
from typing import Any, NamedTuple

from shopconnect.core.clock import now
from shopconnect.core.tenancy.bulk import ask_sql
from shopconnect.core.tenancy.context import current_shop

RECENT, BEFORE = timedelta(days=91), timedelta(days=364)
WHOLESALE_TIMES, WHOLESALE_UNITS = 10, 20  # the usual order's units, and at least so many
FEWEST_ORDERS = 200  # in either time, below which shares of countries say little
DRIFTED = 0.2  # population stability index: from here on the usual rule calls a shift large
LEAST_SHARE = 0.001  # stands for a country without an order


class WholesaleOrders(NamedTuple):
    """Orders of the last thirteen weeks, and how many of them look like wholesale."""

    orders: int
    wholesale: int


class CountryDrift(NamedTuple):
    """The country whose share of orders changed most, in percent: in the last thirteen weeks, and the year before."""

    country: str
    now: int
    before: int


ORDERS = """
o.shop_id = %(shop)s AND o.kind = 'order' AND NOT o.is_test AND o.cancelled_at IS NULL AND o.placed_at < %(now)s
"""

WHOLESALE = f"""
WITH sizes AS (
    SELECT sum(l.quantity) AS units FROM orders_order o
    JOIN orders_line l ON l.shop_id = %(shop)s AND l.order_id = o.id
    WHERE {ORDERS} AND o.placed_at >= %(since)s GROUP BY o.id
), usual AS (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY units) AS units FROM sizes)
SELECT count(*), count(*) FILTER (WHERE s.units >= greatest(%(times)s * u.units, %(least)s)) FROM sizes s, usual u
"""  # noqa: S608 - put together from our own text

COUNTRIES = f"""
SELECT upper(o.country), count(*) FILTER (WHERE o.placed_at >= %(since)s),
    count(*) FILTER (WHERE o.placed_at < %(since)s)
FROM orders_order o WHERE {ORDERS} AND o.placed_at >= %(before)s AND o.country <> '' GROUP BY 1
"""  # noqa: S608 - put together from our own text


def wholesale_orders() -> WholesaleOrders:
    """Return how many orders hold ten times as many units as half of them, and no fewer than twenty."""
    values: dict[str, Any] = {"times": WHOLESALE_TIMES, "least": WHOLESALE_UNITS}
    return WholesaleOrders._make(ask_sql(WHOLESALE, **_times(), **values)[0])


def country_drift() -> CountryDrift | None:
    """Return the country that moved most, where shares of countries moved a lot; None where they did not."""
    rows = {country: (recent, before) for country, recent, before in ask_sql(COUNTRIES, **_times())}
    return drift_of(rows)


def drift_of(counts: Mapping[str, tuple[int, int]]) -> CountryDrift | None:
    """Return the same from counts by country, of the last weeks and of the year before."""
    recent, before = (sum(count[place] for count in counts.values()) for place in (0, 1))
    if min(recent, before) < FEWEST_ORDERS:
        return None
    shares = {name: (count[0] / recent, count[1] / before) for name, count in counts.items()}
    moved = {name: _index(*share) for name, share in shares.items()}
    if sum(moved.values()) < DRIFTED:
        return None
    most = max(sorted(moved), key=lambda name: moved[name])
    return CountryDrift(most, round(100 * shares[most][0]), round(100 * shares[most][1]))


def _index(share: float, before: float) -> float:
    share, before = max(share, LEAST_SHARE), max(before, LEAST_SHARE)
    return (share - before) * log(share / before)


def _times() -> dict[str, Any]:
    moment = now()
    return {"shop": current_shop(), "now": moment, "since": moment - RECENT, "before": moment - RECENT - BEFORE}
