"""Fitting a whole shop for serving: a validation window tunes and judges, then all is fitted again on all there is."""

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

from recommender.products.data.engine.columns import ProductNames, sales_columns, texts, week_columns
from recommender.products.data.engine.features import Features, kinds_column, kinds_of
from recommender.products.data.engine.history import History, baskets, order_size
from recommender.products.data.engine.rhythm import (
    main_countries,
    product_repeats,
    product_rhythm,
    recent_orders,
    trend_windows,
)
from recommender.products.evaluation.engine.blend import FOLDS, TunedBlend
from recommender.products.evaluation.engine.popularity import (
    TOLERANCE,
    Diversification,
    DiversityTradeOff,
    diversity_for,
    measure_trade_offs,
    penalties_by_weight,
    popularity_penalties,
)
from recommender.products.evaluation.engine.proof import prove
from recommender.products.evaluation.engine.queries import SIMPLE_TREND, Queries, score_blend
from recommender.products.evaluation.engine.split import (
    Audience,
    EvaluationCases,
    Split,
    last_anchors,
    last_buyers,
    make_split,
    single_item_split,
)
from recommender.products.evaluation.engine.tuning import tune_for, tune_related
from recommender.products.serving.engine.signals import penalty_name
from recommender.products.training.engine.factors import als_common, directions, point_columns
from recommender.products.training.engine.fitting import ENOUGH_ORDERS, FittedModels, fit_models, missing_orders
from recommender.products.training.engine.links import ease_reach, strongest
from recommender.products.training.engine.related import SIMPLE_WEIGHTS, rank_related
from recommender.products.training.engine.sequences import SMALL_ORDER, fit_visits
from recommender.products.training.engine.state import ShopState, state_of
from recommender.products.types import DIVERSITY_PERCENTS, Proof, Purpose, Task
from shopconnect.core.progress import Progress, scaled, silent

VALIDATION_DAYS = 28.0
UNTUNED = TunedBlend({}, "simple", 0.0, 0.0, 0.0, 0.0, 0, ())
SIMPLE_BUYER_WEIGHTS = {"again_now": 1.0, "trend": SIMPLE_TREND}
FEW_WEIGHTS = {
    Purpose.SHELF: {**SIMPLE_WEIGHTS, "similar": 1.0},
    Purpose.NEXT: {**SIMPLE_BUYER_WEIGHTS, "lightfm": 0.4},
    Purpose.NEW: {"trend": 1.0, "lightfm": 0.4},
}


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """What foretelling the last weeks said for one purpose: weights and gate, what diversity costs, and the proof."""

    tuned: TunedBlend = UNTUNED
    trade_offs: tuple[DiversityTradeOff, ...] = ()
    diversity: float = 0.0
    proof: Proof | None = None

    @property
    def diversities(self) -> dict[str, float]:
        """Return the diversity weight that each share of accuracy (percent, as text) buys."""
        return {f"{percent}": diversity_for(self.trade_offs, percent / 100) for percent in DIVERSITY_PERCENTS}


@dataclass(frozen=True, slots=True)
class FittedShop:
    """What an artefact holds: arrays by name, and the part of the manifest that learning knows.

    `state` is stored beside it, for the worker that adds what comes later.
    """

    arrays: Mapping[str, np.ndarray]
    manifest: Mapping[str, object]
    state: ShopState


def fit_shop(
    history: History,
    features: Features,
    names: ProductNames,
    seed: int,
    progress: Progress = silent,
    tolerance: float = TOLERANCE,
    views: History | None = None,
    at_once: int = 1,
) -> FittedShop:
    """Return everything that is served for a shop; rows of its arrays are the products in the order of `names`.

    The last 28 days are foretold from what was before them: that tunes the blends and decides, purpose by purpose,
    between blend and simple rule. `tolerance` is the share of NDCG that the shop gives for diversity. Of `views` (a
    visit for a buyer) what follows what is kept. A shop with few orders, or none, is served by what products say of
    themselves and by what sells; the manifest says how many orders are `missing`. With two things done `at_once` the
    models of the validation and those of all there is are fitted side by side: the same numbers, sooner, in more
    memory.
    """
    # One core for each of them, and the same numbers whatever the machine.
    with threadpool_limits(limits=1), _side_by_side(at_once) as begin:
        return _fit_shop(history, features, names, seed, _from_here(progress), tolerance, views, begin)


Begin = Callable[[Callable[[], Any]], Callable[[], Any]]  # begins something, and returns what waits for it


@contextmanager
def _side_by_side(at_once: int) -> Iterator[Begin]:
    """Yield what begins work in threads; where one thing is done at a time, it is done when it is waited for."""
    if at_once < 2:  # noqa: PLR2004
        yield lambda work: work
        return
    with ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="fitting") as pool:
        yield lambda work: pool.submit(work).result


