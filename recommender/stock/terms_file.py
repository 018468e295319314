"""How items are bought, as a table to download, fill in and send back."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recommender.stock.buying import MOST_SUPPLIERS, store_terms
from recommender.stock.models import Supplier
from recommender.stock.selectors import stock_settings, terms_by_item
from recommender.stock.types import LONGEST_NAME, MOST_UNITS, ItemTerms, TermsProblem
from shopconnect.catalog.stock import StockItem, iter_stock_items
from shopconnect.connectors.files.exports.tables import Table, find_tables
from shopconnect.connectors.files.exports.types import ExportRow
from shopconnect.connectors.files.reading import BadLine
from shopconnect.core.errors import Refusal
from shopconnect.core.money import read_amount, write_amount
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.web.csv_files import Cell
from shopconnect.shops.audit import note

COLUMNS: dict[str, Promise] = {
    "product": gettext_lazy("Product ID"),
    "variant": gettext_lazy("Variant ID"),
    "sku": gettext_lazy("SKU"),
    "title": gettext_lazy("Product"),
    "supplier": gettext_lazy("Supplier"),
    "cost": gettext_lazy("Unit cost"),
    "pack_size": gettext_lazy("Pack size"),
    "minimum": gettext_lazy("Minimum quantity"),
    "on_order": gettext_lazy("On order"),
    "on_order_date": gettext_lazy("Expected on"),
}


class TermsRowError(Exception):
    """A row of the table that cannot be taken; the message says why."""


def terms_table(shop_id: ShopId, language: str) -> Iterator[Sequence[Cell]]:
    """Return the table's rows, its head first: each item of the shop with what is known of it. Opens a scope."""
    with shop_scope(shop_id):
        items, terms = list(iter_stock_items(language)), terms_by_item()
    yield [str(name) for name in COLUMNS.values()]
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


def load_terms(shop_id: ShopId, user_id: int, path: Path) -> tuple[int, list[TermsProblem]]:
    """Store a table's terms; returns how many items it told of, and what was not taken. Opens a scope.

    What a row has no column for stays. A supplier that is not known is added with the shop's usual days. Raises
    Refusal(no_table) for a file without a column that names products.
    """
    table, columns = _table(path)
    problems: list[TermsProblem] = []
    with shop_scope(shop_id):
        items = _ItemFinder(list(iter_stock_items()))
        known, found = terms_by_item(), dict[tuple[int, str], ItemTerms]()
        for row in table.rows(columns, lambda _bytes: None):
            if isinstance(row, BadLine):
                problems.append(TermsProblem(row.number, _("This line can’t be read.")))
                continue
            try:
                item = items.find(row)
                key = (item.product_id, item.variant)
                found[key] = _terms(row, columns, known.get(key, ItemTerms()), item)
            except TermsRowError as error:
                problems.append(TermsProblem(row.number, str(error)))
        store_terms(found, _suppliers({one.supplier for one in found.values()} - {""}))
        note(user_id, "loaded_terms", str(len(found)))
    return len(found), problems


def problems_in_words(problems: Sequence[TermsProblem]) -> str:
    """Return in a sentence how many lines were not taken, and why the first was not."""
    count = len(problems)
    text = ngettext(
        "%(count)d line was skipped. Line %(line)d: %(why)s",
        "%(count)d lines were skipped. The first is line %(line)d: %(why)s",
        count,
    )
    return text % {"count": count, "line": problems[0].line, "why": problems[0].sentence}


class _ItemFinder:
    """Finds the item that a row means: by the product's id and the variant's, or else by a SKU that only one has."""

    def __init__(self, items: Sequence[StockItem]) -> None:
        self._by_id = {(item.external_id, item.variant): item for item in items}
        self._by_sku: dict[str, list[StockItem]] = {}
        self._of_product: dict[str, list[StockItem]] = {}
        for item in items:
            self._by_sku.setdefault(item.sku, []).append(item)
            self._of_product.setdefault(item.external_id, []).append(item)

    def find(self, row: Mapping[str, str]) -> StockItem:
        product, variant, sku = (_plain(row.get(name, "")) for name in ("product", "variant", "sku"))
        if (product, variant) in self._by_id:
            return self._by_id[product, variant]
        of_product = self._of_product.get(product, []) if not variant else []
        of_sku = self._by_sku.get(sku, []) if sku else []
        for found in (of_product, of_sku):
            if len(found) == 1:
                return found[0]
        raise TermsRowError(_("No product of the shop has this ID or SKU."))


def _table(path: Path) -> tuple[Table, list[str]]:
    """The table in a file, and our name for each of its columns, "" for one that is not ours."""
    names = _column_names()
    for table in find_tables(path):
        columns = [names.get(_folded(title), "") for title in table.titles]
        if {"product", "sku"} & set(columns):
            return table, columns
    needed = _("The file needs a column “%(id)s” or “%(sku)s”. Download the table here and fill it in.")
    raise Refusal("no_table", needed % {"id": COLUMNS["product"], "sku": COLUMNS["sku"]}, 400)


def _column_names() -> dict[str, str]:
    """What columns are called, in each of our languages and by our own names."""
    names = {name: name for name in COLUMNS}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            names |= {_folded(str(title)): name for name, title in COLUMNS.items()}
    return names


def _folded(title: str) -> str:
    return title.strip().casefold()


def _terms(row: ExportRow, columns: Sequence[str], known: ItemTerms, item: StockItem) -> ItemTerms:
    if row.error is not None:
        raise TermsRowError(_("This line can’t be read."))

    supplier, coming = (
        _plain(row.get(name, "")) if name in columns else None for name in ("supplier", "on_order_date")
    )
    terms = ItemTerms(
        supplier=known.supplier if supplier is None else supplier[:LONGEST_NAME],
        cost_amount=_cost(row, item) if "cost" in columns else known.cost_amount,
        pack_size=_count(row, "pack_size", 1) if "pack_size" in columns else known.pack_size,
        minimum_quantity=_count(row, "minimum", 0) if "minimum" in columns else known.minimum_quantity,
        on_order=_count(row, "on_order", 0) if "on_order" in columns else known.on_order,
        on_order_date=known.on_order_date if coming is None else _date(coming),
    )
    if terms.on_order and terms.on_order_date is None:
        raise TermsRowError(_("Enter the date on which the open order is expected, such as 2026-12-31."))
    return terms


def _cost(row: ExportRow, item: StockItem) -> Decimal | None:
    """The cost of a row, None where it is the platform's own, which then holds."""
    text = "".join(_plain(row.get("cost", "")).replace(",", ".").split())
    if not text:
        return None
    try:
        amount = read_amount(text)
    except ValueError as error:
        raise TermsRowError(_("The cost must be an amount such as 12.50.")) from error
    if amount < 0:
        raise TermsRowError(_("The cost must be an amount such as 12.50."))
    return None if amount == item.platform_cost else amount


def _count(row: ExportRow, name: str, least: int) -> int:
    text = _plain(row.get(name, "")) or str(least)
    if not (text.isascii() and text.isdigit() and least <= int(text[:9]) <= MOST_UNITS):
        sentence = _("“%(column)s” must be a whole number of at least %(least)d.")
        raise TermsRowError(sentence % {"column": COLUMNS[name], "least": least})
    return int(text)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise TermsRowError(_("Enter a date such as 2026-12-31.")) from error


def _plain(cell: str) -> str:
    """What a cell holds, without the apostrophe that keeps a spreadsheet from running it."""
    return cell.strip().removeprefix("'")


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
