"""What a shop's weeks teach of its prices, by the rows of its panel."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.prices.engine.belief import below_zero, quantiles_below_zero
from recommender.prices.engine.forecast import learn_model
from recommender.prices.engine.outlook import INTERVAL, Habit, PriceDemand, current_demand, reduction_habits
from recommender.prices.engine.panel import Movement, Panel, last_prices, price_movement, usual_prices


@dataclass(frozen=True, slots=True)
class LearntPrices:
    """Elasticities, demand and habits of products whose price moved enough; `place` [P] is their row, or -1."""

    movement: Movement
    place: np.ndarray
    demand: PriceDemand | None
    elasticities: np.ndarray  # [rows, 3]: mean and interval
    habits: Habit
    usual: np.ndarray  # [P], the usual log price over the last one

    def is_enough(self, row: int) -> bool:
        """Say whether a product's price moved enough to say what it does."""
        return bool(self.place[row] >= 0)

    def weeks(self, row: int) -> int:
        """Return in how many weeks a product was sold."""
        return int(self.movement.weeks[row])

    def prices(self, row: int) -> int:
        """Return at how many prices a product was sold."""
        return int(self.movement.prices[row])

    def elasticity(self, row: int) -> tuple[float, float, float]:
        """Return a product's elasticity and the ends of its 95 % interval."""
        mean, low, high = self.elasticities[self.place[row]]
        return float(mean), float(low), float(high)

    def habit(self, row: int) -> tuple[float, float]:
        """Return the chance that a reduction of a product begins within four weeks, and how deep it goes in logs."""
        return float(self.habits.chance[row]), float(self.habits.depth[row])

    def above_usual(self, row: int) -> float:
        """Return by how much (in logs) the usual price lies over the last one."""
        return float(self.usual[row])

    def demand_of(self, rows: Sequence[int]) -> PriceDemand:
        """Return the demand of products that have enough movement; raises ValueError where none has."""
        if self.demand is None:
            raise ValueError("No price moved enough.")
        return self.demand.of(self.place[np.array(rows, dtype=int)])


def learn_prices(panel: Panel) -> LearntPrices:
    """Learn a shop's elasticities and demand from all of its weeks."""
    movement = price_movement(panel)
    enough = movement.is_enough
    place = np.where(enough, np.cumsum(enough) - 1, -1)
    last = last_prices(panel.log_price)
    usual = np.nan_to_num(usual_prices(panel.log_price)[:, -1] - last)
    habits = reduction_habits(panel.log_price)
    if not enough.any():
        return LearntPrices(movement, place, None, np.zeros((0, 3)), habits, usual)
    moving = panel.of_products(enough)
    model = learn_model(moving)
    shrunk = model.fit.shrunk
    interval = quantiles_below_zero(shrunk.elasticity, shrunk.variance, np.array(INTERVAL))
    elasticities = np.column_stack([below_zero(shrunk.elasticity, shrunk.variance), interval])
    demand = current_demand(model, moving, last[enough])
    return LearntPrices(movement, place, demand, elasticities, habits, usual)
