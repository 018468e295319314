"""What this process remembers of rows that change rarely: fresh for a minute, and kept while the database is away."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import InterfaceError, OperationalError

from shopconnect.core.log import get_logger

log = get_logger(__name__)

Value = TypeVar("Value")
FRESH_SECONDS, STALE_SECONDS, RETRY_SECONDS, MOST_KEYS = 60.0, 3600.0, 5.0, 10_000


class NotRemembered(RuntimeError):
    """The database is away, and nothing young enough is remembered of this key."""


@dataclass(slots=True)
class _Kept(Generic[Value]):
    value: Value
    read_at: float
    try_at: float


class Memory(Generic[Value]):
    """Answers from memory; one thread at a time reads a key again, and the others go on with what is there."""

    def __init__(
        self, load: Callable[[str], Value], clock: Callable[[], float] = time.monotonic, most_keys: int = MOST_KEYS
    ) -> None:
        self._load, self._clock, self._most_keys = load, clock, most_keys
        self._kept: OrderedDict[str, _Kept[Value]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Value:
        """Return what `load` says of a key, at most a minute old, or an hour while the database is away.

        Raises NotRemembered when the database is away and nothing is remembered.
        """
        now = self._clock()
        with self._lock:
            kept = self._kept.get(key)
            if kept and now < kept.try_at:
                return self._answer(key, kept, now)
            if kept:
                kept.try_at = now + RETRY_SECONDS  # the others do not wait for this thread's question
        try:
            value = self._load(key)
        except (OperationalError, InterfaceError) as error:
            log.warning("answered_from_memory", error=type(error).__name__)
            return self._remembered(key, now, error)
        self._keep(key, _Kept(value=value, read_at=now, try_at=now + FRESH_SECONDS))
        return value

    def forget(self, key: str | None = None) -> None:
        """Forget a key that has just changed, or everything."""
        with self._lock:
            if key is None:
                self._kept.clear()
            else:
                self._kept.pop(key, None)

    def _answer(self, key: str, kept: _Kept[Value], now: float) -> Value:
        if now - kept.read_at > STALE_SECONDS:
            raise NotRemembered(key)
        return kept.value

    def _remembered(self, key: str, now: float, error: Exception) -> Value:
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                raise NotRemembered(key) from error
            return self._answer(key, kept, now)

    def _keep(self, key: str, kept: _Kept[Value]) -> None:
        with self._lock:
            self._kept[key] = kept
            self._kept.move_to_end(key)
            while len(self._kept) > self._most_keys:
                self._kept.popitem(last=False)
