"""What this process remembers of rows that change rarely: fresh for a minute, and kept while the database is away.

What is remembered is read again beside the callers: none waits longer for it than a moment. What is remembered
of shops is read again within seconds of a change, whichever process made it, where it has versions (versions.py).
"""

import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Generic, TypeVar

from cachetools import LRUCache
from django.conf import settings
from django.db import InterfaceError, OperationalError, connections

from shopconnect.core import caches
from shopconnect.core.cache.breaker import Breaker
from shopconnect.core.cache.versions import CacheVersions
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import after_commit

log = get_logger(__name__)

_T = TypeVar("_T")
FRESH_SECONDS, STALE_SECONDS, RETRY_SECONDS, MOST_KEYS = 60.0, 3600.0, 5.0, 10_000
EVERY_SHOP = ShopId(0)  # in the place of one, where a change is everybody's
_readers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="memory")


class NotRemembered(RuntimeError):
    """The database is away, and nothing young enough is remembered of this key."""


@dataclass(slots=True)
class _Cached(Generic[_T]):
    value: _T
    read_at: float
    try_at: float
    version: bytes | None  # of the shop as the reading began


class Memory(Generic[_T]):
    """Answers from memory; a key is read again once at a time, and callers go on with what is there.

    With `versions` its keys are ids of shops as text, and it is asked outside of scopes. Where it `is_shared`, its keys
    are whatever they are, and a shop that changes has each of them read again.
    """

    def __init__(
        self,
        load: Callable[[str], _T],
        clock: Callable[[], float] = time.monotonic,
        most_keys: int = MOST_KEYS,
        versions: CacheVersions | None = None,
        is_shared: bool = False,
    ) -> None:
        self._load, self._clock, self._versions, self._is_shared = load, clock, versions, is_shared
        self._cached: LRUCache[str, _Cached[_T]] = LRUCache(most_keys)
        self._lock, self._breaker = threading.Lock(), Breaker()
        caches.register(self.forget)

    def get(self, key: str, is_current: bool = False) -> _T:
        """Return what `load` says of a key, at most a minute old, or an hour while the database is slow or away.

        With versions, what has changed is some seconds old at most, or not at all where it is to be current, which
        asks Redis each time. Raises NotRemembered when the database is away and nothing is remembered.
        """
        # The version before the value: a change while the value is read makes it old at once instead of being missed.
        now, version = self._clock(), self._version(key, is_current)
        with self._lock:
            cached = self._cached.get(key)
            if cached and now < cached.try_at and (cached.version == version or cached.try_at == math.inf):
                return self._answer(key, cached, now)
            if cached:
                cached.try_at, cached.version = math.inf, version  # until this reading has ended
        if cached is None:
            return self._read(key, version)
        reading = _readers.submit(self._read_again, key, cached, version)
        # The new value where it comes within a moment, else what is remembered; the reading goes on and is stored.
        if wait([reading], settings.MOMENT_SECONDS).done:
            cached = reading.result()
        return self._answer(key, cached, now)

    def forget(self, key: str | None = None) -> None:
        """Forget a key that has just changed, or everything."""
        with self._lock:
            if key is None:
                self._cached.clear()
                self._breaker.reset()
            else:
                self._cached.pop(key, None)

    def expire(self, key: str) -> None:
        """Have a key read again when it is asked for next; what is remembered stands in while the database is away."""
        with self._lock:
            if key in self._cached:
                self._cached[key].try_at = -math.inf

    def renew(self, shop_id: ShopId) -> None:
        """Forget a shop that has just changed: here, and once the transaction is through in every process."""
        key = None if self._is_shared else str(int(shop_id))
        self.forget(key)
        after_commit(lambda: self._renewed(shop_id, key))

    def _renewed(self, shop_id: ShopId, key: str | None) -> None:
        if self._versions:
            self._versions.move(EVERY_SHOP if self._is_shared else shop_id)
        self.forget(key)

    def _version(self, key: str, is_current: bool) -> bytes | None:
        if self._versions is None:
            return None
        return self._versions.read(EVERY_SHOP if self._is_shared else ShopId(int(key)), is_current)

    def _answer(self, key: str, cached: _Cached[_T], now: float) -> _T:
        if now - cached.read_at > STALE_SECONDS:
            raise NotRemembered(key)
        return cached.value

    def _read(self, key: str, version: bytes | None) -> _T:
        if self._breaker.is_open:
            raise NotRemembered(key)
        try:
            value = self._load(key)
        except (OperationalError, InterfaceError) as error:
            self._breaker.trip()
            raise NotRemembered(key) from error
        self._store(key, self._fresh(value, version))
        return value

    def _read_again(self, key: str, cached: _Cached[_T], version: bytes | None) -> _Cached[_T]:
        """Read a key in a thread of its own, whose connection goes back at once."""
        try:
            read = self._fresh(self._load(key), version)
        except (OperationalError, InterfaceError) as error:
            log.warning("answered_from_memory", error=type(error).__name__)
            return cached
        finally:
            cached.try_at = self._clock() + RETRY_SECONDS
            connections.close_all()
        self._store(key, read)
        return read

    def _fresh(self, value: _T, version: bytes | None) -> _Cached[_T]:
        now = self._clock()
        return _Cached(value=value, read_at=now, try_at=now + FRESH_SECONDS, version=version)

    def _store(self, key: str, cached: _Cached[_T]) -> None:
        with self._lock:
            self._cached[key] = cached
