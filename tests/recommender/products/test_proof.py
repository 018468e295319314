"""The proof: how often what would have been shown held what was bought, told with its interval."""

import numpy as np
import pytest

from recommender.products.engine.blend import FOLDS
from recommender.products.engine.cases import make_trial
from recommender.products.engine.exposure import Shown
from recommender.products.engine.factors import directions
from recommender.products.engine.learning import learn, tune_for
from recommender.products.engine.proof import PLACES, prove
from recommender.products.engine.shop import ProductNames, learn_shop
from recommender.products.types import Purpose, Task
from tests.recommender.products.invented import PRODUCTS, history_with_tastes, last_day, plain_features

NAMES = ProductNames(range(PRODUCTS), range(PRODUCTS), [f"p{i}" for i in range(PRODUCTS)])


@pytest.fixture(scope="module")
def rehearsal():
    history = history_with_tastes()
    trial = make_trial(Task.NEXT_ALL, history, last_day(history) - 28, 28, seed=0)
    return trial, learn(trial, plain_features(), seed=0)


def test_where_tastes_are_planted_suggestions_hold_more_than_best_sellers_and_the_manifest_says_so():
    manifest = learn_shop(history_with_tastes(), plain_features(), NAMES, seed=0).manifest
    proof = manifest["proofs"][Purpose.NEXT.value]
    assert proof["cases"] == manifest["gates"][Purpose.NEXT.value]["cases"] > 20
    assert proof["places"] == PLACES
    assert proof["held"] - proof["best_sellers"] > proof["lead_low"] > 0
    assert proof["lead_high"] > proof["held"] - proof["best_sellers"]


def test_what_best_sellers_show_beside_themselves_proves_nothing(rehearsal):
    trial, learnt = rehearsal
    plain = Shown(0.0, np.zeros(PRODUCTS, np.float32), directions(learnt.lightfm.products))
    proof = prove(learnt.scores, ({"trend": 1.0},) * FOLDS, trial.cases, plain, seed=0)
    assert proof.held == proof.best_sellers > 0
    assert proof.lead_low == proof.lead_high == 0


def test_each_quarter_is_judged_with_weights_from_the_other_three(rehearsal):
    trial, learnt = rehearsal
    tuned = tune_for(Task.NEXT_ALL, learnt, trial, seed=0)
    plain = Shown(0.0, np.zeros(PRODUCTS, np.float32), directions(learnt.lightfm.products))
    swapped = prove(learnt.scores, ({"trend": 1.0}, *tuned.folds[1:]), trial.cases, plain, seed=0)
    straight = prove(learnt.scores, tuned.folds, trial.cases, plain, seed=0)
    only_trend = prove(learnt.scores, ({"trend": 1.0},) * FOLDS, trial.cases, plain, seed=0)
    assert only_trend.held < swapped.held < straight.held


def test_what_is_learnt_side_by_side_is_the_same_and_told_by_one():
    told: list[str] = []
    history, features = history_with_tastes(), plain_features()
    alone = learn_shop(history, features, NAMES, 0)
    both = learn_shop(history, features, NAMES, 0, lambda step, _: told.append(step), at_once=2)
    assert alone.arrays.keys() == both.arrays.keys()
    assert all(np.array_equal(array, both.arrays[name]) for name, array in alone.arrays.items())
    assert alone.manifest["gates"] == both.manifest["gates"]
    assert alone.manifest["proofs"] == both.manifest["proofs"]
    assert "rehearsal: lightfm" in told
    assert "lightfm" not in told
