"""The file of a bulk export: one object a line, children beside their parents in any order.

It is brought in order once, into a file beside it with a line for each root and all that belongs to it; another keeps
marks of how far which number of drafts was. So going on after a crash costs a seek, and memory holds a lot at a time.
"""

import gzip
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from secrets import token_hex
from typing import IO, Any, TypeVar

from pydantic_core import from_json

from shopconnect.core.observability.log import get_logger

# Where in its parent a child belongs, by its kind.
PLACES = {
    "ProductVariant": ("variants",),
    "InventoryLevel": ("inventoryItem", "inventoryLevels"),
    "Collection": ("collections",),
    "LineItem": ("lineItems",),
}
GZIP = b"\x1f\x8b"
ROWS_AT_ONCE, ROOTS_AT_ONCE, MOST_COMPLAINTS = 5000, 250, 20

_KIND = re.compile(r"gid://shopify/([A-Za-z]+)/")
_T = TypeVar("_T")
log = get_logger(__name__)


def read_drafts(
    path: Path, skip: int, drafts_of: Callable[[Sequence[Mapping[str, Any]]], Iterable[_T]]
) -> Iterator[_T]:
    """Yield what is made of each lot of roots with their children, always in the same order, after the first `skip`."""
    beside = f"{path.name}.{path.stat().st_mtime_ns}"  # of this very file, not of one before it
    ordered, places = path.with_name(f"{beside}.ordered"), path.with_name(f"{beside}.marks")
    if not ordered.exists():
        _bring_in_order(path, ordered)
    behind, offset = _last_place(places, skip)
    with ordered.open("rb") as file, places.open("a") as known:
        file.seek(offset)
        while lines := list(islice(file, ROOTS_AT_ONCE)):
            drafts = list(drafts_of([_tree(from_json(line)) for line in lines]))
            yield from drafts[max(0, skip - behind) :]
            behind, offset = behind + len(drafts), offset + sum(map(len, lines))
            known.write(f"{behind} {offset}\n")
            known.flush()


def _last_place(places: Path, skip: int) -> tuple[int, int]:
    """Return the last place written before a number of drafts: the number, and where in the file that was."""
    if not places.exists():
        return 0, 0
    written = [line.split() for line in places.read_text().splitlines(keepends=True) if line.endswith("\n")]
    return max(((int(behind), int(offset)) for behind, offset in written if int(behind) <= skip), default=(0, 0))


def _bring_in_order(path: Path, ordered: Path) -> None:
    """Write a file's roots, each with all that belongs to it, at once and whole."""
    own = ordered.with_name(f"{ordered.name}.{token_hex(4)}")  # two may be at it
    database, coming = own.with_suffix(".sqlite"), own.with_suffix(".coming")
    try:
        with closing(sqlite3.connect(database, isolation_level=None)) as rows, _opened(path) as lines:
            # Nothing is lost with it: it is made again from the file. The cache bounds memory, in KiB.
            rows.executescript(
                "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536; PRAGMA temp_store=FILE;"
                "CREATE TABLE line (id TEXT, parent TEXT, body BLOB); BEGIN"
            )
            _fill(rows, lines, path.name)
            rows.execute("CREATE INDEX line_id ON line (id, parent)")
            with coming.open("wb") as file:
                file.writelines(_groups(rows, path.name))
        coming.replace(ordered)
    finally:
        database.unlink(missing_ok=True)
        coming.unlink(missing_ok=True)


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        packed = file.read(2) == GZIP
    return gzip.open(path) if packed else path.open("rb")  # type: ignore[return-value]


def _fill(rows: sqlite3.Connection, lines: IO[bytes], name: str) -> None:
    found: list[tuple[str, str | None, bytes | None]] = []
    bad = 0
    for number, line in enumerate(_lines_of(lines, name), 1):
        if not line.strip():
            continue
        try:
            found += _rows_of(line)
        except (ValueError, TypeError, KeyError):
            bad += 1
            if bad <= MOST_COMPLAINTS:
                log.warning("bulk_line_unreadable", file=name, line=number)
        if len(found) >= ROWS_AT_ONCE:
            rows.executemany("INSERT INTO line VALUES (?, ?, ?)", found)
            found.clear()
    rows.executemany("INSERT INTO line VALUES (?, ?, ?)", found)


def _lines_of(lines: IO[bytes], name: str) -> Iterator[bytes]:
    """Yield the lines; a packed file that breaks off gives what came before."""
    try:
        yield from lines
    except (EOFError, OSError) as error:
        log.warning("bulk_file_cut_short", file=name, detail=type(error).__name__)


def _rows_of(line: bytes) -> Iterator[tuple[str, str | None, bytes | None]]:
    """Yield a line's row, and one without a body for an id under which it may be a parent too."""
    found = from_json(line)
    yield str(found["id"]), found.get("__parentId"), line.strip()
    item = found.get("inventoryItem")
    if item:
        yield str(item["id"]), str(found["id"]), None


def _groups(rows: sqlite3.Connection, name: str) -> Iterator[bytes]:
    """Yield a line for each root: the root, then what belongs to it, at most three steps up."""
    ordered = rows.execute(
        "SELECT COALESCE(c.parent, b.parent, a.parent, a.id) AS root, a.parent IS NULL, a.body FROM line a"
        " LEFT JOIN line b ON b.id = a.parent LEFT JOIN line c ON c.id = b.parent"
        " WHERE a.body IS NOT NULL ORDER BY root, a.parent IS NOT NULL"
    )
    orphans = 0
    for _, group in groupby(ordered, key=itemgetter(0)):
        _, is_root, first = next(group)
        if is_root:
            yield b"[" + b",".join([first, *(body for _, _, body in group)]) + b"]\n"
        else:
            orphans += 1
    if orphans:
        log.warning("bulk_parents_missing", file=name, parents=orphans)


def _tree(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a root with what belongs to it in its places; what is said twice, as of a list that moved, holds once."""
    rows = list({(row["id"], row.get("__parentId")): row for row in lines}.values())
    known = {row["id"]: row for row in rows}
    items = {row["inventoryItem"]["id"]: row for row in rows if row.get("inventoryItem")}
    for row in rows[1:]:
        parent = known.get(row["__parentId"]) or items.get(row["__parentId"])
        kind = _KIND.match(row["id"])
        place = PLACES.get(kind[1]) if kind else None
        for step in place[:-1] if place else ():
            parent = parent.get(step) if parent else None
        if parent and place:
            parent.setdefault(place[-1], {"nodes": []})["nodes"].append(row)
    return rows[0]
