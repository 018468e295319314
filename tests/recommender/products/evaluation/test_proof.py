"""The proof: how often what would have been shown held what was bought, told with its interval."""

import numpy as np
import pytest

from recommender.products.evaluation.engine.blend import FOLDS
from recommender.products.evaluation.engine.popularity import Diversification
from recommender.products.evaluation.engine.proof import PLACES, prove
from recommender.products.evaluation.engine.split import make_split
from recommender.products.evaluation.engine.tuning import parts_for, tune_for
from recommender.products.training.engine.factors import directions
from recommender.products.training.engine.fitting import fit_models
from recommender.products.training.engine.shop import ProductNames, fit_shop
from recommender.products.types import Purpose, Task
from tests.recommender.products.invented import PRODUCTS, history_with_tastes, last_day, plain_features

NAMES = ProductNames(range(PRODUCTS), range(PRODUCTS), [f"p{i}" for i in range(PRODUCTS)])


@pytest.fixture(scope="module")
def validation():
    history = history_with_tastes()
    split = make_split(Task.NEXT_ALL, history, last_day(history) - 28, 28, seed=0)
    return split, fit_models(split, plain_features(), seed=0)


def test_where_tastes_are_planted_suggestions_hold_more_than_best_sellers_and_the_manifest_says_so():
    manifest = fit_shop(history_with_tastes(), plain_features(), NAMES, seed=0).manifest
    proof = manifest["proofs"][Purpose.NEW.value]
    assert proof["cases"] == manifest["gates"][Purpose.NEW.value]["cases"] > 20
    assert proof["places"] == PLACES
    assert proof["held"] > proof["best_sellers"]
    assert proof["held"] - proof["simple"] > proof["lead_low"] > 0
    assert proof["lead_high"] > proof["held"] - proof["simple"]


def test_what_best_sellers_show_beside_themselves_proves_nothing(validation):
    split, fitted = validation
    plain = Diversification(0.0, np.zeros(PRODUCTS, np.float32), directions(fitted.lightfm.products))
    proof = prove(parts_for(Purpose.NEXT, fitted), {"trend": 1.0}, ({"trend": 1.0},) * FOLDS, split.cases, plain, 0)
    assert proof.held == proof.best_sellers == proof.simple > 0
    assert proof.lead_low == proof.lead_high == 0


def test_each_quarter_is_judged_with_weights_from_the_other_three(validation):
    split, fitted = validation
    tuned = tune_for(Task.NEXT_ALL, fitted, split, seed=0)
    plain = Diversification(0.0, np.zeros(PRODUCTS, np.float32), directions(fitted.lightfm.products))

    def held(*folds):
        return prove(parts_for(Purpose.NEXT, fitted), {"trend": 1.0}, folds, split.cases, plain, seed=0).held

    assert held(*({"trend": 1.0},) * FOLDS) < held({"trend": 1.0}, *tuned.folds[1:]) < held(*tuned.folds)


def test_what_is_fitted_side_by_side_is_the_same_and_told_by_one():
    told: list[str] = []
    history, features = history_with_tastes(), plain_features()
    alone = fit_shop(history, features, NAMES, 0)
    both = fit_shop(history, features, NAMES, 0, lambda step, _: told.append(step), at_once=2)
    assert alone.arrays.keys() == both.arrays.keys()
    assert all(np.array_equal(array, both.arrays[name]) for name, array in alone.arrays.items())
    assert alone.manifest["gates"] == both.manifest["gates"]
    assert alone.manifest["proofs"] == both.manifest["proofs"]
    assert "validation: lightfm" in told
    assert "lightfm" not in told
