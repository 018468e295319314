"""Learning a whole shop for serving: the rehearsal that tunes and judges, then everything again on all there is."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version

import numpy as np
import scipy.sparse as sp
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from recommender.products.engine.blend import Tuned
from recommender.products.engine.cases import Audience, Cases, Trial, last_anchors, last_buyers, make_trial, shelf_trial
from recommender.products.engine.exposure import TOLERANCE, Trade, exposure_prices, trade_off, variety_for
from recommender.products.engine.factors import als_common, directions, lightfm_common
from recommender.products.engine.features import Features
from recommender.products.engine.history import History, baskets
from recommender.products.engine.learning import Learnt, Progress, learn, scaled, silent, tune_for, tune_shelf
from recommender.products.engine.links import keep_best
from recommender.products.engine.proof import Proof, Shown, prove
from recommender.products.engine.scorers import SIMPLE_TREND, Asked, score_blend
from recommender.products.engine.shelf import SIMPLE_WEIGHTS, build_shelf
from recommender.products.types import Purpose, Task

REHEARSAL_DAYS = 28.0
UNTUNED = Tuned({}, "simple", 0.0, 0.0, 0.0, 0.0, 0, ({}, {}))
SIMPLE_BUYER_WEIGHTS = {"again_now": 1.0, "trend": SIMPLE_TREND}
LINKS_KEPT = 50


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What foretelling the last weeks said for one purpose: weights and gate, what variety costs, and the proof."""

    tuned: Tuned = UNTUNED
    trades: tuple[Trade, ...] = ()
    variety: float = 0.0
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class ShopModel:
    """What an artefact holds: arrays by name, and the part of the manifest that learning knows."""

    arrays: Mapping[str, np.ndarray]
    manifest: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ProductNames:
    """By what products are called, row by row: the database's ids, our public ids, the platform's ids."""

    ids: Sequence[int]
    public_ids: Sequence[int]
    external_ids: Sequence[str]


def learn_shop(
    history: History, features: Features, names: ProductNames, seed: int, progress: Progress = silent,
    tolerance: float = TOLERANCE,
) -> ShopModel:  # fmt: skip
    """Return everything that is served for a shop; rows of its arrays are the products in the order of `names`.

    The last 28 days are foretold from what was before them: that tunes the blends and decides, purpose by purpose,
    between blend and simple rule. `tolerance` is the share of NDCG that the shop gives for variety. Raises ValueError
    when nothing was bought.
    """
    if not len(history):
        raise ValueError("Nothing was bought yet, so there is nothing to learn.")
    with threadpool_limits(limits=1):  # one core a shop, and the same numbers whatever the machine
        return _learn_shop(history, features, names, seed, progress, tolerance)


def _learn_shop(
    history: History, features: Features, names: ProductNames, seed: int, progress: Progress, tolerance: float
) -> ShopModel:
    history = with_guests_as_buyers(history)
    at = float(np.floor(history.days[-1]) + 1)
    rehearsed = _rehearse(history, features, at, tolerance, seed, scaled(progress, "rehearsal: ", 0, 45))
    nothing = sp.csr_matrix((0, history.product_count), dtype=np.float32)
    everything = Trial(history, at, Cases(Asked(np.zeros(0, np.int32), nothing), nothing, nothing))
    learnt = learn(everything, features, seed, scaled(progress, "", 50, 85))
    progress("shelf", 88)
    weights = {purpose.value: weights_of(purpose, one.tuned) for purpose, one in rehearsed.items()}
    shelf = build_shelf(learnt, baskets(history), weights[Purpose.SHELF.value])
    progress("exposure", 95)
    variety = {purpose.value: one.variety for purpose, one in rehearsed.items()}
    prices = {
        f"prices_{purpose.value}": exposure_prices(
            score_blend(learnt.scores, weights[purpose.value]), _audience(purpose, everything), variety[purpose.value]
        )
        for purpose in Purpose
    }  # fmt: skip
    return ShopModel(
        arrays={
            **shelf.arrays(),
            **_columns(learnt),
            **_named(names),
            **prices,
            "feature_names": _text(features.names),
        },  # fmt: skip
        manifest={
            "seed": seed,
            "variety": variety,
            "tolerance": tolerance,
            "trades": {purpose.value: [asdict(trade) for trade in one.trades] for purpose, one in rehearsed.items()},
            "proofs": {purpose.value: asdict(one.proof) for purpose, one in rehearsed.items() if one.proof},
            "trend_days": 14,
            "gates": {purpose.value: asdict(one.tuned) for purpose, one in rehearsed.items()},
            "weights": weights,
            "cpu_seconds": {name: round(spent, 3) for name, spent in learnt.cpu_seconds.items()},
            "made_with": {name: version(name) for name in ("lightfm-next", "numpy", "scipy")},
        },
    )


def with_guests_as_buyers(history: History) -> History:
    """Where less than half of the lines have a known buyer, let each guest's order stand for a buyer."""
    guests = history.buyers < 0
    if 2 * guests.sum() <= len(history):
        return history
    buyers = np.where(guests, history.buyer_count + history.orders, history.buyers).astype(np.int32)
    return History(
        buyers, history.products, history.orders, history.days,
        history.buyer_count + history.order_count, history.product_count, history.order_count,
    )  # fmt: skip


