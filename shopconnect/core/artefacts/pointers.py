"""Which version of an artefact is current: a file says it, Redis repeats it, and a process asks every five seconds.

The file is the truth. What Redis repeats is short-lived, so that a server that missed a change while it was away soon
hears of it; where it is away, the file is read.
"""

import contextlib
import time
from collections.abc import Callable
from typing import TypeVar

import redis
from django.core.files.storage import default_storage

from shopconnect.core import caches
from shopconnect.core.cache.breaker import Breaker
from shopconnect.core.cache.redis import RedisError, quick_client, shop_key
from shopconnect.core.tenancy.context import ShopId

POINTER_SECONDS, REPEATED_SECONDS = 5.0, 30

Write = Callable[[str, bytes], None]  # a name in storage and what is to stand there, whole or not at all
_T = TypeVar("_T")


class Pointers:
    """Reads and moves the pointers of all shops; what was read is kept for some seconds."""

    def __init__(self, write: Write) -> None:
        self._write, self._breaker = write, Breaker()
        self._read: dict[tuple[int, str], tuple[float, str | None]] = {}
        caches.register(self.forget)

    def read(self, shop_id: ShopId, room: str) -> str | None:
        """Return the version that readers are to serve, at most some seconds late; None when there is none."""
        at, version = self._read.get((shop_id, room), (-POINTER_SECONDS, None))
        if time.monotonic() - at < POINTER_SECONDS:
            return version
        repeated = self._with_redis(lambda redis: redis.get(_key(shop_id, room)))
        if isinstance(repeated, bytes):
            return self._keep(shop_id, room, repeated.decode())
        return self.read_file(shop_id, room)

    def read_file(self, shop_id: ShopId, room: str) -> str | None:
        """Return what the file says now, and have Redis repeat it where it says nothing."""
        try:
            with default_storage.open(_file(shop_id, room)) as file:
                version: str | None = file.read().decode()
        except FileNotFoundError:
            version = None
        if version:
            self._with_redis(lambda redis: redis.set(_key(shop_id, room), version, ex=REPEATED_SECONDS, nx=True))
        return self._keep(shop_id, room, version)

    def move(self, shop_id: ShopId, room: str, version: str) -> None:
        """Point readers at a version."""
        self._write(_file(shop_id, room), version.encode())
        self._with_redis(lambda redis: redis.set(_key(shop_id, room), version, ex=REPEATED_SECONDS))

    def repeat(self, shop_id: ShopId, room: str) -> None:
        """Have Redis say what the file says: of two who moved it at once, Redis may have heard the wrong one last."""
        version = self.read_file(shop_id, room)
        if version:
            self._with_redis(lambda redis: redis.set(_key(shop_id, room), version, ex=REPEATED_SECONDS))

    def remove(self, shop_id: ShopId, room: str) -> None:
        """Have Redis no longer repeat a pointer whose file goes."""
        self._with_redis(lambda redis: redis.delete(_key(shop_id, room)))

    def forget(self) -> None:
        """Ask again at once."""
        self._read.clear()
        self._breaker.reset()

    def _keep(self, shop_id: ShopId, room: str, version: str | None) -> str | None:
        self._read[shop_id, room] = (time.monotonic(), version)
        return version

    def _with_redis(self, call: Callable[[redis.Redis], _T]) -> _T | None:
        if self._breaker.is_open:
            return None
        with contextlib.suppress(RedisError, OSError):
            return call(quick_client())
        self._breaker.trip()
        return None


def _file(shop_id: ShopId, room: str) -> str:
    return f"shop/{int(shop_id)}/{room}/current"


def _key(shop_id: ShopId, room: str) -> str:
    return shop_key(shop_id, "artefact", room)
