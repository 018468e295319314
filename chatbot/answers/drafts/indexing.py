"""What rooms above do once a shop's FAQ is indexed: each enters its own."""

from __future__ import annotations

from collections.abc import Callable

from shopconnect.core.registries import registry
from shopconnect.core.tenancy.context import ShopId

_followers: dict[str, Callable[[ShopId], None]] = registry({})


def follow_indexing(name: str, follow: Callable[[ShopId], None]) -> None:
    """Enter what is done, outside any scope, after the FAQ of a shop was indexed."""
    _followers[name] = follow


def followers() -> list[Callable[[ShopId], None]]:
    """Return what is done after the FAQ of a shop was indexed."""
    return list(_followers.values())
