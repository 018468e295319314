"""Learning a whole shop for serving: the rehearsal that tunes and judges, then everything again on all there is."""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from typing import Any

import numpy as np
import scipy.sparse as sp
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from recommender.products.engine.blend import FOLDS, Tuned
from recommender.products.engine.cases import Audience, Cases, Trial, last_anchors, last_buyers, make_trial, shelf_trial
from recommender.products.engine.columns import ProductNames, point_columns, sales_columns, texts, week_columns
from recommender.products.engine.exposure import (
    TOLERANCE,
    Shown,
    Trade,
    exposure_prices,
    price_name,
    prices_by_variety,
    trade_off,
    variety_for,
)
from recommender.products.engine.factors import als_common, directions
from recommender.products.engine.features import Features, kinds_column, kinds_of
from recommender.products.engine.history import History, baskets, order_size
from recommender.products.engine.learning import (
    ENOUGH_ORDERS,
    Learnt,
    Progress,
    learn,
    missing_orders,
    scaled,
    silent,
    tune_for,
    tune_shelf,
)
from recommender.products.engine.links import ease_reach, strongest
from recommender.products.engine.proof import Proof, prove
from recommender.products.engine.rhythm import (
    main_countries,
    product_repeats,
    product_rhythm,
    recent_orders,
    trend_windows,
)
from recommender.products.engine.scorers import SIMPLE_TREND, Asked, score_blend
from recommender.products.engine.sequences import SMALL_ORDER, fit_visits
from recommender.products.engine.shelf import SIMPLE_WEIGHTS, build_shelf
from recommender.products.engine.state import ShopState, state_of
from recommender.products.types import VARIETY_PERCENTS, Purpose, Task

