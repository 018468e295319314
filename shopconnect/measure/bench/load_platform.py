"""The bench of a shop's first sync from a platform, against a bare COPY of the rows that came of it.

Everything is the product's own, from the install to the last row: only what the platform would be asked over the
network is answered here, and the file of its export lies on this disk.
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path

from recommender.products.data.catalogue import save_catalogue
from shopconnect.connectors.base import Platform, ResourceType
from shopconnect.connectors.registry import find_platform, register
from shopconnect.core.jobs.work import run_due
from shopconnect.core.progress import Progress
from shopconnect.core.startup import settle_memory
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.measure.bench.copying import copy_in, take_out
from shopconnect.measure.bench.figures import ratio
from shopconnect.measure.bench.processor import cost_of
from shopconnect.measure.bench.throwaway import throwaway_shop
from shopconnect.measure.bench.types import Figures, NothingToMeasure
from shopconnect.platforms.registry import BenchSource
from shopconnect.sync.backfill import KIND
from shopconnect.sync.selectors import list_backfills

TABLES: Mapping[ResourceType, Sequence[str]] = {
    ResourceType.PRODUCT: (
        "catalog_product",
        "catalog_variant",
        "catalog_translation",
        "catalog_priceentry",
        "catalog_stocksnapshot",
    ),
    ResourceType.ORDER: ("orders_order", "orders_line", "orders_shipment"),
}
PARTS = {ResourceType.PRODUCT: "variants", ResourceType.ORDER: "lines"}  # rows of the second table
WRITTEN, STORED, REMOVED = 15, 85, 95  # percent of all behind us, roughly


def bench_load_platform(
    name: str, source: BenchSource, resource: ResourceType, count: int, progress: Progress
) -> Figures:
    """Measure the first sync of a shop of so many products, and its catalogue snapshot, or of orders; CPU of all parts
    but the platform's own answers.

    The file is drawn from a seed. The shop is a throwaway one and erased with all its rows before this returns.
    """
    settle_memory()  # as a worker does
    with tempfile.TemporaryDirectory() as place:
        file, rows = Path(place) / "export.jsonl", Path(place) / "rows"
        rows.mkdir()
        lines = source.write_export(file, resource, count, _percents(progress, "writing the file", 0, WRITTEN, count))
        drafts = count * source.drafts_of_one[resource]
        platform = source.serve_export(file, resource, count, _percents(progress, "coming in", WRITTEN, STORED, drafts))
        with _serving(platform), throwaway_shop(name, source) as shop_id:
            steps: list[float] = []
            answered = source.answer_cpu_seconds
            load = cost_of(partial(_bring_in, shop_id, steps))
            answer_cpu_seconds = source.answer_cpu_seconds - answered
            snapshot = cost_of(partial(save_catalogue, shop_id)) if resource == ResourceType.PRODUCT else None
            counts = take_out(shop_id, TABLES[resource], rows)
            progress("removing", STORED)
        if counts[TABLES[resource][0]] != count:
            raise NothingToMeasure(f"Of {count} in the file {counts[TABLES[resource][0]]} came in.")
        progress("copying the same rows", REMOVED)
        bare = cost_of(partial(copy_in, TABLES[resource], rows))
        megabytes = file.stat().st_size / 1e6
    return {
        f"{resource}s": count,
        PARTS[resource]: counts[TABLES[resource][1]],
        "file_lines": lines,
        "file_megabytes": megabytes,
        "rows": sum(counts.values()),
        "seconds": load.seconds,
        f"{resource}s_a_second": count / load.seconds,
        "steps": len(steps),
        "longest_step_seconds": max(steps),
        "cpu_seconds": load.cpu_seconds - answer_cpu_seconds,
        "answer_cpu_seconds": answer_cpu_seconds,
        "yardstick_seconds": bare.seconds,
        "yardstick_cpu_seconds": bare.cpu_seconds,
        "ratio": ratio(load.cpu_seconds - answer_cpu_seconds, bare.cpu_seconds),
        "peak_megabytes": load.peak_megabytes,
        **({f"catalogue_{name}": value for name, value in asdict(snapshot).items()} if snapshot else {}),
    }


def _bring_in(shop_id: ShopId, steps: list[float]) -> None:
    """Do what a worker would, turn after turn, until all is in, and note how long each took.

    Raises NothingToMeasure where something holds it up.
    """
    while True:
        began = time.monotonic()
        run_due(shop_id, KIND)
        steps.append(time.monotonic() - began)
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
def _serving(platform: Platform) -> Iterator[None]:
    """Have this process take a platform for the one of its name."""
    usual = find_platform(platform.name)
    register(platform)
    try:
        yield
    finally:
        if usual is not None:
            register(usual)


def _percents(progress: Progress, step: str, first: int, last: int, of: int) -> Callable[[int], None]:
    """Return what takes how many of all are done, and shows the percent of the whole bench."""
    return lambda done: progress(step, first + (last - first) * min(done, of) // of)
