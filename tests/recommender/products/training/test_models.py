from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from recommender.products.data.engine.features import ProductContent, make_features, plain_words, without_identity
from recommender.products.data.engine.history import bought, decayed, read_history, sales
from recommender.products.evaluation.engine.comparison import compare_models
from recommender.products.evaluation.engine.measuring import measure, measure_served
from recommender.products.evaluation.engine.queries import Queries
from recommender.products.evaluation.engine.split import before_last, make_split, single_item_split
from recommender.products.evaluation.engine.tuning import SIGNALS
from recommender.products.serving.engine.diversity import choose_diverse
from recommender.products.training.engine.factors import (
    directions,
    fit_lightfm,
    shared_features,
    shared_named,
    solve_als,
)
from recommender.products.training.engine.fitting import fit_models
from recommender.products.training.engine.links import EASE_REGULARISATION, fit_ease, fit_together, size_weights
from recommender.products.training.engine.scorers import score_lightfm
from recommender.products.types import Task
from tests.recommender.products.invented import (
    COSTS,
    FIGURES,
    PRODUCTS,
    START,
    fit_with,
    group_of,
    history_with_tastes,
    last_day,
    plain_features,
    rows_with_tastes,
)


@pytest.fixture(scope="module")
def history():
    return history_with_tastes()


@pytest.fixture(scope="module")
def features():
    return plain_features()


def test_a_history_is_in_order_of_time_and_leaves_out_unknown_products():
    rows = [("c1", 7, 1, START.replace(day=2), 1), (None, 8, 2, START, 1), ("c1", 99, 3, START, 1)]
    found = read_history(rows, {7: 0, 8: 1})
    assert found.products.tolist() == [1, 0]
    assert found.buyers.tolist() == [-1, 0]
    assert (found.buyer_count, found.product_count, len(found)) == (1, 2, 2)
    assert bought(found).toarray().tolist() == [[1, 0]]


def test_decay_halves_and_counts_an_order_once():
    rows = [("c1", 7, 1, START, 1), ("c1", 7, 1, START, 5), ("c1", 7, 2, START.replace(day=11), 1)]
    found = read_history(rows, {7: 0})
    at = float(found.days[-1])
    assert decayed(found, at, 10.0).toarray()[0, 0] == pytest.approx(1.5)
    assert sales(found, at - 100, at + 1).tolist() == [2]


@pytest.mark.parametrize("task", [Task.NEXT_NEW, Task.NEXT_ALL, Task.CART, Task.COLD])
def test_nothing_after_the_cut_is_known(history, task):
    cut = last_day(history) - 28
    split = make_split(task, history, cut, 28, seed=1)
    changed = make_split(task, history.before(cut + 14), cut, 28, seed=1)
    assert len(split.cases) > 20
    assert split.known.days.max() < cut
    assert np.array_equal(split.known.products, changed.known.products)
    assert split.cases.right.multiply(split.cases.excluded).nnz == 0


def test_next_new_asks_for_first_purchases_only(history):
    cut = last_day(history) - 28
    split = make_split(Task.NEXT_NEW, history, cut, 28, seed=0)
    had = bought(history.before(cut))[split.cases.queries.buyers]
    assert split.cases.right.multiply(had).nnz == 0
    assert (split.cases.excluded != had).nnz == 0


def test_a_cart_gives_half_and_asks_for_the_rest(history):
    rows = [("c1", product, 1, START, 1) for product in range(1, 8)]
    tiny = read_history(rows, {product + 1: product for product in range(PRODUCTS)})
    split = make_split(Task.CART, tiny, float(tiny.days[0]), 1, seed=0)
    assert split.cases.queries.held.nnz == 3
    assert split.cases.right.nnz == 4
    assert single_item_split(tiny, float(tiny.days[0]), 1, seed=0).cases.queries.held.nnz == 1


def test_last_hides_each_buyers_last_order_and_tunes_on_the_one_before(history):
    split = make_split(Task.LAST, history, last_day(history) - 28, 28, seed=0)
    assert len(np.unique(history.orders)) - len(np.unique(split.known.orders)) == history.buyer_count
    assert len(np.unique(before_last(split.known).orders)) == len(np.unique(split.known.orders)) - history.buyer_count


