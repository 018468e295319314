"""What happened, counted: requests and background work, summed over all processes in one Redis hash.

Each process adds up in its own memory and hands its sums to Redis every few seconds, so that a request pays no call
for being counted, any web process can answer for the whole system, and no process leaves stale files behind. What a
killed process had not handed over is lost: at most `FLUSH_SECONDS` of counts.
"""

import atexit
import os
import threading
import time
from bisect import bisect_left
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse

from shopconnect.core import caches
from shopconnect.core.cache.redis import RedisError, client
from shopconnect.core.observability.log import get_logger
from shopconnect.core.web.types import GetResponse

log = get_logger(__name__)
KEY, FLUSH_SECONDS = "metrics", 5.0
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 300.0, 7200.0)
MOST_SERIES = 5000
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})  # what is made up counts as other


class Tally:
    """Sums of one process by field name; a field is `metric|label|label` and, for durations, a bucket or `sum`."""

    def __init__(self) -> None:
        self._clear()
        # A forked worker inherits its parent's sums, which the parent hands over itself, and perhaps a held lock.
        os.register_at_fork(after_in_child=self._clear)

        caches.register(self.drop)

    def _clear(self) -> None:
        self._sums: dict[str, float] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, field: str, amount: float = 1.0) -> None:
        """Add to a field; beyond some thousands of fields new ones are dropped, so that memory stays bounded."""
        with self._lock:
            if field in self._sums or len(self._sums) < MOST_SERIES:
                self._sums[field] = self._sums.get(field, 0.0) + amount
            if self._thread is None:
                self._thread = threading.Thread(target=self._repeat, name="metrics", daemon=True)
                self._thread.start()
                atexit.register(self.hand_over)

    def drop(self) -> None:
        """Forget what was added and not handed over."""
        with self._lock:
            self._sums.clear()

    def observe(self, metric: str, labels: str, seconds: float) -> None:
        """Add a duration to its bucket and to the sum."""
        place = bisect_left(BUCKETS, seconds)
        bucket = f"{BUCKETS[place]:g}" if place < len(BUCKETS) else "+Inf"
        self.add(f"{metric}|{labels}|{bucket}")
        self.add(f"{metric}|{labels}|sum", seconds)

    def hand_over(self) -> None:
        """Add this process's sums to Redis; while Redis is away they are kept for the next time."""
        with self._lock:
            sums, self._sums = self._sums, {}
        if not sums:
            return
        try:
            with client().pipeline(transaction=True) as pipe:
                for field, amount in sums.items():
                    pipe.hincrbyfloat(KEY, field, amount)
                pipe.execute()
        except (RedisError, OSError):
            with self._lock:
                for field, amount in sums.items():
                    self._sums[field] = self._sums.get(field, 0.0) + amount

    def _repeat(self) -> None:
        pause = threading.Event()
        while not pause.wait(FLUSH_SECONDS):
            self.hand_over()


tally = Tally()


def count_work(kind: str, outcome: str, seconds: float) -> None:
    """Count one piece of background work: done, failed (it is tried again) or parked."""
    tally.add(f"work|{kind}|{outcome}")
    tally.observe("work_seconds", kind, seconds)


def count_webhook(platform: str, outcome: str) -> None:
    """Count a webhook by what became of it as it came in."""
    tally.add(f"hooks|{platform}|{outcome}")


def count_lost_events(why: str, count: int) -> None:
    """Count events of shoppers that were lost, by why."""
    tally.add(f"lost_events|{why}", count)


def count_csp_report(directive: str) -> None:
    """Count something that a browser refused to load for a page of ours, by the rule that refused it."""
    tally.add(f"csp_reports|{directive}")


def count_uninstall_feedback(reason: str) -> None:
    """Count a shop that left and said why."""
    tally.add(f"goodbyes|{reason}")


def count_requests(answer: GetResponse) -> GetResponse:
    """Count each request by the name of its view and its status, and how long it took; a middleware."""

    def counted(request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = answer(request)
        match = request.resolver_match
        view = (match.view_name or match.url_name or "unnamed") if match else "none"
        method = request.method if request.method in METHODS else "other"
        tally.add(f"requests|{view}|{method}|{response.status_code}")
        tally.observe("request_seconds", view, time.perf_counter() - started)
        return response

    return counted


def summed() -> Mapping[str, float]:
    """Return the sums of all processes by field; raises RedisError while Redis is away."""
    found: dict[bytes, bytes] = client().hgetall(KEY)  # type: ignore[assignment]
    return {field.decode(): float(amount) for field, amount in found.items()}
