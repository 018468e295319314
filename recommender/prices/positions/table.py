"""Competitors' prices and families as a table to download, fill in and send back."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommender.prices.positions.stored import product_positions, store_positions
from recommender.prices.types import LONGEST_FAMILY, ProductPosition
from shopconnect.catalog.stock import StockItem, iter_stock_items
from shopconnect.catalog.tables.reading import ITEM_COLUMNS, ItemRow, RowProblem, read_item_table
from shopconnect.core.money import write_amount
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.web.csv_files import Cell
from shopconnect.shops.audit import note

COLUMNS: dict[str, Promise] = {
    "price": gettext_lazy("Price"),
    "competitor": gettext_lazy("Competitor’s price"),
    "family": gettext_lazy("Family"),
}


def position_table(shop_id: ShopId, language: str) -> Iterator[Sequence[Cell]]:
    """Return the table's rows, its head first: each product of the shop with what is known of it. Opens a scope."""
    with shop_scope(shop_id):
        items, known = _products(language), product_positions()
    yield [str(name) for name in (*ITEM_COLUMNS.values(), *COLUMNS.values())]
    for item in items:
        own = known.get(item.product_id, ProductPosition())
        competitor = "" if own.competitor is None else write_amount(own.competitor)
        yield [item.external_id, "", item.sku, item.title, write_amount(item.price), competitor, own.family]


def load_positions(shop_id: ShopId, user_id: int, path: Path) -> tuple[int, list[RowProblem]]:
    """Store a table's positions; returns how many products it told of, and what was not taken. Opens a scope.

    What a row has no column for stays. Raises Refusal(no_table) for a file without a column that names products.
    """
    with shop_scope(shop_id):
        known = product_positions()

        def read(item: StockItem, row: ItemRow) -> ProductPosition:
            return _position(row, known.get(item.product_id, ProductPosition()))

        found, problems = read_item_table(path, COLUMNS, _products(), read)
        store_positions({product_id: position for (product_id, _variant), position in found.items()})
        note(user_id, "loaded_positions", str(len(found)))
    return len(found), problems


def _products(language: str = "") -> list[StockItem]:
    """Return each product as one item, that of its first variant."""
    found: dict[int, StockItem] = {}
    for item in iter_stock_items(language):
        found.setdefault(item.product_id, item._replace(variant=""))
    return list(found.values())


def _position(row: ItemRow, known: ProductPosition) -> ProductPosition:
    competitor = row.amount("competitor", _("The competitor’s price must be an amount such as 12.50."))
    family = row.text("family")[:LONGEST_FAMILY] if "family" in row.columns else known.family
    position = replace(known, family=family)
    return replace(position, competitor=competitor, told_at=None) if "competitor" in row.columns else position
