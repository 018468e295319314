"""Learning everything a trial needs: each model on what is known, the CPU it took, and the blend of them."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
import scipy.sparse as sp
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from recommender.products.engine.blend import Tuned, tune
from recommender.products.engine.cases import (
    HALF_LIFE_DAYS,
    Audience,
    Trial,
    before_last,
    last_baskets,
    last_buyers,
    make_trial,
    without_seen,
)
from recommender.products.engine.exposure import Shown, Trade, exposure_prices, trade_off, variety_for
from recommender.products.engine.factors import Factors, content_factors, directions, fit_als, fit_lightfm
from recommender.products.engine.features import Features, kinds_of
from recommender.products.engine.history import History, decayed, decayed_baskets, order_size, sales
from recommender.products.engine.links import fit_ease, fit_together, lean_to_sellers
from recommender.products.engine.neighbours import borrowed_links, borrowed_points, nearest_sold
from recommender.products.engine.rhythm import (
    WEEK,
    main_countries,
    product_repeats,
    product_rhythm,
    recent_orders,
    trend_windows,
)
from recommender.products.engine.scorers import (
    SIMPLE_TREND,
    Score,
    score_again,
    score_again_now,
    score_als,
    score_blend,
    score_country,
    score_due,
    score_following,
    score_kind,
    score_lightfm,
    score_lightfm_fit,
    score_linked,
    score_same,
    score_similar,
    score_simple,
)
from recommender.products.engine.sequences import SMALL_ORDER, fit_sequence, fit_visits, score_sequences
from recommender.products.types import Task

TREND_DAYS = 14.0
SHELF_TREND = 0.3
ENOUGH_ORDERS = 300  # of known buyers: below, content says more than what was learnt; docs/engine.md has the figures
ONE_STEP = (Task.SESSION, Task.LAST)  # the next view, or one order: variety costs more there than it gives
NAMES = (
    "popular",
    "trend",
    "buy_again",
    "together",
    "ease",
    "als",
    "lightfm",
    "lightfm_fit",
    "sequence",
    "sessions",
    "blend",
    "simple",
)
BUYER_PARTS = (
    "again_now",
    "buy_again",
    "trend",
    "lightfm",
    "lightfm_fit",
    "ease",
    "als",
    "together",
    "sequence",
    "due",
    "country",
    "kind",
)
AGAIN_PARTS = ("again_now", "buy_again", "due")  # of what a buyer had: nothing to first purchases
SELLING_PARTS = ("trend", "country", "kind")
SESSION_PARTS = ("sequence", "sessions", "buy_again", "together", "ease", "als", "lightfm", "lightfm_fit", "trend")
SHELF_PARTS = ("beside", "together", "trend", "similar", "ease")
CART_PARTS = (*SHELF_PARTS, "als", "lightfm", "lightfm_fit")

Fitted = TypeVar("Fitted")
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Learnt:
    """The models of one moment: scores by name, CPU seconds by name, and the arrays that an artefact keeps."""

    scores: Mapping[str, Score]
    cpu_seconds: Mapping[str, float]
    trend: np.ndarray
    popular: np.ndarray
    together: sp.csr_matrix
    beside: sp.csr_matrix
    order_weight: np.ndarray  # float32 [n]: how much the orders (or buyers) that held a product weigh in `together`
    following: sp.csr_matrix
    lightfm: Factors
    als: Factors
    ease: "np.ndarray | sp.csr_matrix" = field(repr=False)


def silent(step: str, percent: int) -> None:
    """Report progress to nobody."""


def learn(trial: Trial, features: Features, seed: int, progress: Progress = silent) -> Learnt:
    """Fit every model on what a trial knows; `progress` gets a step's name and a percentage of the whole.

    With few orders, or none, products stand where what they say puts them, and the rest is counting.
    """
    known, at = trial.known, trial.at
    cpu: dict[str, float] = {}

    def timed(name: str, percent: int, fit: Callable[[], Fitted]) -> Fitted:
        progress(name, percent)
        started = time.thread_time()
        result = fit()
        cpu[name] = time.thread_time() - started
        return result

    popular = timed("popular", 0, lambda: sales(known, -np.inf, at))
    trend = timed("trend", 2, lambda: sales(known, at - TREND_DAYS, at))
    buyers = timed("buy_again", 4, lambda: decayed(known, at, HALF_LIFE_DAYS))
    orders = decayed_baskets(known, at, HALF_LIFE_DAYS) if order_size(known) >= SMALL_ORDER else _soft(buyers)
    together = timed("together", 8, lambda: fit_together(orders))
    beside = lean_to_sellers(together, orders)
    nearest = nearest_sold(features, popular > 0 if trial.borrows else np.ones(len(popular), dtype=bool))
    held = orders if trial.from_baskets else _soft(buyers)
    ease = timed("ease", 15, lambda: borrowed_links(fit_ease(held), nearest))
    als = timed("als", 35, lambda: fit_als(buyers, seed))
    als = replace(als, products=borrowed_points(als.products, nearest))
    few = missing_orders(known) > 0
    lightfm = timed("lightfm", 50, lambda: content_factors(features) if few else fit_lightfm(known, features, at, seed))
    following = timed("sequence", 90, lambda: fit_visits(known) if trial.of_visits else fit_sequence(known))
    sessions = timed("sessions", 95, lambda: score_sequences(known))
    scores = (
        _scores(popular, trend, together, ease, als, lightfm)
        | {"beside": score_linked(beside), "sequence": score_following(following), "sessions": sessions}
        | timed("due", 98, lambda: _counted(known, features, at))
    )
    cpu["lightfm_fit"] = cpu["lightfm"]
    cpu["simple"] = cpu["trend"] + cpu["buy_again"]
    order_weight = np.asarray(orders.multiply(orders).sum(axis=0), dtype=np.float32).ravel()
    return Learnt(scores, cpu, trend, popular, together, beside, order_weight, following, lightfm, als, ease)


def _counted(known: History, features: Features, at: float) -> dict[str, Score]:
    """Return what is counted of rhythm, categories and countries, as parts of a buyer's blend."""
    countries = main_countries(known)
    by_country = recent_orders(known, at, countries).trend_countries(known.product_count, len(countries))
    return {
        "due": score_due(product_rhythm(known), product_repeats(known)),
        "kind": score_kind(kinds_of(features), trend_windows(known, at)[:, WEEK]),
        "country": score_country(by_country),
    }