def _from_here(progress: Progress) -> Progress:
    """Return a progress that reports from this thread only: two that report at once contradict each other."""
    here = threading.current_thread()

    def report(step: str, percent: int) -> None:
        if threading.current_thread() is here:
            progress(step, percent)

    return report


def _fit_shop(
    history: History,
    features: Features,
    names: ProductNames,
    seed: int,
    progress: Progress,
    tolerance: float,
    views: History | None,
    begin: Begin,
) -> FittedShop:
    # A shop of guests would else have no buyers to learn from.
    history = with_guests_as_buyers(history)
    # The moment is the history's and not the clock's, so the same input gives the same model.
    at = day_after(history)
    # What is served may know all there is; only what is judged may not.
    everything = _all_there_is(history, at)
    all_fitted = begin(lambda: fit_models(everything, features, seed, scaled(progress, "", 50, 85)))
    validations = _validate(history, features, at, tolerance, seed, scaled(progress, "validation: ", 0, 45), begin)
    fitted = all_fitted()
    progress("shelf", 88)
    missing = missing_orders(history)
    # Too few orders to validate anything: fixed weights that lean on content serve instead.
    weights = {p.value: FEW_WEIGHTS[p] if missing else weights_of(p, one.tuned) for p, one in validations.items()}
    # Shelves are ranked by what the gate let through, with models that know the last weeks too.
    related = rank_related(fitted, baskets(history), weights[Purpose.SHELF.value])
    progress("exposure", 95)
    countries = main_countries(history)
    recent = recent_orders(history, at, countries)
    sales = sales_columns(fitted.trend, fitted.popular)
    return FittedShop(
        arrays={
            **related.arrays(),
            **sales,
            **week_columns(recent, at, len(countries), sales["selling_order"]),
            **_counted(history, at),
            "trend_countries": recent.trend_countries(history.product_count, len(countries)),
            "kinds": kinds_column(kinds_of(features)),
            **_fitted_columns(fitted, views),
            **_penalties(fitted, weights, validations, everything),
            **names.columns(),
            "feature_names": texts(features.names),
        },
        state=state_of(fitted, features, recent, order_size(history) < SMALL_ORDER),
        manifest=_manifest(history, validations, fitted, weights, at=at, seed=seed, tolerance=tolerance),
    )


def _manifest(
    history: History,
    validations: Mapping[Purpose, ValidationResult],
    fitted: FittedModels,
    weights: Mapping[str, Mapping[str, float]],
    *,
    at: float,
    seed: int,
    tolerance: float,
) -> dict[str, Any]:
    return {
        "seed": seed,
        "variety": {purpose.value: one.diversity for purpose, one in validations.items()},
        "varieties": {purpose.value: one.diversities for purpose, one in validations.items()},
        "tolerance": tolerance,
        "trend_days": 14,
        "at": at,
        "trades": {
            purpose.value: [trade_off.as_json() for trade_off in one.trade_offs] for purpose, one in validations.items()
        },
        "proofs": {purpose.value: asdict(one.proof) for purpose, one in validations.items() if one.proof},
        "missing": {"orders": missing_orders(history), "needed": ENOUGH_ORDERS},
        "size": {"products": history.product_count, "linked": ease_reach(history.product_count)},
        "countries": main_countries(history),
        "gates": {purpose.value: asdict(one.tuned) for purpose, one in validations.items()},
        "weights": weights,
        "cpu_seconds": {name: round(spent, 3) for name, spent in fitted.cpu_seconds.items()},
        "made_with": {name: version(name) for name in ("lightfm-next", "numpy", "scipy")},
    }


def _counted(history: History, at: float) -> dict[str, np.ndarray]:
    """Return what is counted a product, without learning."""
    return {
        "trend_windows": trend_windows(history, at),
        "rhythm": product_rhythm(history),
        "repeats": product_repeats(history),
    }


def _all_there_is(history: History, at: float) -> Split:
    """Return a split of nothing, which may know everything."""
    nothing = sp.csr_matrix((0, history.product_count), dtype=np.float32)
    return Split(history, at, EvaluationCases(Queries(np.zeros(0, np.int32), nothing), nothing, nothing), borrows=True)


def day_after(history: History) -> float:
    """Return the day after the last purchase, 0 without any: when learning looks back, whatever the clock says."""
    return 0.0 if not len(history) else float(np.floor(history.days[-1]) + 1)


def with_guests_as_buyers(history: History) -> History:
    """Where less than half of the lines have a known buyer, let each guest's order stand for a buyer."""
    # Orders of guests cannot be joined, so each stands for a buyer of its own.
    guests = history.buyers < 0
    if 2 * guests.sum() <= len(history):
        return history
    buyers = np.where(guests, history.buyer_count + history.orders, history.buyers).astype(np.int32)
    return replace(history, buyers=buyers, buyer_count=history.buyer_count + history.order_count)


