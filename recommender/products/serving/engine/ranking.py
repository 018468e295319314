"""Choosing what to show from an artefact's arrays: a gather and a short ranking, no training and no database.

Every shelf goes the same way: candidates with the parts of their score (candidates.py), less what popularity costs and
what the shopper wants less of, the merchant's rules, then a choice that is not all alike, and a place to explore.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zlib import crc32

import numpy as np

from recommender.products.data.engine.schema import ModelArrays
from recommender.products.rules.engine.application import RuleContext, RuledCandidates, apply_rules
from recommender.products.serving.engine.candidates import RankingContext
from recommender.products.serving.engine.diversity import DEPTH, choose_of_best
from recommender.products.serving.engine.novelty import is_new
from recommender.products.serving.engine.pools import Candidates, Told
from recommender.products.serving.engine.signals import RELATED_SIGNALS

EXPLORED_AMONG = 150  # cold items that are looked at on a page and day
NEAREST_EXPLORED = 16  # of those, to what stands on the shelf
LESS_LIKE_THIS = 3.0  # in the spread of the candidates' scores, times the cosine to what is disliked
LIFTED, PINNED = "lifted", "pinned"  # what the merchant's rules add to a product, among the signals


@dataclass(slots=True)
class Recommendation:
    """A chosen product (its row), its score, what each signal added, and the figures that sentences need.

    `anchor` is the row that it is related to, `viewed` the one that was looked at before it; -1 is none.
    What is `sold_…` counts orders, this week's those of the place that the visit names; 0 where the count is too old.
    `times_bought` is how often the buyer bought it, 0 where that is not known.
    A figure that the reason of one part tells is not looked up without that part.
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
    times_bought: int = 0


def rows_of(arrays: ModelArrays, names: Sequence[str]) -> list[int]:
    """Return the rows of products by the platform's ids or by our public ids, those known, in the given order."""
    rows: list[int] = []
    if not names:
        return rows
    for name, row in zip(names, _rows_by_name(arrays, names), strict=True):
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
    """Return up to k of the candidates, best first, diverse; `penalties` [n] are taken off the scores.

    What the merchant pinned is chosen along and left out, so that a pin moves its product and leaves the others in the
    order in which they stood.
    """
    rows = candidates.rows
    if not len(rows) or k < 1:
        return []
    taken = np.zeros(len(rows), np.float32) if penalties is None else penalties[rows]
    # Penalties come off before rules, so a boost lifts what shoppers would see.
    worth = candidates.scores - taken
    if context.visit.disliked:
        # In spreads of the scores, whose unit differs from shelf to shelf.
        worth = worth - _dislike(context, _directions(context, rows)) * max(float(worth.std()), 1e-6)
    # Only the best fifty can be shown; the choice among them is quadratic.
    ruled = _ruled(context, rows, worth, DEPTH)
    best = ruled.best
    pins = [row for _place, row in context.rules.pins if row in context.placed]
    wanted = k + len(pins)
    order = best[choose_of_best(ruled.scores[best], taken[best], _directions(context, rows[best]), wanted, diversity)]
    if pins:
        order = order[~np.isin(rows[order], pins)][:k]
    told = candidates.told(order)
    parts = {**told.parts, LIFTED: ruled.lifted[order]}
    return _recommendations(context, rows[order], told._replace(parts=parts))


def pinned(context: RankingContext, row: int) -> Recommendation:
    """Return the recommendation of a product that the merchant put there."""
    return _recommended_for(context, row, PINNED)


def explore(context: RankingContext, items: Sequence[Recommendation], k: int, every: int) -> list[Recommendation]:
    """Give one place in `every` to a product that is new, or that nobody bought yet; the last ones of the shelf.

    Of a shelf with fewer places, as many pages in `every` have one as it has places. Page and day decide by lot, so a
    page stays as it is for a day; of what could be tried, what is near the visit's products comes first.
    """
    # A lot from page and day: reloading the page does not shuffle it, and nobody is tracked for it.
    lot = crc32(f"{context.visit.page}:{context.visit.day:.0f}".encode())
    places = (k + lot % every) // every
    if len(items) < k or places >= k or not places:
        return list(items)
    shown, excluded = [item.product for item in items[: k - places]], context.excluded.copy()
    excluded[[*context.placed, *(item.product for item in items)]] = True
    rows = _turn_of(context.cold_items, lot)
    rows = rows[~excluded[rows]]
    unit = _directions(context, rows)
    near = unit @ _directions(context, shown).mean(axis=0) - _dislike(context, unit)
    # What a merchant lifts is not unknown, so it needs no place to explore.
    unboosted = replace(context, rules=replace(context.rules, boosts=()), placed=(*context.placed, *shown))
    best = rows[_ruled(unboosted, rows, near, NEAREST_EXPLORED).best]
    # Of the nearest sixteen another one each day: the nearest alone would take every place.
    tried = np.roll(best, lot % max(len(best), 1))[:places]
    fresh = is_new(context.columns, context.visit.day, tried)
    explored = [
        _recommended_for(context, int(row), "new" if is_fresh else "explore")
        for row, is_fresh in zip(tried, fresh, strict=True)
    ]
    # Only as many places are given up as something was found for.
    return [*items[: k - len(explored)], *explored]


