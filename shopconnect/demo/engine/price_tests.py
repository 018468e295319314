"""The demo shop's price tests: two prices take turns, and a product's hidden elasticity decides what each sells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from recommender.prices.engine.switchback import draw_arms
from recommender.prices.testing.types import BlockKind, PriceTestState
from shopconnect.demo.engine.catalogue import Catalogue, InventedProduct, credible
from shopconnect.demo.engine.days import Calendar, stamp
from shopconnect.demo.engine.records import money
from shopconnect.demo.engine.types import Array, Record

TESTED = 2
BLOCK = BlockKind.HALF_WEEK
PAIR_DAYS = 2 * sum(BLOCK.days)
PAIRS, PAIRS_OVER = 13, 12  # a test of half a year, of which all but two weeks are over
LEAST_STEP, STEP = 0.18, 0.25  # of the price: a smaller one says little of products that sell twice a day
TAX_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class InventedPriceTest:
    """A product whose prices take turns, from a day of the window on; `arms` says of each block which one holds."""

    id: int
    product: InventedProduct
    cents: tuple[int, int]
    first_day: int
    seed: int
    arms: Sequence[int]


def draw_price_tests(
    rng: np.random.Generator, catalogue: Catalogue, calendar: Calendar, price: Array
) -> list[InventedPriceTest]:
    """Return the running tests: of the most liked products whose price [days, products] never moved in the window."""
    has_one_price = (price == price[0]).all(axis=0)
    first_day = calendar.days - PAIRS_OVER * PAIR_DAYS
    found: list[InventedPriceTest] = []
    for index in np.argsort(-catalogue.appeal).tolist():
        product = catalogue.products[index]
        other = _dearer(product.cents)
        is_old = product.first_day <= 0 <= first_day
        if is_old and has_one_price[index] and len(product.skus) == 1 and other >= product.cents * (1 + LEAST_STEP):
            seed = int(rng.integers(2**32))
            arms = draw_arms(seed, PAIRS, len(BLOCK.days))
            cents = (product.cents, other)
            found.append(InventedPriceTest(int(rng.integers(2**62)), product, cents, first_day, seed, arms))
        if len(found) == TESTED:
            break
    return found


def take_turns(tests: Sequence[InventedPriceTest], days: int, *prices: Array) -> None:
    """Set the price whose turn it is on each day of the window, in each of `prices` [days, products]."""
    lengths = BLOCK.days * 2 * PAIRS
    for test in tests:
        arm = np.repeat(test.arms, lengths)[: days - test.first_day]
        for price in prices:
            price[test.first_day :, test.product.index] = np.array(test.cents)[arm]


def price_test_records(tests: Sequence[InventedPriceTest], calendar: Calendar) -> Iterator[Record]:
    """The lines of price_tests.jsonl."""
    for test in tests:
        yield {
            "id": str(test.id),
            "group": str(tests[0].id),
            "product": test.product.external_id,
            "price": money(test.cents[0]),
            "tested_price": money(test.cents[1]),
            "state": PriceTestState.RUNNING.value,
            "made_at": stamp(calendar.at(test.first_day - 1, 9 * 3600)),
            "design": {
                "seed": test.seed,
                "block": BLOCK.value,
                "starts_on": (calendar.first + timedelta(days=test.first_day)).isoformat(),
                "arms": test.arms,
                "variants": [],
                "cost": money(test.product.cost_cents),
                "tax_share": TAX_SHARE,
            },
        }


def _dearer(cents: int) -> int:
    """Return the dearest price within the step that the shop would print, the price itself where there is none."""
    most = int(cents * (1 + STEP))
    return max(price for price in map(credible, range(cents, most + 1)) if price <= most)
