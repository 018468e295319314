"""Tables to download as CSV (RFC 4180), row by row, safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from shopconnect.core.clock import now

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
BYTE_ORDER_MARK = "\ufeff"
Cell = str | int | float | Decimal


class _Line:
    """What csv.writer takes for a file: hands back each line that is written."""

    def write(self, line: str) -> str:
        return line


def csv_response(name: str, rows: Iterable[Sequence[Cell]]) -> StreamingHttpResponse:
    """Return a file of a name that the browser keeps, written while it is sent; the first row is the head."""
    # Without a byte order mark Excel takes UTF-8 for something else.
    response = StreamingHttpResponse(chain([BYTE_ORDER_MARK], csv_lines(rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    return response


def dated_name(shop: str, what: str) -> str:
    """Return the name of a file that tells of a shop, by its slug, on this day."""
    return f"{shop}-{what}-{now().date().isoformat()}.csv"


def csv_lines(rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Yield each row as a line that ends in CR LF; a text that a spreadsheet would run as a formula stays a text."""
    writer = csv.writer(_Line())
    for row in rows:
        yield writer.writerow([_inert(cell) for cell in row])


def _inert(cell: Cell) -> Cell:
    # An apostrophe in front, as OWASP has it; numbers are none of it, their minus is no formula.
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
