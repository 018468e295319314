import re
from datetime import timedelta

import numpy as np
import pytest
from django.utils import translation

from recommender.products.data.artefacts import CATALOGUE
from recommender.products.rules.live import rules_for
from recommender.products.rules.types import Group, InStock, Limit, Pin
from recommender.products.serving.engine.signals import FOLLOWED
from recommender.products.serving.shelves import suggest
from recommender.products.types import Context, Shelf
from recommender.products.words import empty_of, heading_of, why_of
from shopconnect.catalog.selectors import find_product_by_external_id
from shopconnect.core import caches
from shopconnect.core.artefacts import store
from shopconnect.core.clock import now
from shopconnect.core.tenancy.scope import shop_scope
from tests.recommender.products.invented import group_of
from tests.recommender.products.shops import fill_shop, shelf_of, train

TODAY = now().timestamp() // 86_400


@pytest.fixture
def fitted_shop(shop):
    fill_shop(shop, sold_out=(3,))
    train(shop)
    caches.reset_all()
    return shop


def save_again(shop_id, room, manifest=None, **arrays):
    """Store an artefact anew with other columns beside those that it has; each gets its values by product number."""
    held = store.load(shop_id, room)
    copied = {name: np.array(array) for name, array in held.arrays.items()}
    store.save(shop_id, room, copied | arrays, {**held.manifest, **(manifest or {})})
    caches.reset_all()


def by_card(shop_id, values, missing, kind):
    """Return a column of the cards, in their order, from values by product number."""
    with shop_scope(shop_id):
        ids = {number: find_product_by_external_id(f"p{number}").public_id for number in values}
    column = np.full(40, missing, kind)
    cards = store.load(shop_id, CATALOGUE).arrays["public_ids"]
    for number, value in values.items():
        column[np.searchsorted(cards, ids[number])] = value
    return column


def shown(shop_id, shelf, k=4, **context):
    return [one.external_id for one in suggest(shop_id, shelf, Context(**context), k)]


def keys(shop_id, shelf, k=4, **context):
    found = suggest(shop_id, shelf, Context(**context), k)
    return [[reason.key for reason in one.advice.reasons] for one in found]


def groups(names):
    return [group_of(int(name[1:])) for name in names]


@pytest.mark.parametrize("limits", [(), (Limit(by=Group.CATEGORY, most=3),)])
@pytest.mark.parametrize("shelf", [None, Shelf.SIMILAR, Shelf.CART, Shelf.FOR_YOU])
def test_a_pin_moves_its_product_and_leaves_the_others_in_their_order(fitted_shop, shelf, limits):
    context, rules = Context(product="p12", cart=("p12",), views=("p12",)), (InStock(), *limits)
    before = [one.public_id for one in suggest(fitted_shop, shelf, context, 8, rules=rules)]
    assert len(before) > 3
    for moved in before:
        others = [one for one in before if one != moved]
        for place in (1, 2, len(before)):
            pinned = (*rules, Pin(product=moved, place=place))
            after = [one.public_id for one in suggest(fitted_shop, shelf, context, 8, rules=pinned)]
            assert after == [*others[: place - 1], moved, *others[place - 1 :]]


@pytest.mark.parametrize("most", [1, 2])
def test_what_is_pinned_from_elsewhere_counts_within_limits_and_moves_nobody_else(fitted_shop, most):
    context, rules = Context(product="p12", views=("p12",)), (InStock(), Limit(by=Group.CATEGORY, most=most))
    before = [one.public_id for one in suggest(fitted_shop, None, context, 4, rules=rules)]
    with shop_scope(fitted_shop):
        known = {find_product_by_external_id(f"p{number}").public_id: group_of(number) for number in range(40)}
    guest = next(one for one, group in known.items() if group == known[before[0]] and one not in before)
    pinned = (*rules, Pin(product=guest, place=1))
    after = [one.public_id for one in suggest(fitted_shop, None, context, 4, rules=pinned)]
    left = [one for one in before if known[one] != known[guest]]
    assert after[0] == guest
    assert [one for one in after if one in left] == left[: len([one for one in after if one in left])]
    assert [known[one] for one in after].count(known[guest]) == most


