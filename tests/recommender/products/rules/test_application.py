"""Rules on candidates: each kind by itself, and together."""

from datetime import date

import numpy as np
import pytest

from recommender.products.rules.engine.application import (
    ProductColumns,
    RuleContext,
    apply_rules,
    bind_rules,
    pool,
    rules_of_day,
    rules_on,
    with_pins,
)
from recommender.products.rules.engine.cautions import cautions_of
from recommender.products.rules.types import (
    DEFAULT_RULES,
    Boost,
    Corridor,
    Exclude,
    Group,
    Limit,
    NotBought,
    PageSubject,
    Pin,
    Push,
    Strength,
)
from recommender.products.rules.words import RuleNames, sentence_of_caution
from recommender.products.types import Shelf

TODAY = 20_000.0
NAMES = ("Lamps", "Lamps > Floor lamps", "Lampshades", "Tables")


def columns(count: int = 8, **given) -> ProductColumns:
    plain = {
        "ids": np.arange(count, dtype=np.int64) + 100,
        "available": np.ones(count, dtype=bool),
        "price": np.full(count, 10.0),
        "cost": np.full(count, np.nan),
        "stock": np.full(count, -1, np.int32),
        "created_day": np.full(count, np.nan, np.float32),
        "category": (np.arange(count) % 4).astype(np.int32),
        "vendor": (np.arange(count) % 2).astype(np.int32),
        "sold": np.zeros(count, np.int32),
        "rhythm": np.full(count, np.nan, np.float32),
        "category_names": NAMES,
        "vendor_names": ("Acme", "Borel"),
    }
    return ProductColumns(**plain | given)


def scores(count: int = 8) -> np.ndarray:
    return np.arange(count, 0, -1).astype(np.float32)


def apply(rules, shelf=Shelf.TOGETHER, beside=None, most=8, **given):
    held = columns(**given)
    bound = bind_rules(rules_on(rules, shelf), held)
    return apply_rules(bound, np.arange(8), scores(), beside or RuleContext(TODAY), most)


def left(rules, **options) -> list[int]:
    return sorted(apply(rules, **options).best.tolist())


def test_only_what_can_be_bought_is_shown_unless_the_merchant_says_otherwise():
    available = np.arange(8) != 2
    assert left(DEFAULT_RULES, available=available) == [0, 1, 3, 4, 5, 6, 7]
    assert left((), available=available) == list(range(8))


def test_what_is_excluded_is_out_by_product_by_vendor_and_by_category_with_what_is_below_it():
    assert left([Exclude(by=Group.PRODUCT, name="103")]) == [0, 1, 2, 4, 5, 6, 7]
    assert left([Exclude(by=Group.PRODUCT, name="999")]) == list(range(8))
    assert left([Exclude(by=Group.VENDOR, name="Borel")]) == [0, 2, 4, 6]
    assert left([Exclude(by=Group.CATEGORY, name="Lamps")]) == [2, 3, 6, 7]
    assert left([Exclude(by=Group.CATEGORY, name="Lamps > Floor lamps")]) == [0, 2, 3, 4, 6, 7]
    nowhere = np.full(8, -1, np.int32)
    assert left([Exclude(by=Group.CATEGORY, name="Tables")], category=nowhere) == list(range(8))


def test_a_boost_lifts_by_its_strength_and_says_by_how_much():
    slight, strong = (apply([Boost(push=Push.VENDOR, vendor="Borel", strength=one)]) for one in ("slight", "strong"))
    spread = float(scores().std())
    assert slight.lifted.tolist() == pytest.approx([0, 0.25 * spread] * 4)
    assert strong.scores.tolist() == pytest.approx((scores() + [0, 2 * spread] * 4).tolist())
    assert strong.best.tolist()[:4] == [1, 3, 0, 5]


