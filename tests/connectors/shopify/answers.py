"""A server that says what it is told to, one answer after the other, and remembers what it was asked."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class CannedResponse:
    """What is answered: an object is written as JSON; `length` says more or less than there is."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None

    @property
    def content(self) -> bytes:
        """The body's bytes."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class ReceivedRequest:
    """What was asked, and with which token."""

    query: str
    variables: dict[str, Any]
    token: str


Speaker = Callable[[ReceivedRequest], CannedResponse]


def one_after_another(*answers: CannedResponse) -> Speaker:
    """Give each answer once, and the last one ever after."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def costing(
    data: Any, requested: float, available: float, restore: float = 100, most: float = 2000, **more: Any
) -> CannedResponse:
    """An answer that says what it cost."""
    status = {"maximumAvailable": most, "currentlyAvailable": available, "restoreRate": restore}
    cost = {"requestedQueryCost": requested, "actualQueryCost": None, "throttleStatus": status}
    return CannedResponse({"data": data, "extensions": {"cost": cost}} | more)


def refused(code: str, message: str = "no", **cost: Any) -> CannedResponse:
    """A refusal inside a 200."""
    errors = [{"message": message, "extensions": {"code": code}}]
    if cost:
        return costing(None, **cost, errors=errors)
    return CannedResponse({"data": None, "errors": errors})


@contextmanager
def speaking(speaker: Speaker) -> Iterator[tuple[str, Sequence[ReceivedRequest]]]:
    """Run the server; yields its address and what it was asked."""
    requests: list[ReceivedRequest] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            requests.append(ReceivedRequest(found["query"], found["variables"], self.headers["X-Shopify-Access-Token"]))
            said = speaker(requests[-1])
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.content) if said.length is None else said.length))
            self.end_headers()
            self.wfile.write(said.content)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{running.server_port}", requests
    finally:
        running.shutdown()
        running.server_close()


@dataclass
class Time:
    """A clock that goes on only when somebody waits; it remembers how long."""

    now: float = 1000.0
    waits: list[float] = field(default_factory=list)

    def clock(self) -> float:
        """Say what time it is."""
        return self.now

    def wait(self, seconds: float) -> None:
        """Let time go by."""
        self.waits.append(seconds)
        self.now += seconds
