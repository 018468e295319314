"""Measuring one shelf on a shop's own history: what `manage.py evaluate NAME products --shelf` prints."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from typing import TypeVar

from django.utils.translation import gettext as _

from recommender.products.data.engine.features import Features
from recommender.products.data.engine.recency import EPOCH
from recommender.products.data.engine.rhythm import repeat_share
from recommender.products.data.reading import ShopData, read_shop, refuse_without_orders
from recommender.products.evaluation.comparison import default_window, plain, refused_around
from recommender.products.evaluation.engine.measuring import measure_shelf
from recommender.products.evaluation.engine.queries import ScoringModels
from recommender.products.evaluation.engine.shelf_comparison import (
    FitTables,
    LinkVisits,
    MeasuredShelf,
    ShelfComparison,
    ShelfData,
    ShelfWindow,
    compare_shelf,
)
from recommender.products.evaluation.engine.split import Split
from recommender.products.serving.shelves import NEXT_BASKET, config_of
from recommender.products.types import BESIDE, Purpose, Shelf, Task, are_many, offers_repeats
from shopconnect.core.errors import Refusal
from shopconnect.core.progress import Progress, silent
from shopconnect.core.tenancy.context import ShopId

# By the cases of which purpose each shelf is measured. The others foretell nothing: they show what is so.
ASKED: Mapping[Shelf | None, Purpose] = {
    None: Purpose.SHELF,
    Shelf.SIMILAR: Purpose.SHELF,
    Shelf.TOGETHER: Purpose.SHELF,
    Shelf.CART: Purpose.CART,
    Shelf.FOR_YOU: Purpose.NEW,
    Shelf.VIEWED: Purpose.VISIT,
    Shelf.AGAIN: Purpose.AGAIN,
    Shelf.TRENDING: Purpose.NEXT,
}
GATED = (None, Shelf.CART, Shelf.FOR_YOU, Shelf.VIEWED, Shelf.AGAIN)
KINDS: Mapping[Purpose, str] = {Purpose.VISIT: "visit", Purpose.SHELF: "page", Purpose.CART: "cart"}

_Fitted = TypeVar("_Fitted", bound=ScoringModels)


def evaluate_shelf(
    shop_id: ShopId,
    shelf: Shelf | None,
    *,
    cut: date | None,
    days: int,
    k: int,
    seed: int,
    fit: Callable[[Split, Features, int, Progress], _Fitted],
    tables: FitTables[_Fitted],
    link_visits: LinkVisits,
    progress: Progress = silent,
    mask_seen: bool = False,
) -> dict[str, object]:
    """Train on what lies before the cut, measure one shelf on [cut, cut + days) in UTC, return its figures.

    Without a shelf the one without a name, beside a product. `fit` fits every model on a split, `tables` makes what
    shelves read beside them, `link_visits` what visits say; cut and `mask_seen` are as in `evaluate_products`. Weights
    are tuned on the `days` before the cut. Raises Refusal(not_measured) of a shelf that foretells nothing,
    Refusal(too_little) when the history is too short.
    """
    if shelf not in ASKED:
        sentence = _("This shelf doesn’t predict purchases, so it can’t be measured. You can measure: %(names)s.")
        raise Refusal("not_measured", sentence % {"names": ", ".join(_name(one) for one in ASKED)})
    progress("reading", 0)
    data = _read(shop_id, shelf)
    start, tuning_days = cut, days
    if start is None:
        of_visits = ASKED[shelf] == Purpose.VISIT
        task, history = (Task.SESSION, data.views) if of_visits else (Task.NEXT_ALL, data.history)
        start, days = default_window(shop_id, task, history, days)
    day = float((start - EPOCH).days)
    measured = measured_shelf(shelf, offers_repeats=_offers_repeats(data, day))
    with refused_around(start):
        comparison = compare_shelf(
            measured,
            ShelfData(data.history, data.views, data.features),
            lambda split, report: fit(split, data.features, seed, report),
            tables,
            link_visits,
            ShelfWindow(day, float(days), float(tuning_days)),
            seed,
            progress,
            mask_seen,
        )
    setting = {"shelf": _name(shelf), "cut": start.isoformat(), "days": days, "k": k, "seed": seed}
    setting |= {"kind": KINDS.get(measured.asked, "buyer"), "asked": measured.asked.value}
    return setting | _measured(comparison, k, seed, progress)


def _offers_repeats(data: ShopData, day: float) -> bool:
    """Say whether *for you* shows what buyers had, by what the shop chose and what its orders before a day say."""
    return offers_repeats(data.for_you, are_many=are_many(asdict(repeat_share(data.history, day))))


def _measured(comparison: ShelfComparison, k: int, seed: int, progress: Progress) -> dict[str, object]:
    """Return the figures of a shelf as `manage.py evaluate` prints them."""
    models, served_default = measure_shelf(comparison, k, seed, progress)
    return {
        "cases": len(comparison.split.cases),
        "served": comparison.served,
        "served_default": plain(served_default),
        "models": {name: plain(figures) for name, figures in models.items()},
    }


def measured_shelf(shelf: Shelf | None, *, offers_repeats: bool = False) -> MeasuredShelf:
    """Return how a shelf is measured: by the very source that it is served from. Raises KeyError where it is not.

    Where *for you* `offers_repeats`, it is asked for anything that buyers take next.
    """
    config = config_of(shelf, offers_repeats=offers_repeats)
    asked = Purpose.NEXT if config is NEXT_BASKET else ASKED[shelf]
    return MeasuredShelf(config.source, asked, gate=asked if shelf in GATED else None, penalised=config.purpose)


def _name(shelf: Shelf | None) -> str:
    return shelf.value if shelf else BESIDE


def _read(shop_id: ShopId, shelf: Shelf | None) -> ShopData:
    data = read_shop(shop_id)
    if ASKED[shelf] == Purpose.VISIT:
        if not len(data.views):
            raise Refusal("too_little", _("No product views yet."))
    else:
        refuse_without_orders(data)
    return data
