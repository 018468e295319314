"""Verbs of the stock room: what will be sold is measured on what was."""

from django.utils.translation import gettext as _

from recommender.stock.engine.evaluation import forecast_errors, origins_of, reorder_errors
from recommender.stock.engine.quantiles import Calibrator
from recommender.stock.reading import read_stock
from recommender.stock.types import FEWEST_WEEKS, StockEvaluation
from shopconnect.core.errors import Refusal
from shopconnect.core.progress import Progress, silent
from shopconnect.core.tenancy.context import ShopId


def evaluate_stock(shop_id: ShopId, asked: StockEvaluation, progress: Progress = silent) -> dict[str, object]:
    """Measure forecasts and reorder points on the shop's own past, with the simple rules beside; changes nothing.

    Raises Refusal(too_little) where too few weeks are known. Opens a scope to read.
    """
    progress("reading", 0)
    stock = read_stock(shop_id, until_last_sale=True)
    origins = origins_of(stock.demand.weeks, asked.origins, max(asked.horizon_weeks, asked.lead_weeks))
    if not origins:
        needed = FEWEST_WEEKS + max(asked.horizon_weeks, asked.lead_weeks)
        sentence = _("There are too few weeks of sales to measure forecasts: %(weeks)s of %(needed)s.")
        raise Refusal("too_little", sentence % {"needed": needed, "weeks": stock.demand.weeks})
    progress("forecasting", 10)
    models, leads = forecast_errors(stock.forecaster, origins, asked.horizon_weeks)
    progress("calibrating", 60)
    reorder = reorder_errors(Calibrator(stock.forecaster), origins, asked.lead_weeks)
    return {
        "series": len(stock.demand.items),
        "weeks": stock.demand.weeks,
        "origins": len(origins),
        "served": stock.forecaster.served(origins[-1]),
        "origins_with_calendar": sum(stock.forecaster.choice(origin).has_events for origin in origins),
        "models": models,
        "ahead_of_simple": leads,
        "reorder": reorder,
    }
