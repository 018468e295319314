"""Which signals each purpose may blend, the simple rule that the blend must beat, and what is served of the two."""

from collections.abc import Mapping
from typing import cast

import numpy as np

from recommender.products.data.engine.history import History, missing_orders
from recommender.products.data.engine.schema import ModelArrays
from recommender.products.evaluation.engine.blend import TunedBlend, tune
from recommender.products.evaluation.engine.queries import SIMPLE_TREND, DenseParts, Parts, Score, ScoringModels
from recommender.products.evaluation.engine.served import ServedParts
from recommender.products.evaluation.engine.split import Audience, Split, last_anchors, last_baskets, last_buyers
from recommender.products.serving.engine.signals import (
    AGAIN_SIGNALS,
    BUYER_SIGNALS,
    CART_SIGNALS,
    RELATED_SIGNALS,
    REPEAT_SIGNALS,
    VISIT_SIGNALS,
)
from recommender.products.types import Purpose, Task

# Of the simple rule beside a product: what sells now, where what was bought together weighs 1.
RELATED_TREND = 0.3
# Signals of what a buyer had say nothing about first purchases, and would only cost tuning.
NEW_SIGNALS = tuple(name for name in BUYER_SIGNALS if name not in REPEAT_SIGNALS)
SIGNALS: Mapping[Purpose, tuple[str, ...]] = {
    Purpose.SHELF: RELATED_SIGNALS,
    Purpose.CART: CART_SIGNALS,
    Purpose.NEXT: BUYER_SIGNALS,
    Purpose.NEW: NEW_SIGNALS,
    Purpose.AGAIN: AGAIN_SIGNALS,
    Purpose.VISIT: VISIT_SIGNALS,
}
# Rules in which nothing is fitted but counted; climbing begins at them and changes a weight only where that gains.
SIMPLE_RULES: Mapping[Purpose, Mapping[str, float]] = {
    Purpose.SHELF: {"beside": 1.0, "trend": RELATED_TREND},
    Purpose.CART: {"together": 1.0, "trend": RELATED_TREND},
    Purpose.NEXT: {"again_now": 1.0, "trend": SIMPLE_TREND},
    Purpose.NEW: {"trend": 1.0},
    Purpose.AGAIN: {"again_now": 1.0},
    Purpose.VISIT: {"viewed_next": 1.0, "viewed": 0.1},
}
# With few orders nothing can be tuned: what is served is the simple rule, and what products say of themselves.
FEW_MORE: Mapping[Purpose, Mapping[str, float]] = {
    Purpose.SHELF: {"similar": 1.0},
    Purpose.CART: {"similar": 1.0},
    Purpose.NEXT: {"lightfm": 0.4},
    Purpose.NEW: {"lightfm": 0.4},
}
UNTUNED = TunedBlend({}, "simple", 0.0, 0.0, 0.0, 0.0, 0, ())
PURPOSES: Mapping[Task, Purpose] = {
    Task.NEXT_NEW: Purpose.NEW,
    Task.NEXT_ALL: Purpose.NEXT,
    Task.CART: Purpose.CART,
    Task.LAST: Purpose.NEW,
    Task.COLD: Purpose.NEW,
    Task.SESSION: Purpose.VISIT,
}


def parts_for(purpose: Purpose, fitted: ScoringModels) -> Parts:
    """Return the signals of a purpose, as its shelf asks them; what is beside a product is ranked when it is fitted."""
    names = SIGNALS[purpose]
    if purpose == Purpose.SHELF:
        return DenseParts({name: fitted.scores[name] for name in names})
    return ServedParts(fitted.columns, purpose, names)


def visit_parts(links: Mapping[str, np.ndarray]) -> ServedParts:
    """Return the signals of visits, as their shelf asks them, of the links that visits say of products."""
    # Of what sells no visit is asked; its length says how many products there are.
    columns = {**links, "trend": np.zeros(len(links["visit_links"]), np.float32)}
    return ServedParts(cast(ModelArrays, columns), Purpose.VISIT, SIGNALS[Purpose.VISIT])


def simple_rule(purpose: Purpose, known: History) -> dict[str, float]:
    """Return the simple rule of who knows so many orders."""
    return {**SIMPLE_RULES[purpose], **(FEW_MORE.get(purpose, {}) if missing_orders(known) else {})}


def served_score(task: Task, fitted: ScoringModels, tuned: TunedBlend, known: History, name: str = "") -> Score:
    """Return the blend or the simple rule of a task; unless named, the one that the gate let through."""
    purpose, is_blend = PURPOSES[task], (name or tuned.served) == "blend"
    return parts_for(purpose, fitted).blended(tuned.weights if is_blend else simple_rule(purpose, known))


def audience_of(task: Task, split: Split) -> Audience:
    """Return those who would be shown something now."""
    return last_baskets(split) if task == Task.CART else last_buyers(task, split)


def audience_for(purpose: Purpose, split: Split, seed: int) -> Audience:
    """Return those who would be shown something now for a purpose; by them its popularity penalties are worked out."""
    if purpose == Purpose.SHELF:
        return last_anchors(split, seed)
    if purpose == Purpose.CART:
        return last_baskets(split)
    return last_buyers(Task.NEXT_NEW if purpose == Purpose.NEW else Task.NEXT_ALL, split)


def weights_of(purpose: Purpose, tuned: TunedBlend, known: History) -> dict[str, float]:
    """Return the weights of what the gate lets through, where `known` is what was bought."""
    return dict(tuned.weights) if tuned.served == "blend" else simple_rule(purpose, known)


def tune_for(task: Task, fitted: ScoringModels, validation: Split, seed: int) -> TunedBlend:
    """Tune the blend of the signals that the task allows, against the simple rule."""
    return tune_purpose(PURPOSES[task], parts_for(PURPOSES[task], fitted), validation, seed)


def tune_purpose(purpose: Purpose, parts: Parts, validation: Split, seed: int) -> TunedBlend:
    """Tune the blend of a purpose's signals, against its simple rule, where that would not measure chance."""
    return tune(parts, SIMPLE_RULES[purpose], validation.cases, seed) if can_be_tuned(validation) else UNTUNED


def can_be_tuned(validation: Split) -> bool:
    """Say whether enough was known for weights and diversity to be more than chance; of visits the cases tell."""
    return validation.of_visits or not missing_orders(validation.known)
