"""Whether what was learnt of prices foretells better than any simple rule: past weeks are held against all of them.

The figure is the one by which `evaluate` compares them: the error within weeks, of the same products.
"""

from dataclasses import dataclass

import numpy as np

from recommender.prices.engine.forecast import AHEAD
from recommender.prices.engine.panel import LEAST_WEEKS, Panel, price_movement
from recommender.prices.engine.rules import NO_PRICE, PriceEffect, foretell

SURE = 1.645  # standard errors: one side of nineteen in twenty
MOST_WINDOWS = 4  # a year: each season once


@dataclass(frozen=True, slots=True)
class PriceTrial:
    """Root mean squared errors of log units within weeks, by rule.

    `lead_low` is the lower end of by how much the mean square of what is learnt lies under that of the better of the
    rules that know no price, products counting as a whole.
    """

    products: int
    weeks: int
    errors: dict[PriceEffect, float]
    lead_low: float

    @property
    def is_passed(self) -> bool:
        """Say whether knowing prices surely foretells better than not, and minus one for all does no better."""
        is_ahead = self.errors[PriceEffect.HIERARCHICAL] <= self.errors[PriceEffect.MINUS_ONE]
        return self.lead_low > 0 and is_ahead

    @property
    def without_price(self) -> float:
        """Return the error of the better of the rules that know no price."""
        return min(self.errors[rule] for rule in NO_PRICE)


def try_prices(panel: Panel) -> PriceTrial | None:
    """Foretell up to four windows of 13 weeks, each from all weeks before it; None where too little is known."""
    ends = range(panel.weeks, LEAST_WEEKS + AHEAD - 1, -AHEAD)[:MOST_WINDOWS]
    squares = {rule: np.zeros(len(panel.category)) for rule in PriceEffect}
    cells = np.zeros(len(panel.category))
    for end in ends:
        is_countable = price_movement(panel.of_weeks(0, end - AHEAD)).is_countable
        if not is_countable.any():
            continue
        told = foretell(panel.of_weeks(0, end).of_products(is_countable), end - AHEAD)
        cells[is_countable] += told.is_sold.sum(axis=1)
        for rule in PriceEffect:
            squares[rule][is_countable] += (told.within_weeks(rule) ** 2).sum(axis=1)
    count = int(cells.sum())
    if not count:
        return None
    learnt = squares[PriceEffect.HIERARCHICAL]
    return PriceTrial(
        products=int((cells > 0).sum()),
        weeks=count,
        errors={rule: float(np.sqrt(squares[rule].sum() / count)) for rule in PriceEffect},
        lead_low=min(_lead_low(squares[rule] - learnt, cells) for rule in NO_PRICE),
    )


def _lead_low(gained: np.ndarray, cells: np.ndarray) -> float:
    """Return the lower end of the mean gain a cell, of gains [P] over so many cells [P]."""
    count = cells.sum()
    lead = gained.sum() / count
    return float(lead - SURE * np.sqrt(((gained - lead * cells) ** 2).sum()) / count)
