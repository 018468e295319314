"""Feeds of products in XML (RSS or Atom), item by item: nothing outside the file is looked up, nothing expands."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from shopconnect.connectors.files.exports.types import ExportRow
from shopconnect.connectors.files.reading import BadLine
from shopconnect.connectors.files.values import BadRow, gettext_noop

ITEMS = frozenset({"item", "entry"})
MOST_DEPTH = 20
MOST_CHARACTERS = 10_000_000  # of an item
READ_AT_ONCE = 1 << 16  # bytes
BLANK = b"\xef\xbb\xbf \t\r\n"
NO_XML = gettext_noop("The file isn’t valid XML from here on; the rest is skipped.")
NO_FEED = gettext_noop("Skipped: line %(line)s isn’t valid XML, and no product comes before it.")
DECLARES_TYPE = gettext_noop("The file declares a document type, which isn’t accepted. Remove the DOCTYPE line.")
TOO_DEEP = gettext_noop("The file nests elements more than %(most)s levels deep; the rest of it is skipped.")
TOO_LONG = gettext_noop("An item is longer than 10 MB; the rest of the file is skipped.")


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed on disk; `titles` are what its first item's parts are called."""

    path: Path
    titles: tuple[str, ...]

    def rows(self, columns: object, moved: Callable[[int], None]) -> Iterator[ExportRow | BadLine]:
        """Yield each item, its parts by their names without prefix; `moved` is told the bytes behind us."""
        del columns  # an item names its parts itself
        return _items(self.path, moved)


def find_feed(path: Path) -> Iterator[Feed]:
    """Yield what a file is as a feed, if it begins as XML does; raises BadRow where its first item cannot be read."""
    with path.open("rb") as stored:
        start = stored.read(200).lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\0", b"")
    if start.startswith(b"<"):
        first = next(_items(path, lambda _: None), None)
        if isinstance(first, BadLine):
            if first.text == NO_XML:
                raise BadRow(NO_FEED, line=str(first.number))
            raise BadRow(first.text, **first.params)
        yield Feed(path, tuple(first or ()))


def _items(path: Path, moved: Callable[[int], None]) -> Iterator[ExportRow | BadLine]:
    with path.open("rb") as stored:
        reader = _ItemReader(_skip_blank(stored))
        try:
            while chunk := stored.read(READ_AT_ONCE):
                reader.feed(chunk, is_last=False)
                yield from reader.taken()
                moved(stored.tell())
            reader.feed(b"", is_last=True)
        except (expat.ExpatError, BadRow) as error:
            bad = error if isinstance(error, BadRow) else BadRow(NO_XML)
            yield from reader.taken()
            yield BadLine(path.name, reader.line, bad.text, bad.params)


def _skip_blank(stored: BinaryIO) -> int:
    """Go past what shops let slip out before their feed, which XML forbids; return how many lines that is."""
    start = stored.read(READ_AT_ONCE)
    rest = start.lstrip(BLANK)
    stored.seek(len(start) - len(rest))
    return start[: len(start) - len(rest)].count(b"\n")


class _ItemReader:
    """Turns pieces of XML into items: the texts of their children, the first of each name."""

    def __init__(self, lines_before: int) -> None:
        self._lines_before = lines_before
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        # Entities, and with them all that could expand or be looked up, are declared in a document type.
        self._parser.StartDoctypeDeclHandler = self._refuse_type
        self._records: list[ExportRow] = []
        self._depth = self._item_depth = self._fed = self._length = 0
        self._item: dict[str, str] = {}
        self._name, self._texts = "", list[str]()
        self._begins = 1

    @property
    def line(self) -> int:
        """The line at which the reader is."""
        return self._lines_before + self._parser.CurrentLineNumber

    def feed(self, piece: bytes, *, is_last: bool) -> None:
        """Read on; raises ExpatError and BadRow."""
        self._fed += len(piece)
        self._parser.Parse(piece, is_last)
        # A tag or comment without end is held by the parser, and looked through again with each piece.
        if self._fed - max(self._parser.CurrentByteIndex, 0) > MOST_CHARACTERS:
            raise BadRow(TOO_LONG)

    def taken(self) -> list[ExportRow]:
        """Return the items that came to their end since the last time."""
        records, self._records = self._records, []
        return records

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise BadRow(TOO_DEEP, most=str(MOST_DEPTH))
        local = name.rpartition(":")[2]
        if not self._item_depth and local in ITEMS:
            self._item_depth, self._item, self._length = self._depth, {}, 0
            self._begins = self.line
        elif self._item_depth and self._depth == self._item_depth + 1:
            self._name, self._texts = local, [attributes.get("href", "")]

    def _end(self, _name: str) -> None:
        if self._item_depth and self._depth == self._item_depth + 1:
            text = "".join(self._texts).strip()
            if text:
                self._item.setdefault(self._name, text)
            self._name = ""
        elif self._depth == self._item_depth:
            self._records.append(ExportRow(self._item, self._begins))
            self._item_depth = 0
        self._depth -= 1

    def _characters(self, text: str) -> None:
        # What stands deeper, such as the price of a way of shipping, is no part of the item itself.
        if self._name and self._depth == self._item_depth + 1:
            self._length += len(text)
            if self._length > MOST_CHARACTERS:
                raise BadRow(TOO_LONG)
            self._texts.append(text)

    def _refuse_type(self, *_: object) -> None:
        raise BadRow(DECLARES_TYPE)
