"""Many rows at once: COPY into a temporary table, then INSERT ... SELECT, for COPY into a walled table is refused."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, LiteralString, Protocol, TypeVar

from django.db import connection
from psycopg import sql

from shopconnect.core.security.crypto import keyed_hash
from shopconnect.core.tenancy.context import current_shop


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of some drafts: how many were new, how many changed a row, how many changed nothing.

    `refused` are the others, by their place among the drafts: why each was not stored, a sentence to be translated.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    refused: Mapping[int, str] = field(default_factory=dict)

    def __add__(self, other: "Stored") -> "Stored":
        return Stored(self.new + other.new, self.changed + other.changed, self.same + other.same)


def fill_temporary(
    table: str, columns: Mapping[str, LiteralString], rows: Iterable[Sequence[Any]], *, is_joined: bool = True
) -> int:
    """Make a temporary table of these columns (name: SQL type) for the rest of the transaction and fill it.

    Returns how many rows it holds. Runs in a shop's scope; a table of that name from before is replaced. One that is
    not joined with anything needs no statistics.
    """
    current_shop()
    name = sql.Identifier(table)
    types = [sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(kind)) for column, kind in columns.items()]
    count = 0
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS pg_temp.{}").format(name))
        cursor.execute(sql.SQL("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP").format(name, sql.SQL(", ").join(types)))
        with cursor.copy(sql.SQL("COPY pg_temp.{} FROM STDIN").format(name)) as copy:
            for count, row in enumerate(rows, start=1):  # noqa: B007
                copy.write_row(row)
        if is_joined:
            # Autovacuum never sees a temporary table, so without this the planner guesses its size.
            cursor.execute(sql.SQL("ANALYZE pg_temp.{}").format(name))
    return count


def run_sql(statement: LiteralString, *values: Any, **named: Any) -> int:
    """Run one statement in a shop's scope, its values by place or by name; returns how many rows it touched."""
    current_shop()
    with connection.cursor() as cursor:
        cursor.execute(statement, named or values)
        return int(cursor.rowcount)


def ask_sql(statement: LiteralString, *values: Any, **named: Any) -> list[tuple[Any, ...]]:
    """Return the rows of one statement in a shop's scope, its values by place or by name."""
    current_shop()
    with connection.cursor() as cursor:
        cursor.execute(statement, named or values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


@contextmanager
def no_row_by_row() -> Iterator[None]:
    """Have whole tables joined at once, for the rest of the block.

    Row by row that takes for ever, and PostgreSQL tries it where a shop has come in just now and was not counted yet.
    """
    run_sql("SET LOCAL enable_nestloop = off")
    yield
    run_sql("SET LOCAL enable_nestloop = on")  # after an error the transaction's end does that


def flush_counts() -> None:
    """Have this transaction's changes counted as soon as it ends, so that refresh_statistics sees them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")


def refresh_statistics() -> None:
    """Refresh the planner's statistics of tables that changed much; of use in a transaction of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.refresh_statistics()")


class Dated(Protocol):
    """What a source says of something, and when that last changed there, where it tells."""

    @property
    def updated_at(self) -> datetime | None:
        """The source's own time."""
        ...


_DatedT = TypeVar("_DatedT", bound=Dated)
Known = Mapping[Any, tuple[str, datetime | None]]  # by key: the digest of what is stored, and the source's time of it


def pick_news(
    drafts: Iterable[_DatedT], known: Known, key: Callable[[_DatedT], Any]
) -> tuple[list[tuple[_DatedT, str]], list[_DatedT]]:
    """Return the drafts that say something new, with their digests, and those that say the same of a later time.

    What is older than what is stored is in neither: news may come in any order.
    """
    news, confirmed = list[tuple[_DatedT, str]](), list[_DatedT]()
    for draft in drafts:
        digest, at = known.get(key(draft), ("", None))
        if at is not None and draft.updated_at is not None and draft.updated_at < at:
            continue
        new_digest = digest_of(draft)
        if new_digest != digest:
            news.append((draft, new_digest))
        elif draft.updated_at is not None and draft.updated_at != at:
            confirmed.append(draft)
    return news, confirmed


def digest_of(draft: object) -> str:
    """Return 32 digits by which the same draft is known again; keyed, since a draft may hold an address."""
    return keyed_hash(repr(draft))[:32]
