"""What a cell leaves open and its file decides: the decimal mark of a column, and whether days precede months."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from shopconnect.connectors.files.exports.numerals import read_numeral, split_price

SLASHED = re.compile(
    r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4}) ([0-9]{1,2})(:[0-9]{2}(?::[0-9]{2})?)(?: ?([AaPp])[Mm])?"
)
MONTHS = 12
LONGEST = 40  # characters of a number or a time


@dataclass(kw_only=True)
class Conventions:
    """How a file writes numbers and times; its cells are looked through once, and only where one leaves that open.

    currency: of the shop, "" where the rows name their own or nobody knows it yet.
    timezone: in which a time without an offset is read.
    cells: yields each cell of the file with its column.
    """

    currency: str = ""
    timezone: str = "UTC"
    cells: Callable[[], Iterable[tuple[str, str]]] = tuple

    def decimal_mark(self, column: str) -> str:
        """Return the mark that numbers of a column have before their decimals, "" where they do not say or differ."""
        marks = self._marks_and_orders[0][column]
        return next(iter(marks)) if len(marks) == 1 else ""

    @property
    def is_day_first(self) -> bool | None:
        """Whether 05/01/2026 is in January; None where the dates of the file do not say or differ."""
        orders = self._marks_and_orders[1]
        return next(iter(orders)) if len(orders) == 1 else None

    @cached_property
    def _marks_and_orders(self) -> tuple[dict[str, set[str]], set[bool]]:
        marks: dict[str, set[str]] = defaultdict(set)
        orders: set[bool] = set()
        for column, cell in self.cells():
            value = cell[:LONGEST].strip()
            if date := SLASHED.fullmatch(value):
                parts = [int(date[1]) > MONTHS, int(date[2]) > MONTHS]
                orders |= {parts[0]} if any(parts) else set()
            elif (price := split_price(value)) and (found := read_numeral(price[0])) and not found.is_ambiguous:
                marks[column] |= {found.decimal_mark} if found.decimal_mark else set()
        return marks, orders
