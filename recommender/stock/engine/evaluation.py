"""How far forecasts and reorder points were off, over origins of the past, with the rules that merchants use beside."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.special import pdtr, pdtrik, stdtrit

from recommender.stock.engine.demand import Flags, Reals
from recommender.stock.engine.forecast import Forecaster, Pattern, importance, mean_squared_steps, scaled_errors
from recommender.stock.engine.methods import SIMPLE
from recommender.stock.engine.quantiles import Calibrator
from recommender.stock.engine.season import YEAR
from recommender.stock.types import FEWEST_WEEKS

LEVEL = 0.95
TEXTBOOK = 1.645  # standard deviations of a normal distribution at LEVEL
VELOCITY_WEEKS, SPREAD_WEEKS = 4, 26
# The names of INTERCHANGE.md: last week again, and the same weeks a year before.
NAIVE, LAST_YEAR = "naive", "snaive52"
WITH_EVENTS = {"without_calendar": False, "with_calendar": True}  # what is served, but for the calendar
ErrorFigures = dict[str, float]


def origins_of(weeks: int, count: int, horizon: int) -> list[int]:
    """Return up to so many origins, evenly apart over the last year, or the last half where no more is known.

    There is none where so few weeks are known that nothing could be foretold.
    """
    first, last = max(FEWEST_WEEKS, min(YEAR, weeks // 2)), weeks - horizon
    if last < first:
        return []
    return sorted({round(one) for one in np.linspace(first, last, count).tolist()})


def forecast_errors(
    forecaster: Forecaster, origins: list[int], horizon: int
) -> tuple[dict[str, ErrorFigures], dict[str, ErrorFigures]]:
    """Return the figures of each way over all origins, and of what is served in each pattern against the simple rule.

    Every unit sold counts here, bulk orders too. WRMSSE weighs items by the money of the eight weeks before; WAPE is
    the sum of errors over the sum of demand.
    """
    errors: dict[str, list[ErrorFigures]] = {}
    by_pattern: dict[str, list[float]] = {pattern.name.lower(): [] for pattern in Pattern}
    for origin in origins:
        said = _said(forecaster, origin, horizon)
        for name, values in said.items():
            errors.setdefault(name, []).append(_errors(forecaster, origin, values))
        for pattern, lead in _leads(forecaster, origin, said["served"], said[SIMPLE]).items():
            by_pattern[pattern].append(lead)
    return (
        {name: _pooled(rows) for name, rows in errors.items()},
        {pattern: _lead(leads) for pattern, leads in by_pattern.items() if leads},
    )


def reorder_errors(calibrator: Calibrator, origins: list[int], weeks: int) -> dict[str, ErrorFigures]:
    """Return how each rule's reorder point at LEVEL fared against what was sold over so many weeks, over all origins.

    Cover is the share of items whose demand stayed under it, fill the share of units it would have served, pinball the
    loss of Koenker and Bassett a unit sold, stock_to_demand its sum over what was sold. Nobody keeps stock for bulk
    orders, so they are capped; `..._every_unit` counts them whole.
    """
    sums: dict[str, list[Reals]] = {}
    for origin in origins:
        live = calibrator.forecaster.view(origin).live
        came = calibrator.forecaster.came(origin, weeks).sum(axis=1)[live]
        every = calibrator.forecaster.demand.units[live, origin : origin + weeks].sum(axis=1)
        for name, points in _reorder_points(calibrator, origin, weeks).items():
            sums.setdefault(name, []).append(np.stack([_fared(came, points[live]), _fared(every, points[live])]))
    return {name: _figures(*np.sum(rows, axis=0)) for name, rows in sums.items()}


def _said(forecaster: Forecaster, origin: int, horizon: int) -> dict[str, Reals]:
    view = forecaster.view(origin)
    said = {name: np.repeat((level * view.live)[:, None], horizon, axis=1) for name, level in view.levels.items()}
    said[NAIVE] = np.repeat(view.demand[:, -1:] * view.live[:, None], horizon, axis=1)
    if origin >= YEAR:
        said[LAST_YEAR] = view.demand[:, :horizon] * view.live[:, None]
    for name, believes in WITH_EVENTS.items():
        if len(forecaster.events):
            said[name] = replace(forecaster, believes_events=believes).weekly(origin, horizon)
    said["served"] = forecaster.weekly(origin, horizon)
    return said


def _errors(forecaster: Forecaster, origin: int, said: Reals) -> ErrorFigures:
    scales, live = _measured(forecaster, origin)
    came = forecaster.demand.units[:, origin : origin + said.shape[1]]
    return {
        "wrmsse": float(
            scaled_errors(came, said, scales) @ importance(forecaster.view(origin), forecaster.weights, live)
        ),
        "rmsse": float(scaled_errors(came, said, scales)[live].mean()) if live.any() else 0.0,
        "error": float(np.abs(came - said)[live].sum()),
        "total_error": float(np.abs((came - said)[live].sum(axis=1)).sum()),
        "units": float(came[live].sum()),
    }


def _measured(forecaster: Forecaster, origin: int) -> tuple[Reals, Flags]:
    """What errors are measured in, and which items are: those that sell, and ever sold more or less."""
    scales = mean_squared_steps(forecaster.demand.units[:, :origin], forecaster.view(origin).ages)
    return scales, forecaster.view(origin).live & (scales > 0)


def _pooled(rows: list[ErrorFigures]) -> ErrorFigures:
    units = max(sum(row["units"] for row in rows), 1.0)
    return {
        "wrmsse": float(np.mean([row["wrmsse"] for row in rows])),
        "rmsse": float(np.mean([row["rmsse"] for row in rows])),
        "wape": sum(row["error"] for row in rows) / units,
        "wape_total": sum(row["total_error"] for row in rows) / units,
    }


def _leads(forecaster: Forecaster, origin: int, served: Reals, simple: Reals) -> dict[str, float]:
    """By how much the simple rule's scaled error is greater than that of what is served, in the mean of a pattern."""
    scales, live = _measured(forecaster, origin)
    came, patterns = forecaster.demand.units[:, origin : origin + served.shape[1]], forecaster.view(origin).patterns
    ahead = scaled_errors(came, simple, scales) - scaled_errors(came, served, scales)
    chosen = {pattern.name.lower(): live & (patterns == pattern) for pattern in Pattern}
    return {name: float(ahead[rows].mean()) for name, rows in chosen.items() if rows.any()}


