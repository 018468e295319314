"""What other rooms show on a product's page: each enters its part here, from its AppConfig.ready."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from shopconnect.accounts.types import Role
from shopconnect.catalog.types import ProductRow
from shopconnect.core.registries import registry
from shopconnect.core.tenancy.context import ShopId

ReadPanel = Callable[[ShopId, ProductRow], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPanel:
    """A part of a product's page: a template, and what reads of a product that which it shows, None for nothing."""

    template: str
    read: ReadPanel
    roles: frozenset[Role]
    order: int


_panels: dict[str, ProductPanel] = registry({})


def register_product_panel(template: str, read: ReadPanel, roles: Collection[Role], *, order: int) -> None:
    """Enter a part of a product's page for members with some roles; `order` says where it stands, the lowest first.

    `read` is called outside the shop's scope; what it returns is the template's `panel`.
    """
    _panels[template] = ProductPanel(template=template, read=read, roles=frozenset(roles), order=order)


def read_panels(shop_id: ShopId, product: ProductRow, role: Role) -> list[tuple[str, Any]]:
    """Return the templates of what a role sees of a product, in their order, each with what it shows."""
    panels = sorted(_panels.values(), key=lambda one: one.order)
    read = [(one.template, one.read(shop_id, product)) for one in panels if role in one.roles]
    return [(template, content) for template, content in read if content is not None]
