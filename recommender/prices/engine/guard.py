"""Whether a price that was written sells less, or brings less, than its proposal let expect."""

from math import sqrt

from recommender.prices.types import PriceOutlook

LEAST_UNITS = 1.0


def margin_of(outlook: PriceOutlook, units: float, paid: float) -> float:
    """Return the margin of units that so much was paid for, at the tax and cost that the outlook rests on."""
    sold = max(outlook.units.mean, 1e-9)
    net, margin = outlook.revenue.mean / sold, outlook.margin.mean / sold
    return paid * net / float(outlook.price) - units * (net - margin)


def falls_short(outlook: PriceOutlook, share: float, units: float, margin: float) -> bool:
    """Say whether units or margin of a share of the horizon lie under the 95 % interval.

    Chance counts for more in a part: the mean shrinks with it, the width with its root. Of what is expected to sell
    less than a unit nothing can be said.
    """
    if share * outlook.units.mean < LEAST_UNITS:
        return False
    pairs = ((outlook.units, units), (outlook.margin, margin))
    return any(came < share * told.mean - sqrt(share) * (told.mean - told.low) for told, came in pairs)
