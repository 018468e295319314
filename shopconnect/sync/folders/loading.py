"""One file of a folder into the tables of its room, some thousand lines a transaction; or only looked through."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_noop

from shopconnect.connectors.files.exports.reading import ExportFile
from shopconnect.connectors.files.exports.types import ReadingContext
from shopconnect.connectors.files.reading import BadLine, FolderFile
from shopconnect.core.tenancy.bulk import flush_counts, refresh_statistics
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events import selectors as events
from shopconnect.orders import selectors as orders
from shopconnect.shops import selectors as shops
from shopconnect.sync.folders import runs
from shopconnect.sync.folders.sources import FolderContents, KnownShop, Source, known_shop

AT_ONCE = 20_000  # drafts and their lines in one transaction; as many are read ahead
STANDS_TWICE = gettext_noop("This id already appears on an earlier line.")
STANDS_IN_OTHER = gettext_noop("Already in %(file)s, so skipped here: %(count)s.")
AT_FIRST = 1000  # few, while the planner knows nothing of the tables

UNMATCHED = gettext_noop(
    "Lines that match no product of the shop: %(lines)s; orders with such lines: %(orders)s. "
    "They count towards totals, but the model doesn’t use them."
)
UNMATCHED_EVENTS = gettext_noop(
    "Events that match no product of the shop: %(count)s. The model doesn’t use them. Events must name products by "
    "the ids in the products file."
)
IN_FUTURE = gettext_noop("Orders dated in the future: %(count)s. The model doesn’t use them.")

LoadProgress = Callable[[str, int, int], None]  # file, bytes behind us, bytes in all


@dataclass(slots=True)
class DraftBatch:
    """What was read of a file since the batch before: drafts, how many lines that took, and what is wrong with some."""

    drafts: list[Any] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)  # of the lines of the drafts
    lines: int = 0
    weight: int = 0  # drafts and their lines
    bad: list[BadLine] = field(default_factory=list)


@dataclass(slots=True)
class Reader:
    """Reads the sources of one file of a shop; an id counts once in all of them.

    `known` takes in each draft where the files that come after name products or customers otherwise than by id.
    """

    context: ReadingContext
    findings: runs.Findings
    known: KnownShop | None
    progress: LoadProgress
    _seen: dict[object, str] = field(default_factory=dict)  # ids, and the source of each

    def batches(self, source: Source) -> Iterator[DraftBatch]:
        """Yield what is in a source, each batch counted and complained of; while one is worked on, the next is read."""
        reading = source.reading(self.context)
        counts = self.findings.line_counts.setdefault(source.file.name, runs.LineCounts())
        again: Counter[str] = Counter()
        for batch in _read_ahead(self._batches(source, reading, again)):
            counts.lines += batch.lines
            counts.bad += sum(bad.lines for bad in batch.bad)
            counts.partly += len({bad.number for bad in batch.bad if not bad.lines})
            for bad in batch.bad:
                self.findings.complain(source.name, bad.number, bad.text, bad.params, is_partial=not bad.lines)
            yield batch
            self.progress(source.name, reading.done_bytes, reading.total_bytes)
        counts.same += again.total()
        for other, count in again.items():
            self.findings.note(source.name, STANDS_IN_OTHER, {"file": other, "count": f"{count:,}"})
        self.progress(source.name, reading.total_bytes, reading.total_bytes)

    def _batches(
        self, source: Source, reading: FolderFile[Any] | ExportFile, again: Counter[str]
    ) -> Iterator[DraftBatch]:
        """Yield what is read; `again` counts what stands in other sources, by their name."""
        batch, most, lines = DraftBatch(), AT_FIRST, 0
        for entry in reading:
            if isinstance(entry, BadLine):
                batch.bad.append(entry)
                continue
            number, draft = entry
            before = self._find_before(source.file.key(draft), source.name) if source.file.key else ""
            if before == source.name:
                batch.bad.append(BadLine(source.name, number, STANDS_TWICE))
            elif before:
                again[before] += 1
            if before:
                continue
            if self.known:
                self.known.learn(draft)
            batch.drafts.append(draft)
            batch.numbers.append(number)
            batch.weight += 1 + len(getattr(draft, "lines", ()))
            if batch.weight >= most:
                batch.lines, lines = reading.lines - lines, reading.lines
                yield batch
                batch, most = DraftBatch(), min(AT_ONCE, most * 10)
        batch.lines = reading.lines - lines
        if batch.lines or batch.bad:
            yield batch

    def _find_before(self, key: object, name: str) -> str:
        """Return the source in which a key stood before, "" where it is the first, in the source of this name."""
        before = self._seen.get(key, "")
        if not before:
            self._seen[key] = name
        return before


def load_contents(shop_id: ShopId, contents: FolderContents, run: runs.Run, progress: LoadProgress) -> None:
    """Read every file to its end and store what can be read; the rest is counted and complained of in the run."""
    known = known_shop(shop_id) if contents.names_variants else None
    with shop_scope(shop_id):
        profile = shops.shop_profile()
    context = (known or KnownShop()).context(profile.currency, profile.timezone)
    for file in contents.kinds:
        reader = Reader(context, run, known, progress)
        for source in contents.of(file):
            _load_source(shop_id, source, run, reader)


def note_useless(findings: runs.Findings) -> None:
    """Note which orders and events of the shop in scope teach nothing because of what their file says."""
    note_unmatched(findings, *orders.count_unmatched_lines())
    note_future(findings, orders.count_left_out()["future"])
    if "events" in findings.line_counts:
        note_unmatched_events(findings, events.count_unmatched())


def note_future(findings: runs.Findings, count: int) -> None:
    """Note how many orders are dated more than a day ahead."""
    if count:
        findings.note("orders", IN_FUTURE, {"count": f"{count:,}"})


def note_unmatched_events(findings: runs.Findings, count: int) -> None:
    """Note how many events name a product that is not there."""
    if count:
        findings.note("events", UNMATCHED_EVENTS, {"count": f"{count:,}"})


def note_unmatched(findings: runs.Findings, lines: int, on_orders: int) -> None:
    """Note how many lines of orders, and of how many, name a product that is not there."""
    if lines:
        findings.note("orders", UNMATCHED, {"lines": f"{lines:,}", "orders": f"{on_orders:,}"})


def _load_source(shop_id: ShopId, source: Source, run: runs.Run, reader: Reader) -> None:
    counts = run.line_counts.setdefault(source.file.name, runs.LineCounts())
    for batch in reader.batches(source):
        if batch.drafts:
            with shop_scope(shop_id):
                stored = source.file.store(batch.drafts)
                counts.add(stored)
                for place, text in sorted(stored.refused.items()):
                    run.complain(source.name, batch.numbers[place], text, {})
                runs.keep(run)
                flush_counts()
            refresh_statistics()


def _read_ahead(batches: Iterator[DraftBatch]) -> Iterator[DraftBatch]:
    """Yield the batches; while one is being stored, which is PostgreSQL's work, the next is read."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading") as reader:
        coming = reader.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = reader.submit(next, batches, None)
            yield batch
