"""Shops as the widgets' doors know them: kept in memory, refreshed each minute, kept for an hour without a database."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError

from shopconnect.core.log import get_logger
from shopconnect.widgets.types import ShopFront

log = get_logger(__name__)

FRESH_SECONDS, STALE_SECONDS, RETRY_SECONDS, MOST_KEYS = 60.0, 3600.0, 5.0, 10_000


class FrontAway(RuntimeError):
    """The database is away, and nothing is remembered of this key."""


@dataclass(slots=True)
class _Kept:
    front: ShopFront | None
    read_at: float
    try_at: float


class FrontMemory:
    """Answers from memory; one thread at a time reads a key again, and the others go on with what is there."""

    def __init__(self, load: Callable[[str], ShopFront | None], clock: Callable[[], float] = time.monotonic) -> None:
        self._load, self._clock = load, clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> ShopFront | None:
        """Return the front of a public key, None for a key that opens nothing; raises FrontAway."""
        now = self._clock()
        with self._lock:
            kept = self._kept.get(key)
            if kept and now < kept.try_at:
                return self._answer(key, kept, now)
            if kept:
                kept.try_at = now + RETRY_SECONDS  # the others do not wait for this thread's question
        try:
            front = self._load(key)
        except (OperationalError, InterfaceError) as error:
            log.warning("front_from_memory", error=type(error).__name__)
            return self._remembered(key, now)
        self._keep(key, _Kept(front=front, read_at=now, try_at=now + FRESH_SECONDS))
        return front

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()

    def _answer(self, key: str, kept: _Kept, now: float) -> ShopFront | None:
        if now - kept.read_at > STALE_SECONDS:
            raise FrontAway(key)
        return kept.front

    def _remembered(self, key: str, now: float) -> ShopFront | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                raise FrontAway(key)
            return self._answer(key, kept, now)

    def _keep(self, key: str, kept: _Kept) -> None:
        with self._lock:
            self._kept[key] = kept
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEYS:
                self._kept.popitem(last=False)
