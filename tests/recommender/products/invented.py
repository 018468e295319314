"""Invented histories with a known truth."""

from datetime import UTC, datetime, timedelta

import numpy as np

from recommender.products.data.engine.features import Features, ProductContent, make_features
from recommender.products.data.engine.history import History, read_history
from recommender.products.training.engine.fitting import fit_models

START = datetime(2025, 1, 1, tzinfo=UTC)
GROUPS, PRODUCTS = 4, 40

# What docs/measuring.md says of each model that is measured.
FIGURES = ("ndcg", "recall", "hit", "mrr", "auc", "coverage", "gini")
COSTS = ("train_cpu_seconds", "milliseconds_p50", "milliseconds_p99")


def rows_with_tastes(seed: int = 0, *, buyers: int = 240, orders: int = 6, planted: bool = True):
    """Purchases of buyers who each love one group of products (or, not planted, none), over 200 days."""
    draw = np.random.default_rng(seed)
    size = PRODUCTS // GROUPS
    rows = []
    for buyer in range(buyers):
        loved = draw.integers(GROUPS)
        for number in range(orders):
            at = START + timedelta(days=float(draw.uniform(0, 200)))
            for _ in range(5):
                chosen = planted and draw.random() < 0.9
                product = loved * size + draw.integers(size) if chosen else draw.integers(PRODUCTS)
                rows.append((f"c{buyer}", int(product) + 1, buyer * 1000 + number, at, 1))
    return sorted(rows, key=lambda row: row[3])


def history_with_tastes(seed: int = 0, **options) -> History:
    """The same as a history of 40 products."""
    return read_history(rows_with_tastes(seed, **options), {product + 1: product for product in range(PRODUCTS)})


def plain_features() -> Features:
    """Forty products whose titles name their group."""
    words = ("garden", "kitchen", "bedroom", "office")
    return make_features(
        [
            ProductContent(titles=[f"Thing for the {words[i * GROUPS // PRODUCTS]}"], price=float(i), vendor="Acme")
            for i in range(PRODUCTS)
        ]
    )


def fit_with(features: Features, seed: int = 0):
    """What fits every model on a split, as a comparison asks for it."""
    return lambda split, progress: fit_models(split, features, seed, progress)


def group_of(product: int) -> int:
    return product * GROUPS // PRODUCTS


def last_day(history: History) -> float:
    return float(np.floor(history.days[-1]) + 1)