REHEARSAL_DAYS = 28.0
UNTUNED = Tuned({}, "simple", 0.0, 0.0, 0.0, 0.0, 0, ())
SIMPLE_BUYER_WEIGHTS = {"again_now": 1.0, "trend": SIMPLE_TREND}
FEW_WEIGHTS = {
    Purpose.SHELF: {**SIMPLE_WEIGHTS, "similar": 1.0},
    Purpose.NEXT: {**SIMPLE_BUYER_WEIGHTS, "lightfm": 0.4},
    Purpose.NEW: {"trend": 1.0, "lightfm": 0.4},
}


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What foretelling the last weeks said for one purpose: weights and gate, what variety costs, and the proof."""

    tuned: Tuned = UNTUNED
    trades: tuple[Trade, ...] = ()
    variety: float = 0.0
    proof: Proof | None = None

    @property
    def varieties(self) -> dict[str, float]:
        """Return the setting of the dial that each share of accuracy (percent, as text) buys."""
        return {f"{percent}": variety_for(self.trades, percent / 100) for percent in VARIETY_PERCENTS}


@dataclass(frozen=True, slots=True)
class ShopModel:
    """What an artefact holds: arrays by name, and the part of the manifest that learning knows.

    `state` is kept beside it, for the worker that adds what comes later.
    """

    arrays: Mapping[str, np.ndarray]
    manifest: Mapping[str, object]
    state: ShopState


def learn_shop(
    history: History,
    features: Features,
    names: ProductNames,
    seed: int,
    progress: Progress = silent,
    tolerance: float = TOLERANCE,
    views: History | None = None,
    at_once: int = 1,
) -> ShopModel:
    """Return everything that is served for a shop; rows of its arrays are the products in the order of `names`.

    The last 28 days are foretold from what was before them: that tunes the blends and decides, purpose by purpose,
    between blend and simple rule. `tolerance` is the share of NDCG that the shop gives for variety. Of `views` (a visit
    for a buyer) what follows what is kept. A shop with few orders, or none, is served by what products say of
    themselves and by what sells; the manifest says how many orders are `missing`. With two things done `at_once` the
    models of the rehearsal and those of all there is are learnt side by side: the same numbers, sooner, in more memory.
    """
    # One core for each of them, and the same numbers whatever the machine.
    with threadpool_limits(limits=1), _side_by_side(at_once) as begin:
        return _learn_shop(history, features, names, seed, _from_here(progress), tolerance, views, begin)


Begin = Callable[[Callable[[], Any]], Callable[[], Any]]  # begins something, and returns what waits for it


@contextmanager
def _side_by_side(at_once: int) -> Iterator[Begin]:
    """Yield what begins work in threads; where one thing is done at a time, it is done when it is waited for."""
    if at_once < 2:  # noqa: PLR2004
        yield lambda work: work
        return
    with ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="learning") as pool:
        yield lambda work: pool.submit(work).result


def _from_here(progress: Progress) -> Progress:
    """Return a progress that reports from this thread only: two tales told at once are none."""
    here = threading.current_thread()

    def report(step: str, percent: int) -> None:
        if threading.current_thread() is here:
            progress(step, percent)

    return report


def _learn_shop(
    history: History,
    features: Features,
    names: ProductNames,
    seed: int,
    progress: Progress,
    tolerance: float,
    views: History | None,
    begin: Begin,
) -> ShopModel:
    history = with_guests_as_buyers(history)
    at = day_after(history)
    everything = _all_there_is(history, at)
    all_learnt = begin(lambda: learn(everything, features, seed, scaled(progress, "", 50, 85)))
    rehearsed = _rehearse(history, features, at, tolerance, seed, scaled(progress, "rehearsal: ", 0, 45), begin)
    learnt = all_learnt()
    progress("shelf", 88)
    missing = missing_orders(history)
    weights = {p.value: FEW_WEIGHTS[p] if missing else weights_of(p, one.tuned) for p, one in rehearsed.items()}
    shelf = build_shelf(learnt, baskets(history), weights[Purpose.SHELF.value])
    progress("exposure", 95)
    countries = main_countries(history)
    recent = recent_orders(history, at, countries)
    sales = sales_columns(learnt.trend, learnt.popular)
    return ShopModel(
        arrays={
            **shelf.arrays(),
            **sales,
            **week_columns(recent, at, len(countries), sales["selling_order"]),
            **_counted(history, at),
            "trend_countries": recent.trend_countries(history.product_count, len(countries)),
            "kinds": kinds_column(kinds_of(features)),
            **_learnt_columns(learnt, views),
            **_prices(learnt, weights, rehearsed, everything),
            **names.columns(),
            "feature_names": texts(features.names),
        },
        state=state_of(learnt, features, recent, order_size(history) < SMALL_ORDER),
        manifest=_manifest(history, rehearsed, learnt, weights, at=at, seed=seed, tolerance=tolerance),
    )


def _manifest(
    history: History,
    rehearsed: Mapping[Purpose, Rehearsed],
    learnt: Learnt,
    weights: Mapping[str, Mapping[str, float]],
    *,
    at: float,
    seed: int,
    tolerance: float,
) -> dict[str, Any]:
    return {
        "seed": seed,
        "variety": {purpose.value: one.variety for purpose, one in rehearsed.items()},
        "varieties": {purpose.value: one.varieties for purpose, one in rehearsed.items()},
        "tolerance": tolerance,
        "trend_days": 14,
        "at": at,
        "trades": {purpose.value: [asdict(trade) for trade in one.trades] for purpose, one in rehearsed.items()},
        "proofs": {purpose.value: asdict(one.proof) for purpose, one in rehearsed.items() if one.proof},
        "missing": {"orders": missing_orders(history), "needed": ENOUGH_ORDERS},
        "size": {"products": history.product_count, "linked": ease_reach(history.product_count)},
        "countries": main_countries(history),
        "gates": {purpose.value: asdict(one.tuned) for purpose, one in rehearsed.items()},
        "weights": weights,
        "cpu_seconds": {name: round(spent, 3) for name, spent in learnt.cpu_seconds.items()},
        "made_with": {name: version(name) for name in ("lightfm-next", "numpy", "scipy")},
    }


def _counted(history: History, at: float) -> dict[str, np.ndarray]:
    """Return what is counted a product, without learning."""
    return {
        "trend_windows": trend_windows(history, at),
        "rhythm": product_rhythm(history),
        "repeats": product_repeats(history),
    }


def _all_there_is(history: History, at: float) -> Trial:
    """Return a trial of nothing, which may know everything."""
    nothing = sp.csr_matrix((0, history.product_count), dtype=np.float32)
    return Trial(history, at, Cases(Asked(np.zeros(0, np.int32), nothing), nothing, nothing), borrows=True)


def day_after(history: History) -> float:
    """Return the day after the last purchase, 0 without any: when learning looks back, whatever the clock says."""
    return 0.0 if not len(history) else float(np.floor(history.days[-1]) + 1)


def with_guests_as_buyers(history: History) -> History:
    """Where less than half of the lines have a known buyer, let each guest's order stand for a buyer."""
    guests = history.buyers < 0
    if 2 * guests.sum() <= len(history):
        return history
    buyers = np.where(guests, history.buyer_count + history.orders, history.buyers).astype(np.int32)
    return replace(history, buyers=buyers, buyer_count=history.buyer_count + history.order_count)