def missing_orders(known: History) -> int:
    """Return how many orders of known buyers are missing before more is learnt than content and counts."""
    return max(ENOUGH_ORDERS - len(np.unique(known.orders[known.buyers >= 0])), 0)


def _soft(buyers: sp.csr_matrix) -> sp.csr_matrix:
    """Return what buyers hold, each weight at most 1: a hundred orders of a thing are no hundred opinions."""
    soft = buyers.copy()
    np.minimum(soft.data, 1.0, out=soft.data)
    return soft


def _scores(
    popular: np.ndarray,
    trend: np.ndarray,
    together: sp.csr_matrix,
    ease: "np.ndarray | sp.csr_matrix",
    als: Factors,
    lightfm: Factors,
) -> dict[str, Score]:
    return {
        "popular": score_same(popular),
        "trend": score_same(trend),
        "buy_again": score_again,
        "again_now": score_again_now(trend),
        "together": score_linked(together),
        "ease": score_linked(ease),
        "als": score_als(als),
        "lightfm": score_lightfm(lightfm),
        "lightfm_fit": score_lightfm_fit(lightfm),
        "similar": score_similar(lightfm),
        "simple": score_simple(trend),
    }


@dataclass(frozen=True, slots=True)
class Contest:
    """A trial with its models fitted; blend and variety are tuned on an earlier trial of the same kind."""

    task: Task
    trial: Trial
    learnt: Learnt
    tuned: Tuned
    trades: tuple[Trade, ...]

    @property
    def scores(self) -> dict[str, Score]:
        """Return each model's scores by its public name, the blend among them."""
        parts = self.learnt.scores
        served = {name: served_score(self.task, self.learnt, self.tuned, name) for name in ("blend", "simple")}
        return {name: parts[name] for name in NAMES if name not in served} | served

    @property
    def variety(self) -> float:
        """Return how far the dial is turned for a shop that said nothing; not at all where one right step is asked."""
        return 0.0 if self.task in ONE_STEP else variety_for(self.trades)

    @property
    def shown(self) -> Shown:
        """Return how the scores of what is served become places."""
        score, audience = served_score(self.task, self.learnt, self.tuned), audience_of(self.task, self.trial)
        prices = exposure_prices(score, audience, self.variety)
        return Shown(self.variety, prices, directions(self.learnt.lightfm.products))


def served_score(task: Task, learnt: Learnt, tuned: Tuned, name: str = "") -> Score:
    """Return the blend or the simple rule of a task; unless named, the one that the gate let through."""
    if (name or tuned.served) == "blend":
        return score_blend(learnt.scores, tuned.weights)
    return simple_rule(task, learnt)


