"""Orders that visitors placed after they followed a suggestion, day by day: that shelves are used, and no proof."""

from bisect import bisect
from collections import Counter
from datetime import datetime, timedelta

from shopconnect.events.selectors import click_times
from shopconnect.experiments.purchases import purchases_of_visitors

WITHIN = timedelta(days=7)


def orders_after_click(since: datetime, currency: str) -> dict[str, int]:
    """Return by day (UTC) since a moment how many orders came within a week after a click; in the shop's scope.

    The platform confirmed each of them. Which visitor would have ordered anyway, nobody knows.
    """
    clicks, counts = click_times(since - WITHIN), Counter[str]()
    for visitor, _visit, order in purchases_of_visitors(since, currency):
        times = clicks.get(visitor, [])
        before = bisect(times, order.placed_at)
        if before and order.placed_at - times[before - 1] <= WITHIN:
            counts[order.placed_at.date().isoformat()] += 1
    return dict(counts)
