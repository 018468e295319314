"""A shop's rules: read with a sentence, written in a draft, put in force, undone, and obeyed by every shelf."""

import gc
import json
import threading
import weakref
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from recommender.products import tasks
from recommender.products.data.catalogue import save_catalogue
from recommender.products.evaluation import replay as replays
from recommender.products.models import RuleReplay, RuleVersion
from recommender.products.rules import live
from recommender.products.rules import services as rules
from recommender.products.rules.book import as_json, read_rule, read_rules
from recommender.products.rules.types import (
    DEFAULT_RULES,
    Boost,
    Corridor,
    Exclude,
    Group,
    InStock,
    Limit,
    NotBought,
    Pin,
    Push,
    Strength,
)
from recommender.products.rules.words import RuleNames, difference_of, sentence_of_rule
from recommender.products.serving import snapshot
from recommender.products.serving.ready import ShelfRequest, ready_shelf
from recommender.products.serving.shelves import suggest
from recommender.products.types import Context, Shelf, State, VersionState
from shopconnect.catalog.selectors import find_product_by_external_id
from shopconnect.catalog.services import store_products
from shopconnect.connectors.types import EventDraft
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.models import Due
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events.services import store_events
from tests.recommender.products.invented import START
from tests.recommender.products.shops import fill_shop, product, train

ALL = (
    InStock(),
    Pin(product=7, place=2),
    Exclude(by=Group.PRODUCT, name="8"),
    Exclude(by=Group.CATEGORY, name="Lamps"),
    Boost(push=Push.VENDOR, strength=Strength.CLEAR, vendor="Acme"),
    Boost(push=Push.NEW, strength=Strength.SLIGHT),
    Limit(by=Group.VENDOR, most=2, shelf=Shelf.CART),
    NotBought(days=30),
    Corridor(low=0, high=200),
)


@pytest.fixture
def fitted_shop(shop):
    fill_shop(shop, sold_out=(3,))
    train(shop)
    return shop


def public_id(shop_id, name: str) -> int:
    with shop_scope(shop_id):
        return find_product_by_external_id(name).public_id


def shown(shop_id, beside="p12", k=8, shelf=None) -> list[str]:
    return [one.external_id for one in suggest(shop_id, shelf, Context(product=beside), k)]


def publish(shop_id, *given, user=1):
    for one in given:
        rules.add_rule(shop_id, user, one)
    rules.publish_draft(shop_id, user, rules.etag_of(rules.find_draft(shop_id).rules), is_confirmed=True)


