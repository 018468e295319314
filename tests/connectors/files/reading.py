"""Exports of invented shops, as their platforms write them, and what is read of them."""

from pathlib import Path
from typing import Any

from shopconnect.connectors.files.exports.index import CatalogIndex
from shopconnect.connectors.files.exports.reading import ExportFile, recognise
from shopconnect.connectors.files.exports.types import ReadingContext
from shopconnect.connectors.files.reading import BadLine

EXPORTS = Path(__file__).parent / "exports"


def read_export(
    path: Path,
    index: CatalogIndex | None = None,
    accounts: dict[str, str] | None = None,
    *,
    currency: str = "EUR",
    timezone: str = "UTC",
) -> tuple[list[Any], list[BadLine]]:
    """Return the drafts of an export and what is wrong with its lines."""
    export = recognise(path)
    assert export is not None, f"{path.name} is not recognised"
    context = ReadingContext(
        currency=currency,
        timezone=timezone,
        index=index or CatalogIndex(),
        find_customer=lambda email: (accounts or {}).get(email, ""),
    )
    entries = list(ExportFile(export, context))
    drafts = [entry[1] for entry in entries if not isinstance(entry, BadLine)]
    return drafts, [entry for entry in entries if isinstance(entry, BadLine)]


def sentences(bad: list[BadLine]) -> list[tuple[int, str]]:
    """Return what is said of lines."""
    return [(one.number, one.text % one.params if one.params else one.text) for one in bad]
