"""What learning needs of a shop, read in one scope: all of it, or what came since."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from recommender.products.data.engine.columns import ProductNames
from recommender.products.data.engine.features import Features, ProductContent, make_features
from recommender.products.data.engine.history import History, read_history
from recommender.products.data.engine.news import News
from recommender.products.data.engine.recency import SECONDS_A_DAY
from recommender.products.selectors import diversity_percent, for_you_choice
from recommender.products.types import ForYou
from shopconnect.catalog.selectors import iter_features
from shopconnect.catalog.types import ProductFeatures
from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events.selectors import count_robot_views, iter_views
from shopconnect.orders.selectors import (
    count_given_back,
    count_left_out,
    count_unmatched_lines,
    iter_earlier,
    iter_purchases,
    last_order_id,
)
from shopconnect.shops.selectors import shop_profile

SETTLED = timedelta(minutes=10)  # devices tell of views late and in no order: younger ones wait
VISIT_PAUSE = timedelta(minutes=30)  # a visit that rests longer is over


@dataclass(frozen=True, slots=True)
class ReadPosition:
    """How far a model has read: up to an order's id, and the views before a time."""

    order_id: int
    view_at: datetime

    def written(self) -> dict[str, object]:
        """Return it as a manifest holds it."""
        return {"order_id": self.order_id, "view_at": self.view_at.isoformat()}


@dataclass(frozen=True, slots=True)
class ShopData:
    """What learning needs of a shop; rows of `history`, `views` and `features` are the products of `names`, by id."""

    names: ProductNames
    history: History
    views: History
    features: Features
    languages: tuple[str, ...]
    left_out: Mapping[str, int]
    tolerance: float
    for_you: ForYou
    until: ReadPosition


def read_shop(shop_id: ShopId, until: datetime | None = None) -> ShopData:
    """Read products, purchases and views in one scope. Raises Refusal(too_little) when there are no two products."""
    moment = now() - SETTLED
    with shop_scope(shop_id):
        names, features = _read_products()
        # The last id is fixed before anything is read: an order that comes meanwhile is the next increment's.
        languages, last_id = shop_profile().languages, last_order_id()
        index = {product_id: row for row, product_id in enumerate(names.ids)}
        history = read_history(iter_purchases(until, last_id=last_id), index)
        views = _views(index, dict(zip(names.external_ids, names.ids, strict=True)), None, until or moment)
        left_out = {
            **count_left_out(),
            "given_back": count_given_back(),
            "unmatched_lines": count_unmatched_lines()[0],
            "robot_views": count_robot_views(),
        }
        tolerance, for_you = diversity_percent() / 100, for_you_choice()
    if len(names.ids) < 2:
        raise Refusal("too_little", _("The shop has no products yet. Import them first."))
    position = ReadPosition(last_id, moment)
    return ShopData(names, history, views, features, languages, left_out, tolerance, for_you, position)


def refuse_without_orders(data: ShopData) -> None:
    """Raise Refusal(too_little) where there is nothing to learn from, and say whether no order came or none counts."""
    if len(data.history):
        return
    unmatched = data.left_out.get("unmatched_lines", 0)
    if unmatched:
        sentence = _(
            "The model can’t be trained on these orders: %(count)s of their lines match no product of the shop."
        )
        raise Refusal("too_little", sentence % {"count": f"{unmatched:,}"})
    raise Refusal("too_little", _("The shop has no orders yet, so the model can’t be trained."))


def read_visits(shop_id: ShopId) -> tuple[History, Features]:
    """Read what visits looked at: a visit stands for a buyer, a view for an order.

    Raises Refusal(too_little) when nothing was looked at.
    """
    with shop_scope(shop_id):
        names, features = _read_products()
        index = {product_id: row for row, product_id in enumerate(names.ids)}
        views = _views(index, dict(zip(names.external_ids, names.ids, strict=True)), None, None)
    if not len(views):
        raise Refusal("too_little", _("No product views yet."))
    return views, features


def read_news(shop_id: ShopId, known: ProductNames, since: ReadPosition) -> tuple[News, ReadPosition]:
    """Read what came since a model had read, and nothing else but what the buyers of new orders bought before."""
    moment = max(now() - SETTLED, since.view_at)
    with shop_scope(shop_id):
        # Ids only rise, so new products come after all known rows, which stay where they are.
        fresh = list(_suggestible(iter_features(after_id=max(known.ids, default=0))))
        last_id = last_order_id()
        ids = [*known.ids, *(product.id for product in fresh)]
        index = {product_id: row for row, product_id in enumerate(ids)}
        new = list(iter_purchases(after_id=since.order_id, last_id=last_id)) if last_id > since.order_id else []
        earlier = list(iter_earlier(since.order_id, last_id)) if new else []
        by_external = dict(zip([*known.external_ids, *(one.external_id for one in fresh)], ids, strict=True))
        # From a pause before: the first new view of a visit follows one that was read the last time.
        views = _views(index, by_external, since.view_at - VISIT_PAUSE, moment)
    # `read_history` numbers orders as they come, and passes over those of which no product is known.
    first_order = len({line.order_id for line in earlier if line.product_id in index})
    settled = since.view_at.timestamp() / SECONDS_A_DAY
    news = News(
        names=ProductNames(
            [product.id for product in fresh],
            [product.public_id for product in fresh],
            [product.external_id for product in fresh],
        ),
        contents=[content_of(product) for product in fresh],
        history=read_history([*earlier, *new], index),
        first_order=first_order,
        views=views,
        first_view=int((views.days < settled).sum()),
    )
    return news, ReadPosition(max(last_id, since.order_id), moment)


def read_until(manifest: Mapping[str, object]) -> ReadPosition:
    """Return how far a model has read, from its manifest."""
    until: Mapping[str, str] = manifest["until"]  # type: ignore[assignment]
    return ReadPosition(int(until["order_id"]), datetime.fromisoformat(until["view_at"]))


def content_of(product: ProductFeatures) -> ProductContent:
    """Return what a product says of itself."""
    return ProductContent(
        titles=[product.title, *product.titles.values()],
        descriptions=[product.description, *product.descriptions.values()],
        categories=product.category,
        vendor=product.vendor,
        tags=product.tags,
        price=float(product.price),
    )


def moment_of(days: float) -> str:
    """Return a time in days since 1970 as ISO 8601 in UTC."""
    return datetime.fromtimestamp(round(days * SECONDS_A_DAY, 3), UTC).isoformat()


def _read_products() -> tuple[ProductNames, Features]:
    """Read products one by one, and keep of each what it is called and its features; run in the shop's scope."""
    ids: list[int] = []
    public_ids: list[int] = []
    external_ids: list[str] = []

    def contents() -> Iterator[ProductContent]:
        for product in _suggestible(iter_features()):
            ids.append(product.id)
            public_ids.append(product.public_id)
            external_ids.append(product.external_id)
            yield content_of(product)

    features = make_features(contents())
    return ProductNames(ids, public_ids, external_ids), features


def _suggestible(products: Iterable[ProductFeatures]) -> Iterator[ProductFeatures]:
    """Yield all but gift cards: what they are bought for says nothing of taste, so no model knows them."""
    return (product for product in products if not product.is_gift_card)


def _views(index: Mapping[int, int], ids: Mapping[str, int], since: datetime | None, until: datetime | None) -> History:
    """Read views as a history, numbered in order of time; run in the shop's scope."""
    known = (view for view in iter_views(until, since) if view.product_external_id in ids)
    rows = ((view.visit, ids[view.product_external_id], number, view.at) for number, view in enumerate(known))
    return read_history(rows, index)
