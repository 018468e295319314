"""Tables as merchants download them or save them again: any usual encoding and delimiter, row by row, in bounds."""

import codecs
import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import SEEK_END, TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import TextIO

from shopconnect.connectors.files.exports.types import ExportRow
from shopconnect.connectors.files.reading import BadLine
from shopconnect.connectors.files.values import BadRow, gettext_noop

DELIMITERS = (",", ";", "\t", "|")
# That of UTF-32 begins as that of UTF-16 does.
BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
WESTERN = "cp1252"  # Windows in western Europe and America, of which Latin-1 is a part
MACINTOSH = "mac_roman"  # of "CSV (Macintosh)", as Excel calls it
# Of Mac Roman, where Windows has signs that hardly any text bears; and where Windows has its accented small letters.
MACINTOSH_LETTERS = "éèàêçäü".encode(MACINTOSH)
WESTERN_LETTERS = bytes(range(0xE0, 0x100))
MOST_TITLES = 4  # lines above the header
MOST_CHARACTERS = 10_000_000  # of a line, and of a cell
READ_AT_ONCE = 1 << 20  # bytes
TOO_LONG = gettext_noop("A cell is longer than 10 MB; the rest of the file is skipped.")
TOO_MANY_CELLS = gettext_noop("The line has more cells than there are columns: a quotation mark may be missing.")
OPEN_QUOTE = gettext_noop(
    "A quotation mark isn’t closed on this line, so the lines after it are taken for the same cell."
)
OTHER_DELIMITER = gettext_noop("The line has a single cell: the column titles are separated by another character.")
CUT = gettext_noop("The file ends in the middle of this line. Export it again: the rest is missing.")
NO_TEXT = gettext_noop("The line contains invalid characters.")
# The csv module has one limit for all of a process; its own, 131,072 characters, is less than a long description.
csv.field_size_limit(MOST_CHARACTERS)


class _TooLongError(Exception):
    """A line goes on without end."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table on disk, and what its columns are called there.

    `header` is the number of the line that says so; `has_title` whether another stands above it.
    """

    path: Path
    encoding: str
    delimiter: str
    titles: tuple[str, ...]
    header: int = 1
    has_title: bool = False

    def rows(self, columns: Sequence[str], moved: Callable[[int], None]) -> Iterator[ExportRow | BadLine]:
        """Yield each row, its cells under the names of `columns`; `moved` is told the bytes behind us."""
        number = shortest = 0
        try:
            for number, cells, is_last in _with_last(_cells(self.path, self.encoding, self.delimiter, moved)):
                # The header stands again where files were put together.
                if number > self.header and cells != list(self.titles):
                    row = self._row(number, cells, columns)
                    # Some programs leave out the empty cells at a line's end: where one is short, the last may be.
                    if is_last and len(cells) < len(self.titles) <= shortest and _ends_open(self.path):
                        row.error = row.error or BadRow(CUT)
                    yield row
                    shortest = min(shortest or len(cells), len(cells))
        except (_TooLongError, csv.Error):
            yield BadLine(self.path.name, number + 1, TOO_LONG)

    def _row(self, number: int, cells: list[str], columns: Sequence[str]) -> ExportRow:
        found = {column: cell for column, cell in zip(columns, cells, strict=False) if cell.strip()}
        record = ExportRow(found, number)
        if any(cell.strip() for cell in cells[len(columns) :]):
            record.error = BadRow(TOO_MANY_CELLS)
        elif "\n" in cells[-1] and cells[-1].count(self.delimiter) >= len(columns) - len(cells) > 0:
            record.error = BadRow(OPEN_QUOTE)
        elif len(columns) > len(cells) == 1 and any(one in cells[0] for one in DELIMITERS):
            record.error = BadRow(OTHER_DELIMITER)
        elif any("\0" in cell for cell in found.values()):
            record.error = BadRow(NO_TEXT)
        return record


def find_tables(path: Path) -> Iterator[Table]:
    """Yield what a file is as a table, for each delimiter and each of the first lines that may be its header.

    A spreadsheet often has a title above its header, or the day of the export.
    """
    encoding = detect_encoding(path)
    for delimiter in DELIMITERS:
        try:
            rows = islice(_cells(path, encoding, delimiter, lambda _: None), MOST_TITLES + 1)
            for above, (number, titles) in enumerate(rows):
                yield Table(path, encoding, delimiter, tuple(titles), number, above > 0)
        except (_TooLongError, csv.Error):
            continue


def detect_encoding(path: Path) -> str:
    """Return the encoding that a file names at its start, else UTF-8, else Windows’ or Macintosh’s."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as stored:
        start = stored.read(READ_AT_ONCE)
        for bom, encoding in BOMS.items():
            if start.startswith(bom):
                return encoding
        if b"\0" in start[:2]:  # an ASCII letter in UTF-16 without a mark
            return "utf-16-be" if start[:1] == b"\0" else "utf-16-le"
        try:
            while start:
                decoder.decode(start)
                start = stored.read(READ_AT_ONCE)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return _encoding_by_letters(start)
    return "utf-8"


def _encoding_by_letters(text: bytes) -> str:
    macintosh, western = (sum(map(text.count, letters)) for letters in (list(MACINTOSH_LETTERS), list(WESTERN_LETTERS)))
    return MACINTOSH if macintosh > western else WESTERN


def _cells(path: Path, encoding: str, delimiter: str, moved: Callable[[int], None]) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each row that is not blank, and the number of the line on which it begins."""
    with path.open("rb") as stored, TextIOWrapper(stored, encoding, errors="replace", newline="") as text:
        reader = csv.reader(_lines(text), delimiter=delimiter)
        begins = 1
        for row in reader:
            cells = _unwrapped(row, delimiter)
            is_hint = begins == 1 and cells[:1] and cells[0].startswith("sep=")  # by which Excel knows the delimiter
            if any(cells) and not is_hint:
                yield begins, cells
            begins = reader.line_num + 1
            moved(stored.tell())


def _with_last(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str], bool]]:
    """Yield each row, and whether it is the last."""
    before: tuple[int, list[str]] | None = None
    try:
        for row in rows:
            if before is not None:
                yield *before, False
            before = row
    except (_TooLongError, csv.Error):
        if before is not None:
            yield *before, False
        raise
    if before is not None:
        yield *before, True


def _ends_open(path: Path) -> bool:
    """Return whether nothing ends a file's last line."""
    with path.open("rb") as stored:
        stored.seek(-min(4, path.stat().st_size), SEEK_END)
        return not set(stored.read()) & set(b"\r\n")


def _unwrapped(cells: list[str], delimiter: str) -> list[str]:
    """Return the cells of a line that a spreadsheet took for a single one, and other lines as they are."""
    if len(cells) != 1 or delimiter not in cells[0]:
        return cells
    try:
        return next(csv.reader(cells, delimiter=delimiter))
    except csv.Error:  # several lines, which a quotation mark holds together
        return cells


def _lines(text: TextIO) -> Iterator[str]:
    while line := text.readline(MOST_CHARACTERS + 1):
        if len(line) > MOST_CHARACTERS:
            raise _TooLongError
        yield line
