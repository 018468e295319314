import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest
import time_machine
from django.db import connection

from recommender.products import selectors, services, tasks
from recommender.products.data.catalogue import save_catalogue
from recommender.products.data.engine.columns import names_of
from recommender.products.data.reading import SETTLED
from recommender.products.models import TrainingRun
from recommender.products.serving.engine.ranking import rows_of
from recommender.products.serving.engine.signals import FOLLOWED
from recommender.products.serving.shelves import suggest
from recommender.products.training.engine.visits import SHARED_SHARE
from recommender.products.types import Context, Shelf, State
from shopconnect.accounts.types import Role
from shopconnect.catalog.services import store_products
from shopconnect.connectors.types import EventDraft, LineDraft, OrderDraft, OrderKind
from shopconnect.core.artefacts import store
from shopconnect.core.clock import now
from shopconnect.core.models import Due
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events.selectors import MOST_VIEWS, count_robot_views, iter_views
from shopconnect.events.services import store_events
from shopconnect.orders.selectors import count_left_out, iter_purchases
from shopconnect.orders.services import link_to_orders, store_orders
from tests.recommender.products.invented import START, group_of
from tests.recommender.products.shops import fill_shop, product, train
from tests.shopconnect.shops.conftest import make_member, signed_in
from tests.waiting import PATIENCE_SECONDS, until

AFTER = START + timedelta(days=203, hours=5)


@pytest.fixture
def fitted_shop(shop):
    fill_shop(shop)
    train(shop)
    return shop


def order(number, *products, buyer="c1", at=AFTER, **told):
    lines = tuple(LineDraft(name, Decimal(1), Decimal("10.00"), Decimal(0)) for name in products)
    return OrderDraft(
        external_id=f"new{number}",
        kind=OrderKind.ORDER,
        placed_at=at,
        currency="EUR",
        customer=buyer,
        lines=lines,
        **told,
    )


def buy(shop_id, *orders):
    with shop_scope(shop_id):
        store_orders(orders)


def model_of(shop_id):
    return store.load(shop_id, "products")


def shown(shop_id, anchor):
    return [
        (one.external_id, one.advice.score, one.sentences)
        for one in suggest(shop_id, None, Context(views=(anchor,), language="en"), 8)
    ]


def test_an_increment_is_no_training(fitted_shop):
    buy(fitted_shop, order(1, "p1", "p2", "p30"), order(2, "p1", "p30", buyer="c5"))
    tasks.add_to_products(fitted_shop, 0)
    with shop_scope(fitted_shop):
        assert list(TrainingRun.objects.values_list("state", flat=True)) == [State.DONE]


def test_what_is_counted_is_as_if_all_were_counted_anew(fitted_shop):
    buy(fitted_shop, order(1, "p1", "p2", country="FR"), order(2, "p1", buyer="stranger", at=AFTER - timedelta(days=1)))
    assert services.add_to_model(fitted_shop)
    added = model_of(fitted_shop)
    services.train_shop(fitted_shop)
    anew = model_of(fitted_shop)
    for name in ("trend", "popular", "selling_order"):
        assert added.arrays[name].tolist() == anew.arrays[name].tolist()
    for name in ("week", "week_order"):  # of the whole shop; the countries are those of the last learning
        assert added.arrays[name][0].tolist() == anew.arrays[name][0].tolist()
    assert np.allclose(added.arrays["trend_windows"], anew.arrays["trend_windows"], atol=1e-4)
    assert added.manifest["data"]["last_at"] == anew.manifest["data"]["last_at"]
    assert added.manifest["data"]["lines"] == anew.manifest["data"]["lines"] == 120 * 6 * 5 + 3
    assert (added.manifest["at"], added.manifest["until"]["order_id"]) == (
        anew.manifest["at"],
        anew.manifest["until"]["order_id"],
    )


