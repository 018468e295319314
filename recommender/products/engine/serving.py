"""Choosing what to show from an artefact's arrays: a gather and a short ranking, no training and no database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from recommender.products.engine.cases import HALF_LIFE_DAYS
from recommender.products.engine.diversity import choose_varied
from recommender.products.engine.factors import ALS_CONFIDENCE, solve_points
from recommender.products.engine.learning import SHELF_PARTS
from recommender.products.engine.sequences import FADE, STEPS_BACK

FADING = 0.8  # of several anchors, each older one counts so much less
CO_PURCHASE = ("beside", "together", "ease")
Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Pick:
    """A chosen product (its row), its score, what each signal added, and the counts that sentences need."""

    product: int
    score: float
    signals: Mapping[str, float] = field(default_factory=dict)
    anchor: int = -1
    orders_with_anchor: int = 0
    sold_lately: int = 0
    shared: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """What a buyer had: rows weighted by how many days ago, and by how many orders ago."""

    by_days: Mapping[int, float]
    by_steps: Mapping[int, float]


def held_by(bought: Sequence[tuple[int, float]]) -> Held:
    """Return what was bought, (row, days ago) each, with its weights."""
    by_days: dict[int, float] = {}
    by_steps: dict[int, float] = {}
    moments = sorted({ago for _, ago in bought})
    for row, ago in sorted(bought, key=lambda entry: entry[1]):
        by_days[row] = by_days.get(row, 0.0) + 0.5 ** (ago / HALF_LIFE_DAYS)
        step = moments.index(ago)
        if step < STEPS_BACK:
            by_steps.setdefault(row, FADE**step)
    return Held(by_days, by_steps)


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


def pick_companions(
    arrays: Arrays, anchors: Sequence[int], barred: np.ndarray, k: int, variety: float = 0.0
) -> list[Pick]:
    """Return up to k companions of the anchors (rows, newest first), varied; `barred` is bool [products].

    A companion of several anchors gets the sum of its scores, older anchors counting less; so do its signals.
    """
    tables = arrays["shelf_companions"]
    if not anchors:
        return []
    found = np.array(tables[list(anchors)])
    fading = FADING ** np.arange(len(anchors), dtype=np.float32)
    rows, columns = np.nonzero((found >= 0) & ~barred[found] & ~np.isin(found, anchors))
    products, where = np.unique(found[rows, columns], return_inverse=True)
    if not len(products):
        return []
    shares = arrays["shelf_parts"][np.asarray(anchors)[rows], columns].astype(np.float32) * fading[rows, None]
    parts = np.zeros((len(products), shares.shape[1]), np.float32)
    np.add.at(parts, where, shares)
    worth = parts.sum(axis=1) - _prices(arrays, "prices_shelf")[products]
    order = choose_varied(worth, arrays["directions"][products].astype(np.float32), k, variety)
    return [_companion(arrays, anchors, found, int(products[i]), parts[i]) for i in order]


def pick_trending(arrays: Arrays, barred: np.ndarray, k: int) -> list[Pick]:
    """Return the k best sellers of the last 14 days, then of all time, that are not barred."""
    picks = []
    for row in arrays["selling_order"]:
        if not barred[row]:
            lately = int(arrays["trend"][row])
            signal = "trend" if lately else "popular"
            picks.append(Pick(int(row), float(lately), {signal: float(lately)}, sold_lately=lately))
        if len(picks) == k:
            break
    return picks


def _prices(arrays: Arrays, name: str) -> np.ndarray:
    """Return the exposure prices; an artefact from before there were any goes without."""
    return arrays[name] if name in arrays else np.zeros(len(arrays["trend"]), np.float32)


def _companion(arrays: Arrays, anchors: Sequence[int], found: np.ndarray, product: int, parts: np.ndarray) -> Pick:
    """Say of one companion what brought it here; the anchor named is the one it was most often ordered with."""
    shares = dict(zip(SHELF_PARTS, parts.tolist(), strict=True))
    places = [(i, int(np.flatnonzero(found[i] == product)[0])) for i in range(len(anchors)) if product in found[i]]
    i, column = max(places, key=lambda place: int(arrays["shelf_orders"][anchors[place[0]], place[1]]))
    anchor = anchors[i]
    named = arrays["shelf_features"][anchor, column]
    weights = arrays["shelf_feature_weights"][anchor, column].astype(np.float32)
    shared = tuple(
        (str(arrays["feature_names"][name]), float(weight))
        for name, weight in zip(named, weights, strict=True)
        if name >= 0
    )
    return Pick(
        product=product,
        score=float(parts.sum()),
        signals={
            "together": sum(shares[name] for name in CO_PURCHASE),
            "similar": shares["similar"],
            "trend": shares["trend"],
        },
        anchor=anchor,
        orders_with_anchor=int(arrays["shelf_orders"][anchor, column]),
        sold_lately=int(arrays["trend"][product]),
        shared=shared,
    )


def _found(names: np.ndarray, rows: np.ndarray, name: object) -> int | None:
    at = int(np.searchsorted(names, name))  # type: ignore[call-overload]
    return int(rows[at]) if at < len(names) and names[at] == name else None


def pick_for_buyer(
    arrays: Arrays, weights: Mapping[str, float], held: Held, barred: np.ndarray, k: int, variety: float = 0.0
) -> list[Pick]:
    """Return up to k products that a buyer may take next, by what they hold.

    `weights` are those served for that purpose.
    """
    own, steps = np.zeros((2, len(arrays["trend"])), np.float32)
    own[list(held.by_days)] = list(held.by_days.values())
    steps[list(held.by_steps)] = list(held.by_steps.values())
    shares = {
        name: weight * _standard(_following(arrays, steps) if name == "sequence" else _BUYER_SIGNALS[name](arrays, own))
        for name, weight in weights.items()
        if weight
    }
    total = np.sum(list(shares.values()), axis=0)
    worth = np.where(barred, -np.inf, total - _prices(arrays, "prices_next"))
    chosen = choose_varied(worth, np.asarray(arrays["directions"]).astype(np.float32), k, variety)
    return [
        Pick(
            product=int(row),
            score=float(total[row]),
            signals=_told(shares, int(row), own[row] > 0),
            sold_lately=int(arrays["trend"][row]),
        )
        for row in chosen
    ]


def _told(shares: Mapping[str, np.ndarray], row: int, had: bool) -> dict[str, float]:
    signals = {"again": 0.0, "trend": 0.0, "similar": 0.0}
    signal_of = {"again_now": "again", "buy_again": "again", "trend": "trend"}
    for name, share in shares.items():
        signal = signal_of.get(name, "similar")
        if signal != "again" or had:
            signals[signal] += float(share[row])
    return signals


def _standard(values: np.ndarray) -> np.ndarray:
    spread = values.std()
    return (values - values.mean()) / spread if spread > 1e-12 else np.zeros_like(values)


def _by_points(arrays: Arrays, own: np.ndarray) -> np.ndarray:
    held, points = np.flatnonzero(own), arrays["points"].astype(np.float32)
    mean = own[held] @ points[held] / max(float(own.sum()), 1e-9)
    return np.asarray(points @ mean + arrays["biases"])


def _by_fit(arrays: Arrays, own: np.ndarray) -> np.ndarray:
    points = arrays["points"].astype(np.float32)
    return np.asarray(points @ solve_points(sp.csr_matrix(own[None]), points, arrays["points_common"], 1.0, 0.0)[0])


def _by_als(arrays: Arrays, own: np.ndarray) -> np.ndarray:
    points, held = arrays["als_points"].astype(np.float32), sp.csr_matrix(own[None])
    return np.asarray(points @ solve_points(held, points, arrays["als_common"], ALS_CONFIDENCE, 1.0)[0])


def _by_links(arrays: Arrays, own: np.ndarray) -> np.ndarray:
    held, result = np.flatnonzero(own), np.zeros_like(own)
    np.add.at(result, arrays["ease_links"][held], own[held, None] * arrays["ease_weights"][held])
    return result


def _following(arrays: Arrays, steps: np.ndarray) -> np.ndarray:
    held, result = np.flatnonzero(steps), np.zeros_like(steps)
    np.add.at(result, arrays["following_links"][held], steps[held, None] * arrays["following_weights"][held])
    return result


def _by_companions(arrays: Arrays, own: np.ndarray) -> np.ndarray:
    held, result = np.flatnonzero(own), np.zeros_like(own)
    together = arrays["shelf_orders"][held] / np.sqrt(1.0 + arrays["popular"][held])[:, None]
    found = arrays["shelf_companions"][held]
    np.add.at(result, np.maximum(found, 0), np.where(found >= 0, own[held, None] * together, 0))
    return result


_BUYER_SIGNALS: Mapping[str, Callable[[Arrays, np.ndarray], np.ndarray]] = {
    "again_now": lambda arrays, own: own * np.sqrt(arrays["trend"]).astype(np.float32),
    "buy_again": lambda arrays, own: own,
    "trend": lambda arrays, own: arrays["trend"].astype(np.float32),
    "lightfm": _by_points,
    "lightfm_fit": _by_fit,
    "als": _by_als,
    "ease": _by_links,
    "together": _by_companions,
}
