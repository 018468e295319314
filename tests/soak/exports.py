"""A Shopify whose export of orders lies in a file already, for a worker in a process of its own: see lone_worker."""

from pathlib import Path

from shopconnect.connectors.base import Platform, ResourceType
from shopconnect.core.startup import settle_memory
from shopconnect.platforms.shopify.bench.source import ShopifyBench


def write_orders(place: Path, count: int) -> None:
    """Write an export of so many orders of two lines."""
    place.mkdir()
    ShopifyBench().write_export(place / str(count), ResourceType.ORDER, count, lambda _: None)


def platform_at(place: str) -> Platform:
    """Return the Shopify that serves the export in a folder."""
    settle_memory()  # as a worker does
    (file,) = Path(place).iterdir()
    return ShopifyBench().serve_export(file, ResourceType.ORDER, int(file.name), lambda _: None)
