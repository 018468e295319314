"""What prices would bring: units, revenue and margin over draws of elasticity and level, for many points at once."""

from dataclasses import dataclass, replace

import numpy as np

from recommender.prices.engine.belief import even_shares, normal_quantiles, quantiles_below_zero
from recommender.prices.engine.elasticity import ElasticityFit
from recommender.prices.engine.forecast import AHEAD, YEAR, PriceModel
from recommender.prices.engine.likelihood import truncated_moments
from recommender.prices.engine.panel import Panel, reductions

DRAWS = 64
KNOWN = 2.0  # weeks' information that the level of all weeks is worth beside the recent ones
INTERVAL = (0.025, 0.975)
LAST_WEEKS = 4  # whose season is in the level


@dataclass(frozen=True, slots=True)
class PriceDemand:
    """What sells of each product [P] in a week at the price that holds: its log, the error of that, the elasticity."""

    log_units: np.ndarray
    error: np.ndarray
    elasticity: np.ndarray
    variance: np.ndarray
    dispersion: float
    lift: float = 0.0  # what an announced reduction adds to the log of units beyond its price

    def of(self, rows: np.ndarray) -> "PriceDemand":
        """Return some products."""
        return replace(
            self,
            log_units=self.log_units[rows],
            error=self.error[rows],
            elasticity=self.elasticity[rows],
            variance=self.variance[rows],
        )


@dataclass(frozen=True, slots=True)
class Habit:
    """How often products are reduced [P]: the chance that it begins within four weeks, and its depth in logs."""

    chance: np.ndarray
    depth: np.ndarray


@dataclass(frozen=True, slots=True)
class Drawn:
    """Units, revenue and margin [N, G, D] of products at points, over draws."""

    units: np.ndarray
    revenue: np.ndarray
    margin: np.ndarray


def current_demand(model: PriceModel, panel: Panel, log_price: np.ndarray) -> PriceDemand:
    """Return what sells at log prices [P], those that hold now; the season of a year ago is in it."""
    fit, weeks = model.fit, panel.weeks
    expected_log = fit.response(panel.log_price, reductions(panel.log_price), model.elasticity)
    is_used = panel.is_counted
    mean, expected, variance = truncated_moments(expected_log, fit.dispersion, panel.by_ledger)
    slope = np.where(is_used, 0.5 ** ((weeks - 1 - np.arange(weeks)) / model.half_life), 0) / (
        1 + fit.dispersion * mean
    )
    # A gamma's mean: units beside what was expected of them, both with as much again that says nothing.
    sold = (slope * np.where(is_used, panel.units, 0)).sum(axis=1) + KNOWN
    thought = (slope * expected).sum(axis=1) + KNOWN
    information = (slope * variance / (1 + fit.dispersion * mean)).sum(axis=1) + KNOWN
    moved = log_price - fit.mean_price
    level = fit.level + np.log(sold / thought) + model.elasticity * moved + _season(fit, panel)
    shrunk = fit.shrunk
    error = 1 / np.sqrt(information)
    return PriceDemand(level, error, shrunk.elasticity, shrunk.variance, fit.dispersion, shrunk.lift)


def reduction_habits(log_price: np.ndarray) -> Habit:
    """Return how often and how deep prices were reduced; a product that never was has no habit."""
    reduced = reductions(log_price) > 0
    starts = reduced & ~np.concatenate([np.zeros((len(reduced), 1), bool), reduced[:, :-1]], axis=1)
    weeks = np.maximum(np.isfinite(log_price).sum(axis=1), 1)
    usual = np.nanmax(np.where(reduced, np.nan, log_price), axis=1, initial=-np.inf)
    below = np.where(reduced, usual[:, None] - log_price, 0)
    depth = below.sum(axis=1) / np.maximum(reduced.sum(axis=1), 1)
    return Habit(np.minimum(4 * starts.sum(axis=1) / weeks, 1), np.clip(depth, 0, 1))


def drawn_outcomes(
    demand: PriceDemand, price: np.ndarray, points: np.ndarray, cost: np.ndarray, tax_share: float, weeks: np.ndarray
) -> Drawn:
    """Return what N products bring within `weeks` [N] at points [N, G], over draws that are the same at each point.

    Draws are quantiles, spread evenly: nothing is left to chance, and the same shop gets the same proposal.
    """
    shares = even_shares(DRAWS)
    # The levels' quantiles stand in another order, so that a strong elasticity meets all levels.
    order = (np.arange(DRAWS) * 27) % DRAWS
    elasticity = quantiles_below_zero(demand.elasticity, demand.variance, shares)[:, None, :]
    level = demand.log_units[:, None] + demand.error[:, None] * normal_quantiles(shares)[order][None, :]
    moved = np.log(points / price[:, None])[:, :, None]
    units = np.exp(np.clip(level[:, None, :] + elasticity * moved, -12, 14)) * weeks[:, None, None]
    net = points[:, :, None] / (1 + tax_share)
    return Drawn(units, units * net, units * (net - cost[:, None, None]))


def with_luck(units: np.ndarray, dispersion: float, weeks: np.ndarray) -> np.ndarray:
    """Return draws [N, G, D] of units that may really sell where so many are expected: weeks differ by chance too."""
    order = (np.arange(DRAWS) * 45 + 7) % DRAWS
    deviation = np.sqrt(units + dispersion * units**2 / np.maximum(weeks, 1)[:, None, None])
    return np.asarray(np.maximum(units + deviation * normal_quantiles(even_shares(DRAWS))[order], 0))


def mean_between(draws: np.ndarray) -> np.ndarray:
    """Return [N, 3] mean and ends of the 95 % interval of draws [N, D]."""
    return np.column_stack([draws.mean(axis=1), *np.quantile(draws, INTERVAL, axis=1)])


def _season(fit: ElasticityFit, panel: Panel) -> np.ndarray:
    """Return [P]: by how much the coming weeks' season lies over the last weeks', half of what it was a year ago."""
    known = panel.weeks
    if known < YEAR + AHEAD:
        return np.zeros(len(panel.category))
    ahead = fit.season[:, known - YEAR : known - YEAR + LAST_WEEKS].mean(axis=1)
    return np.asarray(0.5 * (ahead - fit.season[:, -LAST_WEEKS:].mean(axis=1))[panel.category])
