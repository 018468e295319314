"""After how many days visitors come back, day by day: by it the visitors of any days are counted, and nobody is known.

Who came on several of some days counts on the first of them: on the day they came on when they had not come since those
days began. So of each day it is enough to know how many came back after how long. That is known to the day for two
months, then in steps of a tenth, within which visitors are taken to be spread evenly: what is kept grows with the days,
and not with their square.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, repeat

EXACT_DAYS, STEP, MOST_STEPS = 62, 1.1, 60
Returns = Sequence[Sequence[int]]  # of each day: new visitors, then those who came back, by the steps of BEGINNINGS

# From how many days on each step counts; new visitors are before all of them.
_LONG = accumulate(repeat(EXACT_DAYS, MOST_STEPS), lambda days, _: int(days * STEP))
BEGINNINGS = (*range(1, EXACT_DAYS), *_LONG)


@dataclass(slots=True)
class ReturnCounts:
    """How many visitors came on a day, by the step of BEGINNINGS in which they had come before, 0 for never."""

    counts: dict[int, Counter[int]] = field(default_factory=dict)

    def add(self, days: Sequence[int]) -> None:
        """Add a visitor by the days on which they came, in their order."""
        before = None
        for day in days:
            step = 0 if before is None else bisect_right(BEGINNINGS, day - before)
            if step or before is None:
                self.counts.setdefault(day, Counter())[step] += 1
            before = day

    def written(self) -> Returns:
        """Return the counts of each day as they are kept in JSON, as far as the last step in which anybody came."""
        days = [self.counts.get(day, Counter()) for day in range(max(self.counts, default=-1) + 1)]
        return [[steps[step] for step in range(max(steps, default=-1) + 1)] for steps in days]


def visitors_between(returns: Returns, first: int, last: int) -> int:
    """Return how many visitors came on some days, each counted once."""
    days = enumerate(returns[first : last + 1], start=first)
    return round(sum(_came_first(steps, day, day - first) for day, steps in days))


def _came_first(steps: Sequence[int], day: int, since: int) -> float:
    """Return how many visitors of a day had not come on any of so many days before it."""
    within = bisect_right(BEGINNINGS, since)
    if within == 0:
        return float(sum(steps))
    begins, ends = BEGINNINGS[within - 1], min(BEGINNINGS[within], day + 1)  # nobody came before the first day
    longer: float = (ends - since - 1) / (ends - begins) * sum(steps[within : within + 1])
    return sum(steps[:1]) + longer + sum(steps[within + 1 :])
