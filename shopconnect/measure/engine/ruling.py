"""What a merchant's rules cost on the candidates of a shelf, by themselves: of every kind, and in a large shop."""

import time

import numpy as np

from recommender.products.rules.engine.application import (
    BoundRules,
    ProductColumns,
    RuleContext,
    apply_rules,
    bind_rules,
)
from recommender.products.rules.types import (
    Boost,
    Corridor,
    Exclude,
    Group,
    InStock,
    Limit,
    NotBought,
    Pin,
    Push,
    Rule,
    Strength,
)
from recommender.products.serving.engine.diversity import DEPTH

PRODUCTS = 100_000
CANDIDATES = 500  # what ranking hands to rules at most
ROUNDS = 200
TODAY = 20_000.0
# One of every kind and every push at once, which is more than a merchant would set.
RULES: tuple[Rule, ...] = (
    InStock(),
    Pin(product=105, place=2),
    Exclude(by=Group.CATEGORY, name="Lamps"),
    NotBought(days=60),
    *(Boost(push=push, strength=Strength.CLEAR, vendor="Acme") for push in Push),
    Limit(by=Group.VENDOR, most=3),
    Exclude(by=Group.VENDOR, name="Nobody"),
    Limit(by=Group.CATEGORY, most=2),
    Corridor(low=50, high=200),
)


def rules_cpu_milliseconds(products: int = PRODUCTS, rounds: int = ROUNDS) -> float:
    """Return the least processor time, in milliseconds, that the rules take on 500 candidates of a shelf."""
    chance = np.random.default_rng(0)
    bound = bind_rules(RULES, _columns(chance, products))
    rows = chance.choice(products, min(CANDIDATES, products), replace=False)
    scores = chance.normal(size=len(rows)).astype(np.float32)
    # An anchor, so that the corridor has a price to be measured by, and ten products bought three days ago.
    beside = RuleContext(TODAY, anchor=7, bought=dict.fromkeys(range(10), 3.0))
    # The least of all rounds: other work on the machine only ever adds.
    return 1000 * min(_spent(bound, rows, scores, beside) for _ in range(rounds))


def _spent(bound: BoundRules, rows: np.ndarray, scores: np.ndarray, beside: RuleContext) -> float:
    # CPU time of this thread: waiting for a busy core does not count.
    began = time.thread_time()
    apply_rules(bound, rows, scores, beside, DEPTH)
    return time.thread_time() - began


def _columns(chance: np.random.Generator, count: int) -> ProductColumns:
    place = np.arange(count)
    return ProductColumns(
        ids=place.astype(np.int64) + 100,
        available=np.ones(count, dtype=bool),
        price=chance.uniform(1, 100, count),
        cost=chance.uniform(1, 50, count),
        stock=chance.integers(-1, 500, count).astype(np.int32),
        created_day=chance.uniform(19_000, TODAY, count),
        category=(place % 4).astype(np.int32),
        vendor=(place % 2).astype(np.int32),
        sold=np.zeros(count, np.int32),
        rhythm=np.full(count, np.nan, np.float32),
        category_names=("Lamps", "Lamps > Floor lamps", "Lampshades", "Tables"),
        vendor_names=("Acme", "Borel"),
    )
