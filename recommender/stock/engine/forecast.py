"""Forecasts of weekly demand: of several ways the one that erred least so far in a class of items, or the simple rule.

An origin is the number of whole weeks that are known; nothing of a forecast rests on a later one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TypeVar

import numpy as np

from recommender.stock.engine.demand import Demand, Flags, Numbers, Reals
from recommender.stock.engine.events import event_effects, event_factors, without_events
from recommender.stock.engine.methods import METHODS, SIMPLE, mean_of
from recommender.stock.engine.season import DAMPINGS, RECENT, UNTRIED, YEAR, season_factors
from recommender.stock.types import FEWEST_WEEKS

LIVE_WEEKS = 26  # without a sale in so many an item is no longer foretold
FITTED, MIXED = "fitted", "mix"
HORIZON = 4  # weeks over which the ways are compared
# The past that says which way is best: origins a fortnight apart, of the last year.
APART, TRIED, FEWEST_TRIED = 2, 26, 4
# With fewer weeks since its first sale an item is foretold along with others of its kind.
GROWN, KIND_WEEKS = 8, 1.0
# Syntetos, Boylan and Croston, On the categorization of demand patterns (2005)
LONG_INTERVAL, LARGE_SPREAD = 1.32, 0.49
AHEAD = 1.0  # standard errors: the rule of Breiman and others (1984) for what is not chosen by chance


class Pattern(IntEnum):
    """How an item sells."""

    SMOOTH = 0
    ERRATIC = 1
    INTERMITTENT = 2
    LUMPY = 3


@dataclass(frozen=True, slots=True)
class OriginView:
    """What is known at an origin: demand of the last YEAR weeks, what each way says of a week, and the season."""

    demand: Reals
    totals: Reals  # of the shop, by week
    levels: Mapping[str, Reals]
    patterns: Numbers
    ages: Numbers  # weeks since the first sale
    live: Flags
    scales: Reals  # mean squared step from week to week: what errors are measured in
    factors: Reals  # [horizon]
    settled: Reals  # [horizon], the season of weeks without their events
    lifted: Reals  # [horizon], what coming events add
    effects: Reals  # [events], in logs


@dataclass(slots=True)
class Forecaster:
    """Foretells demand at any origin; `weights` say what an item's errors count for, `kinds` what sells alike.

    `events` are shares of each week, those to come too.
    """

    demand: Demand
    weights: Reals  # (items,): money that a unit brings
    kinds: Numbers  # (items,)
    events: Reals = field(default_factory=lambda: np.zeros((0, 0)))  # (events, weeks and more)
    believes_events: bool | None = None  # None: where the past says so
    only_simple: bool = False  # whether the simple rule is served whatever the past says
    _views: dict[int, OriginView] = field(default_factory=dict)
    _errors: dict[tuple[int, float, bool], dict[str, Reals]] = field(default_factory=dict)

    def weekly(self, origin: int, horizon: int) -> Reals:
        """Return (items, horizon): mean demand of the coming weeks; 0 for items that sell no more."""
        view, choice = self.view(origin), self.choice(origin)
        if not choice.is_fitted:
            return np.repeat((view.levels[SIMPLE] * view.live)[:, None], horizon, axis=1)
        levels = _chosen(view, choice.methods)
        factors = self._factors(view, origin, horizon, choice)
        has_season = np.array([method != SIMPLE for method in choice.methods])[view.patterns]
        return np.asarray(levels[:, None] * np.where(has_season[:, None], factors, 1.0) * view.live[:, None])

    def served(self, origin: int) -> str:
        """Return what is served at an origin: FITTED, or SIMPLE where that is not sure to err less."""
        return FITTED if self.choice(origin).is_fitted else SIMPLE

    def view(self, origin: int) -> OriginView:
        """Return what is known at an origin."""
        if origin not in self._views:
            self._views[origin] = _view(self.demand, self.kinds, self.events, origin)
        return self._views[origin]

    def came(self, origin: int, weeks: int) -> Reals:
        """Return (items, weeks): the demand that came after an origin, as it was known at its end."""
        return self.view(origin + weeks).demand[:, -weeks:]

    def choice(self, origin: int) -> Choice:
        """Return which way is served for each pattern at an origin, by how they erred at earlier ones."""
        tried = range(origin - HORIZON, FEWEST_WEEKS - 1, -APART)[: TRIED // APART]
        if self.only_simple or len(tried) < FEWEST_TRIED:
            return Choice(False, 0.0, False, ())
        damping = self._damping(tried, origin)
        has_events = self._has_events(tried, damping)
        losses = [self._losses(past, _known(damping, past), has_events) for past in tried]
        methods = tuple(_best(losses, pattern) for pattern in Pattern)
        leads = np.array([loss.all_of(SIMPLE) - loss.mixed(methods) for loss in losses])
        return Choice(_is_ahead(leads), damping, has_events, methods)

    def _factors(self, view: OriginView, origin: int, horizon: int, choice: Choice) -> Reals:
        """By how much the shop's coming weeks outsell its last ones."""
        if not choice.has_events:
            return np.asarray(_season(view, horizon) ** choice.damping)
        settled = season_factors(without_events(view.totals, view.effects, self.events), horizon)
        return np.asarray(settled**choice.damping * event_factors(view.effects, self.events, origin, horizon))

    def _has_events(self, tried: Sequence[int], damping: float) -> bool:
        """Whether events are believed: only where forecasts with them were sure to err less."""
        if self.believes_events is not None or not len(self.events):
            return bool(self.believes_events) and len(self.events) > 0
        losses = {
            has_events: np.array(
                [self._losses(past, _known(damping, past), has_events).all_of(MIXED) for past in tried]
            )
            for has_events in (False, True)
        }
        return _surely_least(losses, False)

    def _damping(self, tried: Sequence[int], origin: int) -> float:
        """How much of the season is believed: its root, unless more or less of it was sure to err less."""
        if origin < YEAR:
            return 0.0
        seasonal = [past for past in tried if past >= YEAR]
        losses = {
            one: np.array([self._losses(past, one, False).all_of(MIXED) for past in seasonal]) for one in DAMPINGS
        }
        return _surely_least(losses, UNTRIED)

    def _losses(self, past: int, damping: float, has_events: bool) -> Losses:
        view, key = self.view(past), (past, damping, has_events)
        if key not in self._errors:
            actual = self.came(past, HORIZON)
            factors = view.settled**damping * view.lifted if has_events else view.factors**damping
            said = {name: level[:, None] * factors for name, level in view.levels.items()}
            said[SIMPLE] = np.repeat(view.levels[SIMPLE][:, None], HORIZON, axis=1)
            self._errors[key] = {name: scaled_errors(actual, values, view.scales) for name, values in said.items()}
        return Losses(self._errors[key], view.patterns, importance(view, self.weights, view.live & (view.scales > 0)))


