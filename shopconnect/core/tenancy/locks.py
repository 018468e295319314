"""One at a time, among all processes: with a transaction, or without one for work that waits for the network."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from shopconnect.core.errors import Busy
from shopconnect.core.tenancy.context import current_shop, refuse_in_scope

BRIEF_SECONDS = 4.0


@contextmanager
def advisory_lock(name: str, *, briefly: bool = False) -> Iterator[None]:
    """Hold a name alone, after waiting for whoever has it; it is free again when we end, however we end.

    PostgreSQL keeps the lock for our connection, so a process that dies leaves none behind. Where somebody waits for
    us, we wait `briefly`, and raise Busy.
    """
    refuse_in_scope(f"Waiting for {name}")
    with short_lock_timeout() if briefly else nullcontext(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


@contextmanager
def try_advisory_lock(name: str) -> Iterator[bool]:
    """Hold a name alone without waiting, and say whether we have it; it is free again when we end, however we end."""
    refuse_in_scope(f"Holding {name}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        (is_ours,) = cursor.fetchone()
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


@contextmanager
def short_lock_timeout() -> Iterator[None]:
    """Run a transaction that waits some seconds for each lock, then raises Busy."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{BRIEF_SECONDS * 1000:.0f}ms"])
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise Busy from error
        raise


def lock_shop_writes() -> None:
    """Wait until nobody else writes data of the shop in scope, and keep others waiting until the scope ends.

    So what a verb reads still holds when it writes, and two that write many rows never wait for each other's.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"facts:{current_shop()}"])
