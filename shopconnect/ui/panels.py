"""Parts of pages that other rooms own, such as home: each room enters its parts here, from its AppConfig.ready."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shopconnect.accounts.types import Role
from shopconnect.core.registries import registry
from shopconnect.core.tenancy.context import ShopId


class PanelPlace(StrEnum):
    """Where a panel stands: above the cards of home, in its card of what suggestions brought in, or under the cards.

    The back-test stands in that card too, and where files have just been imported.
    """

    ALERT = "alert"
    EARNED = "earned"
    BACK_TEST = "back_test"
    BELOW = "below"


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePanel:
    """A part of a page: a template, and what reads of a shop that which it shows, None for nothing."""

    place: PanelPlace
    template: str
    read: Callable[[ShopId], Any]
    roles: frozenset[Role]
    order: int


_panels: dict[str, PagePanel] = registry({})


def register_panel(
    place: PanelPlace, template: str, read: Callable[[ShopId], Any], roles: Collection[Role], *, order: int
) -> None:
    """Enter a part of a page for members with some roles; `order` says where it stands, the lowest first.

    `read` is called outside the shop's scope; what it returns is the template's `panel`.
    """
    _panels[template] = PagePanel(place=place, template=template, read=read, roles=frozenset(roles), order=order)


def panels_at(place: PanelPlace, shop_id: ShopId, role: Role) -> list[tuple[str, Any]]:
    """Return the templates of what a role sees at a place, in their order, each with what it shows."""
    panels = sorted((one for one in _panels.values() if one.place == place), key=lambda one: one.order)
    read = [(one.template, one.read(shop_id)) for one in panels if role in one.roles]
    return [(template, content) for template, content in read if content is not None]
