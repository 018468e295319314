"""How long an experiment must run before an effect of a given size is seen."""

from math import log1p, sqrt

from shopconnect.experiments.engine.intervals import half_width

POWER_AT = 0.8416  # standard errors beyond the bound at which four of five experiments of that effect show it
MOST_VISITS = 10**10


def spread_of(conversion: float, order_spread: float) -> float:
    """Return the relative standard deviation of revenue per visit, where `conversion` of the visits end in an order.

    `order_spread` is the standard deviation of an order's value over its mean; visits without an order bring nothing.
    """
    return sqrt(max((1 + order_spread**2) / conversion - 1, 0.0)) if conversion > 0 else 0.0


def visits_needed(spread: float, share: float, effect: float) -> int:
    """Return how many visits both arms need together until an effect (0.05 is +5 %) is seen four times of five.

    `spread` is the relative standard deviation of a visit's revenue, `share` what one of the two arms gets. Seen means:
    the confidence sequence (intervals.half_width) leaves zero out. It may be looked at on any day.
    """
    if not 0 < share < 1 or spread <= 0:
        return 0
    # More visits only make the condition easier, so the least number is found by bisection.
    low, high = 1, MOST_VISITS
    while low < high:
        visits = (low + high) // 2
        # Of the log of the arms' ratio: relative variances of two means, spread^2 / n each, add up.
        error = spread * sqrt((1 / share + 1 / (1 - share)) / visits)
        if log1p(effect) >= half_width(error) + POWER_AT * error:
            high = visits
        else:
            low = visits + 1
    return low
