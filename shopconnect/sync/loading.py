"""One file of a folder into the tables of its room, some thousand lines a transaction."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop

from shopconnect.connectors.files.reading import BadLine, FolderFile
from shopconnect.core.tenancy.bulk import flush_counts, refresh_statistics
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync import runs
from shopconnect.sync.registry import SyncFile

AT_ONCE = 40_000  # drafts and their lines in one transaction
STANDS_TWICE = gettext_noop("Its id stands on an earlier line.")
AT_FIRST = 1000  # few, while the planner knows nothing of the tables


def load_file(
    shop_id: ShopId, file: SyncFile, path: Path, run: runs.Run, progress: Callable[[str, int, int], None]
) -> None:
    """Read a file to its end and store what can be read; the rest is counted and complained of in the run."""
    reading, tally = FolderFile(path, file.read), run.tallies.setdefault(file.name, runs.Tally())
    for drafts in _batches(file, reading, run, tally):
        with shop_scope(shop_id):
            tally.add(file.store(drafts))
            runs.keep(run)
            flush_counts()
        refresh_statistics()
        progress(file.name, reading.done_bytes, reading.total_bytes)
    progress(file.name, reading.total_bytes, reading.total_bytes)


def _batches(file: SyncFile, reading: FolderFile[Any], run: runs.Run, tally: runs.Tally) -> Iterator[list[Any]]:
    seen: set[object] = set()
    batch: list[Any] = []
    weight, most = 0, AT_FIRST
    for entry in reading:
        tally.lines += 1
        if isinstance(entry, BadLine):
            tally.bad += 1
            run.complain(file.name, entry.number, entry.text, entry.params)
            continue
        number, draft = entry
        if file.key is not None and not _is_first(file.key(draft), seen):
            tally.bad += 1
            run.complain(file.name, number, STANDS_TWICE, {})
            continue
        batch.append(draft)
        weight += 1 + len(getattr(draft, "lines", ()))
        if weight >= most:
            yield batch
            batch, weight, most = [], 0, min(AT_ONCE, most * 10)
    if batch:
        yield batch


def _is_first(key: object, seen: set[object]) -> bool:
    if key in seen:
        return False
    seen.add(key)
    return True
