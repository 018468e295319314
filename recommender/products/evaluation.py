"""Measuring on a shop's own history: what `manage.py evaluate NAME products` prints."""

import math
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta

from django.utils.translation import gettext as _

from recommender.products.engine.learning import hold_contest
from recommender.products.engine.measuring import measure, measure_served
from recommender.products.learning import read_shop
from recommender.products.types import Task
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy import ShopId

EPOCH = date(1970, 1, 1)
MEASURED = (Task.NEXT_NEW, Task.NEXT_ALL, Task.CART, Task.LAST, Task.COLD)
Progress = Callable[[str, int], None]


def evaluate_products(
    shop_id: ShopId, task: Task, *, cut: date | None, days: int, k: int, seed: int, progress: Progress
) -> dict[str, object]:
    """Train on what lies before the cut, measure on [cut, cut + days) in UTC, return figures by model.

    The cut defaults to `days` before the last order's day. Nothing after the cut is seen in training or tuning.
    Raises Refusal: not_measured for a task that has no measure yet, too_little when the history is too short.
    """
    if task not in MEASURED:
        raise Refusal("not_measured", _("The task %(task)s is not measured yet.") % {"task": task.value})
    progress("reading", 0)
    facts = read_shop(shop_id)
    last = datetime.fromtimestamp(float(facts.history.days[-1]) * 86_400, UTC).date()
    cut = cut or last - timedelta(days=days)
    try:
        contest = hold_contest(
            task, facts.history, facts.features, cut=float((cut - EPOCH).days), days=float(days), seed=seed,
            progress=progress,
        )  # fmt: skip
    except ValueError as error:
        sentence = _("There is too little history around %(cut)s to measure this: choose another cut.")
        raise Refusal("too_little", sentence % {"cut": cut.isoformat()}) from error
    models = measure(contest, k, seed, progress)
    return {
        "task": task.value,
        "cut": cut.isoformat(),
        "days": days,
        "k": k,
        "seed": seed,
        "cases": len(contest.trial.cases),
        "served": contest.tuned.served,
        "served_default": _plain(measure_served(contest, k, seed)),
        "gate": {
            "cases": contest.tuned.cases, "blend_ndcg": contest.tuned.blend_ndcg,
            "simple_ndcg": contest.tuned.simple_ndcg, "difference": contest.tuned.difference,
            "difference_low": contest.tuned.difference_low, "weights": dict(contest.tuned.weights),
        },
        "trades": [asdict(trade) for trade in contest.trades],
        "models": {name: _plain(figures) for name, figures in models.items()},
    }  # fmt: skip


def _plain(figures: dict[str, float | None] | dict[str, float]) -> dict[str, float | None]:
    """Return figures that JSON can hold: what is no number becomes null."""
    return {name: None if value is None or math.isnan(value) else value for name, value in figures.items()}
