"""What a price does to sales: one hierarchical regression of all products of a shop.

log expected units = level + drift + season of the category + elasticity × log price + lift × promotion.

Levels and drifts are each product's own, drifts a random walk written as cosines; the season is each category's week,
drawn to the shop's week and that to nought. Solved by reweighted least squares, product by product and all at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from recommender.prices.engine.likelihood import (
    LARGEST_RESIDUAL,
    LEAST_LOG,
    MOST_LOG,
    CountEvidence,
    count_evidence,
    truncated_moments,
)
from recommender.prices.engine.panel import Panel, reductions
from recommender.prices.engine.shrinkage import OwnEvidence, Shrunk, shrink

ROUNDS = 9
# Degrees of freedom of the errors. Counts are skewed and no errors for that: with 8, weeks of deep promotions count
# little, and on an invented grocer 90 % intervals held .78 of the true elasticities; with 60 .84.
FREEDOM = 60.0
AT_ONCE = 1_000  # products solved together: more only takes memory
MOST_WAVES, WEEKS_A_WAVE = 10, 5
POOLED = 20.0  # weeks for which the shop's error variance stands beside a product's own
SHOP_WEEK, CATEGORY_WEEK = 0.09, 0.03  # variances of a week's effect on the shop, and on a category beside it
LEVEL_INFORMATION = 0.05
LEAST_STEP = 1e-5
DISPERSIONS = (0.01, 8.0)
SAMPLE = 800  # products from which the dispersion is learnt


@dataclass(frozen=True, slots=True)
class ElasticityFit:
    """What was learnt of products [P]: log level, the mean log price it is at, elasticities; season [C, T]."""

    level: np.ndarray
    mean_price: np.ndarray
    shrunk: Shrunk
    season: np.ndarray
    dispersion: float

    def response(self, log_price: np.ndarray, is_reduced: np.ndarray, elasticity: np.ndarray) -> np.ndarray:
        """Return [P, T] of log expected units at prices, at the level of all weeks."""
        moved = np.where(np.isfinite(log_price), log_price - self.mean_price[:, None], 0)
        return np.asarray(self.level[:, None] + elasticity[:, None] * moved + self.shrunk.lift * is_reduced)


@dataclass(slots=True)
class _State:
    """What the rounds move."""

    season: np.ndarray  # [C, T]
    fitted: np.ndarray  # [P, T], log of expected units
    level: np.ndarray
    shrunk: Shrunk
    scale: np.ndarray  # [P], error variance of a product beside the family's
    freedom: np.ndarray  # [P], weeks less what was fitted to them
    step: float
    dispersion: float


@dataclass(frozen=True, slots=True)
class _Data:
    """What the rounds read."""

    panel: Panel
    is_used: np.ndarray
    units: np.ndarray
    moved: np.ndarray
    reduced: np.ndarray
    mean_price: np.ndarray
    first_level: np.ndarray
    waves: np.ndarray  # [T, K]
    stiffness: np.ndarray  # [K]


def fit_elasticities(panel: Panel) -> ElasticityFit:
    """Learn elasticities of all products of a panel; each needs a week that is counted."""
    data = _read(panel)
    state = _begin(data)
    for _ in range(ROUNDS):
        evidence = _evidence(data, state)
        weight = _robust(data, state, evidence)
        _solve(data, state, evidence, weight)
        state.dispersion = _dispersion(data, state)
        _follow_season(data, state)
    return ElasticityFit(state.level, data.mean_price, state.shrunk, state.season, state.dispersion)


def _read(panel: Panel) -> _Data:
    is_used = panel.is_counted
    count = np.maximum(is_used.sum(axis=1), 1)
    price = np.where(is_used, panel.log_price, 0)
    mean_price = price.sum(axis=1) / count
    units = np.where(is_used, panel.units, 0)
    first = np.log(np.maximum(units.sum(axis=1) / count, 0.05))
    weeks = panel.weeks
    waves = np.arange(1, min(MOST_WAVES, weeks // WEEKS_A_WAVE) + 1)
    angles = np.pi * waves / weeks
    return _Data(
        panel=panel,
        is_used=is_used,
        units=units,
        moved=np.where(is_used, price - mean_price[:, None], 0),
        reduced=reductions(panel.log_price) * is_used,
        mean_price=mean_price,
        first_level=first,
        waves=sqrt(2 / weeks) * np.cos(np.outer(np.arange(weeks) + 0.5, angles)),
        # A random walk's waves have variances step² / (2 - 2 cos): the slower, the larger.
        stiffness=2 - 2 * np.cos(angles),
    )


def _begin(data: _Data) -> _State:
    panel = data.panel
    nothing = OwnEvidence(np.zeros((len(panel.category), 2, 2)), np.zeros((len(panel.category), 2)))
    blank = shrink(nothing.without_lift(), panel.category, panel.categories)
    first = replace(blank, elasticity=np.full(len(panel.category), -1.0), of_category=np.full(panel.categories, -1.0))
    fitted = data.first_level[:, None] - data.moved
    return _State(
        season=np.zeros((panel.categories, panel.weeks)),
        fitted=np.clip(fitted, LEAST_LOG, MOST_LOG),
        level=data.first_level,
        shrunk=first,
        scale=np.ones(len(panel.category)),
        freedom=np.maximum(data.is_used.sum(axis=1) - 2.0, 1),
        step=0.01,
        dispersion=0.3,
    )


def _evidence(data: _Data, state: _State) -> CountEvidence:
    return count_evidence(data.units, state.fitted, state.dispersion, data.panel.by_ledger)


def _robust(data: _Data, state: _State, evidence: CountEvidence) -> np.ndarray:
    """Return [P, T] weights of a t distribution, over each product's error variance, which is drawn to the shop's."""
    weight = (FREEDOM + 1) / (FREEDOM + evidence.squared / state.scale[:, None])
    squares = np.where(data.is_used, np.minimum(weight * evidence.squared, LARGEST_RESIDUAL), 0)
    shop = squares.sum() / state.freedom.sum()
    state.scale = (POOLED * shop + squares.sum(axis=1)) / (POOLED + state.freedom)
    return np.asarray(np.where(data.is_used, weight / state.scale[:, None], 0))


def _solve(data: _Data, state: _State, evidence: CountEvidence, weight: np.ndarray) -> None:
    """One step for every product: levels and drifts integrated out, elasticities shrunk, all put together again."""
    information = weight * evidence.information
    # A step of more than a few logs would be believed from a single week.
    step = np.clip(evidence.score / np.maximum(evidence.information, 1e-9), -2, 4)
    season = state.season[data.panel.category]
    target = np.where(data.is_used, state.fitted + step - season, 0)
    count, waves = len(target), data.waves.shape[1]
    own = OwnEvidence(np.zeros((count, 2, 2)), np.zeros((count, 2)))
    shares = np.zeros((count, 1 + waves, 3))
    variance = np.zeros((count, waves))
    prior = np.concatenate([[LEVEL_INFORMATION], data.stiffness / state.step])
    for rows in _portions(count):
        design = _design(data, rows)
        heavy = design * information[rows][:, :, None]
        matrix = np.matmul(heavy.transpose(0, 2, 1), design)
        right = np.matmul(heavy.transpose(0, 2, 1), target[rows][:, :, None])[:, :, 0]
        inner = matrix[:, :-2, :-2] + np.diag(prior)
        right[:, 0] += LEVEL_INFORMATION * data.first_level[rows]
        inverse = np.linalg.inv(inner)
        variance[rows] = np.diagonal(inverse, axis1=1, axis2=2)[:, 1:]
        cross = matrix[:, :-2, -2:]
        shares[rows, :, :2] = np.matmul(inverse, cross)
        shares[rows, :, 2] = np.matmul(inverse, right[:, :-2, None])[:, :, 0]
        own.information[rows] = matrix[:, -2:, -2:] - np.matmul(cross.transpose(0, 2, 1), shares[rows, :, :2])
        own.score[rows] = right[:, -2:] - np.matmul(cross.transpose(0, 2, 1), shares[rows, :, 2:])[:, :, 0]
    state.shrunk = shrink(own, data.panel.category, data.panel.categories)
    slopes = np.stack([state.shrunk.elasticity, np.full(count, state.shrunk.lift)], axis=1)
    inner_solution = shares[:, :, 2] - np.matmul(shares[:, :, :2], slopes[:, :, None])[:, :, 0]
    state.level = inner_solution[:, 0]
    moves = inner_solution[:, 1:] ** 2 + variance
    state.step = max(float((moves * data.stiffness).mean()), LEAST_STEP) if waves else LEAST_STEP
    # A wave of which its prior leaves nothing free is no parameter; level and price are one each.
    spent = 2 + (1 - variance * prior[1:]).sum(axis=1)
    state.freedom = np.maximum(data.is_used.sum(axis=1) - spent, 1)
    drift = inner_solution[:, 1:] @ data.waves.T
    fitted = state.level[:, None] + drift + slopes[:, :1] * data.moved + slopes[:, 1:] * data.reduced + season
    state.fitted = np.clip(fitted, LEAST_LOG, MOST_LOG)


def _design(data: _Data, rows: slice) -> np.ndarray:
    """Return [rows, T, 1 + K + 2]: level, drift, price, promotion."""
    moved = data.moved[rows]
    waves = np.broadcast_to(data.waves, (len(moved), *data.waves.shape))
    one = np.ones((*moved.shape, 1))
    return np.concatenate([one, waves, moved[:, :, None], data.reduced[rows][:, :, None]], axis=2)


def _dispersion(data: _Data, state: _State) -> float:
    """Return the dispersion under which residuals are as large as they should be, by bisection."""
    rows = slice(None, None, max(1, len(data.units) // SAMPLE))
    units, fitted, is_used = data.units[rows], state.fitted[rows], data.is_used[rows]
    freedom = state.freedom[rows].sum()
    low, high = DISPERSIONS
    for _ in range(10):
        middle = sqrt(low * high)
        _, expected, variance = truncated_moments(fitted, middle, data.panel.by_ledger[rows])
        squared = np.minimum((units - expected) ** 2 / variance, LARGEST_RESIDUAL)[is_used]
        is_low = squared.sum() > freedom
        low, high = (middle, high) if is_low else (low, middle)
    return sqrt(low * high)


def _follow_season(data: _Data, state: _State) -> None:
    """Move each week's effect one step: the shop's from all products, a category's from its own and the shop's."""
    evidence = _evidence(data, state)
    weight = _robust(data, state, evidence)
    information, score = weight * evidence.information, weight * evidence.score
    category, before = data.panel.category, state.season
    shop = before.mean(axis=0)
    shop = (information.sum(axis=0) * shop + score.sum(axis=0)) / (information.sum(axis=0) + 1 / SHOP_WEEK)
    by_category, scores = np.zeros_like(before), np.zeros_like(before)
    np.add.at(by_category, category, information)
    np.add.at(scores, category, score)
    season = shop + (by_category * (before - shop) + scores) / (by_category + 1 / CATEGORY_WEEK)
    state.season = season - season.mean(axis=1, keepdims=True)
    state.fitted = np.clip(state.fitted + (state.season - before)[category], LEAST_LOG, MOST_LOG)


def _portions(count: int) -> Iterator[slice]:
    for first in range(0, count, AT_ONCE):
        yield slice(first, first + AT_ONCE)
