"""The double's HTTP side."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.doubles.local_server import LocalServer, QuietHandler
from tests.doubles.woocommerce.errors import Reply

Answerer = Callable[[str, str, Mapping[str, str], bytes, Any], Reply]


class WooServer(LocalServer):
    """Serves the double of WooCommerce."""

    def __init__(self, answerer: Answerer, port: int = 0) -> None:
        super().__init__(_Handler, port)
        self.answerer = answerer


class _Handler(QuietHandler):
    server: WooServer

    def _reply(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        pairs = dict(parse_qsl(parts.query, keep_blank_values=True))
        status, headers, content = self.server.answerer(self.command, unquote(parts.path), pairs, body, self.headers)
        self.send_response_only(status)
        for name, value in {"Date": self.date_time_string(), **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = _reply  # noqa: N815  the library's names
