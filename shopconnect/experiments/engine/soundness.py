"""Whether the arms came out as meant, and what share is surely reached.

A file of its own, for what shoppers ask for loads no scipy.
"""

from collections.abc import Sequence
from math import sqrt

import numpy as np

# Not scipy.stats, which takes every process of the system a second to import.
from scipy import special


def sample_ratio(counts: Sequence[int], shares: Sequence[float]) -> float:
    """Return how probable it is that arms meant to hold `shares` of the units come out at least as far off as `counts`.

    A chi-square test (Fabijan et al., KDD 2019): below 0.001 something loses units in one arm, and no figure holds.
    """
    total, whole = sum(counts), sum(shares)
    if total == 0 or min(shares) <= 0:
        return 1.0
    # (arms,): expected counts; the statistic has arms - 1 degrees of freedom.
    meant = np.array([total * share / whole for share in shares])
    statistic = ((np.asarray(counts) - meant) ** 2 / meant).sum()
    return float(special.chdtrc(len(counts) - 1, statistic))


def lowest_share(count: int, whole: int) -> float:
    """Return the share that `count` of `whole` is surely above: the lower end of Wilson's interval (1927), 0.1 %."""
    if not whole:
        return 0.0
    # (p + z^2/2n - z sqrt(p (1 - p)/n + z^2/4n^2)) / (1 + z^2/n), z of one side.
    bound, share = float(special.ndtri(0.999)), count / whole
    middle = share + bound**2 / (2 * whole)
    half = bound * sqrt(share * (1 - share) / whole + bound**2 / (4 * whole**2))
    return (middle - half) / (1 + bound**2 / whole)
