"""The hold-out's comparison day by day: what each group did, and how the deciding figure stood. Run in a scope."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import accumulate, groupby
from math import inf
from typing import Any
from zoneinfo import ZoneInfo

from shopconnect.core.clock import today
from shopconnect.events.visitor_days import VisitorDay, iter_visitor_days
from shopconnect.experiments.earnings import BEFORE, LEAST_BUYERS, is_untreated_before
from shopconnect.experiments.engine.intervals import Interval
from shopconnect.experiments.engine.running import ArmCourse, daily_lifts
from shopconnect.experiments.selectors import config_of_shop
from shopconnect.experiments.services import arm_under
from shopconnect.experiments.types import Comparison, ExperimentConfig

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmTotals:
    """What the visitors of one group did on a day, or in some days; a visit is of the day on which it began."""

    visitors: int
    visits: int
    buying_visits: int
    revenue: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DayResult:
    """One day: what each group did on it, and the deciding figure with its bounds as it stood by its end.

    `found` counts from the comparison's first day on; None while not enough was known to say anything.
    """

    day: date
    treated: ArmTotals
    control: ArmTotals
    found: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonHistory:
    """A comparison's days, and what both groups did in all of them; `buyers` are visitors who bought."""

    days: tuple[DayResult, ...]
    treated: ArmTotals
    control: ArmTotals
    buyers: tuple[int, int]


@dataclass(slots=True)
class _Arm:
    """An arm while its visitors are read: one of them is a unit."""

    first_days: list[int] = field(default_factory=list)
    before: list[float] = field(default_factory=list)
    units: list[int] = field(default_factory=list)
    days: list[int] = field(default_factory=list)
    amounts: list[float] = field(default_factory=list)
    bought_days: list[int] = field(default_factory=list)
    totals: dict[int, list[float]] = field(default_factory=dict)

    def add(self, rows: Sequence[VisitorDay], first: date) -> None:
        """Add what one visitor did, in the order of its days."""
        dated = [(max((row.day - first).days, 0), row) for row in rows if row.day is not None]
        if not dated:
            return
        unit = len(self.first_days)
        self.first_days.append(dated[0][0])
        self.before.append(sum(row.spent for row in rows if row.day is None))
        self.bought_days += [place for place, row in dated if row.buying_visits][:1]
        for place, row in dated:
            _add(self.totals.setdefault(place, [0, 0, 0, 0.0]), row)
            if row.spent:
                self.units.append(unit)
                self.days.append(place)
                self.amounts.append(row.spent)

    def course(self) -> ArmCourse:
        """Return the arm as the engine takes it."""
        return ArmCourse(self.first_days, self.before, self.units, self.days, self.amounts)

    def on(self, place: int) -> ArmTotals:
        """Return what the arm did on a day."""
        return _totals(self.totals.get(place, [0, 0, 0, 0.0]))

    def over_all(self) -> ArmTotals:
        """Return what the arm did in all; who came on several days is one visitor."""
        _, *sums = (sum(column) for column in zip([0, 0, 0, 0.0], *self.totals.values(), strict=True))
        return _totals([len(self.first_days), *sums])

    def buyers_by_day(self, days: int) -> list[int]:
        """Return how many visitors had bought by each day."""
        new = [0] * days
        for place in self.bought_days:
            new[min(place, days - 1)] += 1
        return list(accumulate(new))


def history_of(config: ExperimentConfig, comparison: Comparison, currency: str, timezone: str) -> ComparisonHistory:
    """Return the days of the hold-out's comparison, those of the shop, until today."""
    since = comparison.since
    first = since.astimezone(ZoneInfo(timezone)).date()
    # As the deciding figure does: what was spent while the groups differed is no past.
    past = (since - BEFORE).date() if is_untreated_before(since) else None
    treated, control = _arms(config, iter_visitor_days(since, currency, timezone, past=past), first)
    last = max((today(timezone) - first).days, *treated.totals, *control.totals, 0)
    found = daily_lifts(treated.course(), control.course(), last + 1)
    buyers = list(zip(treated.buyers_by_day(last + 1), control.buyers_by_day(last + 1), strict=True))
    return ComparisonHistory(
        days=tuple(
            DayResult(
                day=first + place * A_DAY,
                treated=treated.on(place),
                control=control.on(place),
                found=interval if min(buyers[place]) >= LEAST_BUYERS and interval.high < inf else None,
            )
            for place, interval in enumerate(found)
        ),
        treated=treated.over_all(),
        control=control.over_all(),
        buyers=buyers[-1],
    )


def totals_between(
    comparison: Comparison, currency: str, timezone: str, first: date, last: date
) -> tuple[ArmTotals, ArmTotals]:
    """Return what both groups did from a day to another, both included; who came on several days is one visitor."""
    # A visit is of the day it began on: those that began just before or go on just after are looked for too.
    since = max(comparison.since, _midnight(first, timezone) - A_DAY)
    rows = iter_visitor_days(since, currency, timezone, until=_midnight(last + A_DAY, timezone) + A_DAY)
    held = (row for row in rows if row.day is not None and first <= row.day <= last)
    treated, control = _arms(config_of_shop(), held, first)
    return treated.over_all(), control.over_all()


def write_history(history: ComparisonHistory) -> dict[str, Any]:
    """Return a history as it is kept in JSON."""
    return {
        "first": history.days[0].day.isoformat(),
        "days": [
            [_row(one.treated), _row(one.control), one.found and [one.found.low, one.found.middle, one.found.high]]
            for one in history.days
        ],
        "all": [_row(history.treated), _row(history.control)],
        "buyers": list(history.buyers),
    }


def read_history(plain: Mapping[str, Any]) -> ComparisonHistory:
    """Return a history that was kept in JSON."""
    first = date.fromisoformat(plain["first"])
    treated, control = map(_totals, plain["all"])
    return ComparisonHistory(
        days=tuple(
            DayResult(
                day=first + place * A_DAY,
                treated=_totals(one),
                control=_totals(other),
                found=Interval(*found) if found else None,
            )
            for place, (one, other, found) in enumerate(plain["days"])
        ),
        treated=treated,
        control=control,
        buyers=(plain["buyers"][0], plain["buyers"][1]),
    )


def _arms(config: ExperimentConfig, rows: Iterable[VisitorDay], first: date) -> tuple[_Arm, _Arm]:
    treated, control = _Arm(), _Arm()
    for visitor, seen in groupby(rows, key=lambda row: row.visitor):
        # By the hash again and not by what a browser said of itself: a claim moves no figure.
        arm = control if arm_under(config, visitor).is_held_out else treated
        arm.add(list(seen), first)
    return treated, control


def _midnight(day: date, timezone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(timezone))


def _add(held: list[float], row: VisitorDay) -> None:
    for place, amount in enumerate((1, row.visits, row.buying_visits, row.spent)):
        held[place] += amount


def _row(totals: ArmTotals) -> list[float]:
    return [totals.visitors, totals.visits, totals.buying_visits, totals.revenue]


def _totals(sums: Sequence[float]) -> ArmTotals:
    visitors, visits, buying, revenue = sums
    return ArmTotals(visitors=int(visitors), visits=int(visits), buying_visits=int(buying), revenue=revenue)
