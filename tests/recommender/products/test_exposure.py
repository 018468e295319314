"""Exposure prices: more of the catalogue is seen, for no more accuracy than the shop gives."""

import numpy as np
import pytest
import scipy.sparse as sp

from recommender.products.engine.cases import Audience, last_anchors, last_baskets, last_buyers, make_trial
from recommender.products.engine.diversity import choose_varied, diversified, price_shares
from recommender.products.engine.exposure import Shown, Trade, exposure_prices, varied, variety_for
from recommender.products.engine.learning import hold_contest
from recommender.products.engine.measuring import figures_of, measure_served
from recommender.products.engine.scorers import Asked
from recommender.products.types import Task
from tests.recommender.products.invented import PRODUCTS, history_with_tastes, last_day, plain_features


@pytest.fixture(scope="module")
def history():
    return history_with_tastes()


def audience(size, products):
    nothing = sp.csr_matrix((size, products), dtype=np.float32)
    return Audience(Asked(np.full(size, -1, np.int32), nothing), nothing)


def test_what_everybody_would_be_shown_gets_a_price_and_what_nobody_would_be_shown_gets_none():
    scores = np.linspace(0, 1, 100, dtype=np.float32)
    prices = exposure_prices(lambda asked: np.tile(scores, (len(asked), 1)), audience(50, 100), 0.4)
    assert prices[99] > prices[80] > 0
    assert not prices[:30].any()
    assert (scores - prices)[99] < scores[99]


def test_no_variety_no_audience_or_a_handful_of_products_means_no_prices():
    def score(asked):
        return np.ones((len(asked), asked.held.shape[1]), np.float32)

    for one, variety in ((audience(50, 100), 0.0), (audience(0, 100), 0.4), (audience(50, 5), 0.4)):
        assert not exposure_prices(score, one, variety).any()


def test_there_is_as_much_variety_as_the_shop_tolerates_for_sure_and_no_step_is_leapt():
    trades = [
        Trade(0.0, 0.100, 0.100, 0.1, 0.9),
        Trade(0.2, 0.101, 0.098, 0.2, 0.8),
        Trade(0.4, 0.099, 0.096, 0.3, 0.7),
        Trade(0.6, 0.090, 0.080, 0.5, 0.6),
        Trade(0.8, 0.100, 0.099, 0.6, 0.5),
    ]
    assert [variety_for(trades, tolerance) for tolerance in (0.0, 0.03, 0.05, 0.5)] == [0.0, 0.2, 0.4, 0.8]
    assert variety_for([]) == 0.0


def test_what_a_variety_may_cost_is_told_with_what_chance_may_add(history):
    contest = hold_contest(Task.NEXT_NEW, history, plain_features(), cut=last_day(history) - 28, days=28, seed=0)
    none, *more = contest.trades
    assert none.ndcg_low == none.ndcg
    assert all(one.ndcg_low <= one.ndcg for one in more)
    assert any(one.ndcg_low < one.ndcg for one in more)


def test_the_first_place_pays_little_of_a_price_and_the_last_most():
    scores = np.array([3.0, 2.0, 1.0, 0.9, 0.8], np.float32)
    prices = np.array([1.0, 1.0, 0.0, 0.0, 0.0], np.float32)
    unit = np.identity(5, dtype=np.float32)
    assert choose_varied(scores - prices, prices, unit, 4, 0.0).tolist() == [0, 1, 2, 3]
    assert choose_varied(scores - 2 * prices, 2 * prices, unit, 4, 0.0).tolist() == [0, 2, 3, 4]
    assert price_shares(4).mean() == 1


def test_those_who_would_be_shown_something_are_the_last_who_bought_and_no_answer_is_known(history):
    cut = last_day(history) - 28
    trial = make_trial(Task.NEXT_NEW, history, cut, 28, seed=0)
    changed = make_trial(Task.NEXT_NEW, history.before(cut + 7), cut, 28, seed=0)
    found, again = (last_buyers(Task.NEXT_NEW, one) for one in (trial, changed))
    assert (found.asked.held != again.asked.held).nnz == 0
    assert found.asked.held.multiply(found.barred).nnz == found.asked.held.nnz
    carts, pages = last_baskets(trial).asked.held, last_anchors(trial).asked.held
    assert np.diff(carts.indptr).min() > 1
    assert (np.diff(pages.indptr) == 1).all()
    assert pages.multiply(carts).nnz == carts.shape[0]


def test_more_of_the_catalogue_is_seen_and_everybody_still_gets_what_suits_them():
    draw = np.random.default_rng(3)
    tastes = draw.normal(size=(400, 300)).astype(np.float32) + 3 * np.linspace(0, 1, 300, dtype=np.float32) ** 4
    asked = Asked(np.arange(400, dtype=np.int32), sp.identity(400, dtype=np.float32, format="csr")[:, :300])

    def score(asked):
        return tastes[asked.buyers]

    prices = exposure_prices(score, Audience(asked.part(slice(0, 200)), asked.held[:200] * 0), 0.4)
    others, nothing = tastes[200:], asked.held[200:] * 0
    told = Shown(0.4, prices, np.zeros((300, 2), np.float32))
    shown, fairly = (np.argsort(-scores, axis=1)[:, :10] for scores in (others, varied(others, nothing, told)))
    assert np.bincount(fairly.ravel(), minlength=300).max() < 0.7 * np.bincount(shown.ravel(), minlength=300).max()
    worth, still = (np.take_along_axis(others, top, axis=1).mean() for top in (shown, fairly))
    assert 0.9 * worth < still < worth


def test_a_contest_says_what_variety_costs_and_gives(history):
    contest = hold_contest(Task.NEXT_NEW, history, plain_features(), cut=last_day(history) - 28, days=28, seed=0)
    assert contest.trades[0].variety == 0
    assert all(0 < trade.ndcg <= 1 and 0 < trade.coverage <= 1 for trade in contest.trades)
    assert contest.shown.prices.shape == (PRODUCTS,)
    plain = figures_of(contest.scores[contest.tuned.served], contest.trial.cases, 10, seed=0)
    assert measure_served(contest, 10, seed=0)["ndcg"] > 0.9 * plain["ndcg"]


def test_rows_varied_together_are_those_varied_one_by_one():
    chance = np.random.default_rng(3)
    scores = chance.normal(size=(60, 80)).astype(np.float32)
    scores[:10] = np.round(scores[:10])  # equals
    scores[20:30, 5:] = -np.inf  # fewer than there are places
    scores[30] = 1.0
    scores[31] = -np.inf
    prices = chance.random(80).astype(np.float32)
    unit = chance.normal(size=(80, 16)).astype(np.float32)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    for k in (1, 8, 10):
        together = diversified(scores, prices, unit, k, 0.6)
        for row, one in enumerate(scores):
            chosen = choose_varied(one, prices, unit, k, 0.6)
            assert np.argsort(-together[row], kind="stable")[: len(chosen)].tolist() == chosen.tolist()
