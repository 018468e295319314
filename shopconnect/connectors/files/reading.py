"""A file of a folder, line by line: plain or gzipped, in constant memory, whatever its maker did to it."""

import gzip
import io
import json
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Generic, TypeVar

from shopconnect.connectors.files.values import BadRow, ParsedRow, Row, gettext_noop

MOST_LINE_BYTES = 10_000_000
BOM = b"\xef\xbb\xbf"
UNPACKED_AT_ONCE, PROGRESS_EVERY = 1 << 18, 256  # bytes; lines
TOO_LONG = gettext_noop("The line is longer than 10 MB. The rest of the file is not read.")
DAMAGED = gettext_noop("The file is damaged or incomplete. The rest of it is not read.")
_DraftT = TypeVar("_DraftT")


@dataclass(frozen=True, slots=True)
class BadLine:
    """What is wrong with a line: a sentence to be filled, which names keys and never what stood there.

    `lines` are left out for it: that one, several that belong together, or none where only a part of it is.
    """

    file: str
    number: int
    text: str
    params: Mapping[str, str] = field(default_factory=dict)
    lines: int = 1


@dataclass(slots=True)
class FolderFile(Generic[_DraftT]):
    """One file being read; `done_bytes` of `total_bytes` (as stored) and `lines` are behind us."""

    path: Path
    read: Callable[[Row], _DraftT]
    done_bytes: int = 0
    total_bytes: int = 0
    lines: int = 0

    def __iter__(self) -> Iterator[tuple[int, _DraftT] | BadLine]:
        """Yield each line's number and draft, or why there is none."""
        for number, line in self._lines():
            self.lines += 1
            if isinstance(line, bytes):
                yield from self._draft(number, line)
            else:
                yield BadLine(self.path.name, number, line)

    def _lines(self) -> Iterator[tuple[int, bytes | str]]:
        number = 0
        self.total_bytes = self.path.stat().st_size
        with self.path.open("rb") as stored:
            lines = _unpacked(stored) if self.path.suffix == ".gz" else stored
            try:
                while line := _next_line(lines):
                    number += 1
                    if number % PROGRESS_EVERY == 1:
                        self.done_bytes = stored.tell()
                    if len(line) > MOST_LINE_BYTES:
                        # Skipping to its end could take for ever: a few kilobytes can unpack to many gigabytes.
                        yield number, TOO_LONG
                        return
                    if not line.isspace():
                        # Files that were put together have one in their middle, too.
                        yield number, line.removeprefix(BOM)
            except (EOFError, gzip.BadGzipFile, zlib.error):
                yield number + 1, DAMAGED

    def _draft(self, number: int, line: bytes) -> Iterator[tuple[int, _DraftT] | BadLine]:
        try:
            row = parse(line)
            draft = self.read(row)
        except BadRow as bad:
            yield BadLine(self.path.name, number, bad.text, bad.params)
        except ValueError as bad:
            yield BadLine(self.path.name, number, str(bad))
        else:
            for fault in row.faults:
                yield BadLine(self.path.name, number, fault.text, fault.params, lines=0)
            yield number, draft


def parse(line: bytes) -> ParsedRow:
    """Return a line's object, its fractions as Decimal; raises BadRow."""
    try:
        found = _decoded(line.decode())
        if b"\\u" in line and not _is_storable(found):
            raise BadRow(gettext_noop("The line contains invalid characters."))
    except UnicodeDecodeError as error:
        raise BadRow(gettext_noop("The line isn’t encoded in UTF-8.")) from error
    except (ValueError, ArithmeticError, RecursionError) as error:
        if isinstance(error, BadRow):
            raise
        raise BadRow(gettext_noop("The line isn’t valid JSON.")) from error
    if not isinstance(found, dict):
        raise BadRow(gettext_noop("The line isn’t a JSON object."))
    return ParsedRow(found)


def find_file(folder: Path, name: str) -> Path | None:
    """Return the path of a file of the folder, plain or gzipped, or None; raises BadRow when both are there."""
    both = (folder / f"{name}.jsonl", folder / f"{name}.jsonl.gz")
    found = [path for path in both if path.is_file() and not leads_out(folder, path)]
    if len(found) > 1:
        raise BadRow(
            gettext_noop("Both %(one)s and %(other)s exist. Remove one of them."),
            one=found[0].name,
            other=found[1].name,
        )
    return found[0] if found else None


def leads_out(folder: Path, path: Path) -> bool:
    """Say whether a path in a folder is a link to what lies elsewhere, or nowhere."""
    # Path.resolve raises where links go round in a circle.
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def _unpacked(stored: IO[bytes]) -> IO[bytes]:
    """Return what reads a gzipped file by large pieces: a line at a time, its own reader takes longer than JSON's."""
    packed = gzip.GzipFile(fileobj=stored)
    return io.BufferedReader(packed, UNPACKED_AT_ONCE)  # type: ignore[type-var]


def _next_line(lines: IO[bytes]) -> bytes:
    return lines.readline(MOST_LINE_BYTES + 1)


def _decoded(text: str) -> Any:
    """Decode a line; the usual one begins with its object and ends with a line feed."""
    if text[0] == "{":
        found, end = _DECODER.raw_decode(text)
        if text[end:] in ("\n", ""):
            return found
    return _DECODER.decode(text)


def _refuse_constant(name: str) -> Any:
    raise BadRow(gettext_noop("%(name)s isn’t a number."), name=name)


def _is_storable(value: Any) -> bool:
    """Whether no text in a value holds a zero byte or half of a character, which no database takes."""
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, dict):
        return all(_is_storable(key) and _is_storable(part) for key, part in value.items())
    return not isinstance(value, list) or all(map(_is_storable, value))


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse_constant)