@dataclass(frozen=True, slots=True)
class Choice:
    """A way for each pattern; nothing of it is served where the simple rule for all is not sure to err more."""

    is_fitted: bool
    damping: float
    has_events: bool
    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Losses:
    """What each way erred at one origin, (items,) root mean squared scaled errors, and what each item counts for."""

    errors: Mapping[str, Reals]
    patterns: Numbers
    importance: Reals

    def all_of(self, method: str) -> float:
        """Return the weighted error of one way for all."""
        return float(self.errors[method] @ self.importance)

    def of(self, method: str, pattern: Pattern) -> float:
        """Return the weighted error of one way in a pattern."""
        chosen = self.patterns == pattern
        return float(self.errors[method][chosen] @ self.importance[chosen])

    def mixed(self, methods: tuple[str, ...]) -> float:
        """Return the weighted error of a way for each pattern."""
        return sum(self.of(method, pattern) for method, pattern in zip(methods, Pattern, strict=True))


def _best(losses: list[Losses], pattern: Pattern) -> str:
    """The way that is served in a pattern: all of them mixed, unless another was sure to err less."""
    tried = {name: np.array([loss.of(name, pattern) for loss in losses]) for name in losses[0].errors}
    return _surely_least(tried, MIXED)


_Tried = TypeVar("_Tried", float, str, bool)


def _known(damping: float, past: int) -> float:
    """How much of the season was believed at an origin: none before there was a year."""
    return damping if past >= YEAR else 0.0


def _surely_least(losses: Mapping[_Tried, Reals], usual: _Tried) -> _Tried:
    """The option that erred least, [origins] each, where it is surely ahead of the usual one; else the usual one."""
    if len(losses[usual]) < FEWEST_TRIED:
        return usual
    best = min(losses, key=lambda option: float(losses[option].mean()))
    return best if _is_ahead(losses[usual] - losses[best]) else usual


def _is_ahead(leads: Reals) -> bool:
    """Say whether leads, one an origin, are above 0 by AHEAD standard errors."""
    return bool(leads.mean() > AHEAD * leads.std(ddof=1) / np.sqrt(len(leads)))


def importance(view: OriginView, weights: Reals, counted: Flags) -> Reals:
    """Return what each item's error counts for: its share of the money of the last weeks; 0 where it is not counted."""
    money = view.demand[:, -RECENT:].sum(axis=1) * weights * counted
    return np.asarray(money / money.sum()) if money.sum() > 0 else money