@pytest.mark.parametrize("shelf", [Shelf.SIMILAR, Shelf.TOGETHER])
def test_beside_a_product_stands_its_own_kind(fitted_shop, shelf):
    found = shown(fitted_shop, shelf, 5, product="p12")
    assert len(found) == 5
    assert groups(found).count(1) >= 4
    assert "p12" not in found


def test_bought_together_says_in_how_many_orders(fitted_shop):
    for one in suggest(fitted_shop, Shelf.TOGETHER, Context(product="p12"), 5):
        reason = one.advice.reasons[0]
        assert reason.key == "together"
        assert reason.params["count"] >= 2
        assert one.sentences[0] == f"Bought together with this product in {reason.params['count']} orders"


def test_the_next_click_changes_the_shelf_without_learning(fitted_shop):
    before = shown(fitted_shop, Shelf.FOR_YOU, views=("p12",))
    after = shown(fitted_shop, Shelf.FOR_YOU, views=("p33", "p12"))
    assert groups(before).count(1) >= 3
    assert 3 in groups(after)
    assert before != after


def test_a_name_longer_than_any_of_the_shop_is_none_of_its_products(fitted_shop):
    long = "p5" + "0" * 200
    assert shown(fitted_shop, None, views=("p5", long, long[:3])) == shown(fitted_shop, None, views=("p5",))
    assert shown(fitted_shop, None, product=long) == shown(fitted_shop, None)


def test_a_cart_is_completed_with_what_it_has_not(fitted_shop):
    found = shown(fitted_shop, Shelf.CART, 6, cart=("p12", "p30"))
    assert not {"p12", "p30"} & set(found)
    assert {1, 3} <= set(groups(found))
    assert shown(fitted_shop, Shelf.CART) == []


def test_because_you_viewed_names_the_view_where_there_is_but_one(fitted_shop):
    found = shelf_of(fitted_shop, Shelf.VIEWED, Context(views=("p12",), language="en"), 4)
    assert found["title"] == "Because you viewed Kitchen thing 12"
    found = shelf_of(fitted_shop, Shelf.VIEWED, Context(views=("p12", "p33"), language="en"), 4)
    assert found["title"] == "Based on what you viewed"
    assert groups([one["id"] for one in found["items"]]).count(1) >= 3


def test_what_others_viewed_next_leads_where_it_was_learnt(fitted_shop):
    model = store.load(fitted_shop, "products").arrays
    rows = {str(name): int(row) for name, row in zip(model["external_sorted"], model["external_rows"], strict=True)}
    links, weights = np.zeros((40, 3, 50), np.int32), np.zeros((40, 3, 50), np.float16)
    links[rows["p12"], FOLLOWED, :2], weights[rows["p12"], FOLLOWED, :2] = [rows["p35"], rows["p3"]], [2.0, 1.0]
    save_again(fitted_shop, "products", visit_links=links, visit_weights=weights)
    assert shown(fitted_shop, Shelf.VIEWED, views=("p12",)) == ["p35"]  # p3 is sold out
    one = suggest(fitted_shop, Shelf.VIEWED, Context(views=("p12",)), 4)[0]
    assert one.sentences == ("Because you viewed Kitchen thing 12",)
    # Nobody went on from p20, so what was looked at before it leads.
    assert shown(fitted_shop, Shelf.VIEWED, views=("p20", "p12")) == ["p35"]
    one = suggest(fitted_shop, Shelf.VIEWED, Context(views=("p20", "p12")), 4)[0]
    assert one.sentences == ("Because you viewed Kitchen thing 12",)
    assert "p35" in shown(fitted_shop, Shelf.FOR_YOU, 8, views=("p12",))


def test_recently_viewed_is_in_the_order_of_looking(fitted_shop):
    assert shown(fitted_shop, Shelf.RECENT, product="p7", views=("p7", "p30", "p3", "nothing", "p2")) == ["p30", "p2"]
    assert keys(fitted_shop, Shelf.RECENT, views=("p30",)) == [["recent"]]
    assert shown(fitted_shop, Shelf.RECENT) == []


