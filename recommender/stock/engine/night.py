"""What a night says of each item, as arrays that pages read: its weeks, its forecast, and quantiles of its demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.stock.engine.demand import Demand, Numbers, Reals
from recommender.stock.engine.forecast import HORIZON, Forecaster
from recommender.stock.engine.quantiles import Calibrator
from recommender.stock.types import FEWEST_WEEKS

NightArrays = dict[str, npt.NDArray[Any]]
LEVELS = (0.5, 0.9, 0.95, 0.98)
LOW_LEVEL, HIGH_LEVEL = 0.1, 0.9
HORIZONS = (1, 2, 4, 8)  # weeks; what lies between is interpolated
AHEAD_WEEKS, SHOWN_WEEKS = 13, 52
PROMISED_LEVEL = 0.95


def foretold(forecaster: Forecaster, kept: Sequence[bool]) -> NightArrays:
    """Return arrays by name, their first axis the kept items; none where too few weeks are known.

    `weekly` [items, AHEAD_WEEKS] is the mean, `quantiles` [items, LEVELS, HORIZONS] of the units sold from now on, and
    between `week_low` and `week_high` lie eight of ten coming weeks. `ordinary`, `sold` and `stocked` [items, weeks]
    are the last SHOWN_WEEKS.
    """
    demand = forecaster.demand
    rows = np.flatnonzero(np.array(kept, bool)) if demand.weeks >= FEWEST_WEEKS else np.zeros(0, np.int64)
    arrays: NightArrays = {
        "product": np.array([demand.items[row][0] for row in rows.tolist()], np.int64),
        "variant": np.array([demand.items[row][1] for row in rows.tolist()], "U"),
    }
    if not len(rows):
        return arrays
    now, view, calibrator = demand.weeks, forecaster.view(demand.weeks), Calibrator(forecaster)
    arrays |= {
        "weekly": forecaster.weekly(now, AHEAD_WEEKS)[rows].astype(np.float32),
        "quantiles": _quantiles(calibrator)[rows],
        "week_low": calibrator.quantile(now, 1, LOW_LEVEL)[rows].astype(np.float32),
        "ordinary": view.demand[rows],
        "sold": demand.units[rows, -SHOWN_WEEKS:].astype(np.float32),
        "stocked": demand.stocked[rows, -SHOWN_WEEKS:].astype(np.float32),
        "ages": view.ages[rows],
        "idle": _idle_weeks(demand)[rows],
        "patterns": view.patterns[rows],
    }
    arrays["week_high"] = arrays["quantiles"][:, LEVELS.index(HIGH_LEVEL), 0]
    return arrays


def promise(forecaster: Forecaster, arrays: Mapping[str, Any]) -> NightArrays:
    """Return what was said of the coming HORIZON weeks, to be held against what comes: of each item one row."""
    rows = {key: row for row, key in enumerate(forecaster.demand.items)}
    keys = zip(arrays["product"].tolist(), arrays["variant"].tolist(), strict=True)
    kept = np.array([rows[key] for key in keys], np.int64)
    simple = forecaster.view(forecaster.demand.weeks).levels["mean8"][kept] * HORIZON
    upper = arrays["quantiles"][:, LEVELS.index(PROMISED_LEVEL), HORIZONS.index(HORIZON)] if len(kept) else simple
    said = arrays["weekly"][:, :HORIZON].sum(axis=1) if len(kept) else simple
    return {
        "past_day": np.full(len(kept), forecaster.demand.last_day, np.int64),
        "past_product": arrays["product"],
        "past_variant": arrays["variant"],
        "past_said": said.astype(np.float64),
        "past_simple": simple.astype(np.float64),
        "past_upper": upper.astype(np.float64),
    }


def judged(past: Mapping[str, Any], day: int, demand: Demand) -> dict[str, float]:
    """Return how far what was promised on a day was from the units of the weeks after it.

    Errors are the sum over items of what four weeks missed by, as a share of what was sold; `cover` is the share of
    items that stayed under their upper figure.
    """
    chosen = np.flatnonzero(past["past_day"] == day)
    rows = {key: row for row, key in enumerate(demand.items)}
    keys = zip(past["past_product"][chosen].tolist(), past["past_variant"][chosen].tolist(), strict=True)
    places = np.array([rows.get(key, -1) for key in keys], np.int64)
    end = demand.weeks - (demand.last_day - day) // 7 + HORIZON
    ordinary = demand.ordinary(min(end, demand.weeks))[:, -HORIZON:].sum(axis=1)
    came = np.where(places >= 0, np.append(ordinary, 0.0)[places], 0.0)
    units = max(float(came.sum()), 1.0)
    return {
        "items": float(len(chosen)),
        "units": float(came.sum()),
        "error": float(np.abs(past["past_said"][chosen] - came).sum()) / units,
        "simple_error": float(np.abs(past["past_simple"][chosen] - came).sum()) / units,
        "cover": float((came <= past["past_upper"][chosen]).mean()) if len(chosen) else 0.0,
    }


def days_promised(past: Mapping[str, Any]) -> list[int]:
    """Return the days on which something was promised, the oldest first."""
    return np.unique(past["past_day"]).tolist() if "past_day" in past else []


def without_days(past: Mapping[str, Any], days: Sequence[int]) -> NightArrays:
    """Return promises without those of some days."""
    names = [name for name in past if name.startswith("past_")]
    kept = ~np.isin(past["past_day"], list(days)) if names else np.zeros(0, bool)
    return {name: past[name][kept] for name in names}


def joined(first: Mapping[str, Any], second: Mapping[str, Any]) -> NightArrays:
    """Return promises one behind the other; the first may be none."""
    return {name: np.concatenate([first[name], rows]) if name in first else rows for name, rows in second.items()}


def is_behind(errors: Sequence[float], simple: Sequence[float]) -> bool:
    """Say whether errors are above those of the simple rule by a standard error."""
    leads = np.array(errors) - np.array(simple)
    return bool(leads.mean() > leads.std(ddof=1) / np.sqrt(len(leads)))


def _quantiles(calibrator: Calibrator) -> Reals:
    """[items, LEVELS, HORIZONS], never falling with a higher level or a longer time."""
    now = calibrator.forecaster.demand.weeks
    table = np.stack(
        [np.stack([calibrator.quantile(now, weeks, level) for weeks in HORIZONS], axis=1) for level in LEVELS], axis=1
    )
    rising = np.maximum.accumulate(np.maximum.accumulate(table, axis=1), axis=2)
    return np.asarray(rising.astype(np.float32))


def _idle_weeks(demand: Demand) -> Numbers:
    """Weeks since each item's last sale."""
    sold = demand.units > 0
    return np.asarray(np.where(sold.any(axis=1), sold[:, ::-1].argmax(axis=1), demand.weeks), np.int64)