def _turn_of(cold_items: np.ndarray, lot: int) -> np.ndarray:
    """Return a window of the cold items that moves with the lot, round the end of them, so each gets its turn."""
    first = lot % max(len(cold_items), 1)
    rows = cold_items[first : first + EXPLORED_AMONG]
    return np.concatenate([rows, cold_items[: min(first, EXPLORED_AMONG - len(rows))]])


def _ruled(context: RankingContext, rows: np.ndarray, scores: np.ndarray, most: int) -> RuledCandidates:
    visit = context.visit
    anchor = int(visit.anchors[0]) if len(visit.anchors) else -1
    beside = RuleContext(visit.day, anchor, visit.held.days_ago, context.placed)
    return apply_rules(context.rules, rows, scores, beside, most)


def _directions(context: RankingContext, rows: np.ndarray | Sequence[int]) -> np.ndarray:
    return context.arrays["directions"].take(rows, axis=0).astype(np.float32)


def _dislike(context: RankingContext, unit: np.ndarray) -> np.ndarray | float:
    """Return how much products [m, d] lose for being near what the shopper wants less of."""
    disliked = list(context.visit.disliked)
    if not disliked:
        return 0.0
    # The nearest of them counts: disliking two things must not allow what is close to one.
    nearest = (unit @ _directions(context, disliked).T).max(axis=1)
    return np.asarray(LESS_LIKE_THIS * np.maximum(nearest, 0))


def _recommended_for(context: RankingContext, row: int, signal: str) -> Recommendation:
    """Return the recommendation of a product that one thing alone brought here."""
    return _recommendations(context, np.array([row]), Told({signal: np.ones(1, np.float32)}))[0]


def _recommendations(context: RankingContext, rows: np.ndarray, told: Told) -> list[Recommendation]:
    """Say of each chosen row what brought it here; each column is read once for all of them."""
    arrays, parts = context.arrays, told.parts
    by_row = zip(*(part.tolist() for part in parts.values()), strict=True)
    signals = [dict(zip(parts, added, strict=True)) for added in by_row]
    sold_ever = arrays["popular"][rows].tolist()
    fields: dict[str, Sequence[Any]] = {
        "product": rows.tolist(),
        "score": [sum(added.values()) for added in signals],
        "signals": signals,
        "sold_ever": sold_ever,
        "chosen_with_anchor": sold_ever if context.is_learnt else [0] * len(rows),
    }
    for name, (of_parts, figures) in _FIGURES.items():
        if not parts.keys().isdisjoint(of_parts):
            fields[name] = figures(context, rows).tolist()
    if told.viewed is not None:
        fields["viewed"] = told.viewed.tolist()
    if told.anchors is not None and (told.anchors >= 0).any():
        fields |= _beside(context, rows, told.anchors, [added.get("similar", 0.0) for added in signals])
    return [Recommendation(**dict(zip(fields, values, strict=True))) for values in zip(*fields.values(), strict=True)]


def _beside(
    context: RankingContext, rows: np.ndarray, anchors: np.ndarray, likeness: Sequence[float]
) -> dict[str, Sequence[Any]]:
    """Return the fields of recommendations that tell of the row that each is related to, -1 for none."""
    arrays, has_anchor = context.arrays, anchors >= 0
    # (rows, 50): at which place of its anchor's related items each stands, nowhere without an anchor.
    places = (arrays["related_items"][anchors] == rows[:, None]) & has_anchor[:, None]
    # The rarer of the two; what has no anchor is compared with itself.
    chosen_with = np.minimum(arrays["popular"][rows], arrays["popular"][np.where(has_anchor, anchors, rows)])
    return {
        "anchor": anchors.tolist(),
        "is_related_item": (~has_anchor | places.any(axis=1)).tolist(),
        "orders_with_anchor": _orders_together(arrays, rows, anchors, places).tolist(),
        "chosen_with_anchor": (chosen_with * context.is_learnt).tolist(),
        "shared": _shared(arrays, anchors, places, likeness),
    }


