"""How items are bought, as a table to download, fill in and send back."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommender.stock.buying import MOST_SUPPLIERS, store_terms
from recommender.stock.models import Supplier
from recommender.stock.selectors import stock_settings, terms_by_item
from recommender.stock.types import LONGEST_NAME, MOST_UNITS, ItemTerms
from shopconnect.catalog.stock import StockItem, iter_stock_items
from shopconnect.catalog.tables.reading import ITEM_COLUMNS, ItemRow, ItemRowError, RowProblem, read_item_table
from shopconnect.core.errors import Refusal
from shopconnect.core.money import write_amount
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.web.csv_files import Cell
from shopconnect.shops.audit import note

COLUMNS: dict[str, Promise] = {
    "supplier": gettext_lazy("Supplier"),
    "cost": gettext_lazy("Unit cost"),
    "pack_size": gettext_lazy("Pack size"),
    "minimum": gettext_lazy("Minimum quantity"),
    "on_order": gettext_lazy("On order"),
    "on_order_date": gettext_lazy("Expected on"),
}


def terms_table(shop_id: ShopId, language: str) -> Iterator[Sequence[Cell]]:
    """Return the table's rows, its head first: each item of the shop with what is known of it. Opens a scope."""
    with shop_scope(shop_id):
        items, terms = list(iter_stock_items(language)), terms_by_item()
    yield [str(name) for name in (*ITEM_COLUMNS.values(), *COLUMNS.values())]
    for item in items:
        own = terms.get((item.product_id, item.variant), ItemTerms())
        yield [
            item.external_id,
            item.variant,
            item.sku,
            item.title,
            own.supplier,
            "" if item.cost is None else write_amount(item.cost),
            own.pack_size,
            own.minimum_quantity,
            own.on_order,
            own.on_order_date.isoformat() if own.on_order_date else "",
        ]


def load_terms(shop_id: ShopId, user_id: int, path: Path) -> tuple[int, list[RowProblem]]:
    """Store a table's terms; returns how many items it told of, and what was not taken. Opens a scope.

    What a row has no column for stays. A supplier that is not known is added with the shop's usual days. Raises
    Refusal(no_table) for a file without a column that names products.
    """
    with shop_scope(shop_id):
        known = terms_by_item()

        def read(item: StockItem, row: ItemRow) -> ItemTerms:
            return _terms(row, known.get((item.product_id, item.variant), ItemTerms()), item)

        found, problems = read_item_table(path, COLUMNS, list(iter_stock_items()), read)
        store_terms(found, _suppliers({one.supplier for one in found.values()} - {""}))
        note(user_id, "loaded_terms", str(len(found)))
    return len(found), problems


def _terms(row: ItemRow, known: ItemTerms, item: StockItem) -> ItemTerms:
    columns = row.columns
    terms = ItemTerms(
        supplier=row.text("supplier")[:LONGEST_NAME] if "supplier" in columns else known.supplier,
        cost_amount=_cost(row, item) if "cost" in columns else known.cost_amount,
        pack_size=_count(row, "pack_size", 1) if "pack_size" in columns else known.pack_size,
        minimum_quantity=_count(row, "minimum", 0) if "minimum" in columns else known.minimum_quantity,
        on_order=_count(row, "on_order", 0) if "on_order" in columns else known.on_order,
        on_order_date=_date(row.text("on_order_date")) if "on_order_date" in columns else known.on_order_date,
    )
    if terms.on_order and terms.on_order_date is None:
        raise ItemRowError(_("Enter the date on which the open order is expected, such as 2026-12-31."))
    return terms


def _cost(row: ItemRow, item: StockItem) -> Decimal | None:
    """The cost of a row, None where it is the platform's own, which then holds."""
    amount = row.amount("cost", _("The cost must be an amount such as 12.50."))
    return None if amount == item.platform_cost else amount


def _count(row: ItemRow, name: str, least: int) -> int:
    text = row.text(name) or str(least)
    if not (text.isascii() and text.isdigit() and least <= int(text[:9]) <= MOST_UNITS):
        sentence = _("“%(column)s” must be a whole number of at least %(least)d.")
        raise ItemRowError(sentence % {"column": COLUMNS[name], "least": least})
    return int(text)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ItemRowError(_("Enter a date such as 2026-12-31.")) from error


def _suppliers(names: set[str]) -> dict[str, int]:
    """Ids of suppliers by name, those added that are new."""
    known = {row.name: row.pk for row in Supplier.objects.all()}
    usual, new = stock_settings(), sorted(names - known.keys())
    if len(known) + len(new) > MOST_SUPPLIERS:
        sentence = _("There are already %(most)s suppliers. Remove one first.") % {"most": MOST_SUPPLIERS}
        raise Refusal("too_many", sentence, 400)
    for name in new:
        days = {"lead_days": usual.lead_days, "late_days": usual.late_days, "review_days": usual.review_days}
        known[name] = Supplier.objects.create(name=name, **days).pk
    return known
