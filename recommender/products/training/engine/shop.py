"""Fitting a whole shop for serving: a validation window tunes and judges, then all is fitted again on all there is."""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
import scipy.sparse as sp
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from recommender.products.data.engine.columns import ProductNames, texts
from recommender.products.data.engine.features import Features
from recommender.products.data.engine.history import (
    ENOUGH_ORDERS,
    History,
    are_mostly_guests,
    guests_as_buyers,
    missing_orders,
    order_size,
)
from recommender.products.data.engine.rhythm import day_after, main_countries, moment_of, recent_orders, repeat_share
from recommender.products.evaluation.engine.blend import FOLDS, TunedBlend
from recommender.products.evaluation.engine.popularity import (
    TOLERANCE,
    Diversification,
    DiversityTradeOff,
    diversity_for,
    measure_trade_offs,
    penalties_by_weight,
    popularity_penalties,
    tolerance_for,
)
from recommender.products.evaluation.engine.proof import prove
from recommender.products.evaluation.engine.queries import Queries
from recommender.products.evaluation.engine.split import (
    EvaluationCases,
    Split,
    among_held,
    make_split,
    split_for,
    visit_days,
)
from recommender.products.evaluation.engine.tuning import (
    SIMPLE_RULES,
    UNTUNED,
    audience_for,
    can_be_tuned,
    parts_for,
    tune_purpose,
    visit_parts,
    weights_of,
)
from recommender.products.serving.engine.signals import penalty_name
from recommender.products.training.engine.factors import directions
from recommender.products.training.engine.fitting import FittedModels, fit_models
from recommender.products.training.engine.links import ease_reach
from recommender.products.training.engine.sequences import SMALL_ORDER
from recommender.products.training.engine.state import ShopState, state_of
from recommender.products.training.engine.tables import shelf_tables
from recommender.products.training.engine.visits import visit_columns
from recommender.products.types import DIVERSITY_PERCENTS, Proof, Purpose, Task
from shopconnect.core.progress import Progress, scaled, silent

VALIDATION_DAYS = 28.0
DIVERSE = (Purpose.SHELF, Purpose.CART, Purpose.NEXT, Purpose.NEW)  # to buy again is asked for what is known


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """What foretelling the last weeks said for one purpose: weights and gate, what diversity costs, and the proof."""

    tuned: TunedBlend = UNTUNED
    trade_offs: tuple[DiversityTradeOff, ...] = ()
    diversity: float = 0.0
    proof: Proof | None = None

    def diversities(self, purpose: Purpose) -> dict[str, float]:
        """Return the diversity weight that each share of accuracy (percent, as text) buys."""
        shares = {f"{percent}": tolerance_for(purpose, percent / 100) for percent in DIVERSITY_PERCENTS}
        return {percent: diversity_for(self.trade_offs, share) for percent, share in shares.items()}


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
    today: float | None = None,
) -> FittedShop:
    """Return everything that is served for a shop; rows of its arrays are the products in the order of `names`.

    The last 28 days are foretold from what was before them: that tunes the blends and decides, purpose by purpose,
    between blend and simple rule. `tolerance` is the share of NDCG that the shop gives for diversity. `views` (a visit
    for a buyer) are foretold likewise, and of them what follows what is kept. A shop with few orders, or none, is
    served by what products say of themselves and by what sells; what sells is counted up to the end of `today` (days
    since 1970), while orders are not older than four weeks. The manifest says how many orders are `missing`. With two
    things done `at_once` the models of the validation and those of all there is are fitted side by side: the same
    numbers, sooner, in more memory.
    """
    # One core for each of them, and the same numbers whatever the machine.
    with threadpool_limits(limits=1), _side_by_side(at_once) as begin:
        return _fit_shop(history, features, names, seed, _from_here(progress), tolerance, views, begin, today)


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
    today: float | None,
) -> FittedShop:
    # A shop of guests would else have no buyers to learn from.
    guests = are_mostly_guests(history)
    history = guests_as_buyers(history) if guests else history
    at = moment_of(history, today)
    # What is served may know all there is; only what is judged may not.
    everything = _all_there_is(history, at)
    all_fitted = begin(lambda: fit_models(everything, features, seed, scaled(progress, "", 50, 85)))
    judging = scaled(progress, "validation: ", 0, 45)
    validations = _validate(history, features, day_after(history), tolerance, seed, judging, begin)
    validations[Purpose.VISIT] = _validate_visits(views, seed)
    fitted = all_fitted()
    progress("shelf", 88)
    weights = {purpose.value: weights_of(purpose, one.tuned, history) for purpose, one in validations.items()}
    # Shelves are ranked by what the gate let through, with models that know the last weeks too.
    tables = shelf_tables(fitted, history, at, weights[Purpose.SHELF.value], views)
    progress("exposure", 95)
    recent = recent_orders(history, at, main_countries(history))
    return FittedShop(
        arrays={
            **tables,
            **fitted.columns,
            **_penalties(fitted, weights, validations, everything, seed),
            **names.columns(),
            "feature_names": texts(features.names),
        },
        state=state_of(fitted, features, recent, order_size(history) < SMALL_ORDER),
        manifest=_manifest(history, validations, fitted, weights, at=at, seed=seed, tolerance=tolerance, guests=guests),
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
    guests: bool,
) -> dict[str, Any]:
    return {
        "seed": seed,
        "variety": {purpose.value: one.diversity for purpose, one in validations.items()},
        "varieties": {purpose.value: one.diversities(purpose) for purpose, one in validations.items()},
        "tolerance": tolerance,
        "trend_days": 14,
        "at": at,
        "trades": {
            purpose.value: [trade_off.as_json() for trade_off in one.trade_offs] for purpose, one in validations.items()
        },
        "proofs": {purpose.value: asdict(one.proof) for purpose, one in validations.items() if one.proof},
        "repeats": asdict(repeat_share(history, at)),
        "missing": {"orders": missing_orders(history), "needed": ENOUGH_ORDERS},
        "guests_are_buyers": guests,
        "size": {"products": history.product_count, "linked": ease_reach(history.product_count)},
        "countries": main_countries(history),
        "gates": {purpose.value: asdict(one.tuned) for purpose, one in validations.items()},
        "weights": weights,
        "cpu_seconds": {name: round(spent, 3) for name, spent in fitted.cpu_seconds.items()},
        "made_with": {name: version(name) for name in ("lightfm-next", "numpy", "scipy")},
    }


