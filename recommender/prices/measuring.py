"""Elasticities measured on a shop's own history: what `manage.py evaluate NAME prices` prints."""

import math

from django.utils.translation import gettext as _

from recommender.prices.engine.comparison import PriceComparison, PriceFigures, compare_prices
from recommender.prices.engine.rules import PriceEffect
from recommender.prices.engine.trial import PriceTrial
from recommender.prices.reading import read_prices
from shopconnect.core.errors import Refusal
from shopconnect.core.progress import Progress, silent
from shopconnect.core.tenancy.context import ShopId

SIMPLE = (PriceEffect.NONE, PriceEffect.MINUS_ONE, PriceEffect.OLS)
LEAST_KNOWN, LEAST_FORETOLD = 20, 1


def evaluate_prices(
    shop_id: ShopId, *, train_weeks: int = 40, test_weeks: int = 13, progress: Progress = silent
) -> dict[str, object]:
    """Fit elasticities on the first weeks, foretell log units of the last, return figures by model. Changes nothing.

    The weeks end with the last whole day of sales. `served` are the figures of the model that `served` names. Raises
    Refusal(too_few_weeks), and Refusal(too_little) where no product has three prices and twenty weeks with a sale.
    """
    if train_weeks < LEAST_KNOWN or test_weeks < LEAST_FORETOLD:
        raise Refusal(
            "too_few_weeks", _("Elasticities are fitted on 20 weeks or more, and measured on 1 or more."), 400
        )
    progress("reading", 0)
    panel = read_prices(shop_id, train_weeks + test_weeks).panel
    progress("fitting", 30)
    comparison = compare_prices(panel, train_weeks)
    if comparison is None:
        raise Refusal(
            "too_little",
            _("There isn’t enough price movement to measure: no product has three prices and 20 weeks with a sale."),
        )
    progress("measured", 100)
    return _report(comparison)


def _report(comparison: PriceComparison) -> dict[str, object]:
    shown = {rule.value: _plain(comparison.figures[rule]) for rule in (*SIMPLE, PriceEffect.LEVEL)}
    return {
        "products": comparison.products,
        "weeks_foretold": comparison.weeks,
        "big_moves": comparison.big_moves,
        "served": comparison.served.value,
        "trial": _plain_trial(comparison.trial),
        "models": {
            **shown,
            PriceEffect.HIERARCHICAL.value: _plain(comparison.figures[PriceEffect.HIERARCHICAL]),
            "served": _plain(comparison.figures[comparison.served]),
        },
    }


def _plain_trial(trial: PriceTrial | None) -> dict[str, object] | None:
    """Return why what is served is served: the errors within weeks of windows of the known weeks, by rule."""
    if trial is None:
        return None
    errors = {rule.value: round(error, 4) for rule, error in trial.errors.items()}
    return {"weeks": trial.weeks, "rmse_within_weeks": errors, "lead_low": round(trial.lead_low, 4)}


def _plain(figures: PriceFigures) -> dict[str, float | None]:
    """Return figures that JSON can hold: what is no number becomes null."""
    named = {
        "rmse": figures.rmse,
        "rmse_within_weeks": figures.rmse_apart,
        "rmse_big_moves": figures.rmse_big_moves,
        "positive_share": figures.positive_share,
    }
    return {name: None if math.isnan(value) else round(value, 4) for name, value in named.items()}
