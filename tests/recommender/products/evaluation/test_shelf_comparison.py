"""One shelf measured: by the source that serves it, on cases of its own kind, with the figures of the task it is."""

import json
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from recommender.products.data.engine.columns import ProductNames
from recommender.products.data.engine.features import Features, ProductContent, make_features
from recommender.products.evaluation.engine.comparison import compare_models
from recommender.products.evaluation.engine.measuring import figures_of, measure_served, measure_shelf
from recommender.products.evaluation.engine.shelf_comparison import ShelfData, ShelfWindow, compare_shelf
from recommender.products.evaluation.engine.split import make_split, split_for
from recommender.products.evaluation.engine.tuning import SIMPLE_RULES, parts_for, tune_purpose, weights_of
from recommender.products.evaluation.shelf_comparison import ASKED, measured_shelf
from recommender.products.services import choose_for_you
from recommender.products.training.engine.shop import fit_shop
from recommender.products.training.engine.tables import shelf_tables
from recommender.products.training.engine.visits import visit_columns
from recommender.products.types import Purpose, Shelf, Task
from shopconnect.shops.selectors import slug_of_shop
from tests.recommender.products.invented import (
    FIGURES,
    GROUPS,
    PRODUCTS,
    fit_with,
    history_with_tastes,
    last_day,
    plain_features,
)
from tests.recommender.products.shops import fill_shop

K, SEED, DAYS = 5, 0, 28.0
MILLISECONDS = ("milliseconds_p50", "milliseconds_p99")


@pytest.fixture(scope="module")
def history():
    return history_with_tastes()


