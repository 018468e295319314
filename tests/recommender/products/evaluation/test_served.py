"""What is measured is what is served: evaluation ranks by the functions that shelves call, over the same arrays."""

from datetime import timedelta

import numpy as np
import pytest

from recommender.products.data.artefacts import load_model
from recommender.products.data.catalogue import save_catalogue
from recommender.products.data.engine.recency import SECONDS_A_DAY
from recommender.products.data.reading import read_shop
from recommender.products.evaluation.engine.metrics import rank_cases, tie_order
from recommender.products.evaluation.engine.popularity import Diversification, diversify
from recommender.products.evaluation.engine.queries import Queries
from recommender.products.evaluation.engine.served import ServedParts
from recommender.products.evaluation.engine.split import EvaluationCases, Split, last_baskets, last_buyers, split_for
from recommender.products.evaluation.engine.tuning import SIGNALS
from recommender.products.services import choose_for_you
from recommender.products.serving.shelves import suggest
from recommender.products.types import Context, ForYou, Purpose, Shelf, Task
from shopconnect.core.clock import now
from tests.recommender.products.shops import fill_shop, look_around, train


@pytest.fixture
def asked(shop, monkeypatch):
    """A fitted shop, its model, what its last buyers hold and its last carts, at one moment of the clock."""
    fill_shop(shop)
    train(shop)
    moment = now()
    monkeypatch.setattr("recommender.products.serving.shelves.now", lambda: moment)
    history, model = read_shop(shop).history, load_model(shop)
    nothing = last_baskets(Split(history, 0.0, None)).queries.held[:0]
    at = moment.timestamp() / SECONDS_A_DAY
    split = Split(history, at, EvaluationCases(Queries(np.zeros(0, np.int32), nothing), nothing, nothing))
    return shop, model, history, split


def scores_of(model, purpose, audience):
    parts = ServedParts(model.arrays, purpose, SIGNALS[purpose])
    return parts.blended(model.manifest["weights"][purpose.value])(audience.queries)


def top_ten(model, purpose, audience):
    """The rows that evaluation would show each query, -1 where nothing is left."""
    diversity = float(model.manifest["variety"].get(purpose.value, 0.0))
    penalties = model.all_arrays.get(f"penalty_{purpose.value}") if diversity else None
    count = len(model.arrays["trend"])
    shown = Diversification(
        diversity,
        np.zeros(count, np.float32) if penalties is None else np.asarray(penalties),
        model.arrays["directions"].astype(np.float32),
    )
    scores = scores_of(model, purpose, audience)
    ranked = diversify(scores, audience.excluded, shown, 10)
    nothing = audience.excluded[:, :] * 0
    return rank_cases(ranked, nothing, audience.excluded, tie_order(count, 0), 10).top


def bought_by(history, buyer, model, at):
    """What a buyer bought, as the door gets it: product ids and times."""
    lines = history.where(history.buyers == buyer)
    keys = np.unique(lines.orders.astype(np.int64) * 1_000 + lines.products, return_index=True)[1]
    ids = model.arrays["ids"]
    ago = [(int(ids[lines.products[one]]), float(lines.days[one])) for one in keys]
    return tuple((product, at - timedelta(days=at.timestamp() / SECONDS_A_DAY - day)) for product, day in ago)


def rows_shown(shop, model, shelf, context):
    ids = model.arrays["ids"].tolist()
    return [ids.index(one.product_id) for one in suggest(shop, shelf, context, 10)]


def test_a_cart_is_completed_by_the_ten_products_that_were_measured(asked):
    shop, model, _history, split = asked
    audience = last_baskets(split)
    names = model.arrays["external_sorted"][np.argsort(model.arrays["external_rows"])]
    expected = top_ten(model, Purpose.CART, audience)
    for row in range(15):
        cart = tuple(str(names[one]) for one in audience.queries.held[row].indices)
        found = rows_shown(shop, model, Shelf.CART, Context(cart=cart))
        assert found == expected[row][expected[row] >= 0].tolist()


@pytest.mark.parametrize(
    ("chosen", "task", "purpose"),
    [(ForYou.NEW, Task.NEXT_NEW, Purpose.NEW), (ForYou.EVERYTHING, Task.NEXT_ALL, Purpose.NEXT)],
)
def test_a_buyer_is_shown_the_ten_products_that_were_measured(asked, chosen, task, purpose):
    shop, model, history, split = asked
    choose_for_you(shop, 1, chosen)
    save_catalogue(shop)
    audience, moment = last_buyers(task, split), now()
    expected = top_ten(model, purpose, audience)
    for row in range(15):
        bought = bought_by(history, int(audience.queries.buyers[row]), model, moment)
        found = rows_shown(shop, model, Shelf.FOR_YOU, Context(bought=bought))
        assert found == expected[row][expected[row] >= 0].tolist()


def test_a_visit_is_shown_the_ten_products_that_were_measured(shop):
    fill_shop(shop)
    look_around(shop)
    train(shop)
    model, views = load_model(shop), read_shop(shop).views
    assert model.manifest["gates"]["visit"]["cases"] > 100
    split = split_for(Purpose.VISIT, views, float(views.days[-1]) - 2, 3.0, 0)
    last = split.cases.part(slice(-15, None))
    scores = scores_of(model, Purpose.VISIT, last)
    names = model.arrays["external_sorted"][np.argsort(model.arrays["external_rows"])]
    for row in range(15):
        held = last.queries.held[row]
        seen = tuple(str(names[one]) for one in held.indices[np.argsort(-held.data)])
        found = rows_shown(shop, model, Shelf.VIEWED, Context(views=seen))
        allowed = np.where(np.isin(np.arange(len(names)), held.indices), -np.inf, scores[row])
        best = np.argsort(-allowed, kind="stable")[:10]
        assert len(found) == min(np.isfinite(allowed).sum(), 10)
        # Of equal scores either may stand first.
        assert scores[row, found] == pytest.approx(allowed[best[: len(found)]], abs=1e-5)


def test_what_a_buyer_takes_again_is_ranked_as_it_was_measured(asked):
    shop, model, history, split = asked
    audience, moment = last_buyers(Task.NEXT_ALL, split), now()
    expected, scores = top_ten(model, Purpose.AGAIN, audience), scores_of(model, Purpose.AGAIN, audience)
    for row in range(15):
        bought = bought_by(history, int(audience.queries.buyers[row]), model, moment)
        found = rows_shown(shop, model, Shelf.AGAIN, Context(bought=bought))
        best = expected[row][expected[row] >= 0]
        # Of equal scores either may stand first.
        assert len(found) == len(best)
        assert scores[row, found] == pytest.approx(scores[row, best], abs=1e-4)
