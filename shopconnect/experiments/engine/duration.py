"""How long an experiment must run before an effect of a given size is seen."""

from math import inf, log1p, sqrt

from shopconnect.experiments.engine.intervals import half_width

POWER_AT = 0.8416  # standard errors beyond the bound at which four of five experiments of that effect show it
MOST_UNITS = 10**10


def units_needed(spread: float, share: float, effect: float) -> int:
    """Return how many units both arms need together until an effect (0.05 is +5 %) is seen four times of five.

    `spread` is the relative standard deviation of a unit's figure, `share` what one of the two arms gets. A unit is
    what is assigned, a visitor: visits of one are not independent, and would promise too few days. Seen means: the
    confidence sequence (intervals.half_width) leaves zero out. It may be looked at on any day.
    """
    if not (0 < share < 1 and 0 < spread < inf):
        return 0
    # More units only make the condition easier, so the least number is found by bisection.
    low, high = 1, MOST_UNITS
    while low < high:
        units = (low + high) // 2
        # Of the log of the arms' ratio: relative variances of two means, spread^2 / n each, add up.
        error = spread * sqrt((1 / share + 1 / (1 - share)) / units)
        if log1p(effect) >= half_width(error) + POWER_AT * error:
            high = units
        else:
            low = units + 1
    return low
