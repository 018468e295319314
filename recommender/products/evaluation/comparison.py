"""Measuring on a shop's own history: what `manage.py evaluate NAME products` prints."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from django.utils.translation import gettext as _

from recommender.products.data.engine.features import Features
from recommender.products.data.engine.history import History
from recommender.products.data.engine.recency import EPOCH
from recommender.products.data.reading import read_shop, read_visits
from recommender.products.evaluation.engine.blend import TunedBlend
from recommender.products.evaluation.engine.comparison import ModelComparison, compare_models
from recommender.products.evaluation.engine.measuring import measure, measure_served
from recommender.products.evaluation.engine.queries import ScoringModels
from recommender.products.evaluation.engine.split import Split
from recommender.products.types import Task
from shopconnect.core.errors import Refusal
from shopconnect.core.progress import Progress, silent
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.selectors import last_order_at

LEAST_KNOWN = 0.3  # the share of all views that must lie before the cut
FitWithFeatures = Callable[[Split, Features, int, Progress], ScoringModels]


def evaluate_products(
    shop_id: ShopId,
    task: Task,
    *,
    cut: date | None,
    days: int,
    k: int,
    seed: int,
    fit: FitWithFeatures,
    progress: Progress = silent,
    mask_seen: bool = False,
) -> dict[str, object]:
    """Train on what lies before the cut, measure on [cut, cut + days) in UTC, return figures by model.

    `fit` fits every model on a split. The cut defaults to `days` before the last order's day; for visits that are too
    young for that, to the last day on which a product was looked at. Nothing after the cut is seen in training or
    tuning. With `mask_seen` a visit is neither shown nor asked for what it saw. Raises Refusal(too_little) when the
    history is too short.
    """
    progress("reading", 0)
    history, features = read_visits(shop_id) if task == Task.SESSION else _read_orders(shop_id)
    if cut is None:
        cut, days = default_window(shop_id, task, history, days)
    with refused_around(cut):
        comparison = compare_models(
            task,
            history,
            lambda split, report: fit(split, features, seed, report),
            cut=float((cut - EPOCH).days),
            days=float(days),
            seed=seed,
            progress=progress,
            mask_seen=mask_seen and task == Task.SESSION,
        )
    setting = {"task": task.value, "cut": cut.isoformat(), "days": days, "k": k, "seed": seed}
    return setting | _measured(comparison, k, seed, progress)


@contextmanager
def refused_around(cut: date) -> Iterator[None]:
    """Turn a comparison's ValueError into Refusal(too_little), whose sentence names the cut."""
    try:
        yield
    except ValueError as error:
        sentence = _("There isn’t enough history around %(cut)s to measure this. Choose another date.")
        raise Refusal("too_little", sentence % {"cut": cut.isoformat()}) from error


def _measured(comparison: ModelComparison, k: int, seed: int, progress: Progress) -> dict[str, object]:
    """Return the figures of a comparison as `manage.py evaluate` prints them."""
    models = measure(comparison, k, seed, progress)
    return {
        "cases": len(comparison.split.cases),
        "served": comparison.tuned.served,
        "served_default": plain(measure_served(comparison, k, seed)),
        "gate": _gate(comparison.tuned),
        "trades": [trade_off.as_json() for trade_off in comparison.trade_offs],
        "models": {name: plain(figures) for name, figures in models.items()},
    }


def _gate(tuned: TunedBlend) -> dict[str, object]:
    return {
        "cases": tuned.cases,
        "blend_ndcg": tuned.blend_ndcg,
        "simple_ndcg": tuned.simple_ndcg,
        "difference": tuned.difference,
        "difference_low": tuned.difference_low,
        "weights": dict(tuned.weights),
    }


def _read_orders(shop_id: ShopId) -> tuple[History, Features]:
    data = read_shop(shop_id)
    if not len(data.history):
        raise Refusal("too_little", _("The shop has no orders yet, so the model can’t be trained."))
    return data.history, data.features


def default_window(shop_id: ShopId, task: Task, history: History, days: int) -> tuple[date, int]:
    """Return the first day of what is foretold, and how many days that is; `history` must not be empty."""
    last = _day_of(float(history.days[-1]))
    if task == Task.SESSION:
        with shop_scope(shop_id):
            last_order = last_order_at()
        cut = last_order.astimezone(UTC).date() - timedelta(days=days) if last_order else last
        known = len(history.before((cut - EPOCH).days)) / len(history)
        return (cut, days) if LEAST_KNOWN <= known < 1 else (last, 1)
    return last - timedelta(days=days), days


def _day_of(days: float) -> date:
    return datetime.fromtimestamp(days * 86_400, UTC).date()


def plain(figures: dict[str, float | None] | dict[str, float]) -> dict[str, float | None]:
    """Return figures that JSON can hold: what is no number becomes null."""
    return {name: None if value is None or math.isnan(value) else value for name, value in figures.items()}
