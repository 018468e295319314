"""What a week's sales say of the expected ones."""

from dataclasses import dataclass

import numpy as np

LEAST_LOG, MOST_LOG = -6.0, 12.0
LARGEST_RESIDUAL = 25.0  # squared, in variances


@dataclass(frozen=True, slots=True)
class CountEvidence:
    """Of each week [P, T]: the information on the log of what is expected, its score, and the squared residual."""

    information: np.ndarray
    score: np.ndarray
    squared: np.ndarray


def count_evidence(units: np.ndarray, log_mean: np.ndarray, dispersion: float, is_full: np.ndarray) -> CountEvidence:
    """Return what counts say under a negative binomial, variance mean + dispersion mean²; all [P, T].

    Where a week's price is known only by its sales (`is_full` is False) the distribution is that of what sold at all:
    weeks without a sale are missing there, and leaving that out would make every elasticity look weaker.
    """
    mean, expected, variance = truncated_moments(log_mean, dispersion, is_full)
    slope = 1 / (1 + dispersion * mean)
    return CountEvidence(variance * slope**2, (units - expected) * slope, (units - expected) ** 2 / variance)


def truncated_moments(
    log_mean: np.ndarray, dispersion: float, is_full: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the mean of the whole distribution, and mean and variance of what is seen of it."""
    mean = np.exp(log_mean)
    none = np.where(is_full, 0, np.exp(-np.log1p(dispersion * mean) / dispersion))
    expected = mean / (1 - none)
    square = (mean * (1 + dispersion * mean) + mean**2) / (1 - none)
    return mean, expected, np.maximum(square - expected**2, 1e-6)


@dataclass(frozen=True, slots=True)
class LogCurve:
    """The mean of the log of units, of weeks with a sale, by the log of expected units: flat where those are few."""

    log_means: np.ndarray
    values: np.ndarray

    def of(self, log_mean: np.ndarray) -> np.ndarray:
        """Return the curve's values; beyond its ends it goes on straight."""
        above = np.maximum(log_mean - self.log_means[-1], 0)
        return np.asarray(np.interp(log_mean, self.log_means, self.values) + above)


def log_curve(dispersion: float) -> LogCurve:
    """Return the curve of a negative binomial, summed term by term."""
    log_means = np.arange(-4.0, 5.01, 0.15)
    mean, units, size = np.exp(log_means)[:, None], np.arange(1, 6001)[None, :], 1 / dispersion
    log_chance = np.cumsum(np.log((size + units - 1) / units), axis=1) + units * np.log(mean / (size + mean))
    # The chance of no sale is the same for all units, and falls out.
    chance = np.exp(log_chance - log_chance.max(axis=1, keepdims=True))
    return LogCurve(log_means, (chance * np.log(units)).sum(axis=1) / chance.sum(axis=1))
