"""The second process of a bench: calls addresses at a fixed rate and prints what it saw as one JSON line.

It reads its plan as JSON: site, requests, rate, seconds, and `keep`, a key whose values in the answers are handed
back. Times run from the moment a call was due, so that a slow answer does not hide the wait of those behind it. At a
rate of 0 each thread calls as soon as it was answered, which finds out how much a site can do. It imports nothing of
ours.
"""

import http.client
import json
import math
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

THREADS = 16
LONGEST_SECONDS = 10.0
NO_ANSWER = 0


class Driver:
    """Calls one plan's requests in turn, at its rate, from a few threads that keep their connections."""

    def __init__(self, plan: Mapping[str, Any]) -> None:
        self.requests, self.rate, self.seconds = plan["requests"], float(plan["rate"]), float(plan["seconds"])
        self.count = max(1, round(self.rate * self.seconds)) if self.rate else math.inf
        self.host, self.keep = urlsplit(plan["site"]).netloc, plan.get("keep")
        self.milliseconds: list[float] = []
        self.late: list[float] = []
        self.statuses: dict[int, int] = {}
        self.values: list[str] = []
        self._next, self._lock = 0, threading.Lock()

    def run(self) -> dict[str, Any]:
        """Make every call and return times in milliseconds, how often each status came, and what was to be kept."""
        # A moment for all threads to be there, so that the first calls are not late.
        began = time.monotonic() + 0.1
        threads = [threading.Thread(target=self._work, args=(began,)) for _ in range(int(min(THREADS, self.count)))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return {
            "milliseconds": sorted(self.milliseconds),
            "late": sorted(self.late),
            "statuses": self.statuses,
            "values": self.values,
        }

    def _work(self, began: float) -> None:
        connection = http.client.HTTPConnection(self.host, timeout=LONGEST_SECONDS)
        wait = threading.Event()
        while True:
            with self._lock:
                number, self._next = self._next, self._next + 1
            # By the plan and not after the last answer: a slow site does not slow its shoppers down.
            due = began + number / self.rate if self.rate else max(began, time.monotonic())
            if number >= self.count or due > began + self.seconds:
                connection.close()
                return
            wait.wait(max(0.0, due - time.monotonic()))
            left = time.monotonic()
            status, body = self._call(connection, number)
            self._note(status, body, 1000 * (time.monotonic() - due), 1000 * (left - due))

    def _call(self, connection: http.client.HTTPConnection, number: int) -> tuple[int, bytes]:
        request = self.requests[number % len(self.requests)]
        # Each caller is somebody else, as shoppers are: the site is told to believe this header.
        headers = {"x-forwarded-for": f"198.18.{number // 250 % 250}.{number % 250}", **request["headers"]}
        try:
            connection.request(request["method"], request["path"], body=request["body"], headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()  # the next call opens it again
            return NO_ANSWER, b""

    def _note(self, status: int, body: bytes, milliseconds: float, late: float) -> None:
        value = json.loads(body).get(self.keep) if self.keep and status in (200, 202) else None
        with self._lock:
            self.milliseconds.append(milliseconds)
            self.late.append(late)
            self.statuses[status] = self.statuses.get(status, 0) + 1
            if value is not None:
                self.values.append(str(value))


if __name__ == "__main__":
    json.dump(Driver(json.load(sys.stdin)).run(), sys.stdout)
