"""What is believed of an elasticity: a normal distribution cut off at nought, since no price rise sells more."""

from statistics import NormalDist

import numpy as np

NORMAL = NormalDist()
LEAST_CHANCE = 1e-12


def below_zero(mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Return the means [P] of normal distributions cut off at 0."""
    deviation = np.sqrt(variance)
    chance = _chances(-mean / deviation)
    density = np.exp(-((mean / deviation) ** 2) / 2) / np.sqrt(2 * np.pi)
    # Far above nought only the very tail is left, whose mean is variance over distance.
    tail = -variance / np.maximum(mean, deviation)
    cut = mean - deviation * density / np.maximum(chance, LEAST_CHANCE)
    return np.asarray(np.where(chance > LEAST_CHANCE, np.minimum(cut, 0), tail))


def quantiles_below_zero(mean: np.ndarray, variance: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return [P, Q] quantiles of normal distributions cut off at 0."""
    deviation = np.sqrt(variance)
    reached = np.clip(_chances(-mean / deviation)[:, None] * shares[None, :], LEAST_CHANCE, 1 - LEAST_CHANCE)
    return np.asarray(np.minimum(mean[:, None] + deviation[:, None] * _inverses(reached), 0))


def even_shares(count: int) -> np.ndarray:
    """Return the middles of `count` equal parts of [0, 1]: quantiles at them stand for draws, without chance."""
    return (np.arange(count) + 0.5) / count


def _chances(values: np.ndarray) -> np.ndarray:
    return np.array([NORMAL.cdf(value) for value in values.tolist()])


def _inverses(shares: np.ndarray) -> np.ndarray:
    """Return the normal distribution's quantiles, read off a table that is exact at its 4,001 places."""
    at = np.concatenate(
        [np.logspace(-12, -3, 400)[:-1], np.linspace(0.001, 0.999, 3203), 1 - np.logspace(-3, -12, 400)[1:]]
    )
    return np.asarray(np.interp(shares, at, [NORMAL.inv_cdf(share) for share in at.tolist()]))


def normal_quantiles(shares: np.ndarray) -> np.ndarray:
    """Return the standard normal distribution's quantiles."""
    return _inverses(shares)
