"""Waiting for what a test looks at: however long it takes, and so long at most that a hung test ends."""

import threading
import time
from collections.abc import Callable
from typing import Any

PATIENCE_SECONDS = 240.0  # no test is about it: a machine that does ten other things is slow
LOOK_SECONDS = 0.02


def until(
    holds: Callable[[], Any], pause: Callable[[float], object] | None = None, seconds: float = PATIENCE_SECONDS
) -> Any:
    """Look until something holds and return what was found; `pause` lets time pass in another way than by waiting."""
    ends, pause = time.monotonic() + seconds, pause or threading.Event().wait
    while not (found := holds()):
        if time.monotonic() > ends:
            raise AssertionError("It never came to be.")
        pause(LOOK_SECONDS)
    return found
