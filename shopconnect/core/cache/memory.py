"""What this process remembers of rows that change rarely: fresh for a minute, and kept while the database is away.

What is remembered is read again beside the callers: none waits longer for it than a moment. What is remembered
of shops is read again within seconds of a change, whichever process made it, where it has marks (marks.py).
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections

from shopconnect.core import caches
from shopconnect.core.cache.breaker import Breaker
from shopconnect.core.cache.versions import CacheVersions
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import after_commit

log = get_logger(__name__)

Value = TypeVar("Value")
FRESH_SECONDS, STALE_SECONDS, RETRY_SECONDS, MOST_KEYS = 60.0, 3600.0, 5.0, 10_000
_readers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="memory")


class NotRemembered(RuntimeError):
    """The database is away, and nothing young enough is remembered of this key."""


@dataclass(slots=True)
class _Kept(Generic[Value]):
    value: Value
    read_at: float
    try_at: float
    mark: bytes | None  # of the shop as the reading began


class Memory(Generic[Value]):
    """Answers from memory; a key is read again once at a time, and callers go on with what is there.

    With `marks` its keys are ids of shops as text, and it is asked outside of scopes.
    """

    def __init__(
        self,
        load: Callable[[str], Value],
        clock: Callable[[], float] = time.monotonic,
        most_keys: int = MOST_KEYS,
        marks: CacheVersions | None = None,
    ) -> None:
        self._load, self._clock, self._most_keys, self._marks = load, clock, most_keys, marks
        self._kept: OrderedDict[str, _Kept[Value]] = OrderedDict()
        self._lock, self._breaker = threading.Lock(), Breaker()
        caches.register(self.forget)

    def get(self, key: str) -> Value:
        """Return what `load` says of a key, at most a minute old, or an hour while the database is slow or away.

        With marks, what has changed is some seconds old at most. Raises NotRemembered when the database is away and
        nothing is remembered.
        """
        now, mark = self._clock(), self._mark(key)
        with self._lock:
            kept = self._kept.get(key)
            if kept and now < kept.try_at and (kept.mark == mark or kept.try_at == math.inf):
                return self._answer(key, kept, now)
            if kept:
                kept.try_at, kept.mark = math.inf, mark  # until this reading has ended
        if kept is None:
            return self._read(key, mark)
        reading = _readers.submit(self._read_again, key, kept, mark)
        if wait([reading], settings.MOMENT_SECONDS).done:
            kept = reading.result()
        return self._answer(key, kept, now)

    def forget(self, key: str | None = None) -> None:
        """Forget a key that has just changed, or everything."""
        with self._lock:
            if key is None:
                self._kept.clear()
                self._breaker.reset()
            else:
                self._kept.pop(key, None)

    def renew(self, shop_id: ShopId) -> None:
        """Forget a shop that has just changed: here, and once the transaction is through in every process."""
        key = str(int(shop_id))
        self.forget(key)
        after_commit(lambda: self._renewed(shop_id, key))

    def _renewed(self, shop_id: ShopId, key: str) -> None:
        if self._marks:
            self._marks.move(shop_id)
        self.forget(key)

    def _mark(self, key: str) -> bytes | None:
        return self._marks.read(ShopId(int(key))) if self._marks else None

    def _answer(self, key: str, kept: _Kept[Value], now: float) -> Value:
        if now - kept.read_at > STALE_SECONDS:
            raise NotRemembered(key)
        return kept.value

    def _read(self, key: str, mark: bytes | None) -> Value:
        if self._breaker.is_open:
            raise NotRemembered(key)
        try:
            value = self._load(key)
        except (OperationalError, InterfaceError) as error:
            self._breaker.trip()
            raise NotRemembered(key) from error
        self._keep(key, self._fresh(value, mark))
        return value

    def _read_again(self, key: str, kept: _Kept[Value], mark: bytes | None) -> _Kept[Value]:
        """Read a key in a thread of its own, whose connection goes back at once."""
        try:
            read = self._fresh(self._load(key), mark)
        except (OperationalError, InterfaceError) as error:
            log.warning("answered_from_memory", error=type(error).__name__)
            return kept
        finally:
            kept.try_at = self._clock() + RETRY_SECONDS
            connections.close_all()
        self._keep(key, read)
        return read

    def _fresh(self, value: Value, mark: bytes | None) -> _Kept[Value]:
        now = self._clock()
        return _Kept(value=value, read_at=now, try_at=now + FRESH_SECONDS, mark=mark)

    def _keep(self, key: str, kept: _Kept[Value]) -> None:
        with self._lock:
            self._kept[key] = kept
            self._kept.move_to_end(key)
            while len(self._kept) > self._most_keys:
                self._kept.popitem(last=False)
