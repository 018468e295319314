"""What is counted of a buyer beside what is learnt: what is due again, and what sells in their country and kinds."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
import scipy.sparse as sp

from recommender.products.data.engine.columns import ProductNames
from recommender.products.data.engine.features import ProductContent, kinds_column, kinds_of, make_features
from recommender.products.data.engine.history import History, read_history, rested, seasonal
from recommender.products.data.engine.moments import sales_moments
from recommender.products.data.engine.recency import MOST_BOUGHT, dueness, in_season
from recommender.products.data.engine.rhythm import buyers_countries, main_countries, product_repeats
from recommender.products.evaluation.engine.queries import Queries, standardised
from recommender.products.evaluation.engine.split import EvaluationCases, Split, last_buyers
from recommender.products.serving.engine.buyer import (
    buyer_history,
    buyer_parts,
    fitting_point,
    ranked_rows,
    visit_history,
)
from recommender.products.serving.engine.signals import ALS_CONFIDENCE, FOLLOWED, SHARED, WALKED
from recommender.products.training.engine.factors import als_common, solve_points
from recommender.products.training.engine.fitting import fit_models
from recommender.products.training.engine.shop import day_after, fit_shop
from recommender.products.training.engine.visits import visit_columns
from recommender.products.types import Purpose, Task
from shopconnect.orders import histories
from tests.recommender.products.invented import PRODUCTS, START, group_of, history_with_tastes, rows_with_tastes

KINDS = ("Garden", "Kitchen", "Bedroom", "Office")


def bought(*rows):
    """(buyer, product, order, day, country) as a history of products 0 to 2."""
    lines = [(buyer, product, order, START + timedelta(days=day), 1, land) for buyer, product, order, day, land in rows]
    return read_history(lines, {0: 0, 1: 1, 2: 2})


def with_lands(seed: int = 0) -> History:
    """The invented history, each order from one of two countries or from nowhere."""
    rows = [(*row, ("FR", "DE", "")[row[2] % 3]) for row in rows_with_tastes(seed, buyers=120)]
    return read_history(rows, {product + 1: product for product in range(PRODUCTS)})


def with_kinds():
    return make_features(
        ProductContent(titles=[f"Thing {i}"], categories=["Home", KINDS[group_of(i)]], price=float(i))
        for i in range(PRODUCTS)
    )


def test_repeats_are_the_share_of_orders_that_are_not_a_buyers_first():
    again = [("a", 0, order, order, "") for order in range(5)]
    found = product_repeats(bought(*again, ("b", 1, 90, 0, ""), (None, 1, 91, 1, "")))
    assert found.tolist() == pytest.approx([4 / 10, 0, 0])


def test_a_product_is_due_when_its_usual_time_went_by():
    usual, repeats = np.full(3, 30.0), np.full(3, 0.5)
    assert dueness(np.array([3.0, 30.0, 300.0]), usual, repeats).tolist() == pytest.approx([0.05, 0.5, 0.05])
    assert dueness(np.array([30.0]), np.array([np.nan]), np.array([0.5])).tolist() == [0]


def test_days_of_rest_count_from_the_last_order_and_countries_are_the_last_orders():
    history = bought(("a", 0, 1, 0, "FR"), ("a", 0, 2, 6, "DE"), ("b", 1, 3, 6, "FR"), ("c", 1, 4, 7, ""))
    at = float(history.days[-1])
    assert rested(history, at).toarray()[0].tolist() == pytest.approx([1, 0, 0])
    assert rested(history, at).toarray()[2].tolist() == pytest.approx([0, 0.5, 0])
    lands = main_countries(history)
    assert [lands[one] if one >= 0 else "" for one in buyers_countries(history)] == ["DE", "FR", ""]


def test_in_season_is_what_was_bought_a_year_before_the_weeks_to_come():
    assert in_season(np.array([0.0, 291, 321, 351, 381, 411])).tolist() == pytest.approx([0, 0, 0.5, 1, 0.5, 0])


def test_of_a_season_orders_add_up_and_as_on_a_shelf_the_newest_lines_count():
    history = bought(
        ("a", 0, 1, 0, ""), ("a", 0, 1, 0, ""), ("a", 0, 2, 30, ""), ("a", 1, 3, 300, ""), ("b", 2, 4, 0, "")
    )
    at = float(history.days[0]) + 351
    assert seasonal(history, at).toarray().tolist() == [[1.5, 0, 0], [0, 0, 1]]
    assert buyer_history([(0, 351.0), (0, 321.0), (1, 51.0)]).by_season == {0: 1.5}
    more = bought(
        *(("a", 1, 3 + order, 300, "") for order in range(MOST_BOUGHT - 1)), ("a", 0, 1, 0, ""), ("a", 0, 2, 30, "")
    )
    assert seasonal(more, at).toarray().tolist() == [[0.5, 0, 0]]
    assert MOST_BOUGHT == histories.MOST_BOUGHT


def test_categories_are_kept_side_by_side_and_a_shop_may_have_none():
    features = with_kinds()
    kinds = kinds_column(kinds_of(features))
    assert kinds.shape == (PRODUCTS, 2)
    assert len(np.unique(kinds[:10])) == 2
    nothing = make_features(ProductContent(titles=["Thing"]) for _ in range(3))
    assert kinds_column(kinds_of(nothing)).tolist() == [[-1]] * 3


@pytest.fixture(scope="module")
def learnt():
    """A history, what was fitted to it, and the queries of those who bought last."""
    lands, features = with_lands(), with_kinds()
    # Over more than a year, so that a season tells something.
    history = replace(lands, days=2 * lands.days - lands.days[0])
    at = day_after(history)
    nothing = sp.csr_matrix((0, PRODUCTS), dtype=np.float32)
    no_cases = EvaluationCases(Queries(np.zeros(0, np.int32), nothing), nothing, nothing)
    split = Split(history, at, no_cases, borrows=True)  # what is served may know all there is
    return history, fit_models(split, features, 0), last_buyers(Task.NEXT_ALL, split).queries, kinds_of(features)


def counted(signal, fitted, queries, kinds):
    """What a signal says of all products, worked out in another way than serving does."""
    columns = fitted.columns
    if signal == "due":
        due = queries.rested.toarray()[0]
        return np.where(due > 0, dueness(due, columns["rhythm"], columns["repeats"]), 0)
    if signal == "season":
        return queries.seasonal.toarray()[0]
    if signal == "country":
        return columns["trend_countries"][:, queries.countries[0]] if queries.countries[0] >= 0 else np.zeros(PRODUCTS)
    if signal == "kind":
        return ((queries.held @ kinds) @ kinds.T).toarray()[0] * columns["trend_windows"][:, 1]
    if signal == "again_now":
        return queries.held.toarray()[0] * np.sqrt(fitted.trend)
    if signal == "rebought":
        return queries.held.toarray()[0] * columns["rebought"]
    return fitted.scores[signal](queries)[0]


@pytest.mark.parametrize(
    "signal",
    [
        *("due", "season", "country", "kind", "rebought", "again_now", "buy_again", "trend", "sequence", "together"),
        *("als", "lightfm", "lightfm_fit", "similar"),
    ],
)
def test_what_is_served_of_a_signal_is_what_was_learnt_of_it_standardised_over_all_products(learnt, signal):
    history, fitted, asked, kinds = learnt
    told = 0
    for row in range(20):
        buyer, one = int(asked.buyers[row]), asked.part(slice(row, row + 1))
        theirs = history.where(history.buyers == buyer)
        orders = np.unique(theirs.orders.astype(np.int64) * PRODUCTS + theirs.products, return_index=True)[1]
        had = [(int(theirs.products[one]), float(day_after(history) - theirs.days[one])) for one in orders]
        held = buyer_history(had, int(asked.countries[row]))
        served = buyer_parts(fitted.columns, {signal: 1.0}, held, np.arange(PRODUCTS))[signal]
        said = counted(signal, fitted, one, kinds).astype(np.float64)
        expected = standardised(said[None])[0]
        if signal in ("buy_again", "rebought"):  # by one yardstick for all buyers
            expected = (said - said.mean()) / np.sqrt(20 / PRODUCTS)
        assert np.allclose(served, expected, atol=1e-2)
        told += bool(expected.any())
    assert told > 5


def test_no_part_grows_with_the_shop():
    count, held = 100_000, buyer_history([(3, 1.0), (70_001, 30.0), (99_999, 2.0)])
    trend = np.ones(count, np.int32)
    arrays = {"trend": trend, "trend_moments": sales_moments(trend, np.zeros((count, 0)))}
    rows = np.array([3, 4, 70_001, 99_999])
    parts = buyer_parts(arrays, {"buy_again": 1.0, "again_now": 1.0, "trend": 1.0}, held, rows)
    regular = buyer_history([(3, float(day)) for day in range(300)])
    parts |= {"often": buyer_parts(arrays, {"buy_again": 1.0}, regular, rows)["buy_again"]}
    assert parts["often"][0] > 5 * parts["buy_again"][0]  # many orders say more than one
    assert all(np.abs(part).max() < 1e3 for part in parts.values())
    assert parts["buy_again"][[0, 3]].min() > 0 > parts["buy_again"][1]
    assert not parts["trend"].any()  # says the same of all


def test_what_is_due_again_is_learnt_where_buyers_keep_a_rhythm():
    draw = np.random.default_rng(0)
    rows, number = [], 0
    for buyer in range(150):
        for product in draw.choice(PRODUCTS, 4, replace=False):
            pause = 20 + 4 * (product % 10)
            for day in np.arange(draw.uniform(0, pause), 220, pause):
                number += 1
                rows.append((f"c{buyer}", int(product) + 1, number, START + timedelta(days=float(day)), 1))
    rows.sort(key=lambda row: row[3])
    history = read_history(rows, {product + 1: product for product in range(PRODUCTS)})
    names = ProductNames(range(PRODUCTS), range(PRODUCTS), [str(row) for row in range(PRODUCTS)])
    model = fit_shop(history, with_kinds(), names, 0)
    assert model.manifest["weights"][Purpose.NEXT.value].get("due", 0) > 0
    assert model.manifest["gates"][Purpose.NEXT.value]["served"] == "blend"


@pytest.mark.parametrize(
    "shape",
    [
        "visits only",
        "one product an order",
        "no text",
        "no prices",
        "one buyer",
        "20 orders",
        "50 orders",
        "200 orders",
        "guests only",
        "one order",
    ],
)
def test_whatever_a_shop_lacks_it_is_learnt_and_its_numbers_are_numbers(shape):
    rows = rows_with_tastes(buyers=120)
    if shape.endswith(" orders"):
        kept = list(dict.fromkeys(row[2] for row in rows))[: int(shape.split()[0])]
        rows = [row for row in rows if row[2] in set(kept)]
    rows = {
        "visits only": [],
        "one product an order": [(row[0], row[1], number, *row[3:]) for number, row in enumerate(rows)],
        "one buyer": [("c0", *row[1:]) for row in rows],
        "guests only": [(None, *row[1:]) for row in rows],
        "one order": rows[:1],
    }.get(shape, rows)
    facts = {
        "no text": [ProductContent(titles=[""], price=float(i)) for i in range(PRODUCTS)],
        "no prices": [ProductContent(titles=[f"Thing {i}"], descriptions=["For the garden"]) for i in range(PRODUCTS)],
    }
    features = make_features(facts[shape]) if shape in facts else with_kinds()
    index = {product + 1: product for product in range(PRODUCTS)}
    views = history_with_tastes() if shape == "visits only" else read_history([], index)
    history = read_history(rows, index)
    names = ProductNames(range(PRODUCTS), range(PRODUCTS), [str(row) for row in range(PRODUCTS)])
    model = fit_shop(history, features, names, 0, views=views)
    for name, values in model.arrays.items():
        if values.dtype.kind == "f" and name != "rhythm":
            assert np.isfinite(values.astype(np.float64)).all(), name
    # Views have a time of their own, where nobody bought.
    expected = visit_columns(views, day_after(views))
    for name, values in expected.items():
        assert np.array_equal(model.arrays[name], values if len(views) else np.zeros((PRODUCTS, 3, 50))), name
    gates = model.manifest["gates"]
    if shape in ("visits only", "one buyer", "20 orders", "50 orders", "one order"):
        # What visits look at next is learnt from views, whatever was ordered.
        assert {gate["served"] for purpose, gate in gates.items() if purpose != Purpose.VISIT} == {"simple"}
    held = buyer_history([(0, 3.0), (5, 40.0)], 0 if model.manifest["countries"] else -1)
    parts = buyer_parts(model.arrays, {"due": 1.0, "country": 1.0, "kind": 1.0}, held, np.arange(PRODUCTS))
    assert all(np.isfinite(part).all() for part in parts.values())


@pytest.mark.parametrize(("confidence", "certainty"), [(1.0, 0.0), (ALS_CONFIDENCE, 1.0)])
def test_a_buyer_is_placed_in_serving_where_training_places_them(confidence, certainty):
    draw = np.random.default_rng(1)
    points = draw.normal(size=(60, 16)).astype(np.float32)
    common = als_common(points)
    held, weights = np.array([3, 17, 41]), np.array([1.0, 0.5, 0.25], np.float32)
    row = sp.csr_matrix((weights, (np.zeros(3, int), held)), shape=(1, 60))
    trained = solve_points(row, points, common, confidence, certainty)[0]
    served = fitting_point(points[held], weights, common, confidence, certainty)
    assert served.dtype == np.float32
    assert np.allclose(served, trained, rtol=1e-4, atol=1e-6)


def test_of_a_visit_the_few_linked_rows_get_what_all_rows_would_and_no_other_could_be_shown():
    chance, count, held = np.random.default_rng(3), 400, visit_history([7, 3, 90, 201])
    links = chance.integers(0, count, (count, 3, 5)).astype(np.int32)
    strengths = chance.normal(0.5, 1, links.shape).astype(np.float16)
    arrays = {"visit_links": links, "visit_weights": strengths}
    weights = {"viewed": 0.2, "viewed_next": 0.4, "viewed_ease": 0.7, "viewed_walk": 0.2, "seen": -0.1}
    excluded = chance.random(count) < 0.1
    rows, parts = ranked_rows(arrays, Purpose.VISIT, weights, held, excluded)
    # The same over all products, one view after another.
    totals = {name: np.zeros(count) for name in weights}
    for place, (view, fading) in enumerate(held.by_days.items()):
        totals["seen"][view] += fading
        tables = {"viewed": FOLLOWED, "viewed_ease": SHARED, "viewed_walk": WALKED} | (
            {} if place else {"viewed_next": FOLLOWED}
        )
        for name, table in tables.items():
            np.add.at(totals[name], links[view, table], fading * strengths[view, table].astype(float))
    everywhere = {name: weights[name] * (total - total.mean()) / total.std() for name, total in totals.items()}
    assert set(parts) == set(weights)
    for name, part in parts.items():
        assert np.allclose(part, everywhere[name][rows], atol=1e-5)
    assert len(rows) == len(set(rows.tolist()))
    left_out = np.setdiff1d(np.flatnonzero(~excluded), rows)
    assert not excluded[rows].any()
    assert sum(everywhere.values())[left_out].max() <= 0
