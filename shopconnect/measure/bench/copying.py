"""A bare COPY of a shop's rows: what bringing a shop in is measured against."""

from collections.abc import Sequence
from pathlib import Path

from django.db import connection, transaction
from psycopg import sql

from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope

CHUNK = 1 << 20


def take_out(shop_id: ShopId, tables: Sequence[str], folder: Path) -> dict[str, int]:
    """Write the shop's rows of each table as COPY reads them; returns how many there were."""
    counts = {}
    with shop_scope(shop_id), connection.cursor() as cursor:
        for table in tables:
            query = sql.SQL("COPY (SELECT * FROM {} WHERE shop_id = {}) TO STDOUT")
            statement = query.format(sql.Identifier(table), sql.Literal(int(shop_id)))
            with (folder / table).open("wb") as file, cursor.copy(statement) as copy:
                for part in copy:
                    file.write(part)
            counts[table] = int(cursor.rowcount)
    return counts


def copy_in(tables: Sequence[str], folder: Path) -> None:
    """Copy the rows into tables without key, index or check, which go with the transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables:
            name = sql.Identifier(f"bare_{table}")
            make = sql.SQL("CREATE TEMPORARY TABLE {} (LIKE {}) ON COMMIT DROP")
            cursor.execute(make.format(name, sql.Identifier(table)))
            with (folder / table).open("rb") as file, cursor.copy(sql.SQL("COPY {} FROM STDIN").format(name)) as copy:
                while part := file.read(CHUNK):
                    copy.write(part)
