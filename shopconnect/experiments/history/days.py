"""The hold-out's comparison day by day: what each group did, and how the deciding figure stood. Run in a scope."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import accumulate
from math import inf
from typing import Any
from zoneinfo import ZoneInfo

from shopconnect.core.clock import today
from shopconnect.experiments.earnings import BEFORE, LEAST_BUYERS, is_untreated_before
from shopconnect.experiments.engine.intervals import Interval
from shopconnect.experiments.engine.running import ArmCourse, daily_lifts
from shopconnect.experiments.purchases import (
    VisitorCourse,
    VisitorDay,
    counted_days,
    courses_of_visitors,
    purchases_of_visitors,
)
from shopconnect.experiments.services import hold_out_percent, is_held_out
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

    def add(self, course: VisitorCourse, first: date, *, has_past: bool) -> None:
        """Add what one visitor did, in the order of its days."""
        dated = [(max((row.day - first).days, 0), row) for row in course.days]
        unit = len(self.first_days)
        self.first_days.append(dated[0][0])
        self.before.append(course.spent_before if has_past else 0.0)
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
    courses = courses_of_visitors(since, purchases_of_visitors(since - BEFORE, currency), timezone)
    # As the deciding figure does: what was spent while the groups differed is no past.
    treated, control = _arms(config, courses, first, has_past=is_untreated_before(since))
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
    config: ExperimentConfig, comparison: Comparison, days: Sequence[DayResult], timezone: str
) -> tuple[ArmTotals, ArmTotals]:
    """Return what both groups did in some days, one after the other; who came on several of them is one visitor."""
    first, last, percent = days[0].day, days[-1].day, hold_out_percent(config)
    seen = {row.visitor for row in counted_days(comparison.since, timezone) if first <= row.day <= last}
    held_out = sum(is_held_out(config, visitor, percent) for visitor in seen)
    treated, control = (_summed(arm) for arm in zip(*((one.treated, one.control) for one in days), strict=True))
    return replace(treated, visitors=len(seen) - held_out), replace(control, visitors=held_out)


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


def _arms(
    config: ExperimentConfig, courses: Iterable[VisitorCourse], first: date, *, has_past: bool
) -> tuple[_Arm, _Arm]:
    treated, control, percent = _Arm(), _Arm(), hold_out_percent(config)
    for course in courses:
        # By the hash again and not by what a browser said of itself: a claim moves no figure.
        arm = control if is_held_out(config, course.visitor, percent) else treated
        arm.add(course, first, has_past=has_past)
    return treated, control


def _summed(days: Iterable[ArmTotals]) -> ArmTotals:
    return _totals([sum(column) for column in zip(*map(_row, days), strict=True)])


def _add(held: list[float], row: VisitorDay) -> None:
    for place, amount in enumerate((1, row.visits, row.buying_visits, row.spent)):
        held[place] += amount


def _row(totals: ArmTotals) -> list[float]:
    return [totals.visitors, totals.visits, totals.buying_visits, totals.revenue]


def _totals(sums: Sequence[float]) -> ArmTotals:
    visitors, visits, buying, revenue = sums
    return ArmTotals(visitors=int(visitors), visits=int(visits), buying_visits=int(buying), revenue=revenue)