def scaled_errors(actual: Reals, said: Reals, scales: Reals) -> Reals:
    """Root mean squared scaled error of each item (Hyndman and Koehler, 2006); 0 where nothing ever moved."""
    squared = ((actual - said) ** 2).mean(axis=1)
    return np.asarray(np.sqrt(squared / np.where(scales > 0, scales, np.inf)))


def _view(demand: Demand, kinds: Numbers, events: Reals, origin: int) -> OriginView:
    known = demand.ordinary(origin)
    sold = known > 0
    ages = np.where(sold.any(axis=1), origin - sold.argmax(axis=1), 0)
    levels = {name: _with_kind(method(known), known, ages, kinds) for name, method in METHODS.items()}
    levels[MIXED] = np.asarray((levels["imapa"] + levels["tsb"]) / 2)
    levels[SIMPLE] = mean_of(RECENT)(demand.units[:, :origin])  # on what was sold, as a merchant counts it
    totals = known.sum(axis=0)
    effects = event_effects(totals, events)
    return OriginView(
        demand=known[:, -YEAR:].astype(np.float32),
        totals=totals,
        levels=levels,
        patterns=_patterns(known, ages),
        ages=ages,
        live=np.asarray(sold[:, -LIVE_WEEKS:].any(axis=1)),
        scales=mean_squared_steps(known, ages),
        factors=season_factors(totals, HORIZON),
        settled=season_factors(without_events(totals, effects, events), HORIZON) if len(events) else np.ones(HORIZON),
        lifted=event_factors(effects, events, origin, HORIZON) if len(events) else np.ones(HORIZON),
        effects=effects,
    )


def _season(view: OriginView, horizon: int) -> Reals:
    return view.factors if horizon == len(view.factors) else season_factors(view.totals, horizon)


def _chosen(view: OriginView, methods: tuple[str, ...]) -> Reals:
    by_pattern = np.stack([view.levels[method] for method in methods])
    return np.asarray(by_pattern[view.patterns, np.arange(len(view.patterns))])


def _with_kind(levels: Reals, known: Reals, ages: Numbers, kinds: Numbers) -> Reals:
    """Levels of items that are new, drawn to what others of their kind sold in their first weeks."""
    young = (ages > 0) & (ages < GROWN)
    if not young.any():
        return levels
    firsts = np.log1p(_first_weeks(known, ages))  # few items sell most: their mean is none that another is like
    grown = ages >= GROWN
    size = int(kinds.max(initial=0)) + 1
    counts = np.bincount(kinds[grown], minlength=size)
    sums = np.bincount(kinds[grown], firsts[grown], size)
    shop = firsts[grown].mean() if grown.any() else 0.0
    usual = np.expm1((sums + KIND_WEEKS * shop) / (counts + KIND_WEEKS))
    share = ages / (ages + KIND_WEEKS)
    own = np.where(young, known.sum(axis=1) / np.maximum(ages, 1), levels)
    return np.asarray(np.where(young, share * own + (1 - share) * usual[kinds], levels))


def _first_weeks(known: Reals, ages: Numbers) -> Reals:
    """Mean demand of each item's first GROWN weeks."""
    sums = np.concatenate([np.zeros((len(known), 1)), np.cumsum(known, axis=1)], axis=1)
    starts = known.shape[1] - ages
    ends = np.minimum(starts + GROWN, known.shape[1])
    rows = np.arange(len(known))
    return np.asarray((sums[rows, ends] - sums[rows, starts]) / np.maximum(ends - starts, 1))


def _patterns(known: Reals, ages: Numbers) -> Numbers:
    sold = known > 0
    times = np.maximum(sold.sum(axis=1), 1)
    means = known.sum(axis=1) / times
    spreads = np.sqrt(np.maximum((known**2).sum(axis=1) / times - means**2, 0.0))
    is_rare = ages / times > LONG_INTERVAL
    is_erratic = (spreads / np.maximum(means, 1e-9)) ** 2 > LARGE_SPREAD
    return np.asarray(2 * is_rare + is_erratic, np.int64)


def mean_squared_steps(units: Reals, ages: Numbers) -> Reals:
    """Return what errors are measured in: each item's mean squared step from week to week since its first sale."""
    steps = np.diff(units, axis=1) ** 2
    counted = np.arange(units.shape[1] - 1) >= (units.shape[1] - ages)[:, None]
    return np.asarray((steps * counted).sum(axis=1) / np.maximum(counted.sum(axis=1), 1))
