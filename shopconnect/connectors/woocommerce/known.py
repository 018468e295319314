"""What is asked of a shop once a minute, however many connections ask: its index and its categories."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from cachetools import TTLCache

from shopconnect.core import caches

FRESH_SECONDS = 60.0
MOST_SHOPS = 500

_KnownT = TypeVar("_KnownT")


class KnownOfShops(Generic[_KnownT]):
    """One thing of each shop, by where the shop stands."""

    def __init__(self) -> None:
        self._known: TTLCache[str, _KnownT] = TTLCache(MOST_SHOPS, FRESH_SECONDS)
        self._lock = threading.Lock()
        caches.register(self.forget)

    def forget(self) -> None:
        """Know nothing any more."""
        with self._lock:
            self._known.clear()

    def get(self, origin: str, read: Callable[[], _KnownT]) -> _KnownT:
        """Return what was read within a minute, else what is read now."""
        with self._lock:
            found = self._known.get(origin)
        return self.read_anew(origin, read) if found is None else found

    def read_anew(self, origin: str, read: Callable[[], _KnownT]) -> _KnownT:
        """Read, and know it for a minute."""
        found = read()
        with self._lock:
            self._known[origin] = found
        return found
