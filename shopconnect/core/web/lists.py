"""Lists on pages, from one row to the next: a page begins after a row that its address names."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet

PAGE_ROWS, FILE_ROWS = 50, 1_000
LARGEST_ID = 2**63 - 1


class Named(Protocol):
    """A row with a public id."""

    @property
    def public_id(self) -> int:
        """By what addresses name it."""
        ...


_RowT = TypeVar("_RowT", bound=Named)
_EntryT = TypeVar("_EntryT")
_ModelT = TypeVar("_ModelT", bound=Model)


@dataclass(frozen=True, slots=True)
class ListPage(Generic[_RowT]):
    """Some rows of a list; `last` is the public id of the last one where more follow, else None."""

    rows: tuple[_RowT, ...]
    last: int | None


class Latest(list[_EntryT]):
    """The latest entries of a list, or else its first; `total` is how many it has, which pages say that show fewer."""

    def __init__(self, entries: Iterable[_EntryT], total: int) -> None:
        super().__init__(entries)
        self.total = total


def latest_of(rows: QuerySet[_ModelT], most: int, entry_of: Callable[[_ModelT], _EntryT]) -> Latest[_EntryT]:
    """Return the first `most` of some rows as entries; counts the rows only where that may not be all of them."""
    entries = [entry_of(row) for row in rows[:most]]
    return Latest(entries, len(entries) if len(entries) < most else rows.count())


def page_of_rows(rows: Sequence[_RowT], size: int) -> ListPage[_RowT]:
    """Return the page that rows make, of which one more than `size` was looked for."""
    shown = tuple(rows[:size])
    return ListPage(shown, shown[-1].public_id if len(rows) > size else None)


def rows_of_pages(page_after: Callable[[int | None], ListPage[_RowT]]) -> Iterator[_RowT]:
    """Yield the rows of a whole list, page by page: nothing stays open while a slow reader takes them."""
    page = page_after(None)
    yield from page.rows
    while page.last is not None:
        page = page_after(page.last)
        yield from page.rows


def list_context(fields: Mapping[str, Any], after: int | None, last: int | None) -> dict[str, Any]:
    """Return what the page of a list shows of how it is narrowed, and the address of the page after its `last` row."""
    return {
        "fields": fields,
        "is_narrowed": any(fields.values()) or after is not None,
        "next": f"?{_query({**fields, 'after': last})}" if last is not None else "",
        "query": _query(fields),
    }


def _query(fields: Mapping[str, Any]) -> str:
    return urlencode({name: value for name, value in fields.items() if value})


def read_public_id(text: str) -> int | None:
    """Return the public id that an address holds, or None."""
    is_number = text.isascii() and text.isdigit() and len(text) < 20  # noqa: PLR2004
    return int(text) if is_number and int(text) <= LARGEST_ID else None


def read_public_ids(values: Iterable[str]) -> list[int]:
    """Return the public ids that a form sent, without what is none."""
    return [one for one in map(read_public_id, values) if one is not None]