def test_cold_products_are_unknown_and_alone_may_be_shown(history):
    split = make_split(Task.COLD, history, last_day(history) - 28, 28, seed=3)
    cold = np.setdiff1d(np.arange(PRODUCTS), np.unique(split.known.products))
    assert len(cold) == int(0.15 * PRODUCTS)
    assert set(np.unique(split.cases.right.indices)) <= set(cold)
    assert np.all(split.cases.excluded.toarray()[:, cold] == 0)


def test_words_lose_case_and_accents_and_features_have_length_one():
    assert plain_words("Bougie PARFUMÉE à la fève") == ["bougie", "parfumee", "feve"]
    found = make_features([ProductContent(titles=[f"Red lamp {i}"], categories=["Home"], price=i) for i in range(4)])
    assert "category:Home" in found.names
    assert np.allclose(np.sqrt(found.matrix.multiply(found.matrix).sum(axis=1)), 1)


def test_a_product_without_history_is_known_by_its_features_only(features):
    cold = np.arange(PRODUCTS) == 5
    stripped = without_identity(features, cold)
    assert stripped[5, 5] == 0
    assert stripped[6, 6] > 0
    assert np.allclose(np.sqrt(stripped.multiply(stripped).sum(axis=1)), 1)


def test_planted_tastes_are_found_and_the_same_seed_learns_the_same(history, features):
    at = last_day(history)
    one, other = fit_lightfm(history, features, at, seed=5), fit_lightfm(history, features, at, seed=5)
    assert np.array_equal(one.products, other.products)
    held = sp.identity(PRODUCTS, dtype=np.float32, format="csr")
    scores = score_lightfm(one)(Queries(np.full(PRODUCTS, -1, np.int32), held))
    np.fill_diagonal(scores, -np.inf)
    best = np.argsort(-scores, axis=1)[:, :5]
    same = [group_of(int(found)) == group_of(product) for product in range(PRODUCTS) for found in best[product]]
    assert np.mean(same) > 0.9


def test_feature_shares_add_up_to_the_cosine(history, features):
    found = fit_lightfm(history, features, last_day(history), seed=0)
    others = np.array([1, 2, 30])
    unit = directions(found.products)
    shares = np.asarray(shared_features(found, 0, others).sum(axis=1)).ravel()
    assert np.allclose(shares, unit[others] @ unit[0], atol=1e-4)
    columns, named = shared_named(found, 0, others)
    assert {features.names[column - PRODUCTS] for column in columns} == {"word:garden", "word:thing", "price:0"} & set(
        features.names
    ) | {"vendor:Acme"}
    assert np.allclose(named, shared_features(found, 0, others).toarray()[:, columns], atol=1e-6)


def test_links_join_what_is_bought_together():
    rows = sp.csr_matrix(np.array([[1, 1, 0, 0]] * 20 + [[0, 0, 1, 1]] * 20, np.float32))
    for links in (fit_together(rows).toarray(), fit_ease(rows)):
        assert np.argmax(links[0]) == 1
        assert np.argmax(links[3]) == 2
        assert np.all(np.diag(links) == 0)


@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_ease_is_the_solution_of_its_equation(dropout: float):
    rows = sp.random(200, 700, density=0.05, random_state=1, format="csr", dtype=np.float32)
    counts = (rows.T @ rows).toarray().astype(np.float64)
    gram = counts + EASE_REGULARISATION * np.eye(700) + dropout / (1 - dropout) * np.diag(np.diag(counts))
    inverse = np.linalg.inv(gram)
    expected = -inverse / np.diag(inverse)
    np.fill_diagonal(expected, 0)
    assert np.allclose(fit_ease(rows, dropout=dropout), expected, atol=1e-5)


def test_who_holds_much_says_less_of_each_pair_and_all_together_as_much_as_before():
    rows = sp.csr_matrix(np.array([[1, 0, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0], [0, 2, 0, 0]], np.float32))
    weight = size_weights(rows).toarray() ** 2 / np.maximum(rows.toarray() ** 2, 1)
    assert weight[0, 0] == pytest.approx(2 * weight[1, 0])  # one product, and four
    assert weight[0, 0] == pytest.approx(weight[3, 1])
    assert weight[[0, 1, 3], [0, 0, 1]].mean() == pytest.approx(1)
    assert np.allclose(size_weights(rows, least=4).toarray(), rows.toarray())  # nobody holds more than four
    assert size_weights(sp.csr_matrix((2, 3), dtype=np.float32)).nnz == 0