def audience_of(task: Task, trial: Trial) -> Audience:
    """Return those who would be shown something now."""
    return last_baskets(trial) if task == Task.CART else last_buyers(task, trial)


def hold_contest(
    task: Task,
    history: History,
    features: Features,
    *,
    cut: float,
    days: float,
    seed: int,
    progress: Progress = silent,
    mask_seen: bool = False,
) -> Contest:
    """Tune on the window before the cut, learn again on everything before it, and return both for measuring.

    With `mask_seen` what a visit has seen is neither shown nor asked for. Raises ValueError when there is too little
    before the cut, or nothing to measure after it.
    """
    with threadpool_limits(limits=1):
        return _hold_contest(task, history, features, cut, days, seed, progress, mask_seen)


def _hold_contest(
    task: Task,
    history: History,
    features: Features,
    cut: float,
    days: float,
    seed: int,
    progress: Progress,
    mask_seen: bool,
) -> Contest:
    trial = make_trial(task, history, cut, days, seed)
    trial = without_seen(trial) if mask_seen else trial
    if not len(trial.cases):
        raise ValueError("Nothing of this kind happened in the window after the cut, so there is nothing to measure.")
    rehearsal = _rehearsal(task, history, trial, cut, days, seed)
    rehearsal = without_seen(rehearsal) if mask_seen else rehearsal
    if not (rehearsal.known.buyers >= 0).any():
        raise ValueError("Nobody known bought anything, so there is nothing to learn.")
    before = learn(rehearsal, features, seed, scaled(progress, "before: ", 0, 45))
    tuned = tune_for(task, before, rehearsal, seed)
    audience, unit = audience_of(task, rehearsal), directions(before.lightfm.products)
    trades = trade_off(served_score(task, before, tuned), audience, rehearsal.cases, unit, seed)
    learnt = learn(trial, features, seed, scaled(progress, "", 50, 90))
    return Contest(task, trial, learnt, tuned, trades)


def _rehearsal(task: Task, history: History, trial: Trial, cut: float, days: float, seed: int) -> Trial:
    """Return the same kind of trial one window earlier, made only of what the real one may know."""
    if task == Task.LAST:
        return make_trial(task, before_last(history.before(cut + days)), cut, days, seed)
    if task == Task.SESSION and len(trial.known):
        days = min(days, (cut - float(trial.known.days[0])) / 4)  # visits are kept for weeks only
    return make_trial(task, trial.known, cut - days, days, seed + 1)


def tune_for(task: Task, learnt: Learnt, rehearsal: Trial, seed: int) -> Tuned:
    """Tune the blend of the parts that the task allows, against the simple rule."""
    if task == Task.CART:
        return tune_shelf(learnt, rehearsal, seed, CART_PARTS)
    if task == Task.SESSION:
        parts = {name: learnt.scores[name] for name in SESSION_PARTS}
        return tune(parts, simple_rule(task, learnt), {"sequence": 1.0, "sessions": 1.0}, rehearsal.cases, seed)
    again = task == Task.NEXT_ALL
    parts = {name: learnt.scores[name] for name in BUYER_PARTS if again or name not in AGAIN_PARTS}
    start = {"again_now": 1.0, "trend": SIMPLE_TREND} if again else {"trend": 1.0}
    return tune(parts, learnt.scores["simple"], start, rehearsal.cases, seed)


def tune_shelf(learnt: Learnt, rehearsal: Trial, seed: int, names: tuple[str, ...] = SHELF_PARTS) -> Tuned:
    """Tune what stands beside one product or a cart; the simple rule there: bought together, then what sells now."""
    parts = {name: learnt.scores[name] for name in names}
    return tune(parts, simple_shelf(learnt), {"beside": 1.0, "trend": SHELF_TREND}, rehearsal.cases, seed)


def simple_rule(task: Task, learnt: Learnt) -> Score:
    """Return the rule that a task's blend must beat, in which nothing is learnt but counted."""
    if task == Task.SESSION:
        return score_blend(learnt.scores, {"sequence": 1.0, "trend": SHELF_TREND})
    return simple_shelf(learnt) if task == Task.CART else learnt.scores["simple"]


def simple_shelf(learnt: Learnt) -> Score:
    """Return the simple rule of a shelf, in which nothing is learnt but counted."""
    return score_blend(learnt.scores, {"beside": 1.0, "trend": SHELF_TREND})


def scaled(progress: Progress, prefix: str, low: int, high: int) -> Progress:
    """Return a progress that reports within a part of the whole."""
    return lambda step, percent: progress(prefix + step, low + (high - low) * percent // 100)
