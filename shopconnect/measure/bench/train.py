"""The bench of training, against one plain LightFM fit of the same interactions, and of adding an hour's orders.

How training grows with a shop is seen on invented ones, in this process alone: no database is asked for them.
"""

from datetime import timedelta
from functools import partial

from recommender.products.data.artefacts import MODEL, STATE
from recommender.products.data.engine.features import make_features
from recommender.products.data.engine.news import News
from recommender.products.services import add_to_model, train_shop
from recommender.products.training.engine.increments import add_news
from recommender.products.training.engine.shop import FittedShop, fit_shop
from shopconnect.core.artefacts import store
from shopconnect.core.errors import Refusal
from shopconnect.core.progress import Progress
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.measure.bench.figures import ratio
from shopconnect.measure.bench.processor import Cost, cost_of
from shopconnect.measure.bench.types import Figures, NothingToMeasure, Tell
from shopconnect.measure.engine.plain_fit import fit_plain, interactions_of
from shopconnect.measure.engine.purchases import invented_shop, news_since
from shopconnect.orders.selectors import iter_purchases, last_order_at

LINES_A_PRODUCT, HOUR = 10, 1 / 24


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


def bench_large_train(products: int, progress: Progress) -> Figures:
    """Measure learning an invented shop of so many products and ten order lines each, and adding an hour to it.

    Nothing is read from a database or saved; the last hour's orders are held back, and added afterwards.
    """
    progress("inventing", 0)
    shop = invented_shop(products, LINES_A_PRODUCT * products)
    hour = float(shop.history.days[-1]) - HOUR
    known, fitted = shop.history.before(hour), []
    training = cost_of(lambda: fitted.append(fit_shop(known, make_features(shop.products), shop.names, 0, progress)))
    news = news_since(shop.history, hour)
    increment = cost_of(partial(_add, fitted[0], news))
    return {
        "products": products,
        "lines": len(known),
        "orders": int(known.order_count),
        "seconds": training.seconds,
        "cpu_seconds": training.cpu_seconds,
        "peak_megabytes": training.peak_megabytes,
        "model_megabytes": sum(array.nbytes for array in fitted[0].arrays.values()) / 2**20,
        "increment_lines": len(news.purchases),
        "increment_cpu_seconds": increment.cpu_seconds,
    }


def _add(model: FittedShop, news: News) -> None:
    add_news(model.arrays, model.manifest, model.state, news)


def _hour_again(shop_id: ShopId) -> Cost:
    """Have the orders of the last hour added as if they were new, then put the model back as it was learnt."""
    model, state = store.load_newest(shop_id, MODEL), store.load_newest(shop_id, STATE)
    if model is None or state is None:
        raise NothingToMeasure("Nothing was learnt, so there is nothing to add to.")
    with shop_scope(shop_id):
        last = last_order_at()
        hour = [bought.order_id for bought in iter_purchases(since=last - timedelta(hours=1))] if last else []
    until = {**model.manifest["until"], "order_id": min(hour, default=1) - 1}
    store.save(shop_id, MODEL, model.arrays, {**model.manifest, "until": until})
    cost = cost_of(partial(add_to_model, shop_id))
    # As it was, state and model: the hour stood in it already, and would now be counted twice.
    store.save(shop_id, STATE, state.arrays, state.manifest)
    store.save(shop_id, MODEL, model.arrays, model.manifest)
    return cost
