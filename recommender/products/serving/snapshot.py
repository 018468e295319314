"""The snapshot that one request is answered from: model, catalogue and rules, each opened once and passed on.

Whatever is swapped meanwhile, a shelf and its titles, prices, reasons and rules are of the versions it began with.
"""

import threading
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from cachetools import LRUCache
from cachetools.keys import hashkey

from recommender.products.data.artefacts import CatalogueVersion, FittedVersion, load_catalogue, load_model
from recommender.products.data.catalogue import names_in
from recommender.products.data.engine.catalogue import aligned
from recommender.products.data.engine.schema import AlignedColumns, ModelArrays
from recommender.products.rules.engine.application import BoundRules, ProductColumns, bind_rules, columns_of, pool
from recommender.products.rules.live import rules_for
from recommender.products.rules.types import LiveRules, Rule
from recommender.products.serving.engine.novelty import cold_rows
from recommender.products.serving.engine.signals import penalty_name
from recommender.products.types import ForYou, Purpose, are_many, offers_repeats
from shopconnect.core import caches
from shopconnect.core.tenancy.context import ShopId

MOST_SHOPS, MOST_BOUND = 2_000, 64  # a rule on pages of one product makes a set of rules of its own
Rules = tuple[Rule, ...]


class BoundShelf(NamedTuple):
    """The rules of a shelf among the products, the rows that are out for good, and those that may be explored."""

    rules: BoundRules
    out: Any
    cold_items: Any


@dataclass(frozen=True, slots=True)
class AlignedCatalogue:
    """A catalogue by the rows of a model: as shelves read it, and as rules do; what rules name is found once."""

    versions: tuple[str, str]  # of the model and of the catalogue
    columns: AlignedColumns
    products: ProductColumns
    fitted: ModelArrays
    _bound: LRUCache[Hashable, BoundShelf] = field(default_factory=lambda: LRUCache(MOST_BOUND))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def bound(self, rules: Rules, day: float) -> BoundShelf:
        """Return what the rules of a shelf leave to choose from on a day."""
        # A key that knows its own hash: rules take a while to work theirs out.
        key = hashkey(rules, day)
        with self._lock:
            cached = self._bound.get(key)
        if cached is None:
            # Outside the lock: two requests may both work it out, and put down the same.
            found = bind_rules(rules, self.products)
            out = ~((self.columns["place"] >= 0) & pool(found))
            cached = BoundShelf(found, out, cold_rows(self.fitted, self.columns, day, out))
            with self._lock:
                self._bound[key] = cached
        return cached


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of each thing that a shop's shelves are made of."""

    shop_id: ShopId
    model: FittedVersion
    catalogue: CatalogueVersion
    rules: LiveRules
    aligned: AlignedCatalogue

    @property
    def versions(self) -> tuple[str, str, int]:
        """Return the versions of model, catalogue and rules."""
        return self.model.version, self.catalogue.version, self.rules.number

    @property
    def offers_repeats(self) -> bool:
        """Say whether *for you* shows what a buyer had among the rest: by what the shop chose, or by its own orders."""
        chosen = ForYou(self.catalogue.manifest.get("for_you", ForYou.AUTOMATIC))
        return offers_repeats(chosen, are_many=are_many(self.model.manifest.get("repeats", {})))

    def under(self, rules: Rules) -> "Snapshot":
        """Return the same versions under other rules, as a draft has them."""
        return replace(self, rules=LiveRules(number=self.rules.number, rules=rules, written=rules))

    def diversity(self, purpose: Purpose, percent: float | None) -> tuple[Any, float]:
        """Return the popularity penalties that hold, None for none, and the diversity weight.

        As is served, or as a share of accuracy (`percent`) buys.
        """
        name, manifest = purpose.value, self.model.manifest
        served = float(manifest["variety"].get(name, 0.0))
        by_percent = manifest.get("varieties", {}).get(name, {})
        weight = served if percent is None else float(by_percent.get(f"{percent:g}", served))
        # Exactly equal or not at all: both are numbers of one manifest, and nothing was computed with them.
        array = f"penalty_{name}" if weight == served else penalty_name(name, weight)
        return self.model.all_arrays.get(array), weight


def open_snapshot(shop_id: ShopId, rules_number: int | None = None) -> Snapshot | None:
    """Open what a shop is served from, under the rules in force or a version that is tried; no database.

    None while nothing was fitted, or no catalogue is written.
    """
    model, catalogue = load_model(shop_id), load_catalogue(shop_id)
    if model is None or catalogue is None:
        return None
    rules = rules_for(shop_id, rules_number)
    return Snapshot(shop_id, model, catalogue, rules, _aligned(shop_id, model, catalogue))


@caches.register
def forget() -> None:
    """Forget every catalogue that was aligned."""
    with _lock:
        _cache.clear()


def _aligned(shop_id: ShopId, model: FittedVersion, catalogue: CatalogueVersion) -> AlignedCatalogue:
    """Return the catalogue by the model's rows; of each shop the last one is cached."""
    versions = (model.version, catalogue.version)
    with _lock:
        cached = _cache.get(shop_id)
    if cached is None or cached.versions != versions:
        columns = aligned(model.arrays["public_ids"], catalogue.arrays)
        products = columns_of(model.arrays["public_ids"], columns, names_in(catalogue), model.arrays)
        cached = AlignedCatalogue(versions, columns, products, model.arrays)
        with _lock:
            _cache[shop_id] = cached
    return cached


_cache: LRUCache[ShopId, AlignedCatalogue] = LRUCache(MOST_SHOPS)
_lock = threading.Lock()
