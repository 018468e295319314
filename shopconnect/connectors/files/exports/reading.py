"""An export, as it lies in a folder: known by its columns, read group by group."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from shopconnect.connectors.files.exports.conventions import Conventions
from shopconnect.connectors.files.exports.feeds import Feed, find_feed
from shopconnect.connectors.files.exports.formats import find_format, find_lack
from shopconnect.connectors.files.exports.groups import grouped
from shopconnect.connectors.files.exports.tables import MACINTOSH, WESTERN, Table, find_tables
from shopconnect.connectors.files.exports.types import ExportFormat, ExportRow, ReadingContext
from shopconnect.connectors.files.reading import BadLine
from shopconnect.connectors.files.values import BadRow, gettext_noop

ABOVE_HEADER = gettext_noop("The lines above the column titles were skipped.")
NO_ROWS = gettext_noop("Skipped: the file has column titles and nothing below.")
NOT_UTF8 = {
    WESTERN: gettext_noop(
        "The file isn’t UTF-8, so it was read as Windows-1252. If accents look wrong, save it as UTF-8."
    ),
    MACINTOSH: gettext_noop(
        "The file isn’t UTF-8, so it was read as Mac OS Roman. If accents look wrong, save it as UTF-8."
    ),
}


@dataclass(frozen=True, slots=True)
class RecognisedExport:
    """A file that was recognised; `columns` are the format's names of its columns, `titles` its own of those."""

    source: Table | Feed
    format: ExportFormat
    columns: tuple[str, ...]

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.source.path

    @property
    def notes(self) -> list[str]:
        """What a merchant should know of the file as a whole, as sentences to be translated."""
        notes = [text for column, text in self.format.lacking.items() if column not in self.columns]
        if isinstance(self.source, Table):
            notes += [] if self._has_rows else [NO_ROWS]
            notes += [ABOVE_HEADER] if self.source.has_title else []
            notes += [NOT_UTF8[self.source.encoding]] if self.source.encoding in NOT_UTF8 else []
        return notes

    @property
    def _has_rows(self) -> bool:
        return any(True for _row in self.source.rows(self.columns, lambda _: None))

    @property
    def titles(self) -> Mapping[str, str]:
        """What the file itself calls the columns."""
        return dict(zip(self.columns, self.source.titles, strict=False))


def recognise(path: Path) -> RecognisedExport | None:
    """Return what a file is, or None where it has the columns of no export that we know; raises BadRow.

    It raises that too for a header that lacks a single column of an export.
    """
    lack: BadRow | None = None
    sources: Iterator[Table | Feed] = chain(find_feed(path), find_tables(path))
    for source in sources:
        found = find_format(source.titles)
        if found is not None:
            return RecognisedExport(source, *found)
        lack = lack or find_lack(source.titles)
    if lack is not None:
        raise lack
    return None


@dataclass(slots=True)
class ExportFile:
    """An export being read; `done_bytes` of `total_bytes` are behind us, and so are `lines` rows."""

    export: RecognisedExport
    context: ReadingContext
    done_bytes: int = 0
    total_bytes: int = 0
    lines: int = 0
    _titles: Mapping[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[int, Any] | BadLine]:
        """Yield the line on which each draft begins, and the draft, or why there is none."""
        self.total_bytes, self._titles = self.export.path.stat().st_size, self.export.titles
        conventions = Conventions(
            currency="" if self.export.format.has_currency else self.context.currency,
            timezone=self.context.timezone,
            cells=self._cells,
        )
        for group in grouped(self._rows, self.export.format.group):
            if isinstance(group, BadLine):
                self.lines += 1
                yield BadLine(self.export.path.name, group.number, group.text, group.params)
            else:
                self.lines += len(group)
                for record in group:
                    record.conventions = conventions
                yield from self._drafts(group)

    def _rows(self) -> Iterator[ExportRow | BadLine]:
        return self.export.source.rows(self.export.columns, self._move)

    def _cells(self) -> Iterator[tuple[str, str]]:
        for row in self.export.source.rows(self.export.columns, lambda _: None):
            if isinstance(row, ExportRow):
                yield from row.items()

    def _move(self, done: int) -> None:
        self.done_bytes = done

    def _drafts(self, group: list[ExportRow]) -> Iterator[tuple[int, Any] | BadLine]:
        try:
            if group[0].error is not None:
                raise group[0].error
            drafts = list(self.export.format.read(group, self.context))
        except BadRow as error:
            yield from self._left_out(group, error)
            return
        for record in group:
            for fault in record.faults:
                yield self._bad(record, fault, lines=0)
            if record.error is not None:
                yield self._bad(record, record.error, lines=1)
        yield from ((group[0].number, draft) for draft in drafts)

    def _left_out(self, group: list[ExportRow], error: BadRow) -> Iterator[BadLine]:
        """Yield why nothing is made of some rows: what is wrong with each, else with all of them."""
        wrong = [record for record in group if record.error] or group[:1]
        for record in wrong:
            others = len(group) - len(wrong) if record is wrong[0] else 0
            yield self._bad(record, record.error or error, lines=1 + others)

    def _bad(self, record: ExportRow, bad: BadRow, *, lines: int) -> BadLine:
        key = bad.params.get("key")
        params = {**bad.params, "key": self._titles.get(key, key)} if key else bad.params
        return BadLine(self.export.path.name, record.number, bad.text, params, lines)