def test_weights_gate_variety_and_prices_stay(fitted_shop):
    before = model_of(fitted_shop)
    buy(fitted_shop, order(1, "p1", "p2"))
    services.add_to_model(fitted_shop)
    after = model_of(fitted_shop)
    for name in ("weights", "gates", "variety", "trades", "trained_at"):
        assert after.manifest[name] == before.manifest[name]
    for name in ("penalty_shelf", "penalty_next", "penalty_new"):
        assert after.arrays[name].tolist() == before.arrays[name].tolist()
    assert set(after.arrays) == set(before.arrays)
    assert not any(
        np.isnan(after.arrays[name].astype(float)).any() for name in ("points", "related_parts", "directions")
    )


def test_products_bought_together_now_come_nearer_each_other(fitted_shop):
    def place(model):
        companions = model.arrays["related_items"][rows_of(model.arrays, ["p1"])[0]].tolist()
        return companions.index(rows_of(model.arrays, ["p35"])[0])

    before = place(model_of(fitted_shop))
    buy(fitted_shop, *(order(number, "p1", "p35", buyer=f"c{number}") for number in range(30)))
    services.add_to_model(fitted_shop)
    assert place(model_of(fitted_shop)) < before
    found = {name: sentences for name, _, sentences in shown(fitted_shop, "p1")}
    assert any("in 3" in sentence for sentence in found["p35"])  # thirty orders and a few from before


def test_orders_in_common_are_counted_on_and_not_begun_anew(fitted_shop):
    before = model_of(fitted_shop).arrays
    p1, p2 = (rows_of(before, [name])[0] for name in ("p1", "p2"))

    def in_common(arrays):
        return int(arrays["together_orders"][p1][arrays["together_links"][p1].tolist().index(p2)])

    known = in_common(before)
    assert known > 2
    buy(fitted_shop, *(order(number, "p1", "p2", buyer=f"c{number}") for number in range(3)))
    services.add_to_model(fitted_shop)
    assert in_common(model_of(fitted_shop).arrays) == known + 3
    services.train_shop(fitted_shop)
    assert in_common(model_of(fitted_shop).arrays) == known + 3


def test_a_new_product_stands_beside_those_it_is_like_before_anybody_bought_it(fitted_shop):
    with shop_scope(fitted_shop):
        store_products([replace(product(15), external_id="p40")])
    assert services.ask_additions() == 1
    services.add_to_model(fitted_shop)
    model = model_of(fitted_shop)
    row = rows_of(model.arrays, ["p40"])[0]
    names = names_of(model.arrays).external_ids
    near = [names[one] for one in model.arrays["related_items"][row, :5]]
    assert {group_of(int(name[1:])) for name in near} == {1}  # the kitchen's, as its words say
    buy(fitted_shop, order(1, "p40", "p12"), order(2, "p40", "p12", buyer="c7"))
    services.add_to_model(fitted_shop)
    assert model_of(fitted_shop).arrays["popular"][row] == 2


def gift_card(number):
    return replace(product(number), external_id=f"gift{number}", is_gift_card=True)


def test_a_gift_card_is_learnt_neither_at_once_nor_later_and_teaches_nothing(shop):
    with shop_scope(shop):
        store_products([gift_card(0)])
    fill_shop(shop)
    buy(shop, *(order(number, "p1", "gift0", buyer=f"c{number}") for number in range(9)))
    train(shop)
    before = model_of(shop)
    with shop_scope(shop):
        store_products([gift_card(1)])
    assert services.ask_additions() == 0
    buy(shop, order(20, "gift0", "gift1"), order(21, "p2", "gift1"))
    assert services.add_to_model(shop)
    after = model_of(shop)
    assert set(names_of(after.arrays).external_ids) == {f"p{number}" for number in range(40)}
    assert after.manifest["data"]["lines"] == before.manifest["data"]["lines"] + 1 == 120 * 6 * 5 + 9 + 1
    assert services.ask_additions() == 0


