"""What is asked of a shop once a minute, however many connections ask: its index and its categories."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from shopconnect.core import caches

FRESH_SECONDS = 60.0
MOST_SHOPS = 500

_KnownT = TypeVar("_KnownT")


class KnownOfShops(Generic[_KnownT]):
    """One thing of each shop, by where the shop stands."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, _KnownT]] = {}
        caches.register(self.forget)

    def forget(self) -> None:
        """Know nothing any more."""
        self._known.clear()

    def get(self, origin: str, read: Callable[[], _KnownT]) -> _KnownT:
        """Return what was read within a minute, else what is read now."""
        until, found = self._known.get(origin, (0.0, None))
        return found if found is not None and until > time.monotonic() else self.read_anew(origin, read)

    def read_anew(self, origin: str, read: Callable[[], _KnownT]) -> _KnownT:
        """Read, and know it for a minute."""
        found = read()
        if len(self._known) >= MOST_SHOPS:
            self.forget()
        self._known[origin] = time.monotonic() + FRESH_SECONDS, found
        return found
