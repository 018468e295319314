"""The log of units of weeks to come, given their prices: what elasticities and simple rules are measured by."""

from dataclasses import dataclass

import numpy as np

from recommender.prices.engine.belief import below_zero
from recommender.prices.engine.elasticity import ElasticityFit, fit_elasticities
from recommender.prices.engine.likelihood import log_curve
from recommender.prices.engine.panel import Panel, reductions

# Weeks after which half of a week's weight is gone. With less than a quarter the season would be taken for the level.
HALF_LIVES = (13.0, 26.0, 52.0, np.inf)
AHEAD = 13  # weeks foretold from each origin when the half-life is chosen
YEAR = 52
# Of last year's season, and of what recent weeks sell beyond all weeks: whole ones are overtaken by what comes, as a
# season that goes is part of what was sold of late.
DAMPED = 0.5
DRAWN = 1.5  # weeks for which the level of all weeks stands beside the recent ones


@dataclass(frozen=True, slots=True)
class PriceModel:
    """A fit, its elasticities [P] (none above 0), and how recent weeks count for the level."""

    fit: ElasticityFit
    elasticity: np.ndarray
    half_life: float


def learn_model(panel: Panel) -> PriceModel:
    """Learn elasticities, and the half-life that foretells best from origins within the panel."""
    fit = fit_elasticities(panel)
    elasticity = below_zero(fit.shrunk.elasticity, fit.shrunk.variance)
    residual = _residuals(fit, elasticity, panel, panel.weeks)[0]
    is_sold = panel.is_sold
    return PriceModel(fit, elasticity, min(HALF_LIVES, key=lambda weeks: _error_of(residual, is_sold, weeks)))


def forecast(model: PriceModel, panel: Panel, *, with_price: bool = True) -> np.ndarray:
    """Return [P, T - known] of log units after the `known` weeks on which the model was fitted, the first of the panel.

    Without price every week is foretold at the product's mean price: what the level alone is worth.
    """
    known = model.fit.season.shape[1]
    elasticity = model.elasticity
    residual, expected, season = _residuals(model.fit, elasticity, panel, known)
    is_sold = panel.is_sold[:, :known]
    weight = np.where(is_sold, 0.5 ** ((known - 1 - np.arange(known)) / model.half_life), 0)
    of_late = (weight * residual).sum(axis=1) / (weight.sum(axis=1) + DRAWN)
    of_all = residual.sum(axis=1) / np.maximum(is_sold.sum(axis=1), 1)
    offset = DAMPED * of_late + (1 - DAMPED) * of_all
    expected = expected[:, known:] if with_price else expected[:, :known].mean(axis=1, keepdims=True)
    return np.asarray(expected + season[:, known:] + offset[:, None])


def _residuals(
    fit: ElasticityFit, elasticity: np.ndarray, panel: Panel, known: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return [P, known] of log units beyond what price and season say, and [P, T] of either."""
    expected = log_curve(fit.dispersion).of(fit.response(panel.log_price, reductions(panel.log_price), elasticity))
    season = _season_ahead(fit.season, panel.weeks)[panel.category]
    log_units = np.log(np.where(panel.units > 0, panel.units, 1))[:, :known]
    residual = np.where(panel.is_sold[:, :known], log_units - expected[:, :known] - season[:, :known], 0)
    return residual, expected, season


def _season_ahead(season: np.ndarray, weeks: int) -> np.ndarray:
    """Return [C, weeks]: the season of known weeks and a year later again, damped; nought before a year is known."""
    known = season.shape[1]
    if known < YEAR + AHEAD or weeks > known + AHEAD:
        return np.zeros((len(season), weeks))
    return np.asarray(DAMPED * np.concatenate([season, season[:, known - YEAR : weeks - YEAR]], axis=1))


def _error_of(residual: np.ndarray, is_sold: np.ndarray, half_life: float) -> float:
    """Return the squared error a cell of foretelling residuals by their weighted mean, from every other week on."""
    weeks = residual.shape[1]
    fading = 0.5 ** (1 / half_life)
    total, weight = np.zeros(len(residual)), np.zeros(len(residual))
    error, cells = 0.0, 0
    for week in range(weeks - 3):
        if week >= weeks // 4 and week % 2 == 0:
            ahead = slice(week, week + AHEAD)
            is_asked = is_sold[:, ahead] & (weight > DRAWN)[:, None]
            level = total / np.maximum(weight, DRAWN)
            error += float((((residual[:, ahead] - level[:, None]) ** 2) * is_asked).sum())
            cells += int(is_asked.sum())
        total = fading * total + residual[:, week]
        weight = fading * weight + is_sold[:, week]
    return error / max(cells, 1)
