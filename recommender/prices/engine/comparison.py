"""Elasticities measured: fitted on the first weeks, units of the last foretold at the prices that were asked then."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from recommender.prices.engine.forecast import forecast, learn_model
from recommender.prices.engine.panel import Panel, price_movement
from recommender.prices.engine.trial import try_prices, without_common

BIG_MOVE = np.log(1.15)  # from the mean price of the weeks before
LEAST_HELD = 4


class PriceEffect(StrEnum):
    """What foretells: no price effect, minus one for all, least squares of each product, or what is learnt of all."""

    NONE = "none"
    MINUS_ONE = "minus_one"
    OLS = "ols"
    LEVEL = "level"
    HIERARCHICAL = "hierarchical"


@dataclass(frozen=True, slots=True)
class PriceFigures:
    """Root mean squared errors of log units, of all weeks and of those whose price moved far; share above nought.

    `rmse_apart` leaves out what all products' errors of a week have in common: no choice between prices rests on it.
    """

    rmse: float
    rmse_apart: float
    rmse_big_moves: float
    positive_share: float


@dataclass(frozen=True, slots=True)
class PriceComparison:
    """Figures by rule, what would be served, and what they rest on."""

    figures: dict[PriceEffect, PriceFigures]
    served: PriceEffect
    products: int
    weeks: int
    big_moves: int


def compare_prices(panel: Panel, known: int) -> PriceComparison | None:
    """Measure every rule on the weeks after the first `known`; None where no product has prices and weeks enough.

    What is served is chosen on the last of the known weeks: what was learnt, unless it was not surely better there than
    no price effect, or a simple rule did better.
    """
    panel = panel.of_products(price_movement(panel.of_weeks(0, known)).is_countable)
    if not len(panel.category) or not panel.is_sold[:, known:].any():
        return None
    held = max(LEAST_HELD, min(panel.weeks - known, known // 4))
    before = panel.of_weeks(0, known)
    tried = _measured(before, known - held)
    trial = try_prices(before)
    learnt = [PriceEffect.HIERARCHICAL] if trial is not None and trial.is_passed else []
    served = min([*learnt, PriceEffect.MINUS_ONE, PriceEffect.NONE], key=lambda rule: tried[rule].rmse_apart)
    is_sold = panel.is_sold[:, known:]
    figures = _measured(panel, known)
    big = _big_moves(panel, known)
    return PriceComparison(figures, served, len(panel.category), int(is_sold.sum()), int(big.sum()))


def _measured(panel: Panel, known: int) -> dict[PriceEffect, PriceFigures]:
    before = panel.of_weeks(0, known)
    is_known = before.is_sold
    log_units = np.log(np.where(panel.units > 0, panel.units, 1))
    level, price = _mean(log_units[:, :known], is_known), _mean(before.log_price, is_known)
    slope = _least_squares(log_units[:, :known], before, level, price)
    moved = np.where(panel.is_sold, panel.log_price - price[:, None], 0)[:, known:]
    model = learn_model(before)
    foretold = {
        PriceEffect.NONE: (level[:, None] + 0 * moved, 0 * slope),
        PriceEffect.MINUS_ONE: (level[:, None] - moved, 0 * slope - 1),
        PriceEffect.OLS: (level[:, None] + slope[:, None] * moved, slope),
        PriceEffect.LEVEL: (forecast(model, panel, with_price=False), 0 * slope),
        PriceEffect.HIERARCHICAL: (forecast(model, panel), model.elasticity),
    }
    is_sold, big = panel.is_sold[:, known:], _big_moves(panel, known)
    return {
        rule: PriceFigures(
            _rmse(values - log_units[:, known:], is_sold),
            _rmse(without_common(values - log_units[:, known:], is_sold), is_sold),
            _rmse(values - log_units[:, known:], big),
            float((elasticity > 0).mean()),
        )
        for rule, (values, elasticity) in foretold.items()
    }


def _big_moves(panel: Panel, known: int) -> np.ndarray:
    before = panel.of_weeks(0, known)
    price = _mean(before.log_price, before.is_sold)
    is_sold = panel.is_sold[:, known:]
    moved = np.where(is_sold, panel.log_price[:, known:] - price[:, None], 0)
    return np.asarray(is_sold & (np.abs(moved) > BIG_MOVE))


def _least_squares(log_units: np.ndarray, panel: Panel, level: np.ndarray, price: np.ndarray) -> np.ndarray:
    is_sold = panel.is_sold
    moved = np.where(is_sold, panel.log_price - price[:, None], 0)
    beside = np.where(is_sold, log_units - level[:, None], 0)
    return np.asarray((moved * beside).sum(axis=1) / np.maximum((moved**2).sum(axis=1), 1e-12))


def _mean(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    return np.asarray(np.where(mask, values, 0).sum(axis=1) / np.maximum(mask.sum(axis=1), 1))


def _rmse(errors: np.ndarray, mask: np.ndarray) -> float:
    return float(np.sqrt((errors[mask] ** 2).mean())) if mask.any() else float("nan")
