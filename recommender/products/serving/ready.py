"""Shelves ready to send: what is the same for everybody is made once a day, and stands in when nothing comes.

A shelf waits for nobody: where the model is not open yet, or cannot be read, the last list that this process
made for the same page is sent, else what sold in the shop when that was last asked for, else an empty shelf.
"""

import threading
from dataclasses import dataclass, replace

from cachetools import LRUCache
from django.conf import settings
from pydantic_core import to_json

from recommender.products.data.artefacts import load_model
from recommender.products.serving import shelves
from recommender.products.serving.engine.ranking import rows_of
from recommender.products.serving.snapshot import Rules, Snapshot, open_snapshot
from recommender.products.types import RULES_KIND, VARIETY_KIND, Context, Shelf
from shopconnect.core import caches
from shopconnect.core.artefacts import store
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.experiments.types import NO_ARM, Arm
from shopconnect.orders.arms import sign_arm

MOST_CACHED = 5_000
Versions = tuple[str, str, int, Rules, int]  # of model, catalogue and the merchant's rules, which of them hold, the day


@dataclass(frozen=True, slots=True)
class ShelfRequest:
    """A shelf as one page asks for it, by somebody in an arm of an experiment; another arm's is another page."""

    shop_id: ShopId
    shelf: Shelf | None
    context: Context
    k: int
    is_plain: bool = False
    arm: Arm = NO_ARM


@dataclass(frozen=True, slots=True)
class ReadyShelf:
    """A shelf as JSON, and what it was made of."""

    text: bytes
    is_empty: bool  # though the shop has the product of the page, if one is named: a stranger's words are no failure
    versions: Versions | None = None


_cache: LRUCache[ShelfRequest, ReadyShelf] = LRUCache(MOST_CACHED)  # a request names its shop
_lock = threading.Lock()


def ready_shelf(request: ShelfRequest) -> ReadyShelf:
    """Return a shelf in the active language, which is the context's; no database, and no wait to speak of.

    One snapshot is opened, and all that is shown is of it.
    """
    with store.patience(settings.MOMENT_SECONDS):
        rules = request.arm.value_of(RULES_KIND)
        snapshot = open_snapshot(request.shop_id, None if rules is None else int(rules))
        if snapshot is None:
            # In this order: the page as anybody last saw it, what sells in the shop, and else an empty shelf.
            return _cached(_common(request)) or _cached(_selling(request)) or _made(request, None)
        if _is_common(request.context):
            return _cached_or_made(request, snapshot)
        # A visit's own shelf is not kept; what sells is made beside it, to stand in when nothing comes.
        _cached_or_made(_selling(request), snapshot)
        return _made(request, snapshot)


def is_of_shop(shop_id: ShopId, product: str) -> bool:
    """Say whether a page's product is one of the shop's; true for none, and while nobody knows what it sells."""
    with store.patience(settings.MOMENT_SECONDS):
        model = load_model(shop_id) if product else None
    return model is None or bool(rows_of(model.arrays, [product]))


@caches.register
def forget() -> None:
    """Forget every shelf that was made."""
    with _lock:
        _cache.clear()


def _is_common(context: Context) -> bool:
    """Say whether nothing is in it that only this visit knows."""
    return not (context.views or context.cart or context.disliked or context.bought)


def _common(request: ShelfRequest) -> ShelfRequest:
    """Return the request of whoever comes there, without what only this visit knows."""
    return replace(request, context=replace(request.context, views=(), cart=(), disliked=(), bought=()))


def _selling(request: ShelfRequest) -> ShelfRequest:
    """Return the request of what sells in the shop."""
    return replace(request, shelf=Shelf.TRENDING, context=Context(language=request.context.language))


def _cached(request: ShelfRequest) -> ReadyShelf | None:
    with _lock:
        return _cache.get(request)


def _cached_or_made(request: ShelfRequest, snapshot: Snapshot) -> ReadyShelf:
    """Return what is cached of this snapshot and day; what is made anew is cached, and what sells beside it."""
    cached = _cached(request)
    if cached and cached.versions == _versions(snapshot):
        return cached
    made, selling = _made(request, snapshot), _selling(request)
    with _lock:
        _cache[request] = made
    if request != selling:
        _cached_or_made(selling, snapshot)
    return made


def _made(request: ShelfRequest, snapshot: Snapshot | None) -> ReadyShelf:
    arm, is_plain = request.arm, request.is_plain
    diversity = arm.value_of(VARIETY_KIND)
    shown = shelves.shelf_of(
        snapshot, request.shelf, request.context, request.k, is_plain=is_plain, diversity=diversity
    )
    text = to_json({**shown, "arm": arm.letter, "signed_arm": sign_arm(request.shop_id, arm.letter)})
    is_empty = not shown["items"] and _is_of_shop(request.context.product, snapshot)
    return ReadyShelf(text, is_empty, _versions(snapshot) if snapshot else None)


def _is_of_shop(product: str, snapshot: Snapshot | None) -> bool:
    return not product or snapshot is None or bool(rows_of(snapshot.model.arrays, [product]))


def _versions(snapshot: Snapshot) -> Versions:
    return (*snapshot.versions, snapshot.rules.rules, now().toordinal())
