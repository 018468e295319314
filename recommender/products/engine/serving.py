"""Choosing what to show from an artefact's arrays: a gather and a short ranking, no training and no database.

Every shelf goes the same way: candidates with the parts of their score (candidates.py), less what exposure costs and
what the shopper wants less of, the merchant's rules, then a choice that is not all alike, and a place to explore.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from zlib import crc32

import numpy as np

from recommender.products.engine.buyer import Arrays
from recommender.products.engine.candidates import Candidates, Question, is_new, orders_with
from recommender.products.engine.diversity import DEPTH, choose_varied
from recommender.products.engine.figures import best_of
from recommender.products.engine.learning import SHELF_PARTS
from recommender.products.engine.rules import Beside, Ruled, ruled

PLACES_AN_EXPLORATION, EXPLORED_AMONG, NEAREST_EXPLORED = 8, 500, 16
LESS_LIKE_THIS = 3.0  # in the spread of the candidates' scores, times the cosine to what is disliked
NEVER_PRICED = ""
LIFTED, PINNED = "lifted", "pinned"  # what the merchant's rules add to a product, among the signals


@dataclass(frozen=True, slots=True)
class Pick:
    """A chosen product (its row), its score, what each signal added, and the facts that sentences need.

    `anchor` is the row that it is a companion of, `viewed` the one that was looked at before it; -1 is none.
    """

    product: int
    score: float
    signals: Mapping[str, float] = field(default_factory=dict)
    anchor: int = -1
    is_companion: bool = True
    orders_with_anchor: int = 0
    sold_lately: int = 0
    shared: tuple[tuple[str, float], ...] = ()
    viewed: int = -1
    percent_off: int = 0
    created_day: float = 0.0
    usual_days: int = 0


def rows_of(arrays: Arrays, names: Sequence[str]) -> list[int]:
    """Return the rows of products by the platform's ids or by our public ids, those known, in the given order."""
    rows: list[int] = []
    for name in names:
        row = _found(arrays["external_sorted"], arrays["external_rows"], name)
        if row is None and name.isdecimal() and len(name) <= 19 and int(name) < 2**63:
            row = _found(arrays["public_sorted"], arrays["public_rows"], int(name))
        if row is not None and row not in rows:
            rows.append(row)
    return rows


def choose(
    question: Question, found: Candidates, k: int, *, prices: str = NEVER_PRICED, variety: float = 0.0
) -> list[Pick]:
    """Return up to k of the candidates, best first, varied; `prices` names the exposure prices that are taken off."""
    if not len(found.rows) or k < 1:
        return []
    taken = question.arrays[prices][found.rows] if prices in question.arrays else np.zeros(len(found.rows), np.float32)
    worth = found.scores() - taken
    if question.visit.disliked:
        worth = worth - _dislike(question, _directions(question, found.rows)) * max(float(worth.std()), 1e-6)
    told = _ruled(question, found.rows, worth)
    scores = np.where(told.barred, -np.inf, told.scores)
    best = best_of(scores[None], min(DEPTH, len(scores)))[0]
    order = best[choose_varied(scores[best], taken[best], _directions(question, found.rows[best]), k, variety)]
    lifted = Candidates(found.rows, {**found.parts, LIFTED: told.lifted}, found.anchors)
    return [_pick(question, lifted, int(at)) for at in order]


def pinned(question: Question, row: int) -> Pick:
    """Return the pick of a product that the merchant put there."""
    return _pick(question, Candidates(np.array([row]), {PINNED: np.ones(1, np.float32)}), 0)


