"""The bench of forecasts: what a night costs a large shop, from its sales to what may be sold until a delivery.

The shop is invented, in this process alone: what the database takes to tell of its sales is not in it.
"""

import numpy as np

from recommender.stock.engine.demand import read_demand
from recommender.stock.engine.forecast import Forecaster
from recommender.stock.engine.quantiles import Calibrator
from shopconnect.core.progress import Progress
from shopconnect.measure.bench.processor import cost_of
from shopconnect.measure.bench.types import Figures
from shopconnect.measure.engine.sales import LAST_DAY, invented_units, sales_of

HORIZON_WEEKS, LEAD_WEEKS, LEVEL = 13, 3, 0.95


def bench_stock(items: int, progress: Progress) -> Figures:
    """Measure forecasts and reorder points of an invented shop of so many items and two years."""
    progress("inventing", 0)
    units = invented_units(items)
    lines = np.count_nonzero(units)

    def night() -> None:
        demand = read_demand(sales_of(units), LAST_DAY)
        forecaster = Forecaster(demand, np.ones(len(demand.items)), np.zeros(len(demand.items), np.int64))
        forecaster.weekly(demand.weeks, HORIZON_WEEKS)
        Calibrator(forecaster).quantile(demand.weeks, LEAD_WEEKS, LEVEL)

    progress("forecasting", 20)
    cost = cost_of(night)
    progress("foretold", 100)
    return {
        "items": items,
        "weeks_with_sales": float(lines),
        "seconds": cost.seconds,
        "cpu_seconds": cost.cpu_seconds,
        "peak_megabytes": cost.peak_megabytes,
    }
