"""One at a time, among all processes: with a transaction, or without one for work that waits for the network."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from shopconnect.core.scope import current_shop, refuse_in_scope


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Hold a name alone, after waiting for whoever has it; it is free again when we end, however we end.

    PostgreSQL keeps the lock for our connection, so a process that dies leaves none behind.
    """
    refuse_in_scope(f"Waiting for {name}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def be_only_writer() -> None:
    """Wait until nobody else writes facts of the shop in scope, and keep others waiting until the scope ends.

    So what a verb reads still holds when it writes, and two that write many rows never wait for each other's.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"facts:{current_shop()}"])
