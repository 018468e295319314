"""What follows what: steps, rules from one to the next, and sequences that went the same way."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from recommender.products.data.engine.history import History, largest, order_size, steps_back
from recommender.products.evaluation.engine import split as splits
from recommender.products.evaluation.engine.blend import LEAST_CASES, fold_of_each, tune
from recommender.products.evaluation.engine.queries import DenseParts, Queries, score_same
from recommender.products.evaluation.engine.split import make_split, split_for, without_seen
from recommender.products.training.engine.sequences import fit_sequence, score_sequences
from recommender.products.training.engine.visits import SHARED_SHARE, fit_visits, two_steps
from recommender.products.types import Purpose, Task


def history_of(*sequences, products=6):
    """One buyer a sequence, one order a step; a step is a product or several."""
    lines = [
        (buyer, product, 100 * buyer + step, step + buyer / 100)
        for buyer, sequence in enumerate(sequences)
        for step, held in enumerate(sequence)
        for product in (held if isinstance(held, tuple) else (held,))
    ]
    lines.sort(key=lambda line: line[3])
    buyers, held, orders, days = (np.array(column) for column in zip(*lines, strict=True))
    return History(
        buyers.astype(np.int32),
        held.astype(np.int32),
        orders.astype(np.int32),
        days.astype(float),
        len(sequences),
        products,
        100 * len(sequences),
    )


def test_a_step_further_back_counts_half():
    found = steps_back(history_of([0, (1, 2), 3], [2, 2])).toarray()
    assert found[0].tolist() == [0.25, 0.5, 0.5, 1.0, 0.0, 0.0]
    assert found[1].tolist() == [0.0, 0.0, 1.0, 0.0, 0.0, 0.0]


def test_what_came_after_is_linked_by_how_soon_and_how_often():
    links = fit_sequence(history_of([0, 1, 2], [0, 1], [3])).toarray()
    assert links[0].tolist() == [0, 2.0, 0.5, 0, 0, 0]
    assert links[1, 2] == 1
    assert not links[2].any()
    assert not links[3].any()


def test_orders_of_several_products_are_steps_too_and_guests_are_none():
    history = history_of([(0, 1), (2, 3)], [(4, 5)])
    assert order_size(history) == 2
    links = fit_sequence(history).toarray()
    assert links[0, 2] == links[1, 3] == 1
    assert not links[4].any()
    nobody = History(np.full(6, -1, np.int32), history.products, history.orders, history.days, 0, 6, 200)
    assert fit_sequence(nobody).nnz == 0
    assert steps_back(nobody).shape == (0, 6)


def test_sequences_that_share_what_is_rare_come_first():
    history = history_of([0, 1, 2], [0, 1, 2], [0, 3], [0, 4], [0, 5])
    asked = Queries(np.array([-1], np.int32), sp.csr_matrix(np.array([[0.5, 1.0, 0, 0, 0, 0]], np.float32)))
    scores = score_sequences(history)(asked)[0]
    assert scores[2] > 2 * scores[3:].max()


def test_a_visit_asks_for_each_next_view_and_may_leave_out_what_was_seen():
    split = make_split(Task.SESSION, history_of([0, 1, 0, 2], [3]), 0.0, 9.0, seed=0)
    assert split.cases.right.indices.tolist() == [1, 0, 2]
    assert split.cases.queries.held.toarray()[2].tolist() == [1.0, 0.5, 0, 0, 0, 0]
    fresh = without_seen(split).cases
    assert fresh.right.indices.tolist() == [1, 2]
    assert fresh.excluded.toarray()[1].tolist() == [1, 1, 0, 0, 0, 0]
    assert len(make_split(Task.SESSION, history_of([3]), 0.0, 9.0, seed=0).cases) == 0


def test_views_of_one_visit_are_judged_together():
    visits = [[draw % 6, (draw + 1) % 6, (draw + 3) % 6] for draw in range(60)]
    cases = make_split(Task.SESSION, history_of(*visits), 0.0, 9.0, seed=0).cases
    folds = fold_of_each(cases, seed=0)
    assert len(cases) == 120
    assert all(len(set(folds[cases.queries.buyers == visit])) == 1 for visit in range(60))
    assert np.bincount(folds).tolist() == [30, 30, 30, 30]
    assert fold_of_each(cases, seed=1).tolist() != folds.tolist()


def test_many_views_of_few_visits_tune_nothing():
    models = DenseParts({"one": score_same(np.arange(6.0)), "other": score_same(np.arange(6.0)[::-1])})
    visits = [[(start + step) % 6 for step in range(12)] for start in range(LEAST_CASES)]
    for count, is_tuned in ((LEAST_CASES, True), (LEAST_CASES - 1, False)):
        cases = make_split(Task.SESSION, history_of(*visits[:count]), 0.0, 99.0, seed=0).cases
        assert bool(tune(models, {"one": 1.0}, cases, seed=0).folds) is is_tuned


def test_of_many_views_whole_visits_are_drawn_to_tune_and_all_that_is_known_stays(monkeypatch):
    views = history_of(*([draw % 6, (draw + 1) % 6, (draw + 3) % 6] for draw in range(60)))
    cut, whole = 0.3, split_for(Purpose.VISIT, views, 0.3, 9.0, seed=0)
    monkeypatch.setattr(splits, "MOST_VIEWS", 50)
    fewer, again, other = (split_for(Purpose.VISIT, views, cut, 9.0, seed) for seed in (0, 0, 1))
    assert fewer.known.days.tolist() == whole.known.days.tolist() == views.before(cut).days.tolist()
    cases = {visit: int((whole.cases.queries.buyers == visit).sum()) for visit in np.unique(fewer.cases.queries.buyers)}
    assert len(fewer.cases) == sum(cases.values())
    assert 30 < len(fewer.cases) + len(cases) <= 50 < len(whole.cases)
    assert fewer.cases.queries.buyers.tolist() == again.cases.queries.buyers.tolist()
    assert fewer.cases.queries.buyers.tolist() != other.cases.queries.buyers.tolist()


@pytest.mark.parametrize("count", [0, 40])
def test_the_largest_of_a_cell_is_kept(count):
    draw = np.random.default_rng(0)
    rows, columns, values = draw.integers(0, 3, count), draw.integers(0, 4, count), draw.random(count)
    expected = np.zeros((3, 4), np.float32)
    np.maximum.at(expected, (rows, columns), values.astype(np.float32))
    assert np.array_equal(largest(rows, columns, values, (3, 4)).toarray(), expected)


def test_products_that_two_visits_share_are_linked_both_ways_and_those_of_one_visit_only_as_they_followed():
    views = history_of([0, 1], [1, 0], [2, 3])
    links = fit_visits(views).toarray()
    shared = SHARED_SHARE * 2 / np.sqrt(2)
    assert links[0, 1] == links[1, 0] == pytest.approx(1 + shared)
    assert (links[2, 3], links[3, 2]) == (1, 0)
    assert not np.diag(links).any()


def test_what_came_later_adds_what_was_not_counted_before():
    views = history_of([0, 1, 2], [0, 1, 2], [1, 2])
    views = replace(views, orders=np.arange(len(views), dtype=np.int32), order_count=len(views))
    first = int((views.days < 2).sum())
    before = fit_visits(views.where(views.orders < first)).toarray()
    assert before.any()
    assert np.allclose(before + fit_visits(views, first).toarray(), fit_visits(views).toarray())


def test_two_steps_lead_where_a_random_walk_does_and_not_back():
    chance, count = np.random.default_rng(4), 40
    weights = np.where(chance.random((count, 6)) < 0.3, 0, chance.integers(1, 9, (count, 6))).astype(np.float16)
    links = np.where(weights > 0, chance.integers(0, count, (count, 6)), 0).astype(np.int32)
    weights[3] = 0
    step = np.zeros((count, count))
    np.add.at(step, (np.repeat(np.arange(count), 6), links.ravel()), weights.ravel().astype(float))
    step /= np.maximum(step.sum(axis=1, keepdims=True), 1e-9)
    expected = step @ step
    np.fill_diagonal(expected, 0)
    rows = np.array([0, 3, 5, 39])
    reached, shares = two_steps(links, weights, rows)
    found = np.zeros((len(rows), count))
    np.add.at(found, (np.repeat(np.arange(len(rows)), reached.shape[1]), reached.ravel()), shares.ravel().astype(float))
    assert found == pytest.approx(expected[rows], abs=1e-3)
    assert not found[1].any()
    assert found[0].any()
