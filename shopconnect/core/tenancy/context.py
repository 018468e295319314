"""Which shop is in scope: the Django-free heart of tenancy, so that logs and core http can ask it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NewType

ShopId = NewType("ShopId", int)

_shop: ContextVar[ShopId | None] = ContextVar("shop", default=None)


class NoShop(RuntimeError):
    """A shop's rows were asked for outside a shop's scope."""


class OtherShop(RuntimeError):
    """A row or a scope of another shop was asked for inside a shop's scope."""


class InScope(RuntimeError):
    """Something slow (network, a blocking wait) was tried while a scope holds a transaction open."""


def find_current_shop() -> ShopId | None:
    """Return the shop in scope, or None outside every scope."""
    return _shop.get()


def current_shop() -> ShopId:
    """Return the shop in scope; raises NoShop outside."""
    shop_id = _shop.get()
    if shop_id is None:
        raise NoShop("No shop is in scope: a service opens one with shop_scope(shop_id).")
    return shop_id


def refuse_in_scope(what: str) -> None:
    """Raise InScope when a scope is open, because `what` would keep its transaction waiting."""
    if _shop.get() is not None:
        raise InScope(f"{what} inside a shop's scope: leave the scope first, it holds a transaction.")


@contextmanager
def entered(shop_id: ShopId) -> Iterator[None]:
    """Name the shop in scope for a while (shop_scope adds the transaction); another shop raises OtherShop."""
    open_shop = _shop.get()
    if open_shop is not None and open_shop != shop_id:
        raise OtherShop(f"Shop {shop_id} was opened inside the scope of shop {open_shop}.")
    token = _shop.set(shop_id)
    try:
        yield
    finally:
        _shop.reset(token)
