"""The bench of forecasts: what a night costs a large shop, from its sales to what may be sold until a delivery.

The shop is invented, in this process alone: what the database takes to tell of its sales is not in it.
"""

from functools import partial

from shopconnect.core.progress import Progress
from shopconnect.measure.bench.processor import cost_of
from shopconnect.measure.bench.types import Figures
from shopconnect.measure.engine.sales import forecast_night, invented_units


def bench_stock(items: int, progress: Progress) -> Figures:
    """Measure forecasts and reorder points of an invented shop of so many items and two years."""
    progress("inventing", 0)
    units = invented_units(items)
    progress("forecasting", 20)
    cost = cost_of(partial(forecast_night, units))
    progress("foretold", 100)
    return {
        "items": items,
        "weeks_with_sales": float((units > 0).sum()),
        "seconds": cost.seconds,
        "cpu_seconds": cost.cpu_seconds,
        "peak_megabytes": cost.peak_megabytes,
    }