def test_a_buyer_buys_again_what_is_due(fitted_shop):
    with shop_scope(fitted_shop):
        had = {number: find_product_by_external_id(f"p{number}").id for number in (5, 25)}
    model = store.load(fitted_shop, "products").arrays
    rhythm = np.where(np.isin(model["ids"], [had[5]]), np.float32(30), np.float32(np.nan)).astype(np.float32)
    weights = {**store.load(fitted_shop, "products").manifest["weights"], "again": {"buy_again": 1.0, "due": 1.0}}
    save_again(fitted_shop, "products", {"weights": weights}, rhythm=rhythm, repeats=np.full_like(rhythm, 0.5))
    bought = ((had[25], now() - timedelta(days=20)), (had[5], now() - timedelta(days=30)))
    assert shown(fitted_shop, Shelf.AGAIN, bought=bought) == ["p5", "p25"]
    assert keys(fitted_shop, Shelf.AGAIN, bought=bought) == [["due", "bought_before"], ["bought_before"]]
    assert shown(fitted_shop, Shelf.AGAIN) == []


@pytest.mark.parametrize(
    ("repeats", "chosen", "beside", "are_shown"),
    [
        ({"share": 0.3, "low": 0.2}, "auto", False, True),
        ({"share": 0.2, "low": 0.09}, "auto", False, False),  # may be chance
        ({}, "auto", False, False),
        ({"share": 0.3, "low": 0.2}, "new", False, False),
        ({"share": 0.0, "low": 0.0}, "all", False, True),
        ({"share": 0.3, "low": 0.2}, "auto", True, False),  # they stand on *buy again*, on the same page
        ({"share": 0.3, "low": 0.2}, "all", True, False),
    ],
)
def test_for_you_shows_what_a_buyer_had_where_the_shop_lives_on_it_or_its_owner_wants_it(
    fitted_shop, repeats, chosen, beside, are_shown
):
    with shop_scope(fitted_shop):
        had = {number: find_product_by_external_id(f"p{number}").id for number in (5, 25)}
    weights = {"next": {"buy_again": 1.0, "trend": 0.1}, "new": {"trend": 1.0}}
    held = store.load(fitted_shop, "products").manifest["weights"]
    save_again(fitted_shop, "products", {"weights": {**held, **weights}, "repeats": repeats})
    save_again(fitted_shop, CATALOGUE, {"for_you": chosen})
    often = [(had[5], now() - timedelta(days=day)) for day in (3, 10, 17)]
    context = Context(bought=(*often, (had[25], now() - timedelta(days=9))), is_beside_again=beside)
    found = suggest(fitted_shop, Shelf.FOR_YOU, context, 8)
    names = [one.external_id for one in found]
    assert len(names) == 8
    assert (names[:2] == ["p5", "p25"]) is are_shown
    assert bool({"p5", "p25"} & set(names)) is are_shown
    if are_shown:
        assert [one.sentences[0] for one in found[:2]] == ["You’ve bought this 3 times", "You’ve bought this before"]
    # What lies in the cart is taken already.
    cart = Context(bought=context.bought, cart=("p5",), is_beside_again=beside)
    assert "p5" not in [one.external_id for one in suggest(fitted_shop, Shelf.FOR_YOU, cart, 8)]


def test_a_buyer_buys_again_what_was_bought_at_this_time_last_year(fitted_shop):
    with shop_scope(fitted_shop):
        had = {number: find_product_by_external_id(f"p{number}").id for number in (5, 25)}
    weights = {**store.load(fitted_shop, "products").manifest["weights"], "again": {"buy_again": 0.1, "season": 1.0}}
    save_again(fitted_shop, "products", {"weights": weights})
    bought = ((had[5], now() - timedelta(days=20)), (had[25], now() - timedelta(days=350)))
    assert shown(fitted_shop, Shelf.AGAIN, bought=bought) == ["p25", "p5"]
    assert keys(fitted_shop, Shelf.AGAIN, bought=bought)[0] == ["bought_before"]