def weights_of(purpose: Purpose, tuned: TunedBlend) -> dict[str, float]:
    """Return the weights of what the gate lets through."""
    simple = SIMPLE_WEIGHTS if purpose == Purpose.SHELF else SIMPLE_BUYER_WEIGHTS
    return dict(tuned.weights if tuned.served == "blend" else simple)


def _validate(
    history: History, features: Features, at: float, tolerance: float, seed: int, progress: Progress, begin: Begin
) -> dict[Purpose, ValidationResult]:
    # [cut, at) is foretold; nothing in it is known to the models that are judged.
    cut = at - VALIDATION_DAYS
    split = make_split(Task.NEXT_ALL, history, cut, VALIDATION_DAYS, seed)
    # With so few orders a validation would measure chance.
    if missing_orders(split.known):
        return dict.fromkeys(Purpose, ValidationResult())
    # One fit serves all three purposes: they differ in what is asked, not in what is known.
    fitted = fit_models(split, features, seed, progress)
    progress("blend", 100)
    new = make_split(Task.NEXT_NEW, history, cut, VALIDATION_DAYS, seed)
    related = single_item_split(history, cut, VALIDATION_DAYS, seed)

    def judged(purpose: Purpose, of: Split, tune: Callable[[], TunedBlend]) -> Callable[[], ValidationResult]:
        return begin(lambda: _validation_of(purpose, fitted, of, tune(), tolerance, seed))

    waiting = {
        Purpose.SHELF: judged(Purpose.SHELF, related, lambda: tune_related(fitted, related, seed)),
        Purpose.NEXT: judged(Purpose.NEXT, split, lambda: tune_for(Task.NEXT_ALL, fitted, split, seed)),
        Purpose.NEW: judged(Purpose.NEW, new, lambda: tune_for(Task.NEXT_NEW, fitted, new, seed)),
    }
    return {purpose: result() for purpose, result in waiting.items()}


def _validation_of(
    purpose: Purpose, fitted: FittedModels, split: Split, tuned: TunedBlend, tolerance: float, seed: int
) -> ValidationResult:
    if not len(split.cases):
        return ValidationResult(tuned)
    weights, unit = weights_of(purpose, tuned), directions(fitted.lightfm.products)
    score, audience = score_blend(fitted.scores, weights), _audience(purpose, split)
    trade_offs = measure_trade_offs(score, audience, split.cases, unit, seed)
    diversity = diversity_for(trade_offs, tolerance)
    shown = Diversification(diversity, popularity_penalties(score, audience, diversity), unit)
    # The simple rule has no weights that could have been tuned on the cases judged, so folds are alike.
    folds = tuned.folds if tuned.served == "blend" else (weights,) * FOLDS
    return ValidationResult(tuned, trade_offs, diversity, prove(fitted.scores, folds, split.cases, shown, seed))


def _penalties(
    fitted: FittedModels,
    weights: Mapping[str, Mapping[str, float]],
    validations: Mapping[Purpose, ValidationResult],
    split: Split,
) -> dict[str, np.ndarray]:
    """Return what diversity takes off each product's score, by purpose: as is served, and as may be tried on some."""
    arrays = {}
    for purpose, one in validations.items():
        score = score_blend(fitted.scores, weights[purpose.value])
        by_weight = penalties_by_weight(score, _audience(purpose, split), {one.diversity, *one.diversities.values()})
        # The served weight's penalties have a plain name, so that serving need not know the weight.
        arrays[f"penalty_{purpose.value}"] = by_weight.pop(one.diversity)
        arrays |= {
            penalty_name(purpose.value, diversity): penalties for diversity, penalties in by_weight.items() if diversity
        }
    return arrays


def _audience(purpose: Purpose, split: Split) -> Audience:
    if purpose == Purpose.SHELF:
        return last_anchors(split)
    return last_buyers(Task.NEXT_NEW if purpose == Purpose.NEW else Task.NEXT_ALL, split)


def _fitted_columns(fitted: FittedModels, views: History | None) -> dict[str, np.ndarray]:
    """Return the products' points, and the 50 strongest of each kind of links."""
    # A shop without events keeps empty tables, so that readers have one shape.
    nothing = sp.csr_matrix(fitted.following.shape, dtype=np.float32)
    kinds = {
        "ease": fitted.ease,
        "following": fitted.following,
        "viewed": nothing if views is None else fit_visits(views),
    }
    columns = {
        **point_columns(fitted.lightfm),
        # float16 halves what is mapped; the d x d matrices stay float32, since equations are solved with them.
        "als_points": fitted.als.products.astype(np.float16),
        "als_common": als_common(fitted.als.products).astype(np.float32),
    }
    for kind, links in kinds.items():
        columns[f"{kind}_links"], columns[f"{kind}_weights"] = strongest(links)
    return columns
