"""The platforms that are set up, by name."""

from shopconnect.connectors.base import Platform

_platforms: dict[str, Platform] = {}


def register(platform: Platform) -> None:
    """Offer a platform; a second one of a name replaces the first."""
    _platforms[platform.name] = platform


def find_platform(name: str) -> Platform | None:
    """Return a platform, or None where it is not set up."""
    return _platforms.get(name)
