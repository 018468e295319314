"""The bench of training, against one plain LightFM fit of the same interactions, and of adding an hour's orders."""

from datetime import timedelta
from functools import partial

from recommender.products.learning import MODEL, STATE
from recommender.products.services import add_to_model, train_shop
from shopconnect.core import artefacts
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy import ShopId, shop_scope
from shopconnect.lab.bench.engine import fit_plain, interactions_of
from shopconnect.lab.bench.figures import ratio
from shopconnect.lab.bench.processor import Cost, cost_of
from shopconnect.lab.bench.types import Figures, NothingToMeasure, Tell
from shopconnect.orders.selectors import iter_purchases, last_order_at


def bench_train(shop_id: ShopId, tell: Tell) -> Figures:
    """Measure a shop's training, which is put in service, and an increment; CPU of this process and PostgreSQL.

    Raises NothingToMeasure when there is too little to learn from.
    """
    tell("Training")
    try:
        training = cost_of(partial(train_shop, shop_id))
    except Refusal as refusal:
        raise NothingToMeasure(refusal.message) from refusal
    tell("Adding an hour's orders")
    increment = _hour_again(shop_id)
    with shop_scope(shop_id):
        pairs = [(bought.buyer, bought.product_id) for bought in iter_purchases() if bought.buyer is not None]
    interactions = interactions_of(pairs)
    tell("One plain fit")
    plain = cost_of(partial(fit_plain, interactions))
    return {
        "lines": len(pairs),
        "interactions": int(interactions.nnz),
        "seconds": training.seconds,
        "cpu_seconds": training.cpu_seconds,
        "yardstick_seconds": plain.seconds,
        "yardstick_cpu_seconds": plain.cpu_seconds,
        "ratio": ratio(training.cpu_seconds, plain.cpu_seconds),
        "peak_megabytes": training.peak_megabytes,
        "increment_seconds": increment.seconds,
        "increment_cpu_seconds": increment.cpu_seconds,
    }


def _hour_again(shop_id: ShopId) -> Cost:
    """Have the orders of the last hour added as if they were new, then put the model back as it was learnt."""
    model, state = artefacts.load_newest(shop_id, MODEL), artefacts.load_newest(shop_id, STATE)
    if model is None or state is None:
        raise NothingToMeasure("Nothing was learnt, so there is nothing to add to.")
    with shop_scope(shop_id):
        last = last_order_at()
        hour = [bought.order_id for bought in iter_purchases(since=last - timedelta(hours=1))] if last else []
    until = {**model.manifest["until"], "order_id": min(hour, default=1) - 1}
    artefacts.save(shop_id, MODEL, model.arrays, {**model.manifest, "until": until})
    cost = cost_of(partial(add_to_model, shop_id))
    artefacts.save(shop_id, STATE, state.arrays, state.manifest)
    artefacts.save(shop_id, MODEL, model.arrays, model.manifest)
    return cost
