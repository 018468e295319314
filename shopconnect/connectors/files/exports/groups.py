"""Rows that belong together, wherever in a file they stand."""

from collections import Counter
from collections.abc import Callable, Iterator

from shopconnect.connectors.files.exports.types import ExportRow
from shopconnect.connectors.files.reading import BadLine
from shopconnect.connectors.files.values import gettext_noop

MOST_HELD = 100_000  # rows whose others are still to come
TOO_FAR_APART = gettext_noop("Rows that belong together are too far apart. Sort the file; the rest of it is skipped.")

RowsTwice = Callable[[], Iterator[ExportRow | BadLine]]
GroupNames = Callable[[ExportRow], tuple[str, ...]]


def grouped(rows: RowsTwice, group: GroupNames) -> Iterator[list[ExportRow] | BadLine]:
    """Yield the rows of each key once all of them are read; the file is read twice, first to count them.

    Rows of a key that stand together, as exports have them, need the memory of one group, whatever the file's size.
    """
    keys, counts = _count(rows, group)
    groups: dict[str, list[ExportRow]] = {}
    held = 0
    for row in rows():
        if isinstance(row, BadLine):
            yield row
            continue
        name = "" if row.error else group(row)[0]
        key = keys.get(name, name)
        if not key or counts[key] == 1:
            yield [row]
            continue
        groups.setdefault(key, []).append(row)
        held += 1
        if len(groups[key]) == counts[key]:
            held -= counts[key]
            yield groups.pop(key)
        if held > MOST_HELD:
            yield BadLine("", row.number, TOO_FAR_APART)
            return


def _count(rows: RowsTwice, group: GroupNames) -> tuple[dict[str, str], Counter[str]]:
    """Return the key that each other name of a group stands for, and how many rows each key has."""
    keys: dict[str, str] = {}
    named: Counter[str] = Counter()
    for row in rows():
        if isinstance(row, ExportRow) and row.error is None:
            key, *others = group(row)
            named[key] += 1
            keys.update(dict.fromkeys(others, key))
    counts: Counter[str] = Counter()
    for name, count in named.items():
        counts[keys.get(name, name)] += count
    return keys, counts
