"""What a shop's weeks teach of its prices, by the rows of its panel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from recommender.prices.engine.belief import below_zero, quantiles_below_zero
from recommender.prices.engine.elasticity import ElasticityFit
from recommender.prices.engine.forecast import PriceModel, learn_model
from recommender.prices.engine.outlook import INTERVAL, Habit, PriceDemand, current_demand, reduction_habits
from recommender.prices.engine.panel import Movement, Panel, last_prices, price_movement, usual_prices


@dataclass(frozen=True, slots=True)
class LearntPrices:
    """Elasticities, demand and habits of products whose price moved enough; `place` [P] is their row, or -1.

    `tested` are the products of which a price test speaks, and not their past.
    """

    movement: Movement
    place: np.ndarray
    demand: PriceDemand | None
    elasticities: np.ndarray  # [rows, 3]: mean and interval
    habits: Habit
    usual: np.ndarray  # [P], the usual log price over the last one
    tested: frozenset[int] = field(default=frozenset())

    def is_enough(self, row: int) -> bool:
        """Say whether a product's price moved enough to say what it does."""
        return bool(self.place[row] >= 0)

    def is_tested(self, row: int) -> bool:
        """Say whether a product's elasticity is what a price test found."""
        return row in self.tested

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


def learn_prices(panel: Panel, tests: Mapping[int, tuple[float, float]] | None = None) -> LearntPrices:
    """Learn a shop's elasticities and demand from all of its weeks, and from what price tests found, by row.

    A test (elasticity and its error) speaks for a product whose price moved too little otherwise.
    """
    movement = price_movement(panel)
    tested = frozenset(row for row in tests or {} if not movement.is_enough[row] and movement.weeks[row])
    enough = movement.is_enough.copy()
    enough[list(tested)] = True
    place = np.where(enough, np.cumsum(enough) - 1, -1)
    last = last_prices(panel.log_price)
    usual = np.nan_to_num(usual_prices(panel.log_price)[:, -1] - last)
    habits = reduction_habits(panel.log_price)
    if not enough.any():
        return LearntPrices(movement, place, None, np.zeros((0, 3)), habits, usual)
    moving = panel.of_products(enough)
    model = learn_model(moving)
    if tested and tests is not None:
        model = _with_tests(model, moving, {int(place[row]): tests[row] for row in tested})
    shrunk = model.fit.shrunk
    interval = quantiles_below_zero(shrunk.elasticity, shrunk.variance, np.array(INTERVAL))
    elasticities = np.column_stack([below_zero(shrunk.elasticity, shrunk.variance), interval])
    demand = current_demand(model, moving, last[enough])
    return LearntPrices(movement, place, demand, elasticities, habits, usual, tested)


def _with_tests(model: PriceModel, panel: Panel, tests: Mapping[int, tuple[float, float]]) -> PriceModel:
    """Return a model whose tested products have their test's elasticity, drawn to their category's.

    Where all products of the shop were tested, nothing else is known to draw them to.
    """
    shrunk = model.fit.shrunk
    rows = np.array(list(tests), dtype=int)
    slope, error = np.array(list(tests.values())).T
    own = 1 / error**2
    prior = 0.0 if len(rows) == len(shrunk.elasticity) else 1 / (shrunk.within + shrunk.between)
    elasticity, variance = shrunk.elasticity.copy(), shrunk.variance.copy()
    elasticity[rows] = (own * slope + prior * shrunk.of_category[panel.category[rows]]) / (own + prior)
    variance[rows] = 1 / (own + prior)
    fit: ElasticityFit = replace(model.fit, shrunk=replace(shrunk, elasticity=elasticity, variance=variance))
    return replace(model, fit=fit, elasticity=below_zero(elasticity, variance))
