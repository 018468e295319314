"""Bodies of requests are taken in whole before a view begins, and few at once.

A thread that waits for a body that never ends is lost to everybody else, and the server lets nobody interrupt it. So
only some of the threads ever wait long: pages go on, and what is one too many is refused. A proxy that takes bodies
in whole, as docs/operators.md has it, keeps slow ones away altogether.
"""

import math
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from typing import Any

from shopconnect.core.web.client_ip import address_in, client_network
from shopconnect.core.web.middleware import SERVER

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
RETRY_SECONDS = "3"


@dataclass
class BodyLimits:
    """A WSGI application before which bodies are limited: their size, and how many come in at once.

    `at_once` is for one process; half of it for one network. What is one too many waits `patience_seconds` for another
    to end, and is refused at once where the others have taken longer than that: those are in no hurry.
    """

    application: Application
    at_once: int
    most_bytes: int
    patience_seconds: float = 1.0
    _coming: dict[int, tuple[str, float]] = field(default_factory=dict)  # by thread: a network, and since when
    _ended: threading.Condition = field(default_factory=threading.Condition)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request; 413, 503 or 400 where its body is too large, one too many or cut off."""
        length = environ.get("CONTENT_LENGTH") or "0"
        if length != "0":
            refused = self._take_in(environ, int(length)) if length.isdecimal() else HTTPStatus.BAD_REQUEST
            if refused:
                start_response(f"{refused.value} {refused.phrase}", _headers(refused))
                return [b""]
        return self.application(environ, start_response)

    def _take_in(self, environ: Environ, length: int) -> HTTPStatus | None:
        """Put a whole body in the place of one that comes in; returns why there is none."""
        if length > self.most_bytes:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        network = client_network(address_in(environ))
        if not self._enter(network):
            return HTTPStatus.SERVICE_UNAVAILABLE
        try:
            content = environ["wsgi.input"].read(length)
        finally:
            self._leave()
        environ["wsgi.input"] = BytesIO(content)
        return None if len(content) == length else HTTPStatus.BAD_REQUEST

    def _enter(self, network: str) -> bool:
        began = time.monotonic()
        with self._ended:
            while self._is_full(network, math.inf):
                left = began + self.patience_seconds - time.monotonic()
                if left <= 0 or self._is_full(network, time.monotonic() - self.patience_seconds):
                    return False
                self._ended.wait(left)
            self._coming[threading.get_ident()] = network, time.monotonic()
        return True

    def _is_full(self, network: str, before: float) -> bool:
        """Say whether no further body may come in beside those that began before a moment."""
        networks = [one for one, began in self._coming.values() if began < before]
        return len(networks) >= self.at_once or networks.count(network) >= self.at_once // 2

    def _leave(self) -> None:
        with self._ended:
            del self._coming[threading.get_ident()]
            self._ended.notify_all()


def _headers(status: HTTPStatus) -> list[tuple[str, str]]:
    retry = [("Retry-After", RETRY_SECONDS)] if status == HTTPStatus.SERVICE_UNAVAILABLE else []
    return [
        ("Content-Type", "text/plain"),
        ("Content-Length", "0"),
        ("Connection", "close"),
        ("Server", SERVER),
        *retry,
    ]
