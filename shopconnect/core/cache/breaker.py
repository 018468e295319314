"""Remembering a failure for a few seconds, so that a server that is away costs nobody a time-out each time."""

import time

from shopconnect.core import caches

BREAKER_SECONDS = 5.0


class Breaker:
    """Open for some seconds after `trip`; each process has its own."""

    def __init__(self) -> None:
        self.open_until = 0.0
        caches.register(self.reset)

    @property
    def is_open(self) -> bool:
        """Whether the server failed a moment ago and is not asked."""
        return time.monotonic() < self.open_until

    def trip(self) -> None:
        """Remember a failure."""
        self.open_until = time.monotonic() + BREAKER_SECONDS

    def reset(self) -> None:
        """Forget the failure."""
        self.open_until = 0.0
