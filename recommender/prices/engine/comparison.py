"""Elasticities measured: fitted on the first weeks, units of the last foretold at the prices that were asked then."""

from dataclasses import dataclass

import numpy as np

from recommender.prices.engine.panel import Panel, price_movement
from recommender.prices.engine.rules import Foretold, PriceEffect, foretell
from recommender.prices.engine.trial import PriceTrial, try_prices

BIG_MOVE = np.log(1.15)  # from the mean price of the weeks before


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
    """Figures by rule, what would be served with the trial that says so, and what they rest on."""

    figures: dict[PriceEffect, PriceFigures]
    served: PriceEffect
    trial: PriceTrial | None
    products: int
    weeks: int
    big_moves: int


def compare_prices(panel: Panel, known: int) -> PriceComparison | None:
    """Measure every rule on the weeks after the first `known`; None where no product has prices and weeks enough.

    What is served is what proposals would have rested on then: what is learnt where the known weeks' own trial passes
    it, else no price effect, and nothing is proposed.
    """
    trial = try_prices(panel.of_weeks(0, known))
    panel = panel.of_products(price_movement(panel.of_weeks(0, known)).is_countable)
    if not len(panel.category) or not panel.is_sold[:, known:].any():
        return None
    told = foretell(panel, known)
    big = told.is_sold & (np.abs(told.moved) > BIG_MOVE)
    return PriceComparison(
        figures={rule: _figures(told, rule, big) for rule in PriceEffect},
        served=PriceEffect.HIERARCHICAL if trial is not None and trial.is_passed else PriceEffect.NONE,
        trial=trial,
        products=len(panel.category),
        weeks=int(told.is_sold.sum()),
        big_moves=int(big.sum()),
    )


def _figures(told: Foretold, rule: PriceEffect, big: np.ndarray) -> PriceFigures:
    errors = told.errors[rule]
    return PriceFigures(
        _rmse(errors, told.is_sold),
        _rmse(told.within_weeks(rule), told.is_sold),
        _rmse(errors, big),
        float((told.elasticity[rule] > 0).mean()),
    )


def _rmse(errors: np.ndarray, mask: np.ndarray) -> float:
    return float(np.sqrt((errors[mask] ** 2).mean())) if mask.any() else float("nan")
