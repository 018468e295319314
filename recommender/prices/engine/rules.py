"""What foretells the log of units of weeks to come: simple rules, and what is learnt of all products together."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from recommender.prices.engine.forecast import forecast, learn_model
from recommender.prices.engine.panel import Panel


class PriceEffect(StrEnum):
    """What foretells: no price effect, minus one for all, least squares of each product, or what is learnt of all.

    `level` is what is learnt without its price effect.
    """

    NONE = "none"
    MINUS_ONE = "minus_one"
    OLS = "ols"
    LEVEL = "level"
    HIERARCHICAL = "hierarchical"


NO_PRICE = (PriceEffect.NONE, PriceEffect.LEVEL)


@dataclass(frozen=True, slots=True)
class Foretold:
    """Weeks after the known ones: errors [P, H] of log units by rule and elasticities [P] of each, where it sold."""

    errors: dict[PriceEffect, np.ndarray]
    elasticity: dict[PriceEffect, np.ndarray]
    is_sold: np.ndarray
    moved: np.ndarray  # log price beyond its mean over the known weeks

    def within_weeks(self, rule: PriceEffect) -> np.ndarray:
        """Return a rule's errors beyond what all products' have in common in each week, nought where nothing sold.

        A season that no year before has shown, a sale or growth moves all of them, and no choice between prices.
        """
        errors = np.where(self.is_sold, self.errors[rule], 0)
        common = errors.sum(axis=0) / np.maximum(self.is_sold.sum(axis=0), 1)
        return np.asarray(np.where(self.is_sold, errors - common, 0))


def foretell(panel: Panel, known: int) -> Foretold:
    """Learn every rule from the first `known` weeks and hold it against the others."""
    before = panel.of_weeks(0, known)
    log_units = np.log(np.where(panel.units > 0, panel.units, 1))
    level, price = _mean(log_units[:, :known], before.is_sold), _mean(before.log_price, before.is_sold)
    moved = np.where(panel.is_sold, panel.log_price - price[:, None], 0)
    slope = _least_squares(log_units[:, :known] - level[:, None], moved[:, :known], before.is_sold)
    model = learn_model(before)
    moved = moved[:, known:]
    told = {
        PriceEffect.NONE: (level[:, None] + 0 * moved, 0 * slope),
        PriceEffect.MINUS_ONE: (level[:, None] - moved, 0 * slope - 1),
        PriceEffect.OLS: (level[:, None] + slope[:, None] * moved, slope),
        PriceEffect.LEVEL: (forecast(model, panel, with_price=False), 0 * slope),
        PriceEffect.HIERARCHICAL: (forecast(model, panel), model.elasticity),
    }
    return Foretold(
        errors={rule: values - log_units[:, known:] for rule, (values, _) in told.items()},
        elasticity={rule: elasticity for rule, (_, elasticity) in told.items()},
        is_sold=panel.is_sold[:, known:],
        moved=moved,
    )


def _least_squares(beside: np.ndarray, moved: np.ndarray, is_sold: np.ndarray) -> np.ndarray:
    beside = np.where(is_sold, beside, 0)
    return np.asarray((moved * beside).sum(axis=1) / np.maximum((moved**2).sum(axis=1), 1e-12))


def _mean(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    return np.asarray(np.where(mask, values, 0).sum(axis=1) / np.maximum(mask.sum(axis=1), 1))