def weights_of(purpose: Purpose, tuned: Tuned) -> dict[str, float]:
    """Return the weights of what the gate lets through."""
    simple = SIMPLE_WEIGHTS if purpose == Purpose.SHELF else SIMPLE_BUYER_WEIGHTS
    return dict(tuned.weights if tuned.served == "blend" else simple)


def _rehearse(
    history: History, features: Features, at: float, tolerance: float, seed: int, progress: Progress
) -> dict[Purpose, Rehearsed]:
    cut = at - REHEARSAL_DAYS
    trial = make_trial(Task.NEXT_ALL, history, cut, REHEARSAL_DAYS, seed)
    if not (trial.known.buyers >= 0).any():
        return dict.fromkeys(Purpose, Rehearsed())
    learnt = learn(trial, features, seed, progress)
    progress("blend", 100)
    new = make_trial(Task.NEXT_NEW, history, cut, REHEARSAL_DAYS, seed)
    shelf = shelf_trial(history, cut, REHEARSAL_DAYS, seed)
    tuned = {
        Purpose.SHELF: (shelf, tune_shelf(learnt, shelf, seed)),
        Purpose.NEXT: (trial, tune_for(Task.NEXT_ALL, learnt, trial, seed)),
        Purpose.NEW: (new, tune_for(Task.NEXT_NEW, learnt, new, seed)),
    }
    return {purpose: _rehearsed(purpose, learnt, *found, tolerance, seed) for purpose, found in tuned.items()}


def _rehearsed(purpose: Purpose, learnt: Learnt, trial: Trial, tuned: Tuned, tolerance: float, seed: int) -> Rehearsed:
    if not len(trial.cases):
        return Rehearsed(tuned)
    weights, unit = weights_of(purpose, tuned), directions(learnt.lightfm.products)
    score, audience = score_blend(learnt.scores, weights), _audience(purpose, trial)
    trades = trade_off(score, audience, trial.cases, unit, seed)
    variety = variety_for(trades, tolerance)
    shown = Shown(exposure_prices(score, audience, variety), unit, variety)
    halves = tuned.halves if tuned.served == "blend" else (weights, weights)
    return Rehearsed(tuned, trades, variety, prove(learnt.scores, halves, trial.cases, shown, seed))


def _audience(purpose: Purpose, trial: Trial) -> Audience:
    if purpose == Purpose.SHELF:
        return last_anchors(trial)
    return last_buyers(Task.NEXT_NEW if purpose == Purpose.NEW else Task.NEXT_ALL, trial)


def _columns(learnt: Learnt) -> dict[str, np.ndarray]:
    links, weights = _strongest(learnt.ease)
    following, following_weights = _strongest_rows(learnt.following)
    return {
        "trend": learnt.trend.astype(np.int32),
        "popular": learnt.popular.astype(np.int32),
        "selling_order": np.lexsort((-learnt.popular, -learnt.trend)).astype(np.int32),
        "directions": directions(learnt.lightfm.products).astype(np.float16),
        "points": learnt.lightfm.products.astype(np.float16),
        "biases": learnt.lightfm.biases.astype(np.float16),
        "points_common": lightfm_common(learnt.lightfm.products).astype(np.float32),
        "als_points": learnt.als.products.astype(np.float16),
        "als_common": als_common(learnt.als.products).astype(np.float32),
        "ease_links": links,
        "ease_weights": weights,
        "following_links": following,
        "following_weights": following_weights,
    }


def _strongest(links: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    depth = min(LINKS_KEPT, links.shape[1])
    best = np.argpartition(-links, depth - 1, axis=1)[:, :depth].astype(np.int32)
    return best, np.maximum(np.take_along_axis(links, best, axis=1), 0).astype(np.float16)


def _strongest_rows(links: sp.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
    """Return the same of sparse links; what is missing has weight zero."""
    best = keep_best(links, LINKS_KEPT)
    count = np.diff(best.indptr)
    place = np.arange(best.nnz) - np.repeat(best.indptr[:-1], count)
    found, weights = (np.zeros((links.shape[0], LINKS_KEPT), kind) for kind in (np.int32, np.float16))
    rows = np.repeat(np.arange(links.shape[0]), count)
    found[rows, place], weights[rows, place] = best.indices, best.data
    return found, weights


def _named(names: ProductNames) -> dict[str, np.ndarray]:
    public, external = np.array(names.public_ids, dtype=np.int64), _text(names.external_ids)
    by_public, by_external = np.argsort(public, kind="stable"), np.argsort(external, kind="stable")
    return {
        "ids": np.array(names.ids, dtype=np.int64),
        "public_ids": public,
        "public_sorted": public[by_public],
        "public_rows": by_public.astype(np.int32),
        "external_sorted": external[by_external],
        "external_rows": by_external.astype(np.int32),
    }


def _text(names: Sequence[str]) -> np.ndarray:
    return np.array(names, dtype=np.str_) if len(names) else np.zeros(0, dtype="<U1")
