"""How much may be sold until the next delivery: quantiles of demand over some weeks, calibrated on the past.

A linear quantile regression (Koenker and Bassett, 1978) over all items of like zero share, fitted on earlier origins;
then its ratio to what came is calibrated by class of zero share and volume (split conformal, Romano, Patterson and
Candès, 2019). Every origin that is learnt from was over before the one that is asked about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtri

from recommender.stock.engine.demand import Flags, Numbers, Reals
from recommender.stock.engine.forecast import HORIZON, Forecaster
from recommender.stock.types import FEWEST_WEEKS

ORIGINS, FEWEST_ROWS = 26, 200
ZERO_SHARES, VOLUMES = (0.3, 0.5, 0.7, 0.85), (0.5, 2.0, 5.0, 10.0, 20.0, 50.0)
RECENT_SHORT, RECENT_LONG, SPREAD_WEEKS = 4, 13, 26
ADDED = 0.5  # units: so that a ratio to nothing is a number
SHARPENING = (3.0, 1.0, 0.3)  # the corner of the pinball loss is rounded over so many units, less and less
MOST_STEPS = 80
NOUGHT = 1e-9


@dataclass(slots=True)
class Calibrator:
    """Tells quantiles of demand over the coming weeks, for any origin of a forecaster; keeps what it has computed."""

    forecaster: Forecaster
    _signs: dict[tuple[int, int], Signs] = field(default_factory=dict)

    def quantile(self, origin: int, weeks: int, level: float) -> Reals:
        """Return (items,): what demand of the coming `weeks` in all stays under with a chance of `level`."""
        now = self._at(origin, weeks)
        pasts = range(origin - weeks, max(FEWEST_WEEKS, origin - weeks - ORIGINS), -1)
        past = [self._at(one, weeks) for one in pasts]
        came = [self.forecaster.came(one, weeks).sum(axis=1) for one in pasts]
        rows = _joined(past, came)
        if rows is None or len(rows.came) < FEWEST_ROWS:
            return _plain_quantile(now, level)
        weights = _fitted_by_share(rows, level)
        said, at_once = _said(rows.features, rows.shares, weights), _said(now.features, now.shares, weights)
        ratios = (rows.came + ADDED) / (said + ADDED)
        factors = _factors(ratios, rows.shares * len(VOLUMES) * 2 + rows.volumes, level)
        classes = now.shares * len(VOLUMES) * 2 + now.volumes
        factor = np.array([factors.get(one, factors[-1]) for one in classes.tolist()])
        return np.asarray(np.maximum((at_once + ADDED) * factor - ADDED, 0.0) * now.live)

    def _at(self, origin: int, weeks: int) -> Signs:
        if (origin, weeks) not in self._signs:
            self._signs[origin, weeks] = _signs(self.forecaster, origin, weeks)
        return self._signs[origin, weeks]


@dataclass(frozen=True, slots=True)
class Signs:
    """What a quantile rests on at an origin: (items, signs), and each item's class of zero share and of volume."""

    features: Reals
    shares: Numbers
    volumes: Numbers
    live: Flags


@dataclass(frozen=True, slots=True)
class PastItems:
    """Past items one behind the other, and what then was sold of each."""

    features: Reals
    shares: Numbers
    volumes: Numbers
    came: Reals


def _signs(forecaster: Forecaster, origin: int, weeks: int) -> Signs:
    view = forecaster.view(origin)
    mean = forecaster.weekly(origin, max(weeks, HORIZON))[:, :weeks].sum(axis=1)
    sold = _spans(view.demand, weeks)
    recent = sold[:, -SPREAD_WEEKS:]
    features = [
        mean,
        weeks * view.demand[:, -RECENT_SHORT:].mean(axis=1),
        weeks * view.demand[:, -RECENT_LONG:].mean(axis=1),
        recent.std(axis=1),
        np.quantile(recent, 0.9, axis=1),
        recent.max(axis=1),
        sold.max(axis=1),
        np.sqrt(mean),
        np.ones(len(mean)),
    ]
    zeros = (view.demand == 0).mean(axis=1)
    return Signs(
        np.stack(features, axis=1), np.digitize(zeros, ZERO_SHARES), np.digitize(mean / weeks, VOLUMES), view.live
    )


