"""What is risky about rules, found before they are saved."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from recommender.products.rules.engine.application import BoundRules, ProductColumns, bind_rules, pool, rules_on
from recommender.products.rules.types import PINNED_SHELVES, BaseRule, Boost, Caution, Exclude, Pin, Push, Rule
from recommender.products.types import Shelf

LEAST_POOL = 8  # products that a shelf should be able to choose from
LEAST_BESIDE = 4  # products that a corridor of prices should leave beside one
NARROW_SHARE = 0.2  # of the products, beside which it leaves fewer


def cautions_of(rules: Sequence[Rule], columns: ProductColumns) -> list[Caution]:
    """Return what a merchant should know of rules: boosts that cancel out, empty pools, pins that contradict.

    `shelf` stands among the params where only one shelf is touched.
    """
    found: list[Caution] = []
    # Rules of two pages, or of two times, never meet: each condition's are judged with those that hold always.
    for condition in dict.fromkeys([BaseRule().condition, *(rule.condition for rule in rules)]):
        held = [_everywhere(rule) for rule in rules if rule.condition in (BaseRule().condition, condition)]
        found += [one for one in _cautions_of_set(held, columns) if one not in found]
    return found


def _everywhere(rule: Rule) -> Rule:
    return rule.model_copy(update={"beside_product": 0, "beside_category": ""})


def _cautions_of_set(rules: Sequence[Rule], columns: ProductColumns) -> list[Caution]:
    named = list(dict.fromkeys(rule.shelf for rule in rules if rule.shelf is not None))
    # Rules for every shelf are judged on one that no rule names.
    plain = next((shelf for shelf in PINNED_SHELVES if shelf not in named), PINNED_SHELVES[0])
    cautions = list(_cautions(rules, columns, plain))
    for shelf in named:
        cautions += [
            Caution(key=one.key, params={**one.params, "shelf": shelf})
            for one in _cautions(rules, columns, shelf)
            # What is risky everywhere is said once and not for each shelf.
            if one not in cautions
        ]
    return cautions


def _cautions(rules: Sequence[Rule], columns: ProductColumns, shelf: Shelf) -> Iterator[Caution]:
    held = rules_on(rules, shelf)
    if {rule.push for rule in held if isinstance(rule, Boost)} == set(Push):
        yield Caution(key="all_boosts")
    bound = bind_rules(held, columns)
    left = pool(bound)
    yield from _pool(held, columns, left)
    yield from _narrow(bound, left)
    yield from _pins(held, columns)


def _pool(held: Sequence[Rule], columns: ProductColumns, left: np.ndarray) -> Iterator[Caution]:
    """Find a pool that the rules leave too small, and what makes it so: exclusions, or products that are sold out."""
    count = int(left.sum())
    if count >= LEAST_POOL:
        return
    params = {"count": count} if count else {}
    without = pool(bind_rules([rule for rule in held if not isinstance(rule, Exclude)], columns))
    if without.sum() > count:
        yield Caution(key="pool_small" if count else "pool_empty", params=params)
    elif len(left) > count:
        yield Caution(key="stock_small" if count else "stock_empty", params=params)


def _narrow(bound: BoundRules, left: np.ndarray) -> Iterator[Caution]:
    """Find corridors that leave too little beside many products."""
    price = bound.columns.price
    prices = np.sort(price[left & (price > 0)])
    for low, high in bound.corridors:
        # (products,): how many prices lie in each one's corridor, by bisection of the sorted prices.
        within = np.searchsorted(prices, high * prices, "right") - np.searchsorted(prices, low * prices, "left")
        # A product lies in its own corridor and is no neighbour of itself.
        itself = int(low <= 1 <= high)
        share = float((within - itself < LEAST_BESIDE).mean()) if len(prices) else 0.0
        if share > NARROW_SHARE:
            yield Caution(key="corridor_narrow", params={"percent": round(100 * share), "least": LEAST_BESIDE})


def _pins(held: Sequence[Rule], columns: ProductColumns) -> Iterator[Caution]:
    pins = [rule for rule in held if isinstance(rule, Pin)]
    places: dict[int, set[int]] = defaultdict(set)
    for pin in pins:
        places[pin.place].add(pin.product)
    for place, products in sorted(places.items()):
        if len(products) > 1:
            yield Caution(key="pins_one_place", params={"place": place})
    # By exclusions alone: that a pinned product is sold out is another caution.
    excluded = ~pool(bind_rules([rule for rule in held if isinstance(rule, Exclude)], columns))
    rows = np.flatnonzero(np.isin(columns.ids, np.array([pin.product for pin in pins], dtype=np.int64)))
    row_of = {int(columns.ids[row]): row for row in rows}
    for product in dict.fromkeys(pin.product for pin in pins):
        row = row_of.get(product)
        if row is None:
            yield Caution(key="pin_gone")
        elif excluded[row]:
            yield Caution(key="pin_excluded", params={"product": product})
        elif not columns.available[row]:
            yield Caution(key="pin_sold_out", params={"product": product})
