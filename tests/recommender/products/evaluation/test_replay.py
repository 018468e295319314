"""Rules replayed: the right moments, the right counts, and an interval that means what it says."""

import dataclasses
import json

import numpy as np
import pytest

from recommender.products.data.engine.history import History
from recommender.products.evaluation.engine.replay import (
    Moment,
    interval_of,
    moments_of_orders,
    moments_of_visits,
    replay,
)
from recommender.products.evaluation.replay import replay_tally_of
from recommender.products.types import Shelf


def history(rows) -> History:
    """Rows are (buyer, product, order, day), by day."""
    buyers, products, orders, days = (np.array(column) for column in zip(*rows, strict=True))
    return History(
        buyers.astype(np.int32),
        products.astype(np.int32),
        orders.astype(np.int32),
        days.astype(np.float64),
        int(buyers.max()) + 1,
        10,
        int(orders.max()) + 1,
    )


BOUGHT = [
    (0, 1, 0, 10.0),
    (0, 2, 0, 10.0),
    (1, 3, 1, 30.0),
    (0, 4, 2, 40.0),
    (0, 4, 2, 40.0),
    (0, 5, 2, 40.0),
    (0, 6, 2, 40.0),
    (-1, 7, 3, 41.0),
    (-1, 8, 3, 41.0),
    (1, 9, 4, 42.0),
    (1, 9, 4, 42.0),
]


def test_an_order_of_several_products_gives_one_and_asks_for_the_rest():
    found = moments_of_orders(history(BOUGHT), 20.0, 100, 0.0, seed=0)
    assert [{*one.given, *one.right} for one in found] == [{4, 5, 6}, {7, 8}]
    assert [len(one.given) for one in found] == [1, 1]
    assert all(one.bought == () for one in found)


def test_what_the_buyer_had_bought_until_then_comes_along_and_nothing_later():
    found = moments_of_orders(history(BOUGHT), 20.0, 100, 30.0, seed=0)
    assert [one.bought for one in found] == [((1, 30.0), (2, 30.0)), ()]
    assert moments_of_orders(history(BOUGHT), 20.0, 100, 29.0, seed=0)[0].bought == ()


def test_no_more_moments_than_asked_for_and_the_same_ones_each_time():
    many = history([(n, product, n, float(n)) for n in range(50) for product in (n % 5, 5 + n % 5)])
    found = moments_of_orders(many, 0.0, 10, 0.0, seed=3)
    assert len(found) == 10
    assert found == moments_of_orders(many, 0.0, 10, 0.0, seed=3)


def test_a_view_that_another_products_view_followed_is_a_moment_with_what_was_seen_before():
    seen = [(0, 1, 0, 1.0), (1, 8, 1, 1.5), (0, 2, 2, 2.0), (0, 2, 3, 2.5), (0, 1, 4, 3.0), (0, 3, 5, 4.0)]
    found = moments_of_visits(history(seen), 0.0, 100, seed=0)
    assert found == [Moment(0, (1,), (2,)), Moment(0, (2, 1), (1,)), Moment(0, (1, 2), (3,))]


def test_won_and_lost_are_counted_with_the_margin_of_one_piece():
    moments = [Moment(0, (0,), (1, 2)), Moment(1, (0,), (3,)), Moment(2, (0,), (4,))]
    margins = np.array([np.nan, 5, 2, 7, np.nan, 0, 0, 0, 0, 0])
    done = []
    found = replay(Shelf.CART, moments, lambda _: [2, 3, 4], lambda _: [1, 2, 4], margins, done.append)
    assert (found.moments, found.changed, found.held_before, found.held_after) == (3, 3, 3, 3)
    assert (found.won, found.lost, found.costed) == (1, 1, 0.75)
    assert found.difference.mean == 0
    assert found.margin.mean == pytest.approx(100 * (5 - 7) / 3)
    assert done == [1, 2, 3]
    assert replay_tally_of(json.loads(json.dumps(dataclasses.asdict(found)))) == found


def test_the_same_shelf_differs_by_nothing_and_an_unknown_cost_gives_no_margin():
    found = replay(None, [Moment(0, (0,), (1,))], lambda _: [1], lambda _: [1], np.full(10, np.nan))
    assert (found.changed, found.won, found.lost, found.margin, found.costed) == (0, 0, 0, None, 0.0)
    assert replay_tally_of(dataclasses.asdict(found)) == found
    assert replay(None, [], lambda _: [1], lambda _: [2], np.zeros(10)).moments == 0


@pytest.mark.parametrize("size", [1, 10])
def test_the_interval_holds_the_truth_about_as_often_as_it_says_also_where_a_visit_is_of_one_mind(size):
    draw, clusters = np.random.default_rng(1), np.repeat(np.arange(150), size)
    held = 0
    for _ in range(200):
        found = interval_of(np.repeat(draw.choice([-1.0, 0.0, 1.0], size=150, p=[0.1, 0.7, 0.2]), size), clusters)
        held += found.low <= 10 <= found.high
    assert 180 <= held <= 200
