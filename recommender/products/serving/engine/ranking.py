"""Choosing what to show from an artefact's arrays: a gather and a short ranking, no training and no database.

Every shelf goes the same way: candidates with the parts of their score (candidates.py), less what popularity costs and
what the shopper wants less of, the merchant's rules, then a choice that is not all alike, and a place to explore.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from zlib import crc32

import numpy as np

from recommender.products.data.engine.arrays import best_of
from recommender.products.data.engine.schema import ModelArrays
from recommender.products.rules.engine.application import RuleContext, RuledCandidates, apply_rules
from recommender.products.serving.engine.candidates import Candidates, RankingContext, is_new, orders_with
from recommender.products.serving.engine.diversity import DEPTH, choose_diverse
from recommender.products.serving.engine.signals import RELATED_SIGNALS

PLACES_AN_EXPLORATION = 8
EXPLORED_AMONG = 500  # cold items that are looked at on a page and day
NEAREST_EXPLORED = 16  # of those, to what stands on the shelf
LESS_LIKE_THIS = 3.0  # in the spread of the candidates' scores, times the cosine to what is disliked
LIFTED, PINNED = "lifted", "pinned"  # what the merchant's rules add to a product, among the signals


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A chosen product (its row), its score, what each signal added, and the figures that sentences need.

    `anchor` is the row that it is related to, `viewed` the one that was looked at before it; -1 is none.
    What is `sold_…` counts orders, this week's those of the place that the visit names; 0 where the count is too old.
    `chosen_with_anchor` is in how many orders the rarer of the two is, 0 where no customer's choices were learnt.
    """

    product: int
    score: float
    signals: Mapping[str, float] = field(default_factory=dict)
    anchor: int = -1
    is_related_item: bool = True
    orders_with_anchor: int = 0
    sold_lately: int = 0
    sold_this_week: int = 0
    sold_ever: int = 0
    chosen_with_anchor: int = 0
    shared: tuple[tuple[str, float], ...] = ()
    viewed: int = -1
    percent_off: int = 0
    created_day: float = 0.0
    usual_days: int = 0


def rows_of(arrays: ModelArrays, names: Sequence[str]) -> list[int]:
    """Return the rows of products by the platform's ids or by our public ids, those known, in the given order."""
    rows: list[int] = []
    for name in names:
        # The platform's id first: pages know that one, ours is for REST.
        row = _row_of(arrays["external_sorted"], arrays["external_rows"], name)
        if row is None and name.isdecimal() and len(name) <= 19 and int(name) < 2**63:
            row = _row_of(arrays["public_sorted"], arrays["public_rows"], int(name))
        if row is not None and row not in rows:
            rows.append(row)
    return rows


def choose(
    context: RankingContext,
    candidates: Candidates,
    k: int,
    *,
    penalties: np.ndarray | None = None,
    diversity: float = 0.0,
) -> list[Recommendation]:
    """Return up to k of the candidates, best first, diverse; `penalties` [n] are taken off the scores."""
    rows = candidates.rows
    if not len(rows) or k < 1:
        return []
    taken = np.zeros(len(rows), np.float32) if penalties is None else penalties[rows]
    # Penalties come off before rules, so a boost lifts what shoppers would see.
    worth = candidates.scores() - taken
    if context.visit.disliked:
        # In spreads of the scores, whose unit differs from shelf to shelf.
        worth = worth - _dislike(context, _directions(context, rows)) * max(float(worth.std()), 1e-6)
    ruled = _ruled(context, rows, worth)
    scores = np.where(ruled.excluded, -np.inf, ruled.scores)
    # Only the best fifty can be shown; the choice among them is quadratic.
    best = best_of(scores[None], min(DEPTH, len(scores)))[0]
    order = best[choose_diverse(scores[best], taken[best], _directions(context, rows[best]), k, diversity)]
    lifted = Candidates(rows, {**candidates.parts, LIFTED: ruled.lifted}, candidates.anchors)
    return [_recommendation(context, lifted, int(at)) for at in order]


def pinned(context: RankingContext, row: int) -> Recommendation:
    """Return the recommendation of a product that the merchant put there."""
    return _recommendation(context, Candidates(np.array([row]), {PINNED: np.ones(1, np.float32)}), 0)


