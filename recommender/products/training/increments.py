"""Adding what came since to a shop's model: read, added outside any scope, and saved as learning saves."""

from collections.abc import Mapping
from typing import Any

from recommender.products.data.artefacts import MODEL, STATE, FittedVersion, load_model, load_newest_model
from recommender.products.data.engine.columns import names_of
from recommender.products.data.engine.news import News
from recommender.products.data.reading import SETTLED, moment_of, read_news, read_until
from recommender.products.training.engine.increments import add_news
from recommender.products.training.engine.state import read_state
from recommender.products.training.fitting import today
from shopconnect.catalog.selectors import newest_product_id
from shopconnect.core.artefacts import store
from shopconnect.core.clock import now
from shopconnect.core.observability.log import get_logger
from shopconnect.core.security.crypto import random_token
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events.selectors import last_view_at
from shopconnect.orders.selectors import last_order_id

log = get_logger(__name__)


def add_and_save(shop_id: ShopId) -> str:
    """Put what came since into the model that is served; returns the new version, "" where nothing was added.

    A model without a state of its own stamp (one that was never fitted, or whose state is gone) is left as it is until
    all is fitted again. So is one that a learning replaced meanwhile. A worker that stopped between saving state and
    model leaves the model and the state before it, from which this goes on.
    """
    model = load_newest_model(shop_id)
    state = store.load_stamped(shop_id, STATE, model.manifest.get("stamp", "")) if model else None
    if model is None or state is None:
        log.info("nothing_to_add_to", shop_id=shop_id)
        return ""
    news, until = read_news(shop_id, names_of(model.all_arrays), read_until(model.manifest))
    if not len(news.purchases) and not news.contents and len(news.views) == news.first_view:
        return ""
    names = [str(name) for name in model.arrays["feature_names"]]
    added = add_news(model.all_arrays, model.manifest, read_state(state.arrays, names), news, today())
    if _is_replaced(shop_id, model):
        return ""
    stamp = random_token(8)
    manifest = {
        **model.manifest,
        **added.manifest,
        "data": _counts(model.manifest["data"], news),
        "stamp": stamp,
        "until": until.written(),
        "added_at": now().isoformat(),
        "added": model.manifest.get("added", 0) + 1,
    }
    store.save(shop_id, STATE, added.state.arrays(), {"stamp": stamp})
    return store.save(shop_id, MODEL, added.arrays, manifest)


def has_news(shop_id: ShopId) -> bool:
    """Say whether there is something to add to a shop's model: an order, a product, a settled view."""
    model = load_model(shop_id)
    if model is None or "until" not in model.manifest:
        return False
    until, known = read_until(model.manifest), int(max(model.arrays["ids"], default=0))
    with shop_scope(shop_id):
        view_at = last_view_at()
        is_looked_at = view_at is not None and until.view_at <= view_at < now() - SETTLED
        return last_order_id() > until.order_id or newest_product_id() > known or is_looked_at


def _is_replaced(shop_id: ShopId, model: FittedVersion) -> bool:
    current = load_newest_model(shop_id)
    return current is None or current.version != model.version


def _counts(known: Mapping[str, Any], news: News) -> dict[str, object]:
    new = news.purchases
    last = moment_of(float(new.days.max())) if len(new) else ""
    return {
        **known,
        "lines": known["lines"] + len(new),
        "orders": known["orders"] + news.history.order_count - news.first_order,
        "products": news.history.product_count,
        "views": known["views"] + len(news.views) - news.first_view,
        "last_at": max(str(known["last_at"]), last),
    }