@pytest.fixture(scope="module")
def features() -> Features:
    words = ("garden", "kitchen", "bedroom", "office")
    group = [number * GROUPS // PRODUCTS for number in range(PRODUCTS)]
    return make_features(
        [ProductContent(titles=[words[one]], categories=["things", words[one]], price=1.0) for one in group]
    )


@pytest.fixture(scope="module")
def views():
    return history_with_tastes(3, buyers=60, orders=4)


@pytest.fixture(scope="module")
def measured(history, views, features):
    """Measure a shelf, once each."""
    known = {}

    def measure(shelf):
        if shelf not in known:
            known[shelf] = compare(shelf, history, views, features)
        return known[shelf], measure_shelf(known[shelf], K, SEED)

    return measure


def compare(shelf, history, views, features, *, offers_repeats=False, **options):
    window = ShelfWindow(last_day(history) - DAYS, DAYS, DAYS)
    data, fit = ShelfData(history, views, features), fit_with(features)
    measured = measured_shelf(shelf, offers_repeats=offers_repeats)
    return compare_shelf(measured, data, fit, shelf_tables, visit_columns, window, SEED, **options)


@pytest.mark.parametrize("shelf", ASKED)
def test_each_shelf_that_foretells_something_has_figures_beside_the_simple_rule(measured, shelf):
    comparison, (models, served_default) = measured(shelf)
    assert set(models) == {"shelf", "simple", "popular", "trend"}
    assert all(set(figures) == {*FIGURES, *MILLISECONDS} for figures in models.values())
    assert set(served_default) == set(FIGURES)
    assert len(comparison.split.cases) > 20
    assert models["shelf"]["ndcg"] > 0
    gated = {None, Shelf.CART, Shelf.FOR_YOU, Shelf.VIEWED, Shelf.AGAIN}
    assert comparison.served in (("blend", "simple") if shelf in gated else ("shelf",))
    if comparison.diversification is None:
        assert served_default == {name: models["shelf"][name] for name in FIGURES}


@pytest.mark.parametrize("shelf", [None, Shelf.SIMILAR, Shelf.TOGETHER, Shelf.CART, Shelf.FOR_YOU, Shelf.VIEWED])
def test_shelves_that_know_the_taste_find_more_than_best_sellers(measured, shelf):
    _comparison, (models, _served_default) = measured(shelf)
    assert models["shelf"]["ndcg"] > 1.5 * models["popular"]["ndcg"]


@pytest.mark.parametrize(("shelf", "task"), [(Shelf.CART, Task.CART), (Shelf.FOR_YOU, Task.NEXT_NEW)])
def test_a_shelf_that_is_a_task_has_the_figures_of_what_the_task_serves(measured, history, features, shelf, task):
    comparison, (models, served_default) = measured(shelf)
    cut = last_day(history) - DAYS
    same = compare_models(task, history, fit_with(features), cut=cut, days=DAYS, seed=SEED)
    assert comparison.served == same.tuned.served
    for name, other in (("shelf", same.tuned.served), ("simple", "simple"), ("popular", "popular"), ("trend", "trend")):
        figures = figures_of(same.scores[other], same.split.cases, K, SEED)
        assert {figure: models[name][figure] for figure in FIGURES} == figures
    assert served_default == measure_served(same, K, SEED)


def test_for_you_with_repeats_has_the_figures_of_what_the_task_of_anything_next_serves(history, views, features):
    comparison = compare(Shelf.FOR_YOU, history, views, features, offers_repeats=True)
    models, served_default = measure_shelf(comparison, K, SEED)
    cut = last_day(history) - DAYS
    same = compare_models(Task.NEXT_ALL, history, fit_with(features), cut=cut, days=DAYS, seed=SEED)
    figures = figures_of(same.scores[same.tuned.served], same.split.cases, K, SEED)
    assert comparison.served == same.tuned.served
    assert {name: models["shelf"][name] for name in FIGURES} == figures
    assert served_default == measure_served(same, K, SEED)


@pytest.mark.parametrize(("chosen", "asked"), [("auto", "next"), ("new", "new"), ("all", "next")])
def test_for_you_is_measured_by_what_it_offers_in_the_shop(shop, chosen, asked):
    fill_shop(shop)  # whose buyers buy the same things again
    choose_for_you(shop, 1, chosen)
    out = StringIO()
    told = {"stdout": out, "stderr": StringIO()}
    call_command("evaluate", slug_of_shop(shop), "products", "--shelf", "for-you", "--json", **told)
    found = json.loads(out.getvalue())
    assert (found["kind"], found["asked"]) == ("buyer", asked)


def test_what_is_bought_again_has_the_figures_of_its_purpose(measured, history, features):
    comparison, (models, _served_default) = measured(Shelf.AGAIN)
    cut, fit = last_day(history) - DAYS, fit_with(features)
    known = history.before(cut)
    before = make_split(Task.NEXT_ALL, known, cut - DAYS, DAYS, SEED + 1)
    validation = split_for(Purpose.AGAIN, known, cut - DAYS, DAYS, SEED + 1)
    tuned = tune_purpose(Purpose.AGAIN, parts_for(Purpose.AGAIN, fit(before, print)), validation, SEED)
    split = split_for(Purpose.AGAIN, history, cut, DAYS, SEED)
    score = parts_for(Purpose.AGAIN, fit(split, print)).blended(weights_of(Purpose.AGAIN, tuned, known))
    assert comparison.served == tuned.served
    assert {name: models["shelf"][name] for name in FIGURES} == figures_of(score, split.cases, K, SEED)


def test_a_shop_with_few_orders_is_measured_with_the_weights_that_it_is_served_with(history, features):
    cut = last_day(history) - DAYS
    orders = np.unique(history.before(cut).orders[history.before(cut).buyers >= 0])[:200]
    few = history.where(np.isin(history.orders, orders) | (history.days >= cut))
    names = ProductNames(range(PRODUCTS), range(PRODUCTS), [f"p{row}" for row in range(PRODUCTS)])
    served = fit_shop(few.before(cut), features, names, SEED).manifest["weights"]
    for purpose, task in ((Purpose.NEW, Task.NEXT_NEW), (Purpose.CART, Task.CART)):
        found = compare_models(task, few, fit_with(features), cut=cut, days=DAYS, seed=SEED)
        queries = found.split.cases.queries.part(slice(0, 20))
        expected = parts_for(purpose, found.fitted).blended(served[purpose.value])(queries)
        assert np.array_equal(found.scores[found.tuned.served](queries), expected)
        assert found.diversity == 0
    shelf = compare(Shelf.CART, few, few.before(0), features)
    figures = measure_shelf(shelf, K, SEED)[0]["shelf"]
    assert {name: figures[name] for name in FIGURES} == measure_served(found, K, SEED)


def test_visits_are_asked_by_their_last_view_and_show_nothing_that_was_seen(measured, history, views, features):
    comparison, (models, _served_default) = measured(Shelf.VIEWED)
    same = make_split(Task.SESSION, views, last_day(history) - DAYS, DAYS, SEED)
    assert (comparison.split.cases.right != same.cases.right).nnz == 0
    few = comparison.split.cases.queries.part(slice(0, 50))
    scores = comparison.scores["shelf"](few)
    assert np.isneginf(scores[few.held.nonzero()]).all()
    assert np.isfinite(scores).any(axis=1).all()
    masked = compare(Shelf.VIEWED, history, views, features, mask_seen=True)
    assert len(masked.split.cases) < len(same.cases)
    assert models["shelf"]["hit"] <= measure_shelf(masked, K, SEED)[0]["shelf"]["hit"]


def test_no_model_is_fitted_to_views_and_what_visits_say_is_as_though_all_were(measured, history, views, features):
    comparison, fit, fitted_to = measured(Shelf.VIEWED)[0], fit_with(features), []

    def counted(split, progress):
        fitted_to.append(split)
        return fit(split, progress)

    window = ShelfWindow(last_day(history) - DAYS, DAYS, DAYS)
    data = ShelfData(history, views, features)
    compare_shelf(measured_shelf(Shelf.VIEWED), data, counted, shelf_tables, visit_columns, window, SEED)
    assert [split.of_visits for split in fitted_to] == [False, False]
    whole, few = fit(comparison.split, print), comparison.split.cases.queries.part(slice(0, 50))
    others = {name: whole.scores[name] for name in ("popular", "trend")}
    others["simple"] = parts_for(Purpose.VISIT, whole).blended(SIMPLE_RULES[Purpose.VISIT])
    for name, score in others.items():
        assert np.array_equal(comparison.scores[name](few), score(few)), name


def test_what_sells_is_the_same_for_everybody(measured):
    comparison, _figures = measured(Shelf.TRENDING)
    scores = comparison.scores["shelf"](comparison.split.cases.queries.part(slice(0, 5)))
    assert (scores == scores[0]).all()


def test_similar_things_are_looked_for_in_the_narrowest_category(measured, features):
    comparison, _figures = measured(Shelf.SIMILAR)
    queries = comparison.split.cases.queries.part(slice(0, 20))
    found = np.isfinite(comparison.scores["shelf"](queries))
    for row, anchor in enumerate(queries.held.indices):
        kin = np.flatnonzero(np.arange(PRODUCTS) * GROUPS // PRODUCTS == anchor * GROUPS // PRODUCTS)
        assert found[row, kin].sum() == len(kin) - 1
        assert not found[row, anchor]


def test_a_shop_without_categories_and_views_is_measured_too(history):
    nobody = history.before(0)
    comparison = compare(Shelf.SIMILAR, history, nobody, plain_features())
    assert measure_shelf(comparison, K, SEED)[0]["shelf"]["ndcg"] > 0


def test_without_a_case_or_anybody_known_it_is_said(history, views, features):
    asked = measured_shelf(Shelf.AGAIN), ShelfData(history, views, features), fit_with(features)
    with pytest.raises(ValueError, match="nothing to measure"):
        compare_shelf(*asked, shelf_tables, visit_columns, ShelfWindow(last_day(history) + 5, DAYS, DAYS), SEED)
    early = ShelfWindow(float(history.days[0]) + 20, DAYS, 90.0)
    with pytest.raises(ValueError, match="nothing to learn"):
        compare_shelf(*asked, shelf_tables, visit_columns, early, SEED)


def test_the_command_prints_a_shelf_as_one_object_or_as_a_table(shop):
    fill_shop(shop)
    printed = []
    for options in (["--json"], []):
        out = StringIO()
        call_command(
            *("evaluate", slug_of_shop(shop), "products", "--shelf", "cart", "--k", "5", *options),
            **{"stdout": out, "stderr": StringIO()},
        )
        printed.append(out.getvalue())
    found = json.loads(printed[0])
    setting = {name: found.pop(name) for name in ("shelf", "kind", "asked", "days", "k", "seed")}
    assert setting == {"shelf": "cart", "kind": "cart", "asked": "cart", "days": 28, "k": 5, "seed": 0}
    assert set(found) == {"cut", "cases", "served", "served_default", "models"}
    assert set(found["models"]) == {"shelf", "simple", "popular", "trend"}
    title, _heading, *rows = printed[1].splitlines()
    assert title == f"cart, cut {found['cut']}, {found['cases']} cases, figures at 5"
    assert [row.split()[0] for row in rows] == ["shelf", "simple", "popular", "trend", "default", "served:"]
    assert f"{found['models']['shelf']['ndcg']:.4f}" in rows[0]


@pytest.mark.parametrize("shelf", ["recent", "new", "sale"])
def test_a_shelf_that_foretells_nothing_says_which_ones_do(shop, shelf):
    names = "beside, similar, together, cart, for-you, viewed, again, trending"
    with pytest.raises(
        CommandError, match=f"doesn’t predict purchases, so it can’t be measured. You can measure: {names}"
    ):
        call_command("evaluate", slug_of_shop(shop), "products", "--shelf", shelf, stderr=StringIO())
    with translation.override("fr"), pytest.raises(CommandError, match="Vous pouvez mesurer"):
        call_command("evaluate", slug_of_shop(shop), "products", "--shelf", shelf, stderr=StringIO())


def test_a_task_or_a_shelf_is_measured_and_a_shop_without_orders_or_views_is_told_so(shop):
    name = slug_of_shop(shop)
    for options in ([], ["--task", "cart", "--shelf", "cart"]):
        with pytest.raises(CommandError, match="Say which task"):
            call_command("evaluate", name, "products", *options)
    fill_shop(shop)
    with pytest.raises(CommandError, match="No product views yet"):
        call_command("evaluate", name, "products", "--shelf", "viewed", stderr=StringIO())
    with pytest.raises(CommandError, match="enough history around"):
        call_command("evaluate", name, "products", "--shelf", "cart", "--cut", "2031-01-01", stderr=StringIO())