def explore(context: RankingContext, items: Sequence[Recommendation], k: int) -> list[Recommendation]:
    """Give one place in eight to a product that is new, or that nobody bought yet; the last ones of the shelf.

    Of a shelf with fewer places, as many pages in eight have one as it has places. Page and day decide by lot, so a
    page stays as it is for a day; of what could be tried, what is near the visit's products comes first.
    """
    # A lot from page and day: reloading the page does not shuffle it, and nobody is tracked for it.
    lot = crc32(f"{context.visit.page}:{context.visit.day:.0f}".encode())
    places = (k + lot % PLACES_AN_EXPLORATION) // PLACES_AN_EXPLORATION
    if len(items) < k or places >= k or not places:
        return list(items)
    shown, excluded = [item.product for item in items[: k - places]], context.excluded.copy()
    excluded[[item.product for item in items]] = True
    cold_items = context.cold_items
    first = lot % max(len(cold_items), 1)
    # A window of the cold items that moves with the lot, so each gets its turn.
    rows = np.concatenate([cold_items[first : first + EXPLORED_AMONG], cold_items[:first]])[:EXPLORED_AMONG]
    rows = rows[~excluded[rows]]
    unit = _directions(context, rows)
    near = unit @ _directions(context, shown).mean(axis=0) - _dislike(context, unit)
    # What a merchant lifts is not unknown, so it needs no place to explore.
    no_boosts = replace(context.rules, boosts=())
    unboosted = replace(context, rules=no_boosts, placed=(*context.placed, *shown))
    allowed = ~_ruled(unboosted, rows, near).excluded
    rows, near = rows[allowed], near[allowed]
    best = rows[np.argsort(-near, kind="stable")[:NEAREST_EXPLORED]]
    # Of the nearest sixteen another one each day: the nearest alone would take every place.
    tried = np.roll(best, lot % max(len(best), 1))[:places]
    fresh = is_new(context.columns, context.visit.day, tried)
    explored = [
        _recommendation(context, Candidates(tried, {"new" if fresh[at] else "explore": np.ones(len(tried))}), at)
        for at in range(len(tried))
    ]
    # Only as many places are given up as something was found for.
    return [*items[: k - len(explored)], *explored]


def _ruled(context: RankingContext, rows: np.ndarray, scores: np.ndarray) -> RuledCandidates:
    visit = context.visit
    anchor = int(visit.anchors[0]) if len(visit.anchors) else -1
    return apply_rules(context.rules, rows, scores, RuleContext(visit.day, anchor, visit.held.days_ago, context.placed))


def _directions(context: RankingContext, rows: np.ndarray | Sequence[int]) -> np.ndarray:
    return np.asarray(context.arrays["directions"][rows].astype(np.float32))


def _dislike(context: RankingContext, unit: np.ndarray) -> np.ndarray | float:
    """Return how much products [m, d] lose for being near what the shopper wants less of."""
    disliked = list(context.visit.disliked)
    if not disliked:
        return 0.0
    # The nearest of them counts: disliking two things must not allow what is close to one.
    nearest = (unit @ _directions(context, disliked).T).max(axis=1)
    return np.asarray(LESS_LIKE_THIS * np.maximum(nearest, 0))


def _recommendation(context: RankingContext, candidates: Candidates, at: int) -> Recommendation:
    """Say of one chosen candidate what brought it here."""
    arrays, columns = context.arrays, context.columns
    product = int(candidates.rows[at])
    signals = {name: float(part[at]) for name, part in candidates.parts.items()}
    anchors = candidates.anchors
    anchor, viewed = (int(anchors[kind][at]) if kind in anchors else -1 for kind in ("beside", "viewed"))
    before, created = float(columns["before"][product]), float(columns["created_day"][product])
    usual, sold = float(arrays["rhythm"][product]), int(arrays["popular"][product])
    return Recommendation(
        product=product,
        score=sum(signals.values()),
        signals=signals,
        anchor=anchor,
        is_related_item=anchor < 0 or product in arrays["related_items"][anchor],
        orders_with_anchor=int(orders_with(arrays, anchor, np.array([product]))[0]) if anchor >= 0 else 0,
        sold_lately=int(arrays["trend"][product]) if context.is_current else 0,
        sold_this_week=int(arrays["week"][context.visit.country + 1][product]) if context.is_current else 0,
        sold_ever=sold,
        chosen_with_anchor=_chosen_with(context, product, anchor),
        shared=_shared(arrays, anchor, product, signals.get("similar", 0.0)) if anchor >= 0 else (),
        viewed=viewed,
        percent_off=int(100 * (1 - float(columns["price"][product]) / before)) if before > 0 else 0,
        created_day=0.0 if np.isnan(created) else created,
        usual_days=0 if np.isnan(usual) else round(usual),
    )


def _chosen_with(context: RankingContext, product: int, anchor: int) -> int:
    """Return in how many orders a product is, or the rarer of it and its anchor; 0 where no choices were learnt."""
    popular = context.arrays["popular"]
    return int(min(popular[product], popular[anchor] if anchor >= 0 else popular[product])) if context.is_learnt else 0


def _shared(arrays: ModelArrays, anchor: int, product: int, likeness: float) -> tuple[tuple[str, float], ...]:
    """Return the named features that a product shares with its anchor, and what each adds to their likeness."""
    places = np.flatnonzero(arrays["related_items"][anchor] == product)
    if not len(places) or likeness <= 0:
        return ()
    place = int(places[0])
    whole = float(arrays["related_parts"][anchor, place, RELATED_SIGNALS.index("similar")])
    # Of several anchors an older one counts less, so what its features add shrinks with it.
    scale = min(likeness / whole, 1.0) if whole > 0 else 0.0
    names, weights = arrays["related_features"][anchor, place], arrays["related_feature_weights"][anchor, place]
    return tuple(
        (str(arrays["feature_names"][name]), scale * float(weight))
        for name, weight in zip(names, weights, strict=True)
        if name >= 0
    )


def _row_of(names: np.ndarray, rows: np.ndarray, name: object) -> int | None:
    at = int(names.searchsorted(name))  # type: ignore[call-overload]
    return int(rows[at]) if at < len(names) and names[at] == name else None
