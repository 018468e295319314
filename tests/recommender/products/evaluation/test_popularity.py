"""Exposure prices: more of the catalogue is seen, for no more accuracy than the shop gives."""

import numpy as np
import pytest
import scipy.sparse as sp

from recommender.products.evaluation.engine.comparison import compare_models
from recommender.products.evaluation.engine.measuring import figures_of, measure_served
from recommender.products.evaluation.engine.popularity import (
    Diversification,
    DiversityTradeOff,
    diversify,
    diversity_for,
    popularity_penalties,
    tolerance_for,
)
from recommender.products.evaluation.engine.queries import Queries
from recommender.products.evaluation.engine.split import Audience, last_anchors, last_baskets, last_buyers, make_split
from recommender.products.serving.engine.diversity import choose_diverse, diversified, penalty_shares
from recommender.products.types import Purpose, Task
from tests.recommender.products.invented import PRODUCTS, fit_with, history_with_tastes, last_day, plain_features


@pytest.fixture(scope="module")
def history():
    return history_with_tastes()


def audience(size, products):
    nothing = sp.csr_matrix((size, products), dtype=np.float32)
    return Audience(Queries(np.full(size, -1, np.int32), nothing), nothing)


def test_what_everybody_would_be_shown_gets_a_price_and_what_nobody_would_be_shown_gets_none():
    scores = np.linspace(0, 1, 100, dtype=np.float32)
    penalties = popularity_penalties(lambda queries: np.tile(scores, (len(queries), 1)), audience(50, 100), 0.4)
    assert penalties[99] > penalties[80] > 0
    assert not penalties[:30].any()
    assert (scores - penalties)[99] < scores[99]


def test_no_variety_no_audience_or_a_handful_of_products_means_no_prices():
    def score(queries):
        return np.ones((len(queries), queries.held.shape[1]), np.float32)

    for one, diversity in ((audience(50, 100), 0.0), (audience(0, 100), 0.4), (audience(50, 5), 0.4)):
        assert not popularity_penalties(score, one, diversity).any()


def test_there_is_as_much_variety_as_the_shop_tolerates_for_sure_and_no_step_is_leapt():
    trade_offs = [
        DiversityTradeOff(0.0, 0.100, 0.100, 0.1, 0.9),
        DiversityTradeOff(0.2, 0.101, 0.098, 0.2, 0.8),
        DiversityTradeOff(0.4, 0.099, 0.096, 0.3, 0.7),
        DiversityTradeOff(0.6, 0.090, 0.080, 0.5, 0.6),
        DiversityTradeOff(0.8, 0.100, 0.099, 0.6, 0.5),
    ]
    assert [diversity_for(trade_offs, tolerance) for tolerance in (0.0, 0.03, 0.05, 0.5)] == [0.0, 0.2, 0.4, 0.8]
    assert diversity_for([]) == 0.0


def test_what_a_variety_may_cost_is_told_with_what_chance_may_add(history):
    comparison = compare_models(
        Task.NEXT_NEW, history, fit_with(plain_features()), cut=last_day(history) - 28, days=28, seed=0
    )
    none, *more = comparison.trade_offs
    assert none.ndcg_low == none.ndcg
    assert all(one.ndcg_low <= one.ndcg for one in more)
    assert any(one.ndcg_low < one.ndcg for one in more)


def test_the_first_place_pays_little_of_a_price_and_the_last_most():
    scores = np.array([3.0, 2.0, 1.0, 0.9, 0.8], np.float32)
    penalties = np.array([1.0, 1.0, 0.0, 0.0, 0.0], np.float32)
    unit = np.identity(5, dtype=np.float32)
    assert choose_diverse(scores - penalties, penalties, unit, 4, 0.0).tolist() == [0, 1, 2, 3]
    assert choose_diverse(scores - 2 * penalties, 2 * penalties, unit, 4, 0.0).tolist() == [0, 2, 3, 4]
    assert penalty_shares(4).mean() == 1


