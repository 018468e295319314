import math

import numpy as np
import pytest
import scipy.sparse as sp

from recommender.products.evaluation.engine.metrics import bootstrapped, gini, rank_cases, summed_up

NONE = sp.csr_matrix((1, 5))


def rank(scores, right, excluded=None, k=3):
    excluded = sp.csr_matrix(excluded or np.zeros_like(scores))
    return rank_cases(
        np.array(scores, np.float32), sp.csr_matrix(right), excluded, np.arange(len(scores[0])), k, with_auc=True
    )


def test_a_case_worked_by_hand_gives_these_figures():
    # Ranking: product 3, 0, 2, 4, 1. Right: 0 (second), 4 (fourth).
    found = rank([[0.8, 0.1, 0.5, 0.9, 0.3]], [[1, 0, 0, 0, 1]])
    assert found.top.tolist() == [[3, 0, 2]]
    ideal = 1 + 1 / math.log2(3)
    assert found.ndcg[0] == pytest.approx((1 / math.log2(3)) / ideal)
    assert found.recall[0] == 0.5
    assert found.hit[0] == 1
    assert found.mrr[0] == 0.5
    # Pairs (right, other): 0 beats 1 and 2, loses to 3; 4 beats 1, loses to 2 and 3: three of six.
    assert found.auc[0] == pytest.approx(3 / 6)


def test_barred_products_are_no_candidates():
    found = rank([[0.8, 0.1, 0.5, 0.9, 0.3]], [[1, 0, 0, 0, 1]], [[0, 0, 0, 1, 0]])
    assert found.top.tolist() == [[0, 2, 4]]
    assert found.recall[0] == 1
    assert found.auc[0] == pytest.approx(3 / 4)


def test_what_cannot_fill_a_list_leaves_it_short():
    found = rank([[0.8, 0.1, 0.5, 0.9, 0.3]], [[1, 0, 0, 0, 0]], [[0, 1, 1, 1, 1]])
    assert found.top.tolist() == [[0, -1, -1]]
    assert (found.ndcg[0], found.hit[0]) == (1, 1)
    assert np.isnan(found.auc[0])


def test_ties_count_half_and_are_ranked_by_lot():
    scores = np.zeros((1, 5), np.float32)
    found = rank_cases(scores, sp.csr_matrix([[1, 0, 0, 0, 0]]), NONE, np.array([4, 3, 2, 1, 0]), 3, with_auc=True)
    assert found.auc[0] == 0.5
    assert found.top.tolist() == [[4, 3, 2]]
    assert found.hit[0] == 0


def test_coverage_and_gini_count_what_is_shown():
    found = summed_up([rank([[3, 2, 1, 0, 0], [3, 2, 1, 0, 0]], [[1, 0, 0, 0, 0], [0, 0, 1, 0, 0]], k=2)], 5)
    assert found["coverage"] == pytest.approx(2 / 5)
    assert found["hit"] == 0.5
    assert found["gini"] == pytest.approx(gini(np.array([2, 2, 0, 0, 0])))


def test_gini_is_nought_for_equals_and_high_for_one_winner():
    assert gini(np.ones(10)) == pytest.approx(0)
    assert gini(np.array([0] * 9 + [7])) == pytest.approx(0.9)
    assert gini(np.zeros(3)) == 0


def test_the_bootstrap_agrees_with_the_normal_interval_and_draws_by_its_seed():
    leads = np.random.default_rng(0).normal(0.1, 1.0, 4_000)
    margin = 1.96 * leads.std() / np.sqrt(len(leads))
    alone = np.arange(len(leads))
    found = bootstrapped(leads, alone, 0)
    assert found == pytest.approx((leads.mean() - margin, leads.mean() + margin), abs=margin / 10)
    assert found == bootstrapped(leads, alone, 0) != bootstrapped(leads, alone, 1)
    assert bootstrapped(np.zeros(20), np.arange(20), 0) == (0, 0)


def test_views_of_one_visit_are_one_chance_and_not_many():
    of_visits = np.random.default_rng(0).normal(0.1, 1.0, 400)
    visits = np.repeat(np.arange(400), 10)
    low, high = bootstrapped(of_visits[visits], visits, 0)
    assert (low, high) == pytest.approx(bootstrapped(of_visits, np.arange(400), 0))
    as_if_apart = bootstrapped(of_visits[visits], np.arange(4_000), 0)
    assert high - low > 3 * (as_if_apart[1] - as_if_apart[0]) > 0