def test_what_trends_keeps_to_a_category_and_to_a_country(fitted_shop):
    names = ["Maison > Jardin", "Maison > Cuisine"]
    category = by_card(fitted_shop, {number: number // 10 for number in range(20)}, -1, np.int32)
    save_again(fitted_shop, CATALOGUE, category=category, category_names=np.array(names))
    assert set(groups(shown(fitted_shop, Shelf.TRENDING, 8, category="cuisine"))) == {1}
    assert set(groups(shown(fitted_shop, Shelf.TRENDING, 24, category="maison"))) == {0, 1}
    assert len(set(groups(shown(fitted_shop, Shelf.TRENDING, 39, category="unknown")))) == 4
    model = store.load(fitted_shop, "products").arrays
    sold, order = np.zeros((3, 40), np.int32), np.tile(model["selling_order"], (3, 1))
    row = model["external_rows"][np.searchsorted(model["external_sorted"], "p38")]
    sold[2, row], order[2] = 9, [row, *(one for one in model["selling_order"] if one != row)]
    save_again(fitted_shop, "products", {"countries": ["DE", "FR"], "at": TODAY + 1}, week=sold, week_order=order)
    one = suggest(fitted_shop, Shelf.TRENDING, Context(country="FR", language="fr"), 4)[0]
    assert (one.external_id, one.sentences[0]) == ("p38", "Dans 9 commandes ces 7 derniers jours\u00a0: France")
    save_again(fitted_shop, "products", {"at": TODAY - 30})
    one = suggest(fitted_shop, Shelf.TRENDING, Context(country="FR", language="fr"), 4)[0]
    assert one.external_id == "p38"
    assert "derniers jours" not in " ".join(one.sentences)
    heading = shelf_of(fitted_shop, Shelf.TRENDING, Context(category="Cuisine"), 4)["title"]
    assert heading == "Best sellers in Cuisine"


@pytest.mark.parametrize(
    ("listed", "heading"),
    [
        (("p10", "p11"), "Best sellers in Cuisine"),
        (("p1", "p11"), "Best sellers in Maison"),
        (("p11", "p30"), "Best sellers right now"),
        (("strange",), "Best sellers right now"),
    ],
)
def test_a_page_that_lists_products_is_of_the_category_that_they_share(fitted_shop, listed, heading):
    names = ["Maison > Jardin", "Maison > Cuisine"]
    category = by_card(fitted_shop, {number: number // 10 for number in range(20)}, -1, np.int32)
    save_again(fitted_shop, CATALOGUE, category=category, category_names=np.array(names))
    assert shelf_of(fitted_shop, Shelf.TRENDING, Context(listed=listed), 4)["title"] == heading


def test_new_and_on_sale_follow_the_facts_and_are_empty_without_them(fitted_shop):
    assert shown(fitted_shop, Shelf.NEW) == shown(fitted_shop, Shelf.SALE) == []
    created = by_card(fitted_shop, {4: TODAY - 3, 9: TODAY - 1, 8: TODAY - 40}, np.nan, np.float32)
    before = by_card(fitted_shop, {6: 20.0, 7: 16.0, 3: 99.0, 8: 9.0}, np.nan, np.float64)
    save_again(fitted_shop, CATALOGUE, created_day=created, before=before, price=np.full(40, 15.0))
    assert shown(fitted_shop, Shelf.NEW) == ["p9", "p4"]
    assert shown(fitted_shop, Shelf.SALE) == ["p6", "p7"]
    one = suggest(fitted_shop, Shelf.SALE, Context(language="fr"), 1)[0]
    assert one.sentences[0] == "25\u00a0% de moins que son prix le plus bas des 30 jours précédents"
    # 1 - 80 / 100 is a hair below .2, and nobody is told 19 %.
    save_again(
        fitted_shop, CATALOGUE, before=by_card(fitted_shop, {6: 100.0}, np.nan, np.float64), price=np.full(40, 80.0)
    )
    assert suggest(fitted_shop, Shelf.SALE, Context(language="en"), 1)[0].sentences[0].startswith("20% below")


def test_less_like_this_pushes_its_kind_down(fitted_shop):
    usual = shown(fitted_shop, Shelf.FOR_YOU, 4, views=("p12", "p33"))
    assert 1 in groups(usual)
    loved = next(name for name in usual if groups([name]) == [1])
    left = shown(fitted_shop, Shelf.FOR_YOU, 4, views=("p12", "p33"), disliked=(loved,))
    assert loved not in left
    assert groups(left).count(1) < groups(usual).count(1)


def test_one_place_in_eight_is_for_what_is_new_and_holds_for_the_day(fitted_shop):
    created = by_card(fitted_shop, {34: TODAY - 2, 35: TODAY - 2}, np.nan, np.float32)
    save_again(fitted_shop, CATALOGUE, created_day=created)
    context = Context(product="p12", language="en")
    first = shelf_of(fitted_shop, None, context, 8)["items"]
    assert [one["id"] in ("p34", "p35") for one in first].count(True) == 1
    assert first[7]["id"] in ("p34", "p35")
    assert first[7]["keys"] == ["new"]
    assert re.fullmatch(r"New since [0-9]{1,2} [A-Z][a-z]+ [0-9]{4}", first[7]["reason"])
    assert first == shelf_of(fitted_shop, None, context, 8)["items"]
    cart = shelf_of(fitted_shop, Shelf.CART, Context(cart=("p12",)), 16)["items"]
    assert [one["id"] in ("p34", "p35") for one in cart] == [False] * 15 + [True]  # a wrong guess costs most there
    small = [shelf_of(fitted_shop, Shelf.SIMILAR, Context(product=f"p{number}"), 4)["items"] for number in range(30)]
    tried = [any(one["id"] in ("p34", "p35") for one in items) for items in small]
    assert 6 <= sum(tried) <= 24  # half of the pages, by lot
    assert not set(shown(fitted_shop, Shelf.CART, 8, cart=("p12",))) & {"p34", "p35"}  # who asks by REST gets no lots


def test_a_shop_beyond_its_plan_gets_what_needs_no_learning(fitted_shop):
    found = shelf_of(fitted_shop, Shelf.FOR_YOU, Context(views=("p12",)), 4, is_plain=True)
    assert (found["shelf"], found["title"]) == (Shelf.TRENDING, "Best sellers right now")
    found = shelf_of(fitted_shop, Shelf.RECENT, Context(views=("p12",)), 4, is_plain=True)
    assert [one["id"] for one in found["items"]] == ["p12"]


def test_an_empty_shelf_says_what_would_fill_it(fitted_shop, other_shop):
    found = shelf_of(fitted_shop, Shelf.CART, Context(), 4)
    assert (found["items"], found["empty"]) == ([], "Add a product to your cart to see what goes with it.")
    assert shelf_of(other_shop, Shelf.TRENDING, Context(), 4)["items"] == []


def test_a_price_of_another_currency_is_not_shown(fitted_shop):
    save_again(fitted_shop, CATALOGUE, {"currency": "EUR"})
    (own,) = suggest(fitted_shop, Shelf.TRENDING, Context(currency="EUR"), 1)
    (foreign,) = suggest(fitted_shop, Shelf.TRENDING, Context(currency="USD"), 1)
    assert own.price
    assert foreign.price == ""


@pytest.mark.parametrize("shelf", Shelf)
def test_no_shelf_asks_the_database(fitted_shop, shelf, django_assert_num_queries):
    context = Context(product="p12", views=("p12", "p30"), cart=("p31",), disliked=("p2",))
    rules_for(fitted_shop)  # once a minute, and remembered
    with django_assert_num_queries(0):
        found = shelf_of(fitted_shop, shelf, context, 8)
    assert found["items"] or found["empty"]
    assert "p3" not in [one["id"] for one in found["items"]]


@pytest.mark.parametrize("shelf", [None, *Shelf])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_shelf_has_its_words(shelf, language):
    with translation.override(language):
        words = {heading_of(shelf, title="X"), why_of(shelf), empty_of(shelf)}
    assert len(words) == 3
    assert all(words)
