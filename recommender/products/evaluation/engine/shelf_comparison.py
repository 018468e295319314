"""Measuring one shelf: its own candidate source is asked case by case, on the arrays that an artefact would hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar, cast

import numpy as np
import scipy.sparse as sp
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from recommender.products.data.engine.catalogue import aligned
from recommender.products.data.engine.features import Features, kinds_of
from recommender.products.data.engine.history import History, are_mostly_guests, guests_as_buyers, sales
from recommender.products.data.engine.rhythm import TREND_DAYS
from recommender.products.data.engine.schema import AlignedColumns, ModelArrays
from recommender.products.evaluation.engine.popularity import (
    Diversification,
    diversity_for,
    measure_trade_offs,
    popularity_penalties,
    tolerance_for,
)
from recommender.products.evaluation.engine.queries import Parts, Queries, Score, ScoringModels, score_same
from recommender.products.evaluation.engine.served import held_of
from recommender.products.evaluation.engine.split import Split, make_split, split_for, visit_days, without_seen
from recommender.products.evaluation.engine.tuning import (
    audience_for,
    can_be_tuned,
    parts_for,
    simple_rule,
    tune_purpose,
    visit_parts,
    weights_of,
)
from recommender.products.rules.engine.application import bind_rules, columns_of
from recommender.products.serving.engine.candidates import CandidateSource, RankingContext, VisitRows
from recommender.products.types import Purpose, Task
from shopconnect.core.progress import Progress, scaled, silent

_Fitted = TypeVar("_Fitted", bound=ScoringModels)
FitModels = Callable[[Split, Progress], _Fitted]
# Makes what visits say of products: the links of views (a visit for a buyer) before a time in days.
LinkVisits = Callable[[History, float], Mapping[str, np.ndarray]]
# Makes the tables of an artefact from models, orders, the time in days, the weights beside a product, and views.
FitTables = Callable[[_Fitted, History, float, Mapping[str, float], History | None], Mapping[str, np.ndarray]]
NOTHING = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class MeasuredShelf:
    """A shelf as it is measured: its source, and by the cases of which purpose.

    `gate` is the purpose whose gate decides what ranks it, `penalised` the one whose penalties and diversity hold; None
    where there is none.
    """

    source: CandidateSource
    asked: Purpose
    gate: Purpose | None = None
    penalised: Purpose | None = None


@dataclass(frozen=True, slots=True)
class ShelfData:
    """What a shelf is fitted to: orders, views (a visit for a buyer, a view for an order), what products say."""

    history: History
    views: History
    features: Features


@dataclass(frozen=True, slots=True)
class ShelfWindow:
    """[cut, cut + days) is foretold, and the `tuning_days` before it tune; the cut is in days since 1970."""

    cut: float
    days: float
    tuning_days: float


@dataclass(frozen=True, slots=True)
class ShelfComparison:
    """A shelf's cases, the shelf and the simpler models beside it, what is served, and how places are diversified."""

    split: Split
    scores: Mapping[str, Score]
    served: str
    diversification: Diversification | None


def compare_shelf(
    shelf: MeasuredShelf,
    data: ShelfData,
    fit: FitModels[_Fitted],
    tables: FitTables[_Fitted],
    link_visits: LinkVisits,
    window: ShelfWindow,
    seed: int,
    progress: Progress = silent,
    mask_seen: bool = False,
) -> ShelfComparison:
    """Tune on the window before the cut, fit again on everything before it, and return the shelf for measuring.

    With `mask_seen` a visit is not asked for what it saw. Raises ValueError when there is too little before the cut,
    or nothing to measure after it.
    """
    with threadpool_limits(limits=1):
        # One thread, as where models are compared: the same digits on every machine.
        guests = are_mostly_guests(data.history.before(window.cut))
        data = replace(data, history=guests_as_buyers(data.history)) if guests else data
        return _compare_shelf(shelf, data, fit, tables, link_visits, window, seed, progress, mask_seen)


def _compare_shelf(
    shelf: MeasuredShelf,
    data: ShelfData,
    fit: FitModels[_Fitted],
    tables: FitTables[_Fitted],
    link_visits: LinkVisits,
    window: ShelfWindow,
    seed: int,
    progress: Progress,
    mask_seen: bool,
) -> ShelfComparison:
    cut, known = window.cut, data.history.before(window.cut)
    cases = _cases(shelf, data, window, seed, mask_seen)
    validations = _validations(shelf, replace(data, history=known, views=data.views.before(cut)), window, seed)
    # Fitted as an artefact is, which is asked for every purpose: of buyers, whatever the cases are.
    earlier = replace(validations[Purpose.SHELF], from_baskets=False)
    before = fit(earlier, scaled(progress, "before: ", 0, 40))
    tuned = {
        purpose: tune_purpose(purpose, _parts(purpose, split, before, link_visits), split, seed)
        for purpose, split in validations.items()
    }
    weights = {purpose.value: weights_of(purpose, one, known) for purpose, one in tuned.items()}
    split = Split(known, cut, cases.cases)
    fitted = fit(split, scaled(progress, "", 40, 90))
    more = tables(fitted, known, cut, weights[Purpose.SHELF.value], data.views.before(cut))
    arrays: ModelArrays = {**fitted.columns, **cast(ModelArrays, more)}
    diversification = None
    if purpose := shelf.penalised:
        served = weights[purpose.value]
        diversity = _diversity(purpose, served, before, validations[purpose], seed)
        diversification = _diversification(purpose, served, fitted, split, diversity, seed)
    return ShelfComparison(
        split=cases,
        scores={
            "shelf": _score_shelf(shelf, _context(arrays, data.features, weights, cut)),
            "simple": _parts(shelf.asked, cases, fitted, link_visits).blended(simple_rule(shelf.asked, known)),
            # What visits look at has a popularity and a trend of its own.
            "popular": score_same(sales(cases.known, -np.inf, cases.at)),
            "trend": score_same(sales(cases.known, cases.at - TREND_DAYS, cases.at)),
        },
        served=tuned[shelf.gate].served if shelf.gate else "shelf",
        diversification=diversification,
    )


