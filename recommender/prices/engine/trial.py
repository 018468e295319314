"""Whether what was learnt of prices foretells better than no price effect: the last weeks are held against either.

What all products' weeks have in common (a season that no year before has shown, a sale, growth) is taken out of both:
a proposal weighs one price of a product against another in the same weeks, so that no such rise touches it.
"""

from dataclasses import dataclass

import numpy as np

from recommender.prices.engine.forecast import AHEAD, forecast, learn_model
from recommender.prices.engine.panel import LEAST_WEEKS, Panel, price_movement

SURE = 1.645  # standard errors: one side of nineteen in twenty


@dataclass(frozen=True, slots=True)
class PriceTrial:
    """Root mean squared errors of log units with and without what prices do, and how surely the former is smaller.

    `lead` is by how much the mean square falls, `lead_low` the lower end of its interval, products counting as a whole.
    """

    products: int
    weeks: int
    with_price: float
    without_price: float
    lead: float
    lead_low: float

    @property
    def is_passed(self) -> bool:
        """Say whether knowing the price surely foretells better."""
        return self.lead_low > 0


def try_prices(panel: Panel) -> PriceTrial | None:
    """Learn from the first two thirds and foretell the rest (13 to 26 weeks); None where too little is known."""
    known = panel.weeks - min(max(panel.weeks // 3, AHEAD), 2 * AHEAD)
    if known < LEAST_WEEKS:
        return None
    panel = panel.of_products(price_movement(panel.of_weeks(0, known)).is_enough)
    is_sold = panel.is_sold[:, known:]
    if not is_sold.any():
        return None
    model = learn_model(panel.of_weeks(0, known))
    log_units = np.log(np.where(panel.units > 0, panel.units, 1))[:, known:]
    foretold = [forecast(model, panel, with_price=with_price) for with_price in (True, False)]
    told = [without_common(log_units - one, is_sold) ** 2 for one in foretold]
    gained = (told[1] - told[0]).sum(axis=1)
    cells = is_sold.sum(axis=1)
    count = int(cells.sum())
    lead = float(gained.sum()) / count
    error = float(np.sqrt(((gained - lead * cells) ** 2).sum())) / count
    return PriceTrial(
        products=len(cells),
        weeks=count,
        with_price=float(np.sqrt(told[0].sum() / count)),
        without_price=float(np.sqrt(told[1].sum() / count)),
        lead=lead,
        lead_low=lead - SURE * error,
    )


def without_common(errors: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return errors beyond what all products' have in common in each week, nought where the mask is not."""
    common = np.where(mask, errors, 0).sum(axis=0) / np.maximum(mask.sum(axis=0), 1)
    return np.asarray(np.where(mask, errors - common, 0))