def test_rules_are_the_same_after_json():
    assert read_rules(as_json(ALL)) == ALL
    assert read_rules(as_json([*ALL, *ALL])) == ALL


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "what the rule does"),
        ({"kind": "unknown"}, "what the rule does"),
        ({"kind": "pin", "product": "x", "place": "1"}, "Choose a product"),
        ({"kind": "pin", "product": 5, "place": 9}, "from 1 to 8"),
        ({"kind": "pin", "product": 5}, "from 1 to 8"),
        ({"kind": "pin", "product": 5, "place": "²"}, "from 1 to 8"),
        ({"kind": "pin", "product": 5, "place": 1, "shelf": "sale"}, "you can’t pin others to it"),
        ({"kind": "stock", "shelf": "cellar"}, "shelf doesn’t exist"),
        ({"kind": "exclude", "by": "colour", "name": "red"}, "a category or a brand"),
        ({"kind": "exclude", "by": "vendor", "name": " "}, "name from the list"),
        ({"kind": "exclude", "by": "product", "name": str(2**70)}, "Choose a product"),
        ({"kind": "boost", "push": "charm", "strength": "clear"}, "what to boost"),
        ({"kind": "boost", "push": "new", "strength": "9"}, "how strongly"),
        ({"kind": "boost", "push": "vendor", "strength": "clear"}, "name from the list"),
        ({"kind": "limit", "by": "product", "most": 1}, "categories or brands"),
        ({"kind": "limit", "by": "vendor", "most": 0}, "from 1 to 8"),
        ({"kind": "bought", "days": "-3"}, "from 1 to 730"),
        ({"kind": "bought", "days": [1]}, "from 1 to 730"),
        ({"kind": "corridor", "low": 100, "high": 100}, "below the highest"),
        ({"kind": "corridor", "low": 50, "high": 5000}, "from 0 to 1000"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_to_do(given, said):
    with pytest.raises(Refusal, match=said):
        read_rule(given)


def test_a_shop_has_so_many_rules_and_no_more():
    with pytest.raises(Refusal, match="up to 50"):
        read_rules({"kind": "bought", "days": days} for days in range(1, 52))


def test_each_rule_is_a_sentence_and_versions_differ_in_words():
    names = RuleNames(lambda number: f"Product {number}", {"Lamps": "Lighting"}.__getitem__)
    told = [sentence_of_rule(rule, names) for rule in ALL]
    assert told == [
        "Only products in stock",
        "“Product 7” pinned to slot 2",
        "“Product 8” excluded",
        "Category “Lighting” excluded",
        "Products from the brand “Acme” clearly boosted",
        "Products added in the last 30 days slightly boosted",
        "At most 2 products per brand, only on “Goes with your cart”",
        "No products the shopper bought in the last 30 days, unless they’re due to be bought again",
        "Prices from 0% to 200% of the price of the product being viewed",
    ]
    assert difference_of(ALL[:2], ALL[1:3], RuleNames()) == ("Added: “8” excluded", "Removed: Only products in stock")


def test_a_draft_holds_for_nobody_until_it_is_put_in_force(fitted_shop):
    before = shown(fitted_shop)
    out = public_id(fitted_shop, before[0])
    rules.add_rule(fitted_shop, 1, {"kind": "exclude", "by": "product", "name": out})
    assert shown(fitted_shop) == before
    publish(fitted_shop)
    assert before[0] not in shown(fitted_shop)
    assert rules.find_draft(fitted_shop) is None
    assert live.rules_for(fitted_shop).number == 1


def test_a_gift_card_may_be_excluded_but_not_pinned(fitted_shop):
    with shop_scope(fitted_shop):
        store_products([replace(product(39), external_id="p40", is_gift_card=True)])
        card = find_product_by_external_id("p40").public_id
    pin = as_json([Pin(product=card, place=1)])[0]
    with pytest.raises(Refusal, match="Gift cards"):
        rules.add_rule(fitted_shop, 1, pin)
    with pytest.raises(Refusal, match="Gift cards"):
        rules.write_draft(fitted_shop, 1, [pin], rules.etag_of(DEFAULT_RULES))
    assert rules.find_draft(fitted_shop) is None
    rules.add_rule(fitted_shop, 1, as_json([Exclude(by=Group.PRODUCT, name=str(card))])[0])


def test_a_pin_stands_in_its_place_and_says_that_the_shop_chose_it(fitted_shop):
    stranger = next(
        f"p{number}" for number in range(40) if f"p{number}" not in shown(fitted_shop, k=30) and number not in (3, 12)
    )
    publish(fitted_shop, {"kind": "pin", "product": public_id(fitted_shop, stranger), "place": 2})
    found = suggest(fitted_shop, None, Context(product="p12"), 4)
    assert (len(found), found[1].external_id, found[1].sentences) == (4, stranger, ("Chosen by the shop",))
    assert shown(fitted_shop).count(stranger) == 1
    assert stranger not in shown(fitted_shop, beside=stranger)
    assert stranger not in shown(fitted_shop, shelf=Shelf.TRENDING, k=4)[1:2]


def test_what_is_sold_out_is_shown_only_where_the_merchant_wants_it(fitted_shop):
    assert "p3" not in shown(fitted_shop, "p1", k=24)
    rules.remove_rule(fitted_shop, 1, {"kind": "stock"})
    publish(fitted_shop)
    assert "p3" in shown(fitted_shop, "p1", k=24)


def test_rules_ask_no_database_while_they_are_remembered(fitted_shop, django_assert_num_queries):
    publish(fitted_shop, {"kind": "bought", "days": 10})
    live.rules_for(fitted_shop)
    with django_assert_num_queries(0):
        assert shown(fitted_shop)


def test_a_shelf_that_is_kept_ready_follows_the_rules(fitted_shop):
    page = ShelfRequest(fitted_shop, None, Context(product="p12"), 4)
    first = json.loads(ready_shelf(page).text)["items"][0]["id"]
    publish(fitted_shop, {"kind": "exclude", "by": "product", "name": public_id(fitted_shop, first)})
    assert first not in [one["id"] for one in json.loads(ready_shelf(page).text)["items"]]


def test_newer_catalogues_take_the_place_of_older_ones_in_memory(fitted_shop):
    opened = []
    for _ in range(3):
        save_catalogue(fitted_shop)
        found = snapshot.open_snapshot(fitted_shop).aligned
        assert found is snapshot.open_snapshot(fitted_shop).aligned
        assert found.bound(DEFAULT_RULES, 1.0) is found.bound(DEFAULT_RULES, 1.0)
        opened.append(weakref.ref(found.columns["place"]))
    gc.collect()
    assert [columns() is not None for columns in opened] == [False, False, True]
    for days in range(1, 100):
        found.bound((NotBought(days=days),), 1.0)
    assert len(found._bound) <= snapshot.MOST_BOUND


def test_versions_say_who_when_and_what_and_one_click_goes_back(fitted_shop):
    publish(fitted_shop, {"kind": "bought", "days": 10})
    publish(fitted_shop, {"kind": "limit", "by": "vendor", "most": 2})
    rules.undo_to(fitted_shop, 1, 1)
    found = rules.list_versions(fitted_shop, RuleNames())
    assert [(one.number, one.state, one.undoes) for one in found] == [
        (3, VersionState.LIVE, 1),
        (2, VersionState.PAST, None),
        (1, VersionState.PAST, None),
    ]
    assert found[0].rules == found[2].rules
    assert found[0].changes == ("Removed: At most 2 products per brand",)
    assert [one.changes[0][:6] for one in found[1:]] == ["Added:"] * 2
    rules.undo_to(fitted_shop, 1, 1)  # a second click
    assert len(rules.list_versions(fitted_shop, RuleNames())) == 3
    rules.undo_to(fitted_shop, 1, 0)
    assert live.rules_for(fitted_shop).rules == DEFAULT_RULES
    with pytest.raises(Missing):
        rules.undo_to(fitted_shop, 1, 99)


def test_a_draft_that_was_changed_meanwhile_or_not_replayed_is_not_put_in_force(fitted_shop):
    rules.add_rule(fitted_shop, 1, {"kind": "bought", "days": 10})
    seen = rules.etag_of(rules.find_draft(fitted_shop).rules)
    with pytest.raises(Refusal, match="Run a simulation first"):
        rules.publish_draft(fitted_shop, 1, seen)
    rules.add_rule(fitted_shop, 2, {"kind": "bought", "days": 20})
    with pytest.raises(Refusal, match="changed the draft in the meantime"):
        rules.publish_draft(fitted_shop, 1, seen, is_confirmed=True)
    assert live.rules_for(fitted_shop).number == 0


def test_a_draft_without_a_difference_is_none(fitted_shop):
    rules.add_rule(fitted_shop, 1, {"kind": "bought", "days": 10})
    rules.remove_rule(fitted_shop, 1, {"kind": "bought", "days": 10})
    assert rules.find_draft(fitted_shop) is None
    rules.add_rule(fitted_shop, 1, {"kind": "stock"})
    assert rules.find_draft(fitted_shop) is None
    rules.publish_draft(fitted_shop, 1, "", is_confirmed=True)
    assert rules.list_versions(fitted_shop, RuleNames()) == []


def test_names_that_nothing_bears_are_refused(fitted_shop):
    for given in (
        {"kind": "exclude", "by": "vendor", "name": "Nobody"},
        {"kind": "exclude", "by": "category", "name": "Nowhere"},
        {"kind": "boost", "push": "vendor", "strength": "clear", "vendor": "Nobody"},
    ):
        with pytest.raises(Refusal, match="No product has this name"):
            rules.add_rule(fitted_shop, 1, given)
    with pytest.raises(Refusal, match="Choose a product"):
        rules.add_rule(fitted_shop, 1, {"kind": "pin", "product": 12345, "place": 1})
    rules.add_rule(fitted_shop, 1, {"kind": "exclude", "by": "category", "name": "Cuisine"})


def test_risky_rules_are_told_before_they_are_saved(fitted_shop):
    first, second, gone = (public_id(fitted_shop, name) for name in ("p1", "p2", "p3"))
    rules_of = {
        "all_boosts": [Boost(push=push, strength=Strength.CLEAR, vendor="x") for push in Push],
        "pins_one_place": [Pin(product=first, place=1), Pin(product=second, place=1)],
        "pin_excluded": [Pin(product=first, place=1), Exclude(by=Group.PRODUCT, name=str(first))],
        "pin_sold_out": [Pin(product=gone, place=1), InStock()],
        "pin_gone": [Pin(product=5, place=1)],
        "pool_empty": [Exclude(by=Group.CATEGORY, name=name) for name in ("Jardin", "Cuisine", "Chambre", "Bureau")],
        "corridor_narrow": [Corridor(low=300, high=400)],
    }
    for key, held in rules_of.items():
        assert [one.key for one in rules.cautions_for(fitted_shop, held)] == [key], key
    narrow = [Exclude(by=Group.CATEGORY, name=name, shelf=Shelf.CART) for name in ("Jardin", "Cuisine", "Chambre")]
    small = [*narrow, *(Exclude(by=Group.PRODUCT, name=str(public_id(fitted_shop, f"p{n}"))) for n in range(30, 36))]
    assert [(one.key, one.params) for one in rules.cautions_for(fitted_shop, small)] == [
        ("pool_small", {"count": 4, "shelf": Shelf.CART})
    ]
    assert rules.cautions_for(fitted_shop, DEFAULT_RULES) == []


def test_one_shop_never_sees_anothers_rules(fitted_shop, other_shop):
    publish(fitted_shop, {"kind": "bought", "days": 10})
    assert live.rules_for(other_shop).rules == DEFAULT_RULES
    assert rules.list_versions(other_shop, RuleNames()) == []
    with pytest.raises(Missing):
        rules.undo_to(other_shop, 1, 1)


def ask(shop_id) -> int:
    replays.ask_replay(shop_id, 1)
    with shop_scope(shop_id):
        return RuleReplay.objects.latest("id").pk


def test_a_replay_shows_what_would_have_been_won_and_lost(fitted_shop):
    for name in ("Jardin", "Cuisine"):
        rules.add_rule(fitted_shop, 1, {"kind": "exclude", "by": "category", "name": name})
    draft = rules.find_draft(fitted_shop)
    tasks.replay_rules(fitted_shop, ask(fitted_shop))
    found = replays.latest_replay(fitted_shop, draft.rules)
    assert (found.state, found.is_current, found.percent) == (State.DONE, True, 100)
    carts, together, visits = found.tallies
    assert (carts.shelf, together.shelf, visits.shelf, visits.moments) == (Shelf.CART, Shelf.TOGETHER, None, 0)
    assert carts.moments == together.moments > 50
    assert carts.lost > carts.won
    assert carts.verdict == "worse"
    assert carts.difference.low <= carts.difference.mean <= carts.difference.high < 0
    assert carts.margin is None  # no cost is known
    rules.publish_draft(fitted_shop, 1, rules.etag_of(draft.rules))
    assert live.rules_for(fitted_shop).number == 1


def test_visits_are_replayed_with_what_was_looked_at_next(fitted_shop):
    seen = shown(fitted_shop)
    with shop_scope(fitted_shop):
        store_events(
            [
                EventDraft(
                    id=UUID(int=10 * visit + step),
                    name="view_item",
                    visit=f"v{visit}",
                    product=product,
                    at=START + timedelta(days=190, hours=visit, minutes=step),
                )
                for visit in range(40)
                for step, product in enumerate(("p12", seen[visit % 2], "product doesn’t exist"))
            ]
        )
    rules.add_rule(fitted_shop, 1, {"kind": "exclude", "by": "product", "name": public_id(fitted_shop, seen[0])})
    tasks.replay_rules(fitted_shop, ask(fitted_shop))
    visits = replays.latest_replay(fitted_shop, rules.find_draft(fitted_shop).rules).tallies[2]
    assert (visits.shelf, visits.moments, visits.held_before, visits.won, visits.lost) == (None, 40, 40, 0, 20)
    assert visits.verdict == "worse"


def test_a_second_click_asks_for_the_same_replay(fitted_shop):
    rules.add_rule(fitted_shop, 1, {"kind": "exclude", "by": "category", "name": "Cuisine"})
    number = ask(fitted_shop)
    assert ask(fitted_shop) == number  # a second click
    assert Due.objects.filter(shop_id=fitted_shop, kind="replay_rules").count() == 1


def test_a_replay_of_another_draft_takes_the_place_of_the_one_that_waits(fitted_shop):
    rules.add_rule(fitted_shop, 1, {"kind": "bought", "days": 10})
    first = ask(fitted_shop)
    rules.add_rule(fitted_shop, 1, {"kind": "bought", "days": 20})
    second = ask(fitted_shop)
    tasks.replay_rules(fitted_shop, first)
    with shop_scope(fitted_shop):
        states = dict(RuleReplay.objects.values_list("pk", "state"))
    assert states == {first: State.FAILED, second: State.WAITING}


def test_a_shop_without_anything_to_replay_is_told_so(shop):
    rules.add_rule(shop, 1, {"kind": "bought", "days": 10})
    tasks.replay_rules(shop, ask(shop))
    found = replays.latest_replay(shop, rules.find_draft(shop).rules)
    assert (found.state, found.has_moments) == (State.DONE, False)


@pytest.mark.django_db(transaction=True)
def test_two_who_add_at_once_lose_nothing_and_two_clicks_make_one_version(shop):
    def at_once(deeds):
        threads = [threading.Thread(target=lambda deed=deed: (deed(), connection.close())) for deed in deeds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    rules.add_rule(shop, 1, {"kind": "bought", "days": 1})
    at_once([lambda days=days: rules.add_rule(shop, days, {"kind": "bought", "days": days}) for days in range(2, 8)])
    held = rules.find_draft(shop).rules
    assert {one.days for one in held if isinstance(one, NotBought)} == set(range(1, 8))
    at_once([lambda: rules.publish_draft(shop, 1, rules.etag_of(held), is_confirmed=True)] * 4)
    with shop_scope(shop):
        assert list(RuleVersion.objects.values_list("number", "state")) == [(1, "live")]