def _lead(leads: list[float]) -> ErrorFigures:
    """The mean of leads, one an origin, and how far from it the truth may lie with 95 % certainty."""
    spread = float(np.std(leads, ddof=1)) if len(leads) > 1 else 0.0
    return {
        "lead": float(np.mean(leads)),
        "within": float(stdtrit(max(len(leads) - 1, 1), 0.975)) * spread / len(leads) ** 0.5,
    }


def _reorder_points(calibrator: Calibrator, origin: int, weeks: int) -> dict[str, Reals]:
    sold = calibrator.forecaster.demand.units[:, :origin]
    velocity, mean = sold[:, -VELOCITY_WEEKS:].mean(axis=1), sold[:, -SPREAD_WEEKS:].mean(axis=1)
    spread = sold[:, -SPREAD_WEEKS:].std(axis=1)
    return {
        "velocity": velocity * weeks,
        "velocity_plus": velocity * (weeks + 1),
        "normal95": mean * weeks + TEXTBOOK * spread * np.sqrt(weeks),
        "poisson": _poisson(LEVEL, np.maximum(mean * weeks, 0.0)),
        "served": calibrator.quantile(origin, weeks, LEVEL),
    }


def _poisson(level: float, mean: Reals) -> Reals:
    """The fewest units that a Poisson demand of a mean does not pass at a level."""
    units = np.ceil(pdtrik(level, mean))
    fewer = np.maximum(units - 1, 0)
    return np.asarray(np.where(pdtr(fewer, mean) >= level, fewer, units))


def _fared(came: Reals, points: Reals) -> Reals:
    missing = came - points
    loss = np.maximum(LEVEL * missing, (LEVEL - 1) * missing)
    filled = np.minimum(came, points)
    return np.array([(missing <= 0).sum(), len(came), filled.sum(), loss.sum(), points.sum(), came.sum()], np.float64)


def _figures(ordinary: Reals, every: Reals) -> ErrorFigures:
    covered, items, filled, loss, stock, units = ordinary.tolist()
    return {
        "cover": covered / max(items, 1.0),
        "fill": filled / max(units, 1.0),
        "pinball_per_unit": loss / max(units, 1.0),
        "stock_to_demand": stock / max(units, 1.0),
        "cover_every_unit": float(every[0] / max(every[1], 1.0)),
        "pinball_per_every_unit": float(every[3] / max(every[5], 1.0)),
    }
