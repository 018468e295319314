"""The invented shop's hold-out is drawn so that it is like the rest before anything is shown or sold."""

from datetime import date

import numpy as np
import pytest

from shopconnect.demo.engine.catalogue import make_catalogue
from shopconnect.demo.engine.days import make_calendar
from shopconnect.demo.engine.experiments import DAYS, HELD_OUT, Experiments
from shopconnect.demo.engine.people import make_people
from shopconnect.experiments.engine.assignment import place_of
from shopconnect.experiments.types import HOLD_OUT_SALT


@pytest.mark.parametrize("seed", range(5))
def test_whoever_is_held_out_or_in_b_is_as_many_and_orders_as_often_as_that_share_of_all(seed: int):
    rng = np.random.default_rng(seed)
    calendar = make_calendar(date(2026, 6, 1))
    people = make_people(rng, make_catalogue(rng, calendar.days), 1_500, calendar.days)
    experiments = Experiments(rng, calendar, people)
    known = np.array([bool(visitor) for visitor in people.visitors])
    rates = sum(people.present(day) for day in range(calendar.days - DAYS, calendar.days))
    for salt, share, near in ((HOLD_OUT_SALT, HELD_OUT, 0.006), (experiments.test.salt, 0.5, 0.025)):
        places = np.array([place_of(experiments.secret, salt, visitor) for visitor in people.visitors])
        inside = known & (places < share)
        assert inside.sum() / known.sum() == pytest.approx(share, abs=near)
        assert rates[inside].sum() / rates[known].sum() == pytest.approx(share, abs=near)


def test_a_shop_of_a_handful_of_people_has_a_hold_out_all_the_same():
    rng = np.random.default_rng(1)
    calendar = make_calendar(date(2026, 6, 1))
    people = make_people(rng, make_catalogue(rng, calendar.days), 4, calendar.days)
    assert len(Experiments(rng, calendar, people).secret) == 32