def _parts(purpose: Purpose, split: Split, fitted: ScoringModels, link_visits: LinkVisits) -> Parts:
    """Return the signals of a purpose; what visits say is of visits alone, and needs no models."""
    return visit_parts(link_visits(split.known, split.at)) if split.of_visits else parts_for(purpose, fitted)


def _cases(shelf: MeasuredShelf, data: ShelfData, window: ShelfWindow, seed: int, mask_seen: bool) -> Split:
    """Return the split of the cases that all figures are of."""
    if shelf.asked == Purpose.VISIT:
        split = make_split(Task.SESSION, data.views, window.cut, window.days, seed)
        split = without_seen(split) if mask_seen else split
    else:
        split = split_for(shelf.asked, data.history, window.cut, window.days, seed)
    if not len(split.cases):
        raise ValueError("Nothing of this kind happened in the window after the cut, so there is nothing to measure.")
    return split


def _validations(shelf: MeasuredShelf, known: ShelfData, window: ShelfWindow, seed: int) -> dict[Purpose, Split]:
    """Return the splits of one window earlier that tune, made only of what is `known` at the cut.

    What is related is among the tables of any artefact, so what ranks it is always tuned.
    """
    purposes = dict.fromkeys((Purpose.SHELF, shelf.gate or Purpose.SHELF))
    found = {}
    for purpose in purposes:
        is_of_visits = purpose == Purpose.VISIT
        history = known.views if is_of_visits else known.history
        days = visit_days(history, window.cut, window.tuning_days) if is_of_visits else window.tuning_days
        # With the seed that tunes a task, so that what is one thing measured twice has one figure.
        found[purpose] = split_for(purpose, history, window.cut - days, days, seed + 1)
    # What visits looked at says enough where nobody bought yet.
    if shelf.asked != Purpose.VISIT and not (found[Purpose.SHELF].known.buyers >= 0).any():
        raise ValueError("Nobody known bought anything, so there is nothing to learn.")
    return found


def _context(
    arrays: ModelArrays, features: Features, weights: Mapping[str, Mapping[str, float]], day: float
) -> RankingContext:
    """Return a context of nobody's visit: no rules, and of the catalogue, which is today's, the categories alone."""
    ids = np.arange(features.product_count)
    columns: AlignedColumns = {**aligned(ids, {"public_ids": NOTHING}), "category": _rarest(kinds_of(features))}
    return RankingContext(
        arrays=arrays,
        columns=columns,
        weights=weights,
        excluded=np.zeros(len(ids), dtype=bool),
        visit=VisitRows(day=day),
        rules=bind_rules((), columns_of(ids, columns, ((), ()))),
        cold_items=NOTHING,
    )


def _rarest(kinds: sp.csr_matrix) -> np.ndarray:
    """Return the category of each product that fewest others lie in, int32 [n], -1 for none: of a path its end."""
    rows = np.repeat(np.arange(kinds.shape[0]), np.diff(kinds.indptr))
    order = np.argsort(-kinds.getnnz(axis=0)[kinds.indices], kind="stable")
    codes = np.full(kinds.shape[0], -1, np.int32)
    # The rarest come last, so the last assignment stays.
    codes[rows[order]] = kinds.indices[order]
    return codes


def _score_shelf(shelf: MeasuredShelf, context: RankingContext) -> Score:
    """Return what the shelf's source says, float32 [b, n]; -inf where it brings nothing."""

    def score(queries: Queries) -> np.ndarray:
        result = np.full((len(queries), len(context.excluded)), -np.inf, np.float32)
        for row in range(len(queries)):
            visit = _visit(shelf.asked, queries, row, context.visit)
            excluded = context.excluded.copy()
            # As serving has it: neither the page nor what lies in the cart is suggested.
            excluded[[*visit.anchors, *visit.cart]] = True
            found = shelf.source(replace(context, visit=visit, excluded=excluded))
            result[row, found.rows] = found.scores
        return result

    return score


def _visit(asked: Purpose, queries: Queries, row: int, nobody: VisitRows) -> VisitRows:
    """Return one query as the visit that a shelf is asked with."""
    held = held_of(queries, row, asked)
    newest = sorted(held.by_days, key=held.by_days.__getitem__, reverse=True)
    if asked == Purpose.VISIT:
        return replace(nobody, views=newest)
    if asked == Purpose.SHELF:
        return replace(nobody, anchors=newest)
    if asked == Purpose.CART:
        return replace(nobody, cart=newest)
    return replace(nobody, held=held)


def _diversification(
    purpose: Purpose, weights: Mapping[str, float], fitted: ScoringModels, split: Split, diversity: float, seed: int
) -> Diversification:
    score = parts_for(purpose, fitted).blended(weights)
    penalties = popularity_penalties(score, audience_for(purpose, split, seed), diversity)
    return Diversification(diversity, penalties, fitted.directions)


def _diversity(
    purpose: Purpose, weights: Mapping[str, float], before: ScoringModels, validation: Split, seed: int
) -> float:
    """Return the diversity weight for a shop that chose nothing, by what it costs on the window before."""
    if not len(validation.cases) or not can_be_tuned(validation):
        return 0.0
    score, audience = parts_for(purpose, before).blended(weights), audience_for(purpose, validation, seed)
    trade_offs = measure_trade_offs(score, audience, validation.cases, before.directions, seed)
    return diversity_for(trade_offs, tolerance_for(purpose))