def test_those_who_would_be_shown_something_are_the_last_who_bought_and_no_answer_is_known(history):
    cut = last_day(history) - 28
    split = make_split(Task.NEXT_NEW, history, cut, 28, seed=0)
    changed = make_split(Task.NEXT_NEW, history.before(cut + 7), cut, 28, seed=0)
    found, again = (last_buyers(Task.NEXT_NEW, one) for one in (split, changed))
    assert (found.queries.held != again.queries.held).nnz == 0
    assert found.queries.held.multiply(found.excluded).nnz == found.queries.held.nnz
    carts, pages = last_baskets(split).queries.held, last_anchors(split, 0).queries.held
    assert np.diff(carts.indptr).min() > 1
    assert (np.diff(pages.indptr) == 1).all()
    assert pages.multiply(carts).nnz == carts.shape[0]


def test_the_pages_that_penalties_are_learnt_from_are_drawn_by_the_seed(history):
    split = make_split(Task.NEXT_NEW, history, last_day(history) - 28, 28, seed=0)
    carts = last_baskets(split).queries.held
    pages = [last_anchors(split, seed).queries.held for seed in (0, 0, 1)]
    assert (pages[0] != pages[1]).nnz == 0 < (pages[0] != pages[2]).nnz
    sizes = np.diff(carts.indptr)
    places = [np.searchsorted(carts[row].indices, pages[0][row].indices[0]) for row in range(carts.shape[0])]
    # As often the last of an order as its first.
    assert np.mean(places / (sizes - 1)) == pytest.approx(0.5, abs=0.05)


def test_more_of_the_catalogue_is_seen_and_everybody_still_gets_what_suits_them():
    draw = np.random.default_rng(3)
    tastes = draw.normal(size=(400, 300)).astype(np.float32) + 3 * np.linspace(0, 1, 300, dtype=np.float32) ** 4
    queries = Queries(np.arange(400, dtype=np.int32), sp.identity(400, dtype=np.float32, format="csr")[:, :300])

    def score(queries):
        return tastes[queries.buyers]

    penalties = popularity_penalties(score, Audience(queries.part(slice(0, 200)), queries.held[:200] * 0), 0.4)
    others, nothing = tastes[200:], queries.held[200:] * 0
    told = Diversification(0.4, penalties, np.zeros((300, 2), np.float32))
    diversification, fairly = (
        np.argsort(-scores, axis=1)[:, :10] for scores in (others, diversify(others, nothing, told))
    )
    assert (
        np.bincount(fairly.ravel(), minlength=300).max()
        < 0.7 * np.bincount(diversification.ravel(), minlength=300).max()
    )
    worth, still = (np.take_along_axis(others, top, axis=1).mean() for top in (diversification, fairly))
    assert 0.9 * worth < still < worth


def test_a_contest_says_what_variety_costs_and_gives(history):
    comparison = compare_models(
        Task.NEXT_NEW, history, fit_with(plain_features()), cut=last_day(history) - 28, days=28, seed=0
    )
    assert comparison.trade_offs[0].diversity == 0
    assert all(0 < trade_off.ndcg <= 1 and 0 < trade_off.coverage <= 1 for trade_off in comparison.trade_offs)
    assert comparison.diversification.penalties.shape == (PRODUCTS,)
    plain = figures_of(comparison.scores[comparison.tuned.served], comparison.split.cases, 10, seed=0)
    assert measure_served(comparison, 10, seed=0)["ndcg"] > 0.9 * plain["ndcg"]


def test_rows_varied_together_are_those_varied_one_by_one():
    chance = np.random.default_rng(3)
    scores = chance.normal(size=(60, 80)).astype(np.float32)
    scores[:10] = np.round(scores[:10])  # equals
    scores[20:30, 5:] = -np.inf  # fewer than there are places
    scores[30] = 1.0
    scores[31] = -np.inf
    penalties = chance.random(80).astype(np.float32)
    unit = chance.normal(size=(80, 16)).astype(np.float32)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    for k in (1, 8, 10):
        together = diversified(scores, penalties, unit, k, 0.6)
        for row, one in enumerate(scores):
            chosen = choose_diverse(one, penalties, unit, k, 0.6)
            assert np.argsort(-together[row], kind="stable")[: len(chosen)].tolist() == chosen.tolist()


def test_what_a_buyer_takes_next_gives_two_percent_for_diversity_at_most():
    tolerances = [tolerance_for(purpose, share) for purpose in (Purpose.NEXT, Purpose.NEW) for share in (0, 0.1)]
    assert tolerances == [0, 0.02, 0, 0.1]