def _all_there_is(history: History, at: float) -> Split:
    """Return a split of nothing, which may know everything."""
    nothing = sp.csr_matrix((0, history.product_count), dtype=np.float32)
    return Split(history, at, EvaluationCases(Queries(np.zeros(0, np.int32), nothing), nothing, nothing), borrows=True)


def _validate(
    history: History, features: Features, at: float, tolerance: float, seed: int, progress: Progress, begin: Begin
) -> dict[Purpose, ValidationResult]:
    # [cut, at) is foretold; nothing in it is known to the models that are judged.
    cut = at - VALIDATION_DAYS
    split = make_split(Task.NEXT_ALL, history, cut, VALIDATION_DAYS, seed)
    # With so few orders a validation would measure chance.
    if not can_be_tuned(split):
        return dict.fromkeys(Purpose, ValidationResult())
    # One fit serves all of these purposes: they differ in what is asked, not in what is known.
    fitted = fit_models(split, features, seed, progress)
    progress("blend", 100)
    others = (Purpose.SHELF, Purpose.CART, Purpose.NEW)
    asked = {purpose: split_for(purpose, history, cut, VALIDATION_DAYS, seed) for purpose in others}
    asked |= {Purpose.NEXT: split, Purpose.AGAIN: among_held(split)}

    def judged(purpose: Purpose, of: Split) -> Callable[[], ValidationResult]:
        return begin(lambda: _validation_of(purpose, fitted, of, tolerance, seed))

    waiting = {purpose: judged(purpose, of) for purpose, of in asked.items()}
    return {purpose: result() for purpose, result in waiting.items()}


def _validate_visits(views: History | None, seed: int) -> ValidationResult:
    """Foretell the views of the last days from those before; orders have no part in it."""
    if views is None or not len(views):
        return ValidationResult()
    at = day_after(views)
    days = visit_days(views, at, VALIDATION_DAYS)
    split = split_for(Purpose.VISIT, views, at - days, days, seed)
    if not len(split.cases):
        return ValidationResult()
    parts = visit_parts(visit_columns(split.known, split.at))
    return ValidationResult(tune_purpose(Purpose.VISIT, parts, split, seed))


def _validation_of(
    purpose: Purpose, fitted: FittedModels, split: Split, tolerance: float, seed: int
) -> ValidationResult:
    parts = parts_for(purpose, fitted)
    tuned = tune_purpose(purpose, parts, split, seed)
    if not len(split.cases):
        return ValidationResult(tuned)
    weights, unit = weights_of(purpose, tuned, split.known), directions(fitted.lightfm.products)
    score, audience = parts.blended(weights), audience_for(purpose, split, seed)
    trade_offs = measure_trade_offs(score, audience, split.cases, unit, seed) if purpose in DIVERSE else ()
    diversity = diversity_for(trade_offs, tolerance_for(purpose, tolerance))
    shown = Diversification(diversity, popularity_penalties(score, audience, diversity), unit)
    # The simple rule has no weights that could have been tuned on the cases judged, so folds are alike.
    folds = tuned.folds if tuned.served == "blend" else (weights,) * FOLDS
    proof = prove(parts, SIMPLE_RULES[purpose], folds, split.cases, shown, seed)
    return ValidationResult(tuned, trade_offs, diversity, proof)


def _penalties(
    fitted: FittedModels,
    weights: Mapping[str, Mapping[str, float]],
    validations: Mapping[Purpose, ValidationResult],
    split: Split,
    seed: int,
) -> dict[str, np.ndarray]:
    """Return what diversity takes off each product's score, by purpose: as is served, and as may be tried on some."""
    arrays = {}
    for purpose in DIVERSE:
        one, score = validations[purpose], parts_for(purpose, fitted).blended(weights[purpose.value])
        audience = audience_for(purpose, split, seed)
        by_weight = penalties_by_weight(score, audience, {one.diversity, *one.diversities(purpose).values()})
        # The served weight's penalties have a plain name, so that serving need not know the weight.
        arrays[f"penalty_{purpose.value}"] = by_weight.pop(one.diversity)
        arrays |= {
            penalty_name(purpose.value, diversity): penalties for diversity, penalties in by_weight.items() if diversity
        }
    return arrays
