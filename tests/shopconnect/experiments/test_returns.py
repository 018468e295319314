"""The visitors of any days, counted from how long it took them to come back: little is kept, and it says the same."""

import json

import numpy as np
import pytest

from shopconnect.experiments.history.returns import EXACT_DAYS, ReturnCounts, visitors_between

DAYS = 760  # as long as events are kept


@pytest.fixture(scope="module")
def came():
    """The days on which visitors came: some once, some each few days, some after months."""
    rng = np.random.default_rng(1)
    pauses = rng.choice([2, 9, 40, 160], size=30_000, p=[0.2, 0.3, 0.3, 0.2])
    first, often = rng.integers(0, DAYS, len(pauses)), rng.geometric(0.25, len(pauses))
    steps = [1 + rng.exponential(pause, count).astype(int) for pause, count in zip(pauses, often, strict=True)]
    return [
        [int(day) for day in begins + np.cumsum([0, *step]) if day < DAYS]
        for begins, step in zip(first, steps, strict=True)
    ]


def counted(came):
    counts = ReturnCounts()
    for days in came:
        counts.add(days)
    return counts.written()


def distinct(came, first, last):
    return sum(any(first <= day <= last for day in days) for days in came)


def test_the_visitors_of_up_to_two_months_are_counted_exactly(came):
    returns = counted(came)
    for first, last in [(0, 0), (100, 100), (0, 30), (333, 333 + EXACT_DAYS - 1), (DAYS - 1, DAYS - 1)]:
        assert visitors_between(returns, first, last) == distinct(came, first, last), (first, last)


def test_the_visitors_of_more_days_are_counted_to_a_thousandth(came):
    returns = counted(came)
    assert visitors_between(returns, 0, DAYS) == len(came)
    for first, last in [(100, 250), (30, 395), (200, 759), (1, 759), (400, 600)]:
        assert visitors_between(returns, first, last) == pytest.approx(distinct(came, first, last), rel=0.001)


def test_what_is_kept_grows_with_the_days_and_not_with_the_visitors(came):
    def size(days):
        return len(json.dumps(counted([[one for one in visitor if one < days] for visitor in came])))

    assert size(DAYS) < 2.5 * size(DAYS // 2)
    everybody = [[day, *range(day + gap, DAYS, gap)] for day in range(0, DAYS, 7) for gap in range(1, DAYS)]
    assert len(json.dumps(counted(everybody))) < 400 * DAYS


def test_who_comes_twice_on_one_day_counts_once():
    assert counted([[0, 0, 3]]) == [[1], [], [], [0, 0, 0, 1]]
    assert counted([]) == []
    assert visitors_between([], 0, 5) == 0
