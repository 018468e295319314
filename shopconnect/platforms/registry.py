"""What a platform's folder adds to the site, and to the demo and the bench; each enters itself in its `apps.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from shopconnect.connectors.base import Platform, ResourceType
from shopconnect.connectors.types import ShopDraft
from shopconnect.core.registries import registry

DemoInstall = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCall:
    """A webhook as it is sent: the path on our site, its headers and its body."""

    path: str
    headers: dict[str, str]
    body: str


class BenchSource(Protocol):
    """A platform that is never asked over the network, for measuring: one shop with products or orders in a file.

    `answer_cpu_seconds` counts what its own answers took of the processor so far: that is its shop's, and not ours.
    """

    drafts_of_one: Mapping[ResourceType, int]
    shop: ShopDraft
    external_id: str
    answer_cpu_seconds: float

    def environment(self) -> dict[str, str]:
        """Return the variables with which a site of ours serves the platform."""
        ...

    def make_webhook(self, number: int) -> SignedCall:
        """Return a webhook of another delivery each time, of one of a few hundred products."""
        ...

    def write_export(self, path: Path, resource: ResourceType, count: int, tell: Callable[[int], None]) -> int:
        """Write the platform's export of so many of a resource, drawn from a seed; returns how many lines it has."""
        ...

    def serve_export(self, path: Path, resource: ResourceType, count: int, tell: Callable[[int], None]) -> Platform:
        """Return the platform, whose shop's export is that file; `tell` hears how many drafts were read."""
        ...


_urls: dict[str, str] = registry({})
_demo_installs: dict[str, DemoInstall] = registry({})
_bench_sources: dict[str, BenchSource] = registry({})


def register_urls(prefix: str, module: str) -> None:
    """Serve a module's paths below a prefix of the site; a second one of a prefix replaces the first."""
    _urls[prefix] = module


def list_urls() -> list[tuple[str, str]]:
    """Return prefixes and the modules that are served below them."""
    return list(_urls.items())


def register_demo_install(platform: str, install: DemoInstall) -> None:
    """Have the demo shop installed so: a function that does what a merchant's browser does with a shop of a slug.

    It returns the shop's id at the platform, and raises RuntimeError where the admin or our app does not do its part.
    """
    _demo_installs[platform] = install


def find_demo_install(platform: str) -> DemoInstall | None:
    """Return how the demo shop of a platform is installed, None where the demo knows no such platform."""
    return _demo_installs.get(platform)


def register_bench_source(platform: str, source: BenchSource) -> None:
    """Have a platform measured."""
    _bench_sources[platform] = source


def find_bench_source(platform: str) -> BenchSource | None:
    """Return a platform to measure, or None."""
    return _bench_sources.get(platform)


def list_bench_sources() -> list[str]:
    """Return the names of the platforms that can be measured, in the order in which they were registered."""
    return list(_bench_sources)
