"""Training a shop: its data is read in one scope, models are fitted outside any, and saved as two artefacts."""

from recommender.products.data.artefacts import MODEL, STATE
from recommender.products.data.catalogue import save_catalogue
from recommender.products.data.engine.recency import SECONDS_A_DAY
from recommender.products.data.reading import ShopData, moment_of, read_shop
from recommender.products.training.engine.shop import fit_shop
from shopconnect.core.artefacts import store
from shopconnect.core.clock import now
from shopconnect.core.progress import Progress
from shopconnect.core.security.crypto import random_token
from shopconnect.core.tenancy.context import ShopId


def train_and_save(
    shop_id: ShopId, seed: int, progress: Progress, at_once: int = 1
) -> tuple[str, dict[str, object], dict[str, object]]:
    """Train a shop and put it in service; returns the version, how much it was fitted to, and the figures of the gate.

    What the increments go on from is saved first, under the same stamp: a state and a model of two stamps do not meet.
    """
    data = read_shop(shop_id)
    model = fit_shop(
        data.history, data.features, data.names, seed, progress, data.tolerance, data.views, at_once, today()
    )
    counts = counts_of(data)
    progress("saving", 95)
    save_catalogue(shop_id)
    stamp = random_token(8)
    manifest = {
        **model.manifest,
        "data": counts,
        "trained_at": now().isoformat(),
        "languages": data.languages,
        "until": data.until.written(),
        "stamp": stamp,
    }
    store.save(shop_id, STATE, model.state.arrays(), {"stamp": stamp})
    version = store.save(shop_id, MODEL, model.arrays, manifest)
    return version, counts, dict(model.manifest["gates"])  # type: ignore[call-overload]


def today() -> float:
    """Return the clock's day (UTC), counted from 1970."""
    return now().timestamp() // SECONDS_A_DAY


def counts_of(data: ShopData) -> dict[str, object]:
    """Return how much a model is fitted to, what was left out, and the first and last time in it."""
    history = data.history
    return {
        "lines": len(history),
        "orders": history.order_count,
        "buyers": history.buyer_count,
        "products": history.product_count,
        "views": len(data.views),
        "left_out": dict(data.left_out),
        "first_at": moment_of(float(history.days[0])) if len(history) else "",
        "last_at": moment_of(float(history.days[-1])) if len(history) else "",
    }