def test_a_gift_card_stands_on_no_shelf(fitted_shop):
    with shop_scope(fitted_shop):
        store_products([replace(gift_card(0), created_at=now())])
    save_catalogue(fitted_shop)
    services.add_to_model(fitted_shop)
    visit = Context(product="gift0", views=("gift0", "p1"), cart=("gift0",), language="en")
    for shelf in (None, *Shelf):
        assert "gift0" not in [one.external_id for one in suggest(fitted_shop, shelf, visit, 40)]


def test_a_product_that_became_a_gift_card_leaves_the_shelves_before_the_next_training(fitted_shop):
    visit = Context(views=("p2", "p3"), language="en")
    shown = suggest(fitted_shop, Shelf.FOR_YOU, visit, 40)[0].external_id
    with shop_scope(fitted_shop):
        store_products([replace(product(int(shown[1:])), is_gift_card=True, updated_at=now())])
    save_catalogue(fitted_shop)
    for shelf in (None, *Shelf):
        assert shown not in [one.external_id for one in suggest(fitted_shop, shelf, visit, 40)]


def test_a_model_taken_back_is_left_alone_until_all_is_learnt_again(fitted_shop):
    before = model_of(fitted_shop)
    store.save(fitted_shop, "products", before.arrays, {**before.manifest, "stamp": "another"})
    buy(fitted_shop, order(1, "p1", "p2"))
    assert services.add_to_model(fitted_shop) == ""
    assert model_of(fitted_shop).manifest["stamp"] == "another"


def test_a_worker_that_stops_between_state_and_model_loses_no_increment(fitted_shop):
    state = store.load(fitted_shop, "products_state")
    store.save(fitted_shop, "products_state", state.arrays, {"stamp": "of a model that was never saved"})
    buy(fitted_shop, order(1, "p1", "p2"))
    before = model_of(fitted_shop).version
    assert services.add_to_model(fitted_shop) == model_of(fitted_shop).version != before


@pytest.mark.django_db(transaction=True)
def test_an_order_that_commits_late_is_not_missed(fitted_shop):
    """Increments read on from the greatest id they know, so no greater id may be seen before a smaller one."""
    is_stored, may_commit = threading.Event(), threading.Event()

    def store_slowly():
        with shop_scope(fitted_shop):
            store_orders([order(1, "p1", "p2")])
            is_stored.set()
            may_commit.wait(PATIENCE_SECONDS)

    def is_waiting():
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)")
            return cursor.fetchone()[0]

    works = [store_slowly, lambda: buy(fitted_shop, order(2, "p1", "p3"))]
    slow, quick = (threading.Thread(target=lambda work=work: (work(), connection.close())) for work in works)
    slow.start()
    assert is_stored.wait(PATIENCE_SECONDS)
    quick.start()
    until(lambda: is_waiting() or not quick.is_alive())
    assert services.ask_additions() == 0
    assert services.add_to_model(fitted_shop) == ""
    may_commit.set()
    slow.join(PATIENCE_SECONDS)
    quick.join(PATIENCE_SECONDS)
    assert services.add_to_model(fitted_shop)
    assert model_of(fitted_shop).manifest["data"]["lines"] == 120 * 6 * 5 + 4


def test_an_order_of_the_future_teaches_nothing_and_moves_no_moment(fitted_shop):
    buy(fitted_shop, order(1, "p1", "p2", at=now() + timedelta(days=27_000)))
    with shop_scope(fitted_shop):
        assert count_left_out()["future"] == 1
        assert len({line.order_id for line in iter_purchases()}) == 720
    at = model_of(fitted_shop).manifest["at"]
    services.add_to_model(fitted_shop)
    train(fitted_shop)
    assert model_of(fitted_shop).manifest["at"] == at
    assert model_of(fitted_shop).manifest["data"]["left_out"]["future"] == 1


