"""The bench of training, against one plain LightFM fit of the same interactions."""

from functools import partial

from recommender.products.services import train_shop
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy import ShopId, shop_scope
from shopconnect.lab.bench.engine import fit_plain, interactions_of
from shopconnect.lab.bench.figures import ratio
from shopconnect.lab.bench.processor import cost_of
from shopconnect.lab.bench.types import Figures, NothingToMeasure, Tell
from shopconnect.orders.selectors import iter_purchases


def bench_train(shop_id: ShopId, tell: Tell) -> Figures:
    """Measure a shop's training, which is put in service; CPU of this process and PostgreSQL, seconds, MB.

    Raises NothingToMeasure when there is too little to learn from.
    """
    tell("Training")
    try:
        training = cost_of(partial(train_shop, shop_id))
    except Refusal as refusal:
        raise NothingToMeasure(refusal.message) from refusal
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
    }
