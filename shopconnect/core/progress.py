"""Telling how far a long computation has come, and waiting for one as long as it moves."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

LOOK_SECONDS = 0.5
Progress = Callable[[str, int], None]  # the step at hand, percent of all


def silent(step: str, percent: int) -> None:
    """Report progress to nobody."""


def scaled(progress: Progress, prefix: str, low: int, high: int) -> Progress:
    """Return a progress that reports within a part of the whole."""
    return lambda step, percent: progress(prefix + step, low + (high - low) * percent // 100)


@dataclass(frozen=True, slots=True)
class Reached:
    """Whether what is waited for is done, and how far it was seen to be."""

    is_done: bool
    at: object = None


def wait_while_moving(
    look: Callable[[], Reached],
    still_seconds: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    wait: Callable[[float], object] | None = None,
) -> bool:
    """Look until it is done, however long that takes; False where it stood still for so many seconds."""
    pause = wait or threading.Event().wait
    last, moved_at = None, clock()
    while not (seen := look()).is_done:
        if seen != last:
            last, moved_at = seen, clock()
        elif clock() - moved_at > still_seconds:
            return False
        pause(LOOK_SECONDS)
    return True
