"""The rows of a table of items: columns by their names in each language, items by their ids or a SKU."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shopconnect.catalog.stock import StockItem
from shopconnect.connectors.files.exports.tables import Table, find_tables
from shopconnect.connectors.files.exports.types import ExportRow
from shopconnect.connectors.files.reading import BadLine
from shopconnect.core.errors import Refusal
from shopconnect.core.money import read_amount

_RowTerms = TypeVar("_RowTerms")
ITEM_COLUMNS: dict[str, Promise] = {
    "product": gettext_lazy("Product ID"),
    "variant": gettext_lazy("Variant ID"),
    "sku": gettext_lazy("SKU"),
    "title": gettext_lazy("Product"),
}


class ItemRowError(Exception):
    """A row of the table that cannot be taken; the message says why."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A line of a file that was not taken, and why."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    """The cells of an item's row by our names, and which columns the table has."""

    cells: Mapping[str, str]
    columns: frozenset[str]

    def text(self, name: str) -> str:
        """Return what a cell holds, without the apostrophe that keeps a spreadsheet from running it."""
        return self.cells.get(name, "").strip().removeprefix("'")

    def amount(self, name: str, refusal: str) -> Decimal | None:
        """Return an amount of 0 or more, None for an empty cell; raises ItemRowError with a sentence."""
        text = "".join(self.text(name).replace(",", ".").split())
        if not text:
            return None
        try:
            amount = read_amount(text)
        except ValueError as error:
            raise ItemRowError(refusal) from error
        if amount < 0:
            raise ItemRowError(refusal)
        return amount


def read_item_table(
    path: Path,
    columns: Mapping[str, Promise],
    items: Sequence[StockItem],
    read: Callable[[StockItem, ItemRow], _RowTerms],
) -> tuple[dict[tuple[int, str], _RowTerms], list[RowProblem]]:
    """Return what `read` makes of each row, by our id of the product and the variant; and what was not taken.

    Raises Refusal(no_table) for a file without a column that names products.
    """
    table, names = _table(path, {**ITEM_COLUMNS, **columns})
    finder, known = _ItemFinder(items), frozenset(names)
    found: dict[tuple[int, str], _RowTerms] = {}
    problems: list[RowProblem] = []
    for row in table.rows(names, lambda _bytes: None):
        if isinstance(row, BadLine):
            problems.append(RowProblem(row.number, _("This line can’t be read.")))
            continue
        try:
            one = _readable(row, known)
            item = finder.find(one)
            found[item.product_id, item.variant] = read(item, one)
        except ItemRowError as error:
            problems.append(RowProblem(row.number, str(error)))
    return found, problems


def problems_in_words(problems: Sequence[RowProblem]) -> str:
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

    def find(self, row: ItemRow) -> StockItem:
        product, variant, sku = (row.text(name) for name in ("product", "variant", "sku"))
        if (product, variant) in self._by_id:
            return self._by_id[product, variant]
        of_product = self._of_product.get(product, []) if not variant else []
        of_sku = self._by_sku.get(sku, []) if sku else []
        for found in (of_product, of_sku):
            if len(found) == 1:
                return found[0]
        raise ItemRowError(_("No product of the shop has this ID or SKU."))


def _readable(row: ExportRow, columns: frozenset[str]) -> ItemRow:
    if row.error is not None:
        raise ItemRowError(_("This line can’t be read."))
    return ItemRow(row, columns)


def _table(path: Path, columns: Mapping[str, Promise]) -> tuple[Table, list[str]]:
    """The table in a file, and our name for each of its columns, "" for one that is not ours."""
    names = _column_names(columns)
    for table in find_tables(path):
        found = [names.get(_folded(title), "") for title in table.titles]
        if {"product", "sku"} & set(found):
            return table, found
    needed = _("The file needs a column “%(id)s” or “%(sku)s”. Download the table here and fill it in.")
    raise Refusal("no_table", needed % {"id": columns["product"], "sku": columns["sku"]}, 400)


def _column_names(columns: Mapping[str, Promise]) -> dict[str, str]:
    """What columns are called, in each of our languages and by our own names."""
    names = {name: name for name in columns}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            names |= {_folded(str(title)): name for name, title in columns.items()}
    return names


def _folded(title: str) -> str:
    return title.strip().casefold()