def test_each_push_lifts_whom_it_means_and_nobody_of_whom_nothing_is_known():
    unknown = [Boost(push=push, strength=Strength.STRONG) for push in (Push.MARGIN, Push.OVERSTOCK, Push.NEW)]
    assert apply(unknown).lifted.tolist() == [0] * 8
    cost = np.array([10, 7.5, 5, 2.5, 0, np.nan, 20, 10])
    shares = apply([Boost(push=Push.MARGIN, strength=Strength.STRONG)], cost=cost).lifted / (2 * scores().std())
    assert shares.tolist() == pytest.approx([0, 0.25, 0.5, 0.75, 1, 0, 0, 0])
    stock, sold = np.array([5, 7, 400, 400, -1, 0, 0, 0]), np.array([0, 0, 40, 20, 0, 0, 0, 0])
    over = apply([Boost(push=Push.OVERSTOCK, strength=Strength.CLEAR)], stock=stock, sold=sold).lifted
    assert np.flatnonzero(over).tolist() == [1, 3]
    days = np.array([TODAY, TODAY - 30, TODAY - 31, np.nan, 0, 0, 0, 0])
    assert np.flatnonzero(apply([Boost(push=Push.NEW, strength=Strength.CLEAR)], created_day=days).lifted).tolist() == [
        0,
        1,
    ]


def test_a_limit_keeps_the_best_of_each_and_counts_what_stands_already():
    assert left([Limit(by=Group.VENDOR, most=1)]) == [0, 1]
    assert left([Limit(by=Group.CATEGORY, most=1)]) == [0, 1, 2, 3]
    assert left([Limit(by=Group.VENDOR, most=2)], beside=RuleContext(TODAY, placed=(6,))) == [0, 1, 3, 6]
    assert left([Limit(by=Group.CATEGORY, most=1)], category=np.full(8, -1, np.int32)) == list(range(8))
    lifted = [Limit(by=Group.CATEGORY, most=1), Boost(push=Push.VENDOR, vendor="Borel", strength=Strength.STRONG)]
    given = {"vendor": np.array([0, 0, 0, 0, 1, 1, 1, 1], dtype=np.int32)}
    assert left(lifted, **given) == [4, 5, 6, 7]


def test_a_limit_counts_what_the_one_before_it_left():
    limits = [Limit(by=Group.VENDOR, most=2), Limit(by=Group.CATEGORY, most=1)]
    given = {"vendor": np.array([0, 0, 0, 1, 1, 1, 1, 1], np.int32), "category": np.array([0, 0, 1, 1, 1, 2, 3, 3])}
    # The third of the first vendor is out, so it takes no place of its category.
    assert left(limits, **given) == [0, 3]
    assert left(limits[::-1], **given) == [0, 2, 5, 6]


def test_no_more_are_found_than_are_wanted_the_best_first_and_of_equals_the_first():
    assert apply([], most=3).best.tolist() == [0, 1, 2]
    assert apply([Limit(by=Group.VENDOR, most=2)], most=3).best.tolist() == [0, 1, 2]
    alike = apply_rules(bind_rules([], columns()), np.arange(8), np.ones(8, np.float32), RuleContext(TODAY), 4)
    assert alike.best.tolist() == [0, 1, 2, 3]


def test_what_was_bought_lately_is_not_shown_again_unless_its_rhythm_has_come_round():
    beside = RuleContext(TODAY, bought={0: 5.0, 1: 40.0, 2: 20.0, 3: 20.0})
    rhythm = np.array([np.nan, np.nan, 18, 25, *[np.nan] * 4])
    assert left([NotBought(days=30)], beside=beside, rhythm=rhythm) == [1, 2, 4, 5, 6, 7]
    assert left([NotBought(days=30)], shelf=Shelf.AGAIN, beside=beside) == list(range(8))
    assert left([NotBought(days=30, shelf=Shelf.AGAIN)], shelf=Shelf.AGAIN, beside=beside) == [1, 4, 5, 6, 7]


def test_prices_stay_in_the_corridor_around_the_product_beside_which_the_shelf_stands():
    price = np.array([10, 4.9, 5, 10, 20, 20.1, np.nan, 0])
    rules = [Corridor(low=50, high=200)]
    assert left(rules, price=price, beside=RuleContext(TODAY, anchor=0)) == [0, 2, 3, 4]
    assert left(rules, price=price) == list(range(8))


@pytest.mark.parametrize("unknown", [0, np.nan])
def test_beside_a_product_without_a_price_no_corridor_holds(unknown):
    price = np.array([unknown, 5, 10, 20, 40, 80, np.nan, 0])
    assert left([Corridor(low=50, high=200)], price=price, beside=RuleContext(TODAY, anchor=0)) == list(range(8))


