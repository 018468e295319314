"""A comparison as it was known on each of its days, from sums that are carried from one day to the next."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate

from shopconnect.experiments.engine.intervals import Interval, lift
from shopconnect.experiments.engine.sums import UnitSums, estimates_of


@dataclass(slots=True)
class DailySums:
    """By how much the sums over an arm's units grew on each day; days are numbered from 0."""

    grown: dict[int, UnitSums] = field(default_factory=dict)

    def add(self, first_day: int, before: float, amounts: Iterable[tuple[int, float]]) -> None:
        """Add a unit: the day on which it first came, what it had before the comparison, and what it got, by day."""
        self._on(first_day).add(0.0, p=before)
        had = 0.0
        for day, amount in amounts:
            self._on(day).grow(had, amount, p=before)
            had += amount

    def whole(self) -> UnitSums:
        """Return the sums of all days."""
        return sum(self.grown.values(), UnitSums())

    def by_day(self, days: int) -> list[UnitSums]:
        """Return the sums as they were by the end of each day."""
        return list(accumulate(self.grown.get(day, UnitSums()) for day in range(days)))

    def _on(self, day: int) -> UnitSums:
        return self.grown.setdefault(day, UnitSums())


def daily_lifts(treated: DailySums, control: DailySums, days: int) -> list[Interval]:
    """Return for each day how much more a treated unit had by its end, as it would have been weighed on that day."""
    both = map(estimates_of, zip(treated.by_day(days), control.by_day(days), strict=True))
    return [lift(one, other) for one, other in both]