def explore(question: Question, picks: Sequence[Pick], k: int) -> list[Pick]:
    """Give one place in eight to a product that is new, or that nobody bought yet; the last ones of the shelf.

    Of a shelf with fewer places, as many pages in eight have one as it has places. Page and day decide by lot, so a
    page stays as it is for a day; of what could be tried, what is near the visit's products comes first.
    """
    lot = crc32(f"{question.visit.page}:{question.visit.day:.0f}".encode())
    places = (k + lot % PLACES_AN_EXPLORATION) // PLACES_AN_EXPLORATION
    if len(picks) < k or places >= k or not places:
        return list(picks)
    shown, barred = [pick.product for pick in picks[: k - places]], question.barred.copy()
    barred[[pick.product for pick in picks]] = True
    untried = question.untried
    first = lot % max(len(untried), 1)
    rows = np.concatenate([untried[first : first + EXPLORED_AMONG], untried[:first]])[:EXPLORED_AMONG]
    rows = rows[~barred[rows]]
    unit = _directions(question, rows)
    near = unit @ _directions(question, shown).mean(axis=0) - _dislike(question, unit)
    unlifted = replace(question.rules, boosts=())
    asked = replace(question, rules=unlifted, standing=(*question.standing, *shown))
    allowed = ~_ruled(asked, rows, near).barred
    rows, near = rows[allowed], near[allowed]
    best = rows[np.argsort(-near, kind="stable")[:NEAREST_EXPLORED]]
    tried = np.roll(best, lot % max(len(best), 1))[:places]
    fresh = is_new(question.columns, question.visit.day, tried)
    found = [
        _pick(question, Candidates(tried, {"new" if fresh[at] else "explore": np.ones(len(tried))}), at)
        for at in range(len(tried))
    ]
    return [*picks[: k - len(found)], *found]


def _ruled(question: Question, rows: np.ndarray, scores: np.ndarray) -> Ruled:
    visit = question.visit
    anchor = int(visit.beside[0]) if len(visit.beside) else -1
    return ruled(question.rules, rows, scores, Beside(visit.day, anchor, visit.held.days_ago, question.standing))


def _directions(question: Question, rows: np.ndarray | Sequence[int]) -> np.ndarray:
    return np.asarray(question.arrays["directions"][rows].astype(np.float32))


def _dislike(question: Question, unit: np.ndarray) -> np.ndarray | float:
    """Return how much products [m, d] lose for being near what the shopper wants less of."""
    disliked = list(question.visit.disliked)
    if not disliked:
        return 0.0
    nearest = (unit @ _directions(question, disliked).T).max(axis=1)
    return np.asarray(LESS_LIKE_THIS * np.maximum(nearest, 0))


def _pick(question: Question, found: Candidates, at: int) -> Pick:
    """Say of one chosen candidate what brought it here."""
    arrays, columns, product = question.arrays, question.columns, int(found.rows[at])
    signals = {name: float(part[at]) for name, part in found.parts.items()}
    anchor, viewed = (int(found.anchors[kind][at]) if kind in found.anchors else -1 for kind in ("beside", "viewed"))
    before, created, usual = (
        float(held[name][product]) if name in held else np.nan
        for held, name in ((columns, "before"), (columns, "created_day"), (arrays, "rhythm"))
    )
    return Pick(
        product=product,
        score=sum(signals.values()),
        signals=signals,
        anchor=anchor,
        is_companion=anchor < 0 or product in arrays["shelf_companions"][anchor],
        orders_with_anchor=int(orders_with(arrays, anchor, np.array([product]))[0]) if anchor >= 0 else 0,
        sold_lately=int(arrays["trend"][product]),
        shared=_shared(arrays, anchor, product, signals.get("similar", 0.0)) if anchor >= 0 else (),
        viewed=viewed,
        percent_off=int(100 * (1 - float(columns["price"][product]) / before)) if before > 0 else 0,
        created_day=0.0 if np.isnan(created) else created,
        usual_days=0 if np.isnan(usual) else round(usual),
    )


def _shared(arrays: Arrays, anchor: int, product: int, likeness: float) -> tuple[tuple[str, float], ...]:
    """Return the named features that a product shares with its anchor, and what each adds to their likeness."""
    places = np.flatnonzero(arrays["shelf_companions"][anchor] == product)
    if not len(places) or likeness <= 0:
        return ()
    place = int(places[0])
    whole = float(arrays["shelf_parts"][anchor, place, SHELF_PARTS.index("similar")])
    scale = min(likeness / whole, 1.0) if whole > 0 else 0.0
    names, weights = arrays["shelf_features"][anchor, place], arrays["shelf_feature_weights"][anchor, place]
    return tuple(
        (str(arrays["feature_names"][name]), scale * float(weight))
        for name, weight in zip(names, weights, strict=True)
        if name >= 0
    )


def _found(names: np.ndarray, rows: np.ndarray, name: object) -> int | None:
    at = int(names.searchsorted(name))  # type: ignore[call-overload]
    return int(rows[at]) if at < len(names) and names[at] == name else None
