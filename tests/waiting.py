"""Waiting for what a test looks at: however long it takes, and so long at most that a hung test ends."""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

PATIENCE_SECONDS = 240.0  # no test is about it: a machine that does ten other things is slow
LOOK_SECONDS = 0.02
BEAT_SECONDS = 30.0
BEATS: list[Callable[[], object]] = []  # what whoever waits long does in the place of the beat, which no test runs


def until(
    holds: Callable[[], Any], pause: Callable[[float], object] | None = None, seconds: float = PATIENCE_SECONDS
) -> Any:
    """Look until something holds and return what was found; `pause` lets time pass in another way than by waiting.

    Where the database is in use, work that failed once is tried again every half a minute, as anywhere.
    """
    began, pause = time.monotonic(), pause or threading.Event().wait
    beats_at = began + BEAT_SECONDS
    while not (found := holds()):
        moment = time.monotonic()
        if moment > began + seconds:
            raise AssertionError("It never came to be.")
        if moment > beats_at and connection.connection is not None and not connection.in_atomic_block:
            beats_at = moment + BEAT_SECONDS
            for beat in BEATS:
                beat()
        pause(LOOK_SECONDS)
    return found


def at_once(work: Callable[[int], object], count: int) -> list[object]:
    """Do something in some threads at once; returns what each gave or raised."""
    start, given = threading.Barrier(count), [None] * count

    def run(place: int) -> None:
        start.wait(PATIENCE_SECONDS)
        try:
            given[place] = work(place)
        except Exception as error:  # noqa: BLE001  the test looks at it
            given[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    return given
