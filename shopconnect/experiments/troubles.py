"""Empty and failed shelves: by the hour and by a mark of the network that saw them, so that no address decides alone.

The mark (widgets/visitors.py) is another every day, and many networks share it. Of one network a few a day count; the
rows are gone after two days, and sums by shelf and arm stay (ShelfCount). Run in a shop's scope.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from shopconnect.core.clock import now
from shopconnect.core.tenancy.bulk import run_sql
from shopconnect.core.tenancy.context import current_shop
from shopconnect.experiments import statements
from shopconnect.experiments.models import ShelfTrouble
from shopconnect.experiments.types import Because

MOST_OF_A_NETWORK = 5  # a day, of each shelf and arm
KEPT_DAYS = 2
KINDS = (Because.EMPTIES, Because.ERRORS)


class Trouble(NamedTuple):
    """How often a shelf was empty or failed in an arm within an hour (UTC), for one network."""

    day: str
    shelf: str
    arm: str
    kind: str
    hour: int
    network: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What was seen of a trouble: how often, from how many networks, in how many hours, and from when to when."""

    count: int
    networks: int
    hours: int
    first_at: datetime
    last_at: datetime


def store_troubles(rows: Iterable[Trouble]) -> None:
    """Add what came since, and bring the sums by day, shelf and arm to what counts of it."""
    added = sorted(rows)
    if not added:
        return
    columns = dict(zip(Trouble._fields, map(list, zip(*added))))
    run_sql(statements.ADD_TROUBLES, shop=current_shop(), **columns)
    days, shelves, arms = zip(*sorted({(row.day, row.shelf, row.arm) for row in added}))
    run_sql(
        statements.SUM_TROUBLES,
        shop=current_shop(),
        most=MOST_OF_A_NETWORK,
        days=list(days),
        shelves=list(shelves),
        arms=list(arms),
    )
    ShelfTrouble.objects.filter(day__lt=now().date() - timedelta(days=KEPT_DAYS)).delete()


def sighting_of(kind: Because, arms: str, since: datetime, shelf: str | None = None) -> Sighting | None:
    """Return what was seen of a kind of trouble today in some arms, from the hour of a moment on; None for nothing."""
    rows = ShelfTrouble.objects.filter(day=now().date(), kind=kind, arm__in=list(arms))
    rows = rows if shelf is None else rows.filter(shelf=shelf)
    if since.date() == now().date():
        rows = rows.filter(hour__gte=since.hour)
    found: list[Mapping[str, Any]] = list(rows.values("day", "hour", "network", "count"))
    if not found:
        return None
    hours = sorted({row["hour"] for row in found})
    return Sighting(
        count=sum(row["count"] for row in found),
        networks=len({row["network"] for row in found}),
        hours=len(hours),
        first_at=_hour(found[0]["day"], hours[0]),
        last_at=_hour(found[0]["day"], hours[-1]) + timedelta(hours=1),
    )


def _hour(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), UTC)
