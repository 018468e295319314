"""The file of a bulk export, split into groups: a root and all that belongs to it stand in one, which memory holds.

Splitting goes on where it ended, so that it may be done in slices, and killed at any time: what came after the last
checkpoint is cut off and done again.
"""

import fcntl
import gzip
import json
import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import IO
from zlib import crc32

from pydantic_core import from_json

from shopconnect.core.observability.log import get_logger

GROUP_BYTES, MOST_GROUPS = 32 * 2**20, 256
LINES_AT_ONCE = 50_000  # between two checkpoints
MOST_COMPLAINTS = 20
GZIP, UNPACKED = b"\x1f\x8b", 12  # times the size of a packed file is what is in it, about
VARIANT, ITEM = "gid://shopify/ProductVariant/", "gid://shopify/InventoryItem/"  # parents that have one themselves
ROOT, CHILD = b"0", b"1"  # in this order within a root
LATE = "late"  # lines that stood before their parents

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Checkpoint:
    """How far splitting is: of the export, then of the late lines; and the bytes of each file that was written."""

    is_late: bool = False
    is_done: bool = False
    offset: int = 0
    lines: int = 0
    unreadable: int = 0
    sizes: Mapping[str, int] = field(default_factory=dict)


class Groups:
    """The groups of one export, in a folder beside it."""

    def __init__(self, export: Path) -> None:
        size = export.stat().st_size * (UNPACKED if _is_packed(export) else 1)
        self.count = min(1 + size // GROUP_BYTES, MOST_GROUPS)
        # Of this very file, not of one before it.
        self.folder = export.with_name(f"{export.name}.{export.stat().st_mtime_ns}.groups")
        self._export = export

    def split(self, seconds: float) -> bool:
        """Go on splitting for so many seconds, by one checkpoint at least; say whether all is split."""
        with self._export.open("rb") as alone:
            # Whose lease was lost may be at it still; two would write into each other.
            fcntl.flock(alone, fcntl.LOCK_EX)
            return self._split_on(time.monotonic() + seconds)

    def _split_on(self, ends: float) -> bool:
        at = self._checkpoint()
        with closing(sqlite3.connect(self.folder / "roots.sqlite")) as roots:
            roots.execute("CREATE TABLE IF NOT EXISTS root (id TEXT PRIMARY KEY, root TEXT) WITHOUT ROWID")
            while not at.is_done:
                at = self._split_input(at, roots, ends)
                if time.monotonic() > ends:
                    break
        return at.is_done

    def roots(self, number: int) -> list[list[bytes]]:
        """Return the lines of each root of a group, the root's own first, by the ids of roots."""
        with self._path(_name(number)).open("rb") as file:
            rows = sorted((line.split(b"\t", 2) for line in file), key=itemgetter(0, 1))
        found = [list(rows) for _root, rows in groupby(rows, itemgetter(0))]
        orphans = sum(rows[0][1] != ROOT for rows in found)
        if orphans:
            log.warning("bulk_parents_missing", file=self._export.name, parents=orphans)
        return [[body for _root, _kind, body in rows] for rows in found if rows[0][1] == ROOT]

    def _split_input(self, at: _Checkpoint, roots: sqlite3.Connection, ends: float) -> _Checkpoint:
        """Go on with the export, or with the late lines; return the checkpoint written last."""
        with ExitStack() as files:
            lines = files.enter_context(_opened(self._path(LATE) if at.is_late else self._export))
            lines.seek(at.offset)
            names = [LATE, *map(_name, range(self.count))]
            written = {name: files.enter_context(_cut(self._path(name), at.sizes.get(name, 0))) for name in names}
            coming = _lines_of(lines, self._export.name)
            while True:
                some = list(islice(coming, LINES_AT_ONCE))
                unreadable = self._place(some, at, roots, written)
                # First whose root is which: one too many does no harm, and one that is missing would.
                roots.commit()
                for file in written.values():
                    file.flush()
                at = replace(
                    at,
                    offset=at.offset + sum(map(len, some)),
                    lines=at.lines + len(some),
                    unreadable=unreadable,
                    sizes={name: file.tell() for name, file in written.items()},
                )
                if not some:
                    # What was late is read at last, and that is all.
                    at = replace(at, is_late=True, is_done=at.is_late, offset=0)
                self._save(at)
                if not some or time.monotonic() > ends:
                    return at

    def _place(
        self, lines: Iterable[bytes], at: _Checkpoint, roots: sqlite3.Connection, written: Mapping[str, IO[bytes]]
    ) -> int:
        """Write each line to its group, or to the late ones; return how many could not be read by now."""
        unreadable = at.unreadable
        for number, line in enumerate(lines, at.lines + 1):
            if not line.strip():
                continue
            try:
                kind, root = _root_of(line, roots, at.is_late)
            except (ValueError, TypeError, KeyError):
                unreadable += 1
                if unreadable <= MOST_COMPLAINTS:
                    log.warning("bulk_line_unreadable", file=self._export.name, line=number)
                continue
            if root:
                name = root.encode()
                written[_name(crc32(name) % self.count)].write(b"\t".join((name, kind, line.strip())) + b"\n")
            else:
                written[LATE].write(line.strip() + b"\n")
        return unreadable

    def _checkpoint(self) -> _Checkpoint:
        """Return the last checkpoint, the beginning where there is none or a file is shorter than it says."""
        self.folder.mkdir(parents=True, exist_ok=True)
        saved = self.folder / "checkpoint.json"
        if saved.exists():
            at = _Checkpoint(**json.loads(saved.read_bytes()))
            if all(self._path(name).stat().st_size >= size for name, size in at.sizes.items()):
                return at
        shutil.rmtree(self.folder)
        self.folder.mkdir()
        return _Checkpoint()

    def _save(self, at: _Checkpoint) -> None:
        coming = self.folder / "checkpoint.coming"
        coming.write_text(json.dumps(asdict(at)))
        coming.replace(self.folder / "checkpoint.json")

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.lines"


def _name(number: int) -> str:
    return f"{number:03}"


def _root_of(line: bytes, roots: sqlite3.Connection, is_late: bool) -> tuple[bytes, str]:
    """Return whether a line is a root or a child, and whose; "" while its parent is not known and may still come."""
    # Its values are of this line alone, and a cache of them would only fill memory.
    found = from_json(line, cache_strings="keys")
    own, parent = str(found["id"]), found.get("__parentId")
    if parent is None:
        return ROOT, own
    if own.startswith(VARIANT):
        item = found.get("inventoryItem")
        nested = [own, str(item["id"])] if item else [own]
        roots.executemany("INSERT OR REPLACE INTO root VALUES (?, ?)", [(one, parent) for one in nested])
    if not parent.startswith((VARIANT, ITEM)):
        return CHILD, parent
    known = roots.execute("SELECT root FROM root WHERE id = ?", (parent,)).fetchone()
    # A parent that never came has no root: its children stand as its own, and are counted when they are read.
    return CHILD, known[0] if known else (parent if is_late else "")


def _cut(path: Path, size: int) -> IO[bytes]:
    """Open a file to go on writing after so many bytes."""
    file = path.open("ab")
    file.truncate(size)
    return file


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == GZIP


def _opened(path: Path) -> IO[bytes]:
    return gzip.open(path) if _is_packed(path) else path.open("rb")  # type: ignore[return-value]


def _lines_of(lines: IO[bytes], name: str) -> Iterator[bytes]:
    """Yield the lines; a packed file that breaks off gives what came before."""
    try:
        yield from lines
    except (EOFError, OSError) as error:
        log.warning("bulk_file_cut_short", file=name, detail=type(error).__name__)
