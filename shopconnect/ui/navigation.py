"""The navigation of the merchant's pages: each room enters its own pages here, from its AppConfig.ready."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.utils.functional import Promise

from shopconnect.accounts.types import Role
from shopconnect.core.registries import registry
from shopconnect.core.tenancy.context import ShopId

Predicate = Callable[[ShopId], bool]
Count = Callable[[ShopId, int], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class NavigationEntry:
    """A page of the navigation, as its room registered it."""

    url_name: str
    icon: str
    title: Promise
    roles: frozenset[Role]
    order: int
    is_for_operators: bool
    is_shown: Predicate | None
    count: Count | None


_entries: dict[str, NavigationEntry] = registry({})


def register_entry(
    url_name: str,
    icon: str,
    title: Promise,
    roles: Collection[Role],
    *,
    order: int,
    is_shown: Predicate | None = None,
    count: Count | None = None,
) -> None:
    """Enter a page for members with some roles; `order` says where it stands, the lowest first.

    `is_shown` says of a shop whether it has the page at all; `count` says how much waits there for a person of a shop.
    """
    _add(
        NavigationEntry(
            url_name=url_name,
            icon=icon,
            title=title,
            roles=frozenset(roles),
            order=order,
            is_for_operators=False,
            is_shown=is_shown,
            count=count,
        )
    )


def register_operator_entry(url_name: str, icon: str, title: Promise, *, order: int) -> None:
    """Enter a page for operators of the system, whether they work with a shop or with none."""
    _add(
        NavigationEntry(
            url_name=url_name,
            icon=icon,
            title=title,
            roles=frozenset(),
            order=order,
            is_for_operators=True,
            is_shown=None,
            count=None,
        )
    )


def list_entries() -> list[NavigationEntry]:
    """Return every page of the navigation in its order."""
    return sorted(_entries.values(), key=lambda entry: entry.order)


def _add(entry: NavigationEntry) -> None:
    taken = next((one for one in _entries.values() if one.order == entry.order), None)
    if taken is not None and taken.url_name != entry.url_name:
        raise ValueError(f"{entry.url_name} and {taken.url_name} have the same order in the navigation.")
    _entries[entry.url_name] = entry
