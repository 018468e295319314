"""The wall between shops: a scope names one shop, and opens a transaction in which its rows can be seen and written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context

from django.db import connection, transaction

from shopconnect.core.tenancy.context import ShopId, entered


@contextmanager
def shop_scope(shop_id: ShopId) -> Iterator[None]:
    """Open one shop: a transaction in which its rows, and no others, can be read and written.

    Nesting the same shop is a savepoint; nesting another raises OtherShop.
    """
    is_inner = connection.in_atomic_block
    with entered(shop_id), transaction.atomic():
        previous = _setting() if is_inner else ""
        _set(str(shop_id))
        yield
        if is_inner:  # the end of a transaction restores it by itself, and so does a rollback
            _set(previous)


def after_commit(call: Callable[[], None]) -> None:
    """Have something done once the scope's transaction is through, and outside of the scope: it may wait for Redis."""
    transaction.on_commit(lambda: Context().run(call))


def _setting() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.shop_id', true)")
        return cursor.fetchone()[0] or ""


def _set(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.shop_id', %s, true)", [value])