def _sold_lately(context: RankingContext, rows: np.ndarray) -> np.ndarray:
    return np.asarray(context.arrays["trend"][rows] * context.is_current)


def _sold_this_week(context: RankingContext, rows: np.ndarray) -> np.ndarray:
    return np.asarray(context.arrays["week"][context.visit.country + 1, rows] * context.is_current)


def _percent_off(context: RankingContext, rows: np.ndarray) -> np.ndarray:
    before = context.columns["before"][rows]
    part_off = np.where(before > 0, 1 - context.columns["price"][rows] / before, 0.0)
    return np.floor(100 * part_off + 1e-6).astype(np.int64)  # 20 % and not 19.99…


def _created_day(context: RankingContext, rows: np.ndarray) -> np.ndarray:
    return np.asarray(np.nan_to_num(context.columns["created_day"][rows]))


def _usual_days(context: RankingContext, rows: np.ndarray) -> np.ndarray:
    return np.asarray(np.rint(np.nan_to_num(context.arrays["rhythm"][rows])), np.int64)


def _times_bought(context: RankingContext, rows: np.ndarray) -> np.ndarray:
    times = context.visit.held.times
    return np.array([times.get(row, 0) for row in rows.tolist()], np.int64)


# What a reason tells besides its weight, by the field of a recommendation: of which parts it is, and what it is.
_FIGURES: Mapping[str, tuple[tuple[str, ...], Callable[[RankingContext, np.ndarray], np.ndarray]]] = {
    "sold_lately": (("trend",), _sold_lately),
    "sold_this_week": (("week", "country"), _sold_this_week),
    "percent_off": (("sale",), _percent_off),
    "created_day": (("new",), _created_day),
    "usual_days": (("due",), _usual_days),
    "times_bought": (("again",), _times_bought),
}


def _orders_together(arrays: ModelArrays, rows: np.ndarray, anchors: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return in how many orders each row [m] stood with its own anchor, 0 for none; see `orders_with`."""
    linked = (arrays["together_links"][anchors] == rows[:, None]) & (anchors >= 0)[:, None]
    related = (arrays["related_orders"][anchors] * places).max(axis=1, initial=0)
    return np.asarray(np.maximum(related, (arrays["together_orders"][anchors] * linked).max(axis=1, initial=0)))


def _shared(
    arrays: ModelArrays, anchors: np.ndarray, places: np.ndarray, likeness: Sequence[float]
) -> list[tuple[tuple[str, float], ...]]:
    """Return the named features that each product shares with its anchor, and what each adds to their likeness.

    `places` [m, 50] says at which place of its anchor's related items a product stands.
    """
    found: list[tuple[tuple[str, float], ...]] = [()] * len(places)
    which = np.flatnonzero(places.any(axis=1))
    anchor, place = anchors[which], places[which].argmax(axis=1)
    wholes = arrays["related_parts"][anchor, place, RELATED_SIGNALS.index("similar")].tolist()
    numbers = arrays["related_features"][anchor, place].tolist()
    weights = arrays["related_feature_weights"][anchor, place].tolist()
    for at, whole, features in zip(which.tolist(), wholes, map(zip, numbers, weights), strict=True):
        if likeness[at] > 0:
            # Of several anchors an older one counts less, so what its features add shrinks with it.
            scale = min(likeness[at] / whole, 1.0) if whole > 0 else 0.0
            names = arrays["feature_names"]
            found[at] = tuple((str(names[name]), scale * weight) for name, weight in features if name >= 0)
    return found


def _rows_by_name(arrays: ModelArrays, names: Sequence[str]) -> list[int | None]:
    """Return the row of each name among the platform's ids, None for none."""
    known, rows = arrays["external_sorted"], arrays["external_rows"]
    # In the type of those that are known, or numpy would copy all of them to a longer name's length.
    at = known.searchsorted(np.array(names, known.dtype))
    # What comes after all that are known is compared with the last one, and is another.
    found = np.minimum(at, len(known) - 1)
    return [
        row if other == name else None
        for name, other, row in zip(names, known[found].tolist(), rows[found].tolist(), strict=True)
    ]


def _row_of(names: np.ndarray, rows: np.ndarray, wanted: int) -> int | None:
    at = int(names.searchsorted(wanted))
    return int(rows[at]) if at < len(names) and names[at] == wanted else None
