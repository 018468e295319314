"""Bodies of requests are taken in whole before a view begins, and few at once.

A thread that waits for a body that never ends is lost to everybody else, and the server lets nobody interrupt it. So
only some of the threads ever wait: pages go on, and what is one too many is refused at once. A proxy that takes bodies
in whole, as docs/operators.md has it, keeps slow ones away altogether.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from typing import Any

from django.core.handlers.wsgi import WSGIRequest

from shopconnect.core.web.client_ip import client_ip, client_network
from shopconnect.core.web.middleware import SERVER

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
RETRY_SECONDS = "3"


@dataclass
class BodyLimits:
    """A WSGI application before which bodies are limited: their size, and how many come in at once.

    `at_once` is for one process; half of it for one network.
    """

    application: Application
    at_once: int
    most_bytes: int
    _coming: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

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
        network = client_network(client_ip(WSGIRequest(environ)))
        if not self._enter(network):
            return HTTPStatus.SERVICE_UNAVAILABLE
        try:
            content = environ["wsgi.input"].read(length)
        finally:
            self._leave(network)
        environ["wsgi.input"] = BytesIO(content)
        return None if len(content) == length else HTTPStatus.BAD_REQUEST

    def _enter(self, network: str) -> bool:
        with self._lock:
            is_full = self._coming.total() >= self.at_once or self._coming[network] >= self.at_once // 2
            self._coming[network] += not is_full
        return not is_full

    def _leave(self, network: str) -> None:
        with self._lock:
            self._coming[network] -= 1
            if not self._coming[network]:
                del self._coming[network]


def _headers(status: HTTPStatus) -> list[tuple[str, str]]:
    retry = [("Retry-After", RETRY_SECONDS)] if status == HTTPStatus.SERVICE_UNAVAILABLE else []
    return [
        ("Content-Type", "text/plain"),
        ("Content-Length", "0"),
        ("Connection", "close"),
        ("Server", SERVER),
        *retry,
    ]
