"""The platforms that are set up, and where their shops pay, by name."""

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
