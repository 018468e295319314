"""What the visitors of two arms did: read once, one visitor after the other, and kept as sums."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from shopconnect.experiments.engine.running import DailySums
from shopconnect.experiments.engine.sums import UnitSums
from shopconnect.experiments.history.returns import ReturnCounts
from shopconnect.experiments.purchases import ConfirmedPurchase, VisitorCourse, VisitorDay


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """Two arms that are compared since a moment: their letters, their shares of visitors, and who is in which.

    `has_past` says that both were shown the same before: what was spent then foretells what is spent now.
    """

    arm: str
    base: str
    since: datetime
    shares: tuple[int, int]
    has_past: bool
    letter: Callable[[str], str] = field(repr=False)


@dataclass(slots=True)
class ArmSums:
    """What the visitors of an arm did; a day is known by its distance from the first one of the comparison."""

    visitors: int = 0
    buyers: int = 0
    revenue: DailySums = field(default_factory=DailySums)
    net: UnitSums = field(default_factory=UnitSums)
    conversion: UnitSums = field(default_factory=UnitSums)
    days: dict[int, list[float]] = field(default_factory=dict)  # visitors, visits, those with an order, and revenue
    first_buys: Counter[int] = field(default_factory=Counter)  # buyers by the day on which they first bought
    returns: ReturnCounts = field(default_factory=ReturnCounts)
    bought: list[ConfirmedPurchase] = field(default_factory=list)

    def add(self, course: VisitorCourse, first: date, *, has_past: bool) -> None:
        """Add what one visitor did, in the order of its days."""
        dated = [(max((row.day - first).days, 0), row) for row in course.days]
        self.visitors += 1
        self.net.add(course.net)
        self.conversion.add(course.buying_visits, course.visits)
        spent = ((place, row.spent) for place, row in dated if row.spent)
        self.revenue.add(dated[0][0], course.spent_before if has_past else 0.0, spent)
        self.bought += course.bought
        if course.buying_visits:
            self.buyers += 1
            self.first_buys[next(place for place, row in dated if row.buying_visits)] += 1
        self.returns.add([place for place, _row in dated])
        for place, row in dated:
            self._count(place, row)

    def _count(self, place: int, row: VisitorDay) -> None:
        held = self.days.setdefault(place, [0, 0, 0, 0.0])
        for column, amount in enumerate((1, row.visits, row.buying_visits, row.spent)):
            held[column] += amount


def arms_of(contrast: Contrast, courses: Iterable[VisitorCourse], first: date) -> tuple[ArmSums, ArmSums]:
    """Return what both arms did, in days from the first one on; who is in neither is left out."""
    arms = {contrast.arm: ArmSums(), contrast.base: ArmSums()}
    for course in courses:
        # By the hash again and not by what a browser or an order says of itself: a claim moves no figure.
        arm = arms.get(contrast.letter(course.visitor))
        if arm is not None:
            arm.add(course, first, has_past=contrast.has_past)
    return arms[contrast.arm], arms[contrast.base]
