"""Learning a shop: its facts are read in one scope, learnt from outside any, and saved as two artefacts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from recommender.products.engine.features import Features, ProductFacts, make_features
from recommender.products.engine.history import SECONDS_A_DAY, History, read_history
from recommender.products.engine.shop import ProductNames, learn_shop
from recommender.products.facts import save_facts
from recommender.products.selectors import variety_percent
from shopconnect.catalog.selectors import list_features
from shopconnect.catalog.types import ProductFeatures
from shopconnect.core import artefacts
from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy import ShopId, shop_scope
from shopconnect.events.selectors import iter_views
from shopconnect.orders.selectors import iter_purchases
from shopconnect.shops.selectors import shop_profile

MODEL = "products"
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """What learning needs of a shop; rows of `history` and `features` are `products`, ordered by id."""

    products: Sequence[ProductFeatures]
    history: History
    features: Features
    languages: tuple[str, ...]
    tolerance: float


def read_shop(shop_id: ShopId, until: datetime | None = None) -> ShopFacts:
    """Read products and purchases in one scope. Raises Refusal(too_little) when one of them is missing."""
    with shop_scope(shop_id):
        products = list_features()
        languages = shop_profile().languages
        tolerance = variety_percent() / 100
        index = {product.id: row for row, product in enumerate(products)}
        history = read_history(iter_purchases(until), index)
    if len(products) < 2:
        raise Refusal("too_little", _("The shop has no products yet: bring them in first."))
    if not len(history):
        raise Refusal("too_little", _("The shop has no orders yet, so there is nothing to learn from."))
    features = make_features([_said_of(product) for product in products])
    return ShopFacts(products, history, features, languages, tolerance)


def read_visits(shop_id: ShopId) -> ShopFacts:
    """Read products and what visits looked at: a visit stands for a buyer, a view for an order.

    Raises Refusal(too_little) when one of them is missing.
    """
    with shop_scope(shop_id):
        products = list_features()
        languages = shop_profile().languages
        tolerance = variety_percent() / 100
        ids = {product.external_id: product.id for product in products}
        views = (
            (view.visit, ids[view.product_external_id], number, view.at, 1)
            for number, view in enumerate(iter_views())
            if view.product_external_id in ids
        )
        history = read_history(views, {product.id: row for row, product in enumerate(products)})
    if not len(history):
        raise Refusal("too_little", _("No shopper was seen looking at a product yet."))
    features = make_features([_said_of(product) for product in products])
    return ShopFacts(products, history, features, languages, tolerance)


def learn_and_save(shop_id: ShopId, seed: int, progress: Progress) -> tuple[str, dict[str, object], dict[str, object]]:
    """Learn a shop and put it in service; returns the version, what was learnt from, and the figures of the gate."""
    facts = read_shop(shop_id)
    names = ProductNames(
        ids=[product.id for product in facts.products],
        public_ids=[product.public_id for product in facts.products],
        external_ids=[product.external_id for product in facts.products],
    )
    model = learn_shop(facts.history, facts.features, names, seed, progress, facts.tolerance)
    counts = counts_of(facts.history)
    progress("saving", 95)
    save_facts(shop_id)
    manifest = {**model.manifest, "data": counts, "trained_at": now().isoformat(), "languages": facts.languages}
    version = artefacts.save(shop_id, MODEL, model.arrays, manifest)
    return version, counts, dict(model.manifest["gates"])  # type: ignore[call-overload]


def counts_of(history: History) -> dict[str, object]:
    """Return how much a model is learnt from, and the first and last time in it."""
    return {
        "lines": len(history),
        "orders": history.order_count,
        "buyers": history.buyer_count,
        "products": history.product_count,
        "first_at": _moment(float(history.days[0])),
        "last_at": _moment(float(history.days[-1])),
    }


def _said_of(product: ProductFeatures) -> ProductFacts:
    return ProductFacts(
        titles=[product.title, *product.titles.values()],
        categories=product.category,
        vendor=product.vendor,
        price=float(product.price),
    )


def _moment(days: float) -> str:
    return datetime.fromtimestamp(round(days * SECONDS_A_DAY, 3), UTC).isoformat()