def weights_of(purpose: Purpose, tuned: Tuned) -> dict[str, float]:
    """Return the weights of what the gate lets through."""
    simple = SIMPLE_WEIGHTS if purpose == Purpose.SHELF else SIMPLE_BUYER_WEIGHTS
    return dict(tuned.weights if tuned.served == "blend" else simple)


def _rehearse(
    history: History, features: Features, at: float, tolerance: float, seed: int, progress: Progress, begin: Begin
) -> dict[Purpose, Rehearsed]:
    cut = at - REHEARSAL_DAYS
    trial = make_trial(Task.NEXT_ALL, history, cut, REHEARSAL_DAYS, seed)
    if missing_orders(trial.known):
        return dict.fromkeys(Purpose, Rehearsed())
    learnt = learn(trial, features, seed, progress)
    progress("blend", 100)
    new = make_trial(Task.NEXT_NEW, history, cut, REHEARSAL_DAYS, seed)
    shelf = shelf_trial(history, cut, REHEARSAL_DAYS, seed)

    def judged(purpose: Purpose, of: Trial, tune: Callable[[], Tuned]) -> Callable[[], Rehearsed]:
        return begin(lambda: _rehearsed(purpose, learnt, of, tune(), tolerance, seed))

    waiting = {
        Purpose.SHELF: judged(Purpose.SHELF, shelf, lambda: tune_shelf(learnt, shelf, seed)),
        Purpose.NEXT: judged(Purpose.NEXT, trial, lambda: tune_for(Task.NEXT_ALL, learnt, trial, seed)),
        Purpose.NEW: judged(Purpose.NEW, new, lambda: tune_for(Task.NEXT_NEW, learnt, new, seed)),
    }
    return {purpose: found() for purpose, found in waiting.items()}


def _rehearsed(purpose: Purpose, learnt: Learnt, trial: Trial, tuned: Tuned, tolerance: float, seed: int) -> Rehearsed:
    if not len(trial.cases):
        return Rehearsed(tuned)
    weights, unit = weights_of(purpose, tuned), directions(learnt.lightfm.products)
    score, audience = score_blend(learnt.scores, weights), _audience(purpose, trial)
    trades = trade_off(score, audience, trial.cases, unit, seed)
    variety = variety_for(trades, tolerance)
    shown = Shown(variety, exposure_prices(score, audience, variety), unit)
    folds = tuned.folds if tuned.served == "blend" else (weights,) * FOLDS
    return Rehearsed(tuned, trades, variety, prove(learnt.scores, folds, trial.cases, shown, seed))


def _prices(
    learnt: Learnt, weights: Mapping[str, Mapping[str, float]], rehearsed: Mapping[Purpose, Rehearsed], trial: Trial
) -> dict[str, np.ndarray]:
    """Return what variety takes off each product's score, by purpose: as is served, and as may be tried on some."""
    arrays = {}
    for purpose, one in rehearsed.items():
        score = score_blend(learnt.scores, weights[purpose.value])
        found = prices_by_variety(score, _audience(purpose, trial), {one.variety, *one.varieties.values()})
        arrays[f"prices_{purpose.value}"] = found.pop(one.variety)
        arrays |= {price_name(purpose.value, variety): prices for variety, prices in found.items() if variety}
    return arrays


def _audience(purpose: Purpose, trial: Trial) -> Audience:
    if purpose == Purpose.SHELF:
        return last_anchors(trial)
    return last_buyers(Task.NEXT_NEW if purpose == Purpose.NEW else Task.NEXT_ALL, trial)


def _learnt_columns(learnt: Learnt, views: History | None) -> dict[str, np.ndarray]:
    """Return the products' points, and the 50 strongest of each kind of links."""
    nothing = sp.csr_matrix(learnt.following.shape, dtype=np.float32)
    kinds = {
        "ease": learnt.ease,
        "following": learnt.following,
        "viewed": nothing if views is None else fit_visits(views),
    }
    found = {
        **point_columns(learnt.lightfm),
        "als_points": learnt.als.products.astype(np.float16),
        "als_common": als_common(learnt.als.products).astype(np.float32),
    }
    for kind, links in kinds.items():
        found[f"{kind}_links"], found[f"{kind}_weights"] = strongest(links)
    return found
