"""Many rows at once: COPY into a temporary table, then INSERT ... SELECT, for COPY into a walled table is refused."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from django.db import connection
from psycopg import sql

from shopconnect.core.crypto import keyed_hash
from shopconnect.core.tenancy import current_shop


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of some drafts: how many were new, how many changed a row, how many changed nothing."""

    new: int = 0
    changed: int = 0
    same: int = 0


def fill_temporary(table: str, columns: Mapping[str, LiteralString], rows: Iterable[Sequence[Any]]) -> int:
    """Make a temporary table of these columns (name: SQL type) for the rest of the transaction and fill it.

    Returns how many rows it holds. Runs in a shop's scope; a table of that name from before is replaced.
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
        cursor.execute(sql.SQL("ANALYZE pg_temp.{}").format(name))
    return count


def run_sql(statement: LiteralString, *values: Any, **named: Any) -> int:
    """Run one statement in a shop's scope, its values by place or by name; returns how many rows it touched."""
    current_shop()
    with connection.cursor() as cursor:
        cursor.execute(statement, named or values)
        return int(cursor.rowcount)


def ask_sql(statement: LiteralString, *values: Any) -> list[tuple[Any, ...]]:
    """Return the rows of one statement in a shop's scope."""
    current_shop()
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def flush_counts() -> None:
    """Have this transaction's changes counted as soon as it ends, so that refresh_statistics sees them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")


def refresh_statistics() -> None:
    """Refresh the planner's statistics of tables that changed much; of use in a transaction of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.refresh_statistics()")


def digest_of(draft: object) -> str:
    """Return 32 digits by which the same draft is known again; keyed, since a draft may hold an address."""
    return keyed_hash(repr(draft))[:32]