def test_als_places_a_new_buyer_near_what_they_hold(history):
    draw = np.random.default_rng(0)
    points = draw.normal(size=(6, 4)).astype(np.float32)
    held = sp.csr_matrix(np.array([[0, 3, 0, 0, 0, 0], [0] * 6], np.float32))
    found = solve_als(held, points)
    assert found[0] @ points[1] > 0
    assert found[1].tolist() == [0, 0, 0, 0]


def test_diversity_puts_unlike_products_first_and_keeps_the_best():
    unit = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    scores = np.array([1.0, 0.95, 0.9], np.float32)
    free = np.zeros(3, np.float32)
    assert choose_diverse(scores, free, unit, 2, 2.0).tolist() == [0, 2]
    assert choose_diverse(np.array([-np.inf, 1, -np.inf], np.float32), free, unit, 3, 0.4).tolist() == [1]


def test_learning_beats_the_simple_rule_where_there_is_taste(history, features):
    comparison = compare_models(Task.NEXT_NEW, history, fit_with(features), cut=last_day(history) - 28, days=28, seed=0)
    assert comparison.tuned.served == "blend"
    assert comparison.tuned.difference_low > 0
    found = measure(comparison, 10, seed=0)
    assert set(found) >= {"popular", "trend", "buy_again", "together", "ease", "als", "lightfm", "blend", "simple"}
    assert set(found["lightfm"]) == {*FIGURES, *COSTS}
    assert found["buy_again"] == dict.fromkeys((*FIGURES, *COSTS))
    assert found["lightfm"]["ndcg"] > 1.5 * found["popular"]["ndcg"]
    assert found["blend"]["ndcg"] > 1.5 * found["simple"]["ndcg"]
    assert set(measure_served(comparison, 10, seed=0)) == set(FIGURES)


def test_a_blend_of_any_parts_costs_what_their_fits_cost(history, features):
    cut = last_day(history) - 28
    comparison = compare_models(Task.NEXT_ALL, history, fit_with(features), cut=cut, days=28, seed=0)
    weights = dict.fromkeys((name for names in SIGNALS.values() for name in names), 0.1)
    blend = measure(replace(comparison, tuned=replace(comparison.tuned, weights=weights)), 5, 0)["blend"]
    fits = {"buy_again", "trend", "due", "together", "ease", "basket_ease", "sequence", "als", "lightfm"}
    spent = sum(comparison.fitted.cpu_seconds[fit] for fit in fits)
    assert blend["train_cpu_seconds"] == pytest.approx(spent, abs=1e-3)


def test_the_simple_rule_is_served_where_there_is_nothing_to_learn(features):
    for seed in (1, 2, 3):
        chance = history_with_tastes(seed, planted=False)
        comparison = compare_models(
            Task.NEXT_ALL, chance, fit_with(features), cut=last_day(chance) - 28, days=28, seed=seed
        )
        assert comparison.tuned.served == "simple"


def test_too_little_history_is_said(features):
    rows = rows_with_tastes()[:40]
    tiny = read_history(rows, {product + 1: product for product in range(PRODUCTS)})
    with pytest.raises(ValueError, match="nothing to measure"):
        compare_models(Task.NEXT_ALL, tiny, fit_with(features), cut=float(tiny.days[0]) - 5, days=2, seed=0)
    first = read_history([("c1", p, 1, START, 1) for p in range(1, 8)], {p + 1: p for p in range(PRODUCTS)})
    with pytest.raises(ValueError, match="nothing to learn"):
        compare_models(Task.CART, first, fit_with(features), cut=float(first.days[0]) - 1, days=9, seed=0)


def test_where_orders_hold_one_product_carts_are_measured_with_the_links_that_are_served(features):
    rows = [(row[0], row[1], number, *row[3:]) for number, row in enumerate(rows_with_tastes(buyers=120))]
    history = read_history(rows, {product + 1: product for product in range(PRODUCTS)})
    split = single_item_split(history, last_day(history), 28.0, 0)
    assert split.from_baskets
    measured, served = (fit_models(one, features, 0).columns for one in (split, replace(split, from_baskets=False)))
    assert np.array_equal(measured["basket_ease_links"], served["basket_ease_links"])
    assert np.array_equal(measured["basket_ease_weights"], served["basket_ease_weights"])