def test_pins_stand_at_their_places():
    pins = [Pin(product=105, place=2), Pin(product=107, place=1), Pin(product=999, place=3)]
    bound = bind_rules(rules_on(pins, Shelf.CART), columns())
    assert bound.pins == ((0, 7), (1, 5))
    assert left(pins, beside=RuleContext(TODAY, placed=(7, 5))) == list(range(8))
    assert with_pins([0, 1, 2, 3], bound.pins, 4) == [7, 5, 0, 1]
    assert with_pins([0], [(2, 9)], 4) == [0, 9]


def test_a_rule_holds_on_its_shelf_or_on_all_of_which_it_is_true():
    rules = (Exclude(by=Group.PRODUCT, name="100", shelf=Shelf.CART), Pin(product=101, place=1))
    assert left(rules, shelf=Shelf.CART) == [1, 2, 3, 4, 5, 6, 7]
    assert left(rules, shelf=Shelf.TRENDING) == list(range(8))
    assert [rules_on(rules, shelf) for shelf in (Shelf.CART, None, Shelf.TRENDING)] == [rules, rules[1:], ()]
    boost = [Boost(push=Push.VENDOR, vendor="Acme", strength=Strength.CLEAR)]
    assert apply(boost, shelf=Shelf.RECENT).lifted.tolist() == [0] * 8
    assert left([Exclude(by=Group.VENDOR, name="Acme")], shelf=Shelf.RECENT) == [1, 3, 5, 7]


def test_the_pool_is_what_may_be_shown_at_all():
    held = columns(available=np.arange(8) > 1)
    rules = (*DEFAULT_RULES, Exclude(by=Group.VENDOR, name="Acme"))
    assert np.flatnonzero(pool(bind_rules(rules, held))).tolist() == [3, 5, 7]


def test_without_candidates_there_is_nothing_to_do():
    held, nobody = columns(), np.zeros(0, np.int64)
    rules = (*DEFAULT_RULES, Limit(by=Group.VENDOR, most=1), Boost(push=Push.NEW, strength=Strength.CLEAR))
    found = apply_rules(bind_rules(rules, held), nobody, np.zeros(0, np.float32), RuleContext(TODAY), 8)
    assert len(found.scores) == len(found.best) == 0


def test_a_rule_for_pages_holds_on_those_and_no_others():
    everywhere, beside = Limit(by=Group.VENDOR, most=2), Pin(product=101, place=1, beside_product=100)
    lamps = NotBought(days=9, beside_category="Lamps")
    rules = (everywhere, beside, lamps)
    assert rules_on(rules, Shelf.SIMILAR) == (everywhere,)
    assert rules_on(rules, Shelf.SIMILAR, PageSubject(products=frozenset({100}))) == (everywhere, beside)
    for name, holds in (("Lamps", True), ("Lamps > Floor lamps", True), ("Lampshades", False), ("Tables", False)):
        assert (lamps in rules_on(rules, Shelf.SIMILAR, PageSubject(categories=(name,)))) is holds


@pytest.mark.parametrize(("day", "holds"), [(24, False), (25, True), (30, True), (31, False)])
def test_a_rule_for_some_days_holds_from_the_first_to_the_last(day, holds):
    rule = Limit(by=Group.VENDOR, most=2, from_date="2026-12-25", until_date="2026-12-30")
    always = Limit(by=Group.CATEGORY, most=2)
    assert rules_of_day((rule, always), date(2026, 12, day)) == ((rule, always) if holds else (always,))


def test_a_small_catalogue_is_no_fault_of_rules_and_what_is_sold_out_is_no_exclusion():
    def said(rules, **given):
        return [sentence_of_caution(one, RuleNames()) for one in cautions_of(rules, columns(5, **given))]

    some, none, all_lamps = np.arange(5) > 1, np.zeros(5, dtype=bool), Exclude(by=Group.VENDOR, name="Acme")
    assert said(()) == said(DEFAULT_RULES) == said((all_lamps.model_copy(update={"name": "Nobody"}),)) == []
    assert said(DEFAULT_RULES, available=some) == ["Only 3 products are in stock, so there’s little to show."]
    assert said(DEFAULT_RULES, available=none) == ["No products are in stock, so there’s nothing to show."]
    assert said([all_lamps]) == ["Only 2 products are left to show. Remove an exclusion."]
