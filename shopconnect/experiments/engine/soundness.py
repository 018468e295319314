"""Whether the arms came out as meant, and what share is surely reached.

A file of its own, for what shoppers ask for loads no scipy.
"""

from collections.abc import Sequence
from math import sqrt

import numpy as np

# Not scipy.stats, which takes every process of the system a second to import.
from scipy import special

# Units that the prior weighs as much as: about where a lost unit in twenty begins to be told from chance.
PRIOR_UNITS = 10_000


def sample_ratio(counts: Sequence[int], shares: Sequence[float]) -> float:
    """Return how surely arms meant to hold `shares` of the units came out otherwise, as a p-value for every look.

    The sequential multinomial test (Lindon and Malek, arXiv 2011.03567): the inverse of a Bayes factor, which chance
    alone brings below p at any look, ever, with a probability of p at most. Below 0.001 something loses units in one
    arm, and no figure holds.
    """
    whole = sum(shares)
    if not sum(counts) or min(shares) <= 0:
        return 1.0
    # A Dirichlet around the meant shares: chance may favour neither arm, and any other share is thought possible.
    meant = np.array([share / whole for share in shares])
    seen, prior = np.asarray(counts, np.float64), PRIOR_UNITS * meant
    # ln of B(prior + seen) / B(prior) over prod meant^seen; the counts' order cancels.
    evidence = (special.gammaln(prior + seen) - special.gammaln(prior) - seen * np.log(meant)).sum()
    evidence += special.gammaln(PRIOR_UNITS) - special.gammaln(PRIOR_UNITS + seen.sum())
    return float(min(1.0, np.exp(-evidence)))


def lowest_share(count: int, whole: int) -> float:
    """Return the share that `count` of `whole` is surely above: the lower end of Wilson's interval (1927), 0.1 %."""
    if not whole:
        return 0.0
    # (p + z^2/2n - z sqrt(p (1 - p)/n + z^2/4n^2)) / (1 + z^2/n), z of one side.
    bound, share = float(special.ndtri(0.999)), count / whole
    middle = share + bound**2 / (2 * whole)
    half = bound * sqrt(share * (1 - share) / whole + bound**2 / (4 * whole**2))
    return (middle - half) / (1 + bound**2 / whole)
