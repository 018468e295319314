"""Learning a shop: its facts are read in one scope, learnt from outside any, and saved as two artefacts."""

from collections.abc import Callable

from recommender.products.engine.shop import learn_shop
from recommender.products.facts import save_facts
from recommender.products.reading import ShopFacts, moment_of, read_shop
from shopconnect.core.artefacts import store
from shopconnect.core.clock import now
from shopconnect.core.security.crypto import random_token
from shopconnect.core.tenancy.context import ShopId

MODEL, STATE = "products", "products_state"
Progress = Callable[[str, int], None]


def learn_and_save(
    shop_id: ShopId, seed: int, progress: Progress, at_once: int = 1
) -> tuple[str, dict[str, object], dict[str, object]]:
    """Learn a shop and put it in service; returns the version, what was learnt from, and the figures of the gate.

    What the increments go on from is saved first, under the same stamp: a state and a model of two stamps do not meet.
    """
    facts = read_shop(shop_id)
    model = learn_shop(
        facts.history, facts.features, facts.names, seed, progress, facts.tolerance, facts.views, at_once
    )
    counts = counts_of(facts)
    progress("saving", 95)
    save_facts(shop_id)
    stamp = random_token(8)
    manifest = {
        **model.manifest,
        "data": counts,
        "trained_at": now().isoformat(),
        "languages": facts.languages,
        "until": facts.until.written(),
        "stamp": stamp,
    }
    store.save(shop_id, STATE, model.state.arrays(), {"stamp": stamp})
    version = store.save(shop_id, MODEL, model.arrays, manifest)
    return version, counts, dict(model.manifest["gates"])  # type: ignore[call-overload]


def counts_of(facts: ShopFacts) -> dict[str, object]:
    """Return how much a model is learnt from, what was left out, and the first and last time in it."""
    history = facts.history
    return {
        "lines": len(history),
        "orders": history.order_count,
        "buyers": history.buyer_count,
        "products": history.product_count,
        "views": len(facts.views),
        "left_out": dict(facts.left_out),
        "first_at": moment_of(float(history.days[0])) if len(history) else "",
        "last_at": moment_of(float(history.days[-1])) if len(history) else "",
    }
