"""The navigation of the merchant's pages: each room enters its own pages here, from its AppConfig.ready."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import IntEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shopconnect.accounts.types import Member, Role
from shopconnect.core.registries import registry
from shopconnect.core.tenancy.context import ShopId

Predicate = Callable[[ShopId], bool]
Count = Callable[[ShopId, int], int]


class NavigationGroup(IntEnum):
    """Under which heading a page stands, in this order; what comes first has none."""

    OVERVIEW = 0
    SALES = 1
    STOREFRONT = 2
    SETTINGS = 3


GROUP_TITLES: dict[NavigationGroup, Promise] = {
    NavigationGroup.SALES: _("Catalogue and sales"),
    NavigationGroup.STOREFRONT: _("On your storefront"),
    NavigationGroup.SETTINGS: _("Settings"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NavigationEntry:
    """A page of the navigation, as its room registered it."""

    url_name: str
    icon: str
    title: Promise
    roles: frozenset[Role]
    group: NavigationGroup
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
    group: NavigationGroup,
    order: int,
    is_shown: Predicate | None = None,
    count: Count | None = None,
) -> None:
    """Enter a page for members with some roles; `order` says where it stands in its group, the lowest first.

    `is_shown` says of a shop whether it has the page at all; `count` says how much waits there for a person of a shop.
    """
    _add(
        NavigationEntry(
            url_name=url_name,
            icon=icon,
            title=title,
            roles=frozenset(roles),
            group=group,
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
            group=NavigationGroup.SETTINGS,
            order=order,
            is_for_operators=True,
            is_shown=None,
            count=None,
        )
    )


def list_entries() -> list[NavigationEntry]:
    """Return every page of the navigation in its order."""
    return sorted(_entries.values(), key=lambda entry: (entry.group, entry.order))


def entries_for(member: Member | None, is_operator: bool) -> list[NavigationEntry]:
    """Return the pages that somebody may open in the shop that is theirs at the moment, in their order."""
    return [entry for entry in list_entries() if _is_open(entry, member, is_operator)]


def _is_open(entry: NavigationEntry, member: Member | None, is_operator: bool) -> bool:
    if entry.is_for_operators:
        return is_operator
    if member is None or member.role not in entry.roles:
        return False
    return entry.is_shown is None or entry.is_shown(ShopId(member.shop_id))


def _add(entry: NavigationEntry) -> None:
    place = (entry.group, entry.order)
    taken = next((one for one in _entries.values() if (one.group, one.order) == place), None)
    if taken is not None and taken.url_name != entry.url_name:
        raise ValueError(f"{entry.url_name} and {taken.url_name} have the same order in the navigation.")
    _entries[entry.url_name] = entry
