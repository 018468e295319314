"""The double's HTTP side."""

import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.doubles.woocommerce.errors import Reply

Answerer = Callable[[str, str, Mapping[str, str], bytes, Any], Reply]


class WooServer(ThreadingHTTPServer):
    """Serves on a port of 127.0.0.1."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, answerer: Answerer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answerer = answerer
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), name="woocommerce", daemon=True)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_port}"

    def begin(self) -> None:
        """Serve in a thread."""
        self._thread.start()

    def end(self) -> None:
        """Stop serving."""
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: WooServer

    def _reply(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        pairs = dict(parse_qsl(parts.query, keep_blank_values=True))
        status, headers, content = self.server.answerer(self.command, unquote(parts.path), pairs, body, self.headers)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = _reply  # noqa: N815  the library's names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""
