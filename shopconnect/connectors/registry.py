"""The platforms that are known, those that are set up, and where their shops pay."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from shopconnect.connectors.base import Platform
from shopconnect.connectors.billing import BilledShop, Billing, PlanShop
from shopconnect.connectors.descriptor import PlatformDescriptor
from shopconnect.connectors.files.descriptor import FILES
from shopconnect.core.registries import registry

_descriptors: dict[str, PlatformDescriptor] = registry({FILES.name: FILES})
_platforms: dict[str, Platform] = registry({})
_billings: list[Billing] = registry([])


class UnknownPlatform(LookupError):
    """No platform of this name is registered."""


def register_descriptor(descriptor: PlatformDescriptor) -> None:
    """Make a platform known; a second one of a name replaces the first."""
    _descriptors[descriptor.name] = descriptor


def find_descriptor(name: str) -> PlatformDescriptor:
    """Return what is known of a platform; raises UnknownPlatform."""
    try:
        return _descriptors[name]
    except KeyError:
        raise UnknownPlatform(name) from None


def list_descriptors() -> list[PlatformDescriptor]:
    """Return every platform that is known, in the order in which they were registered; files, which are none, first."""
    return list(_descriptors.values())


def register(platform: Platform) -> None:
    """Offer a platform that is set up; a second one of a name replaces the first."""
    _platforms[platform.name] = platform


def find_platform(name: str) -> Platform | None:
    """Return a platform, or None where it is not set up."""
    return _platforms.get(name)


def register_billing(billing: Billing) -> None:
    """Have the shops that it serves pay there, where nobody who was registered before serves them."""
    _billings.append(billing)


def find_billing(shop: BilledShop) -> Billing | None:
    """Return where a shop pays, or None where it does not: shops of files, billing that is not set up."""
    return next((billing for billing in _billings if billing.serves(shop)), None)


def find_plan_shop(name: str) -> PlanShop | None:
    """Return who of those sells plans on our own page, by name, or None."""
    return next((one for one in _billings if isinstance(one, PlanShop) and one.name == name), None)


@contextmanager
def only(*platforms: Platform, billings: Iterable[Billing] = ()) -> Iterator[None]:
    """Offer these platforms and billings, and no others meanwhile; which platforms are known stays."""
    before = list(_platforms.values()), list(_billings)
    _put(platforms, billings)
    try:
        yield
    finally:
        _put(*before)


def _put(platforms: Iterable[Platform], billings: Iterable[Billing]) -> None:
    _platforms.clear()
    _platforms.update({platform.name: platform for platform in platforms})
    _billings[:] = billings
