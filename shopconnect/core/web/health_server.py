"""Health on a port and threads of its own: it answers while every thread of the web is held."""

import threading
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from shopconnect.core.web.bodies import Application, Environ, StartResponse

PATHS = ("/healthz", "/readyz")
REQUEST_SECONDS = 5


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    allow_reuse_port = True  # each process of the web answers there


class _Handler(WSGIRequestHandler):
    timeout = REQUEST_SECONDS
    server_version, sys_version = "ShopConnect", ""

    def address_string(self) -> str:
        """Return the caller's address as it is: a name would be asked of a server that may be away."""
        return str(self.client_address[0])

    def log_message(self, *_: Any) -> None:
        """Write nothing: who watches asks each few seconds."""


def serve_health(application: Application, host: str, port: int, *, site_host: str) -> WSGIServer:
    """Have threads answer PATHS at an address of their own, as the application does under the site's name."""

    def health_only(environ: Environ, start_response: StartResponse) -> Any:
        if environ["PATH_INFO"] not in PATHS:
            start_response("404 Not Found", [("Content-Length", "0")])
            return [b""]
        return application({**environ, "HTTP_HOST": site_host}, start_response)

    server = make_server(host, port, health_only, server_class=_Server, handler_class=_Handler)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server
