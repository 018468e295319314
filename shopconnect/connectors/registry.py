"""The platforms that are set up, and where their shops pay, by name."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from shopconnect.connectors.base import Platform
from shopconnect.connectors.billing import Billing

_platforms: dict[str, Platform] = {}
_billings: dict[str, Billing] = {}


def register(platform: Platform) -> None:
    """Offer a platform; a second one of a name replaces the first."""
    _platforms[platform.name] = platform


def find_platform(name: str) -> Platform | None:
    """Return a platform, or None where it is not set up."""
    return _platforms.get(name)


def register_billing(platform: str, billing: Billing) -> None:
    """Have a platform's shops pay there; a second one of a platform replaces the first."""
    _billings[platform] = billing


def find_billing(platform: str) -> Billing | None:
    """Return where a platform's shops pay, or None where nobody does: shops of files, billing that is not set up."""
    return _billings.get(platform)


@contextmanager
def only(*platforms: Platform, billings: Mapping[str, Billing] = MappingProxyType({})) -> Iterator[None]:
    """Offer these platforms, and billings by platform, and no others meanwhile."""
    before = dict(_platforms), dict(_billings)
    _put({platform.name: platform for platform in platforms}, billings)
    try:
        yield
    finally:
        _put(*before)


def _put(platforms: Mapping[str, Platform], billings: Mapping[str, Billing]) -> None:
    _platforms.clear()
    _platforms.update(platforms)
    _billings.clear()
    _billings.update(billings)
