"""One file of a folder into the tables of its room, some thousand lines a transaction."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop

from shopconnect.connectors.files.reading import BadLine, FolderFile
from shopconnect.core.tenancy.bulk import flush_counts, refresh_statistics
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync.folders import runs
from shopconnect.sync.registry import SyncFile

AT_ONCE = 20_000  # drafts and their lines in one transaction; as many are read ahead
STANDS_TWICE = gettext_noop("This id already appears on an earlier line.")
AT_FIRST = 1000  # few, while the planner knows nothing of the tables


@dataclass(slots=True)
class _Batch:
    """What was read of a file since the batch before: drafts, how many lines that took, and what is wrong with some."""

    drafts: list[Any] = field(default_factory=list)
    lines: int = 0
    weight: int = 0  # drafts and their lines
    bad: list[tuple[int, str, Mapping[str, str]]] = field(default_factory=list)


def load_file(
    shop_id: ShopId, file: SyncFile, path: Path, run: runs.Run, progress: Callable[[str, int, int], None]
) -> None:
    """Read a file to its end and store what can be read; the rest is counted and complained of in the run."""
    reading, counts = FolderFile(path, file.read), run.line_counts.setdefault(file.name, runs.LineCounts())
    for batch in _read_ahead(_batches(file, reading)):
        counts.lines += batch.lines
        counts.bad += len(batch.bad)
        for number, text, params in batch.bad:
            run.complain(file.name, number, text, params)
        if batch.drafts:
            _store(shop_id, file, batch.drafts, run, counts)
        progress(file.name, reading.done_bytes, reading.total_bytes)
    progress(file.name, reading.total_bytes, reading.total_bytes)


def _store(shop_id: ShopId, file: SyncFile, drafts: list[Any], run: runs.Run, counts: runs.LineCounts) -> None:
    with shop_scope(shop_id):
        counts.add(file.store(drafts))
        runs.keep(run)
        flush_counts()
    refresh_statistics()


def _read_ahead(batches: Iterator[_Batch]) -> Iterator[_Batch]:
    """Yield the batches; while one is being stored, which is PostgreSQL's work, the next is read."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading") as reader:
        coming = reader.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = reader.submit(next, batches, None)
            yield batch


def _batches(file: SyncFile, reading: FolderFile[Any]) -> Iterator[_Batch]:
    seen: set[object] = set()
    batch, most = _Batch(), AT_FIRST
    for entry in reading:
        batch.lines += 1
        if isinstance(entry, BadLine):
            batch.bad.append((entry.number, entry.text, entry.params))
            continue
        number, draft = entry
        if file.key is not None and not _is_first(file.key(draft), seen):
            batch.bad.append((number, STANDS_TWICE, {}))
            continue
        batch.drafts.append(draft)
        batch.weight += 1 + len(getattr(draft, "lines", ()))
        if batch.weight >= most:
            yield batch
            batch, most = _Batch(), min(AT_ONCE, most * 10)
    if batch.lines:
        yield batch


def _is_first(key: object, seen: set[object]) -> bool:
    if key in seen:
        return False
    seen.add(key)
    return True
