"""Where a page of ours stands in the admin of a shop's platform; platforms whose admin frames us enter themselves."""

from collections.abc import Callable

from shopconnect.core.registries import registry
from shopconnect.shops.types import InstallSummary

AddressOf = Callable[[str, str], str]

_addresses: dict[str, AddressOf] = registry({})


def register_admin_address(platform: str, address_of: AddressOf) -> None:
    """Have the addresses of a platform made so, of a shop by its id there and of a path of ours ("prices/")."""
    _addresses[platform] = address_of


def admin_address_of(install: InstallSummary, path: str) -> str:
    """Return where a page of ours stands in a shop's admin, "" where its platform frames none."""
    address_of = _addresses.get(install.platform)
    return address_of(install.external_id, path) if address_of else ""