def _spans(demand: Reals, weeks: int) -> Reals:
    """Sums of each run of so many weeks: (items, runs), at least one."""
    sums = np.cumsum(np.pad(demand, ((0, 0), (1, 0))), axis=1)
    width = min(weeks, demand.shape[1])
    return np.asarray((sums[:, width:] - sums[:, :-width]) * (weeks / width))


def _joined(past: list[Signs], came: list[Reals]) -> PastItems | None:
    if not past:
        return None
    live = [np.flatnonzero(signs.live) for signs in past]
    return PastItems(
        features=np.concatenate([signs.features[rows] for signs, rows in zip(past, live, strict=True)]),
        shares=np.concatenate([signs.shares[rows] for signs, rows in zip(past, live, strict=True)]),
        volumes=np.concatenate([signs.volumes[rows] for signs, rows in zip(past, live, strict=True)]),
        came=np.concatenate([units[rows] for units, rows in zip(came, live, strict=True)]),
    )


def _fitted_by_share(rows: PastItems, level: float) -> Mapping[int, Reals]:
    """Weights of the signs for each class of zero share that has rows enough, and for all together under -1."""
    weights = {-1: _fitted(rows.features, rows.came, level)}
    for share in np.unique(rows.shares).tolist():
        chosen = rows.shares == share
        if chosen.sum() >= FEWEST_ROWS:
            weights[share] = _fitted(rows.features[chosen], rows.came[chosen], level)
    return weights


def _fitted(features: Reals, came: Reals, level: float) -> Reals:
    """Weights of at least 0 that make the pinball loss least, (signs,)."""
    sizes = np.maximum(features.mean(axis=0), NOUGHT)
    scaled, count = features / sizes, max(len(came), 1)
    weights = np.where(np.arange(features.shape[1]) == 0, 1.0, 0.0) * sizes
    for corner in SHARPENING:

        def loss(weights: Reals, corner: float = corner) -> tuple[float, Reals]:
            missing = came - scaled @ weights
            steep = np.clip((missing / corner + 2 * level - 1) / 2, level - 1, level)
            inner = np.abs(missing) < corner
            rounded = missing**2 / (4 * corner) + (level - 0.5) * missing + corner / 4
            straight = np.where(missing >= 0, level, level - 1) * missing
            return float(np.where(inner, rounded, straight).sum()) / count, -(scaled.T @ steep) / count

        found = minimize(
            loss,
            weights,
            jac=True,
            method="L-BFGS-B",
            bounds=[(0, None)] * len(weights),
            options={"maxiter": MOST_STEPS},
        )
        weights = found.x
    return np.asarray(weights / sizes)


def _said(features: Reals, shares: Numbers, weights: Mapping[int, Reals]) -> Reals:
    table = np.stack([weights.get(share, weights[-1]) for share in range(len(ZERO_SHARES) + 1)])
    return np.asarray((features * table[shares]).sum(axis=1))


def _factors(ratios: Reals, classes: Numbers, level: float) -> Mapping[int, float]:
    """By how much what was said is stretched in each class that has rows enough, and in the others under -1."""
    factors = {-1: _upper(ratios, level)}
    for one in np.unique(classes).tolist():
        chosen = classes == one
        if chosen.sum() >= FEWEST_ROWS:
            factors[one] = _upper(ratios[chosen], level)
    return factors


def _upper(ratios: Reals, level: float) -> float:
    """The quantile of split conformal prediction: of one more than there are."""
    return float(np.quantile(ratios, min(1.0, level * (1 + 1 / len(ratios))), method="higher"))


def _plain_quantile(now: Signs, level: float) -> Reals:
    """The quantile of a normal distribution with the spread of the past, where too little was seen to calibrate."""
    return np.asarray(np.maximum(now.features[:, 0] + ndtri(level) * now.features[:, 3], 0.0) * now.live)
