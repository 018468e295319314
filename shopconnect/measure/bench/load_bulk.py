"""The bench of a shop's first sync from Shopify, against a bare COPY of the rows that came of it.

Everything is the product's own, from the install to the last row: only what Shopify would be asked over the network
is answered here, and the file of its export lies on this disk.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from recommender.products.data.catalogue import save_catalogue
from shopconnect.connectors.base import Ability, Bulk, BulkState, Draft, ResourceType, Tokens
from shopconnect.connectors.registry import find_platform, register
from shopconnect.connectors.shopify.connection import ShopifyConnection
from shopconnect.connectors.shopify.platform import Shopify
from shopconnect.connectors.shopify.types import App
from shopconnect.connectors.types import ShopDraft
from shopconnect.core.jobs.work import run_due
from shopconnect.core.observability.progress import Progress
from shopconnect.core.startup import settle_memory
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.measure.bench.bulk_file import DRAFTS_A_PRODUCT, write_products
from shopconnect.measure.bench.copying import copy_in, take_out
from shopconnect.measure.bench.figures import ratio
from shopconnect.measure.bench.processor import cost_of
from shopconnect.measure.bench.throwaway import SHOP, shop_of_a_platform
from shopconnect.measure.bench.types import Figures, NothingToMeasure
from shopconnect.sync.backfill import KIND
from shopconnect.sync.selectors import list_backfills

TABLES = ("catalog_product", "catalog_variant", "catalog_translation", "catalog_priceentry", "catalog_stocksnapshot")
SEED = 11
WRITTEN, STORED, REMOVED = 15, 85, 95  # percent of all behind us, roughly
SAID_EACH = 2000  # drafts


def bench_load_bulk(products: int, progress: Progress) -> Figures:
    """Measure the first sync of a shop of so many products, and writing its facts; CPU of this process and PostgreSQL.

    The file is drawn from a seed. The shop is a throwaway one and erased with all its rows before this returns.
    """
    settle_memory()  # as a worker does
    with tempfile.TemporaryDirectory() as place:
        file, rows = Path(place) / "products.jsonl", Path(place) / "rows"
        rows.mkdir()
        lines = write_products(file, products, SEED, _percents(progress, "writing the file", 0, WRITTEN, products))
        stored = _percents(progress, "coming in", WRITTEN, STORED, products * DRAFTS_A_PRODUCT)
        with _platform_of(file, products, stored), shop_of_a_platform() as shop_id:
            load = cost_of(partial(_bring_in, shop_id))
            facts = cost_of(partial(save_catalogue, shop_id))
            counts = take_out(shop_id, TABLES, rows)
            progress("removing", STORED)
        if counts["catalog_product"] != products:
            raise NothingToMeasure(f"Of {products} products {counts['catalog_product']} came in.")
        progress("copying the same rows", REMOVED)
        bare = cost_of(partial(copy_in, TABLES, rows))
        megabytes = file.stat().st_size / 1e6
    return {
        "products": products,
        "variants": counts["catalog_variant"],
        "file_lines": lines,
        "file_megabytes": megabytes,
        "rows": sum(counts.values()),
        "seconds": load.seconds,
        "products_a_second": products / load.seconds,
        "cpu_seconds": load.cpu_seconds,
        "yardstick_seconds": bare.seconds,
        "yardstick_cpu_seconds": bare.cpu_seconds,
        "ratio": ratio(load.cpu_seconds, bare.cpu_seconds),
        "peak_megabytes": load.peak_megabytes,
        "facts_seconds": facts.seconds,
        "facts_cpu_seconds": facts.cpu_seconds,
        "facts_peak_megabytes": facts.peak_megabytes,
    }


def _bring_in(shop_id: ShopId) -> None:
    """Do what a worker would, turn after turn, until all is in; raises NothingToMeasure where something holds it up."""
    while True:
        run_due(shop_id, KIND)
        with shop_scope(shop_id):
            resources = list_backfills()
        held_up = [
            f"{resource.resource} ({resource.blocker}: {resource.detail})" for resource in resources if resource.blocker
        ]
        if held_up:
            raise NothingToMeasure(f"The throwaway shop does not come in: {', '.join(held_up)}.")
        if not any(resource.is_under_way for resource in resources):
            return


@contextmanager
def _platform_of(file: Path, products: int, tell: Callable[[int], None]) -> Iterator[None]:
    """Have this process take Shopify for one whose export of products is a file of ours."""
    usual = find_platform(Shopify.name)
    register(_Near(file, products, tell))
    try:
        yield
    finally:
        if usual is not None:
            register(usual)


class _Near(Shopify):
    """A Shopify that is never asked over the network."""

    def __init__(self, file: Path, products: int, tell: Callable[[int], None]) -> None:
        super().__init__(App(client_id="bench", secret="bench"))  # noqa: S106
        self._export = file, products, tell

    def connect(self, shop: str, tokens: Tokens) -> ShopifyConnection:
        return _NearConnection(self.app, shop, tokens, *self._export)


class _NearConnection(ShopifyConnection):
    """A shop that has products, in a file that is written already, and neither customers nor orders."""

    def __init__(
        self, app: App, shop: str, tokens: Tokens, file: Path, products: int, tell: Callable[[int], None]
    ) -> None:
        super().__init__(app, shop, tokens)
        self.can = frozenset({Ability.BULK})
        self._file, self._products, self._tell = file, products, tell

    def read_shop(self) -> ShopDraft:
        return SHOP

    def start_bulk(self, resource: ResourceType) -> str:
        return resource.value

    def find_bulk(self, reference: str) -> Bulk:
        is_there = reference == ResourceType.PRODUCT
        return Bulk(
            reference=reference,
            state=BulkState.DONE,
            url=str(self._file) if is_there else "",
            objects=self._products if is_there else 0,
        )

    def download_bulk(self, bulk: Bulk, path: Path) -> None:
        shutil.copyfile(bulk.url, path)

    def read_bulk(self, resource: ResourceType, path: Path, skip: int = 0) -> Iterator[Draft]:
        for number, draft in enumerate(super().read_bulk(resource, path, skip), skip):
            if number % SAID_EACH == 0:
                self._tell(number)
            yield draft


def _percents(progress: Progress, step: str, first: int, last: int, of: int) -> Callable[[int], None]:
    """Return what takes how many of all are done, and shows the percent of the whole bench."""
    return lambda done: progress(step, first + (last - first) * min(done, of) // of)
