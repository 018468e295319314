"""What the room keeps on disk: its artefacts by name, what their manifests say, and how they are opened."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NotRequired, TypedDict, cast

from recommender.products.data.engine.schema import CATALOGUE_ARRAYS, MODEL_ARRAYS, CatalogueArrays, ModelArrays
from shopconnect.core import caches
from shopconnect.core.artefacts import store
from shopconnect.core.artefacts.store import Artefact
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.context import ShopId

log = get_logger(__name__)

# Names of folders, which `manage.py rollback` takes too.
MODEL, STATE, CATALOGUE = "products", "products_state", "catalogue"
MODEL_KEYS, CATALOGUE_KEYS = frozenset({"weights", "gates", "variety", "countries"}), frozenset({"languages"})


class GateFigures(TypedDict):
    """What the gate saw of one purpose."""

    served: str
    blend_ndcg: float
    simple_ndcg: float
    difference: float
    difference_low: float
    cases: int
    folds: list[Mapping[str, float]]  # empty where there was too little to judge


class TradeOffFigures(TypedDict):
    """What one diversity weight costs and gives."""

    variety: float
    ndcg: float
    ndcg_low: float
    coverage: float
    gini: float


class ReadFigures(TypedDict):
    """How far a model has read."""

    order_id: int
    view_at: str


class ModelManifest(TypedDict):
    """What a fitted model says of itself; by purpose (shelf, next, new) where figures are of one."""

    weights: Mapping[str, Mapping[str, float]]
    gates: Mapping[str, GateFigures]
    variety: Mapping[str, float]
    countries: list[str]
    varieties: NotRequired[Mapping[str, Mapping[str, float]]]
    trades: NotRequired[Mapping[str, list[TradeOffFigures]]]
    proofs: NotRequired[Mapping[str, Mapping[str, Any]]]
    missing: NotRequired[Mapping[str, int]]
    repeats: NotRequired[Mapping[str, float]]  # of what returning customers ordered lately: the share had before
    size: NotRequired[Mapping[str, int]]
    data: NotRequired[Mapping[str, Any]]
    until: NotRequired[ReadFigures]
    stamp: NotRequired[str]
    at: NotRequired[float]
    seed: NotRequired[int]
    added: NotRequired[int]


class CatalogueManifest(TypedDict):
    """What a catalogue snapshot says of itself."""

    languages: list[str]
    currency: NotRequired[str]
    shows_counts: NotRequired[bool]  # whether reasons say on how many orders they rest
    for_you: NotRequired[str]  # what the shop has *for you* offer
    categories: NotRequired[Mapping[str, Mapping[str, str]]]  # by language, what each is called in it


@dataclass(frozen=True, slots=True)
class FittedVersion:
    """One version of a shop's fitted model; rows of its arrays are products."""

    version: str
    manifest: ModelManifest
    arrays: ModelArrays

    @property
    def all_arrays(self) -> Mapping[str, Any]:
        """Return also the arrays whose names are made at run time: the penalties."""
        return cast("Mapping[str, Any]", self.arrays)


@dataclass(frozen=True, slots=True)
class CatalogueVersion:
    """One version of a shop's catalogue snapshot; rows are products in the order of their public ids."""

    version: str
    manifest: CatalogueManifest
    arrays: CatalogueArrays

    def array(self, name: str) -> Any:
        """Return an array whose name is made at run time; raises KeyError where there is none of it."""
        return cast("Mapping[str, Any]", self.arrays)[name]


def load_model(shop_id: ShopId) -> FittedVersion | None:
    """Return the model that is served, or None; no database."""
    found = store.load(shop_id, MODEL)
    return _model(shop_id, found) if found else None


def load_newest_model(shop_id: ShopId) -> FittedVersion | None:
    """Return the model that is current at this moment, for who goes on from it."""
    found = store.load_newest(shop_id, MODEL)
    return _model(shop_id, found) if found else None


def load_catalogue(shop_id: ShopId) -> CatalogueVersion | None:
    """Return the catalogue snapshot that is served, or None; no database."""
    found = store.load(shop_id, CATALOGUE)
    if found is None or not _is_whole(shop_id, CATALOGUE, found, CATALOGUE_ARRAYS, CATALOGUE_KEYS):
        return None
    return CatalogueVersion(found.version, cast(CatalogueManifest, found.manifest), cast(CatalogueArrays, found.arrays))


def _model(shop_id: ShopId, artefact: Artefact) -> FittedVersion | None:
    if not _is_whole(shop_id, MODEL, artefact, MODEL_ARRAYS, MODEL_KEYS):
        return None
    return FittedVersion(artefact.version, cast(ModelManifest, artefact.manifest), cast(ModelArrays, artefact.arrays))


def _is_whole(shop_id: ShopId, name: str, artefact: Artefact, arrays: frozenset[str], keys: frozenset[str]) -> bool:
    """Say whether a version has all that is read of it; one that has not serves nobody, and the log says why."""
    if arrays <= artefact.arrays.keys() and keys <= artefact.manifest.keys():
        return True
    missing = (arrays - artefact.arrays.keys()) | (keys - artefact.manifest.keys())
    _tell_missing(shop_id, name, artefact.version, ", ".join(sorted(missing)))
    return False


@lru_cache(maxsize=1_000)
def _tell_missing(shop_id: ShopId, name: str, version: str, missing: str) -> None:
    """Log what a version lacks, once a process and not with every request."""
    log.warning("artefact_not_whole", shop_id=shop_id, artefact=name, version=version, missing=missing)


caches.register(_tell_missing.cache_clear)
