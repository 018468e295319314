"""A comparison day by day: what each group did, and how the deciding figure stood."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from math import inf
from typing import Any

from shopconnect.experiments.engine.intervals import Interval
from shopconnect.experiments.engine.running import daily_lifts
from shopconnect.experiments.history.arms import ArmSums
from shopconnect.experiments.history.returns import Returns, visitors_between
from shopconnect.experiments.types import LEAST_BUYERS

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


def history_of(arms: tuple[ArmSums, ArmSums], first: date, last: date) -> ComparisonHistory:
    """Return the days of a comparison from its first one on, until a day or as far as anything is known."""
    count = max((last - first).days, *(place for arm in arms for place in arm.days), 0) + 1
    buyers = list(zip(*(accumulate(arm.first_buys[place] for place in range(count)) for arm in arms), strict=True))
    found = daily_lifts(arms[0].revenue, arms[1].revenue, count)
    return ComparisonHistory(
        days=tuple(
            DayResult(
                day=first + place * A_DAY,
                treated=_on(arms[0], place),
                control=_on(arms[1], place),
                found=interval if min(buyers[place]) >= LEAST_BUYERS and interval.high < inf else None,
            )
            for place, interval in enumerate(found)
        ),
        treated=_over_all(arms[0]),
        control=_over_all(arms[1]),
        buyers=(arms[0].buyers, arms[1].buyers),
    )


def totals_between(
    history: ComparisonHistory, days: Sequence[DayResult], returns: Sequence[Returns]
) -> tuple[ArmTotals, ArmTotals]:
    """Return what both groups did in some days, one after the other; who came on several of them is one visitor.

    `returns` are those of both groups.
    """
    first, last = ((one.day - history.days[0].day).days for one in (days[0], days[-1]))
    seen = [visitors_between(one, first, last) for one in returns]
    arms = zip(*((one.treated, one.control) for one in days), strict=True)
    treated, control = (_summed(arm, visitors) for arm, visitors in zip(arms, seen, strict=True))
    return treated, control


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


def read_buyers(plain: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many bought in both groups, without reading each day."""
    treated, control = plain["buyers"]
    return treated, control


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
        buyers=read_buyers(plain),
    )


def _on(arm: ArmSums, place: int) -> ArmTotals:
    return _totals(arm.days.get(place, [0, 0, 0, 0.0]))


def _over_all(arm: ArmSums) -> ArmTotals:
    """Return what an arm did in all; who came on several days is one visitor."""
    _, *sums = (sum(column) for column in zip([0, 0, 0, 0.0], *arm.days.values(), strict=True))
    return _totals([arm.visitors, *sums])


def _summed(days: Iterable[ArmTotals], visitors: int) -> ArmTotals:
    _, *sums = (sum(column) for column in zip(*map(_row, days), strict=True))
    return _totals([visitors, *sums])


def _row(totals: ArmTotals) -> list[float]:
    return [totals.visitors, totals.visits, totals.buying_visits, totals.revenue]


def _totals(sums: Sequence[float]) -> ArmTotals:
    visitors, visits, buying, revenue = sums
    return ArmTotals(visitors=int(visitors), visits=int(visits), buying_visits=int(buying), revenue=revenue)