def test_views_follow_each_other_and_robots_do_not_count(fitted_shop):
    moment = now() + timedelta(seconds=1)

    def view(number, visit, name):
        return EventDraft(
            id=UUID(int=number),
            name="view_item",
            visit=visit,
            product=name,
            at=moment + timedelta(seconds=number / 100),
        )

    looks = [view(number, f"v{number // 2}", ("p3", "p4")[number % 2]) for number in range(20)]
    robot = [view(100 + number, "robot", f"p{number % 40}") for number in range(MOST_VIEWS + 1)]
    with shop_scope(fitted_shop):
        store_events(looks + robot)
        assert count_robot_views() == MOST_VIEWS + 1
        assert len(list(iter_views())) == 20
    with time_machine.travel(moment + SETTLED + timedelta(minutes=5)):
        services.add_to_model(fitted_shop)
        services.add_to_model(fitted_shop)
    model = model_of(fitted_shop)
    third, fourth = rows_of(model.arrays, ["p3", "p4"])
    links = dict(zip(*(model.arrays[name][third, FOLLOWED] for name in ("visit_links", "visit_weights")), strict=True))
    assert links[fourth] == pytest.approx(10 + SHARED_SHARE * 10 / np.sqrt(2), abs=0.01)
    assert model.manifest["data"]["views"] == 20


def test_tills_drafts_tests_and_cancelled_orders_teach_nothing(shop):
    fill_shop(shop)
    with shop_scope(shop):
        before = len(list(iter_purchases()))
    buy(
        shop,
        order(1, "p1", channel="pos"),
        order(2, "p1", channel="draft"),
        order(3, "p1", is_test=True),
        order(4, "p1", cancelled_at=AFTER),
        order(5, "p1", channel="web"),
    )
    with shop_scope(shop):
        assert len(list(iter_purchases())) == before + 1
        assert count_left_out() == {"test": 1, "cancelled": 1, "draft": 1, "till": 1, "future": 0}


def test_what_was_given_back_is_told_among_what_was_left_out(shop):
    fill_shop(shop)
    back = replace(order(2, "p1"), kind=OrderKind.REFUND, refunds="new1")
    with shop_scope(shop):
        store_orders([order(1, "p1", "p2"), back])
        link_to_orders()
    train(shop)
    assert model_of(shop).manifest["data"]["left_out"]["given_back"] == 1
    client = signed_in(make_member(shop, Role.OWNER), headers={"accept-language": "fr"})
    assert "1 produit remboursé" in client.get("/suggestions/").content.decode().replace("\xa0", " ")


def test_a_shop_is_learnt_again_after_a_week_or_when_it_has_grown(fitted_shop):
    hour = services.hour_of(fitted_shop)
    buy(fitted_shop, order(1, "p1", "p2"))
    assert services.ask_trainings_of(hour) == 0
    assert services.ask_additions() == 1
    with shop_scope(fitted_shop):
        training = selectors.latest_training()
        selectors.TrainingRun.objects.filter(pk=training.id).update(finished_at=now() - timedelta(days=7))
    assert services.ask_trainings_of(hour) == 1
    assert sorted(Due.objects.filter(shop_id=fitted_shop).values_list("kind", flat=True)) == [
        "add_to_products",
        "report_exposure",
        "save_catalogue",
        "train_products",
    ]


def test_the_first_orders_of_a_shop_that_was_learnt_without_any_give_links_that_are_numbers(shop):
    with shop_scope(shop):
        store_products([product(number) for number in range(40)])
    train(shop)
    save_catalogue(shop)
    buy(shop, order(1, "p1", "p2"), order(2, "p1", "p3", buyer="c5"))
    tasks.add_to_products(shop, 0)
    arrays = model_of(shop).arrays
    assert np.isfinite(arrays["together_weights"].astype(np.float32)).all()
    assert suggest(shop, Shelf.CART, Context(cart=("p7",), language="en"), 8)
