"""The double's HTTP side: every shop under the path of its domain, and the failures that a test asks for."""

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.doubles.shopify import admin, editor, front
from tests.doubles.shopify.schema import VERSION

if TYPE_CHECKING:
    from tests.doubles.shopify.double import Double, DoubleShop

Reply = tuple[int, dict[str, str], bytes]

HTML = b"<!DOCTYPE html><html><body>Service unavailable</body></html>"
# What a test may ask for in the place of the next answers, by name.
FAILURES: dict[str, Reply] = {
    "429": (429, {"Retry-After": "0.2"}, b'{"errors":"Exceeded rate limit"}'),
    "500": (500, {}, b'{"errors":"Internal"}'),
    "502": (502, {"Content-Type": "text/html"}, HTML),
    "503": (503, {"Content-Type": "text/html"}, HTML),
    "html": (200, {"Content-Type": "text/html"}, HTML),
    "truncated": (200, {}, b'{"data": {"shop": {"name": "Cut'),
    "401": (401, {}, b'{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}'),
}
JSON = {"Content-Type": "application/json"}
ROUTE = re.compile(r"/(?P<shop>[a-z0-9-]+\.myshopify\.com)/(?P<rest>.*)")
ADMIN = re.compile(r"/store/(?P<shop>[a-z0-9-]+)(?P<rest>/.*|)")
FRONT = re.compile(r"(?P<shop>[a-z0-9-]+)\.localhost:\d+")


class Server(ThreadingHTTPServer):
    """Serves a double on a port of 127.0.0.1."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, double: "Double", port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.double = double
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), name="shopify", daemon=True)

    def begin(self) -> None:
        """Serve in a thread."""
        self._thread.start()

    def end(self) -> None:
        """Stop serving."""
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def _get(self) -> None:
        self._reply("GET", b"")

    def _post(self) -> None:
        self._reply("POST", self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _options(self) -> None:
        self._write((204, {"Access-Control-Allow-Headers": "*", "Access-Control-Allow-Methods": "*"}, b""))

    do_GET, do_POST, do_OPTIONS = _get, _post, _options  # noqa: N815  the library's names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""

    def _reply(self, method: str, body: bytes) -> None:
        failure = self.server.double.next_failure(self.path)
        if failure == "drop":
            self.close_connection = True
            self.connection.close()
            return
        if failure == "slow":
            threading.Event().wait(self.server.double.slow_seconds)
        if failure == "lost":  # done, and the answer never comes
            route(self.server.double, method, self.path, body, self.headers)
            self.close_connection = True
            self.connection.close()
            return
        planned = FAILURES.get(failure)
        self._write(planned or route(self.server.double, method, self.path, body, self.headers))

    def _write(self, reply: Reply) -> None:
        status, headers, body = reply
        try:
            self.send_response(status)
            self.send_header("Access-Control-Allow-Origin", "*")
            for name, value in headers.items():
                if name.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:  # who asked is gone
            self.close_connection = True


def route(double: "Double", method: str, path: str, body: bytes, headers: Any) -> Reply:
    """Answer a request."""
    parts = urlsplit(path)
    if parts.path == "/app-bridge.js":
        return 200, {"Content-Type": "text/javascript; charset=utf-8"}, admin.APP_BRIDGE.encode()
    named, rest = _named(parts.path, headers.get("Host") or "")
    shop = double.shops.get(named)
    place = next((one for one in PLACES if rest.startswith(one)), None)
    if shop is None or place is None:
        return 404, {}, b"Not Found"
    return PLACES[place](Asked(double, shop, method, rest, parts.query, body, headers))


def _named(path: str, host: str) -> tuple[str, str]:
    """Return which shop is meant and what of it: by the storefront's host, in the admin, or under its own domain."""
    if found := FRONT.fullmatch(host):
        rest = path.removeprefix("/")
        return f"{found['shop']}.myshopify.com", rest if rest.startswith("apps/shopconnect/") else f"front/{rest}"
    if found := ADMIN.fullmatch(path):
        return f"{found['shop']}.myshopify.com", f"store{found['rest']}"
    found = ROUTE.fullmatch(path)
    return (found["shop"], found["rest"]) if found else ("", "")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to one shop: what follows its domain, the query, the body and the headers."""

    double: "Double"
    shop: "DoubleShop"
    method: str
    rest: str
    query: str
    body: bytes
    headers: Any

    @property
    def pairs(self) -> dict[str, str]:
        """The query, each name once."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @property
    def moment(self) -> int:
        """The double's time in seconds."""
        return int(self.double.clock.now().timestamp())


def _access_token(asked: Asked) -> Reply:
    status, said = asked.shop.grants.answer(json.loads(asked.body or b"{}"))
    return status, JSON, json.dumps(said).encode()


def _authorize(asked: Asked) -> Reply:
    asked.shop.install_scopes(asked.pairs.get("scope", ""))
    code = asked.shop.grants.new_code()
    there = admin.agreed(asked.pairs, asked.double.secret, asked.shop.domain, code, asked.moment)
    return 302, {"Location": there}, b""


def _frame(asked: Asked) -> Reply:
    if asked.shop.grants.is_left:
        return 200, front.HTML, admin.install_page(asked, admin.locale_of(asked)).encode()
    path, locale = asked.pairs.get("path", "/shopify/"), asked.pairs.get("locale") or admin.locale_of(asked)
    return 200, front.HTML, admin.frame(asked, path, locale).encode()


def _uninstall(asked: Asked) -> Reply:
    return _changed(asked, asked.shop.uninstall)


def _install(asked: Asked) -> Reply:
    return _changed(asked, asked.shop.install)


def _changed(asked: Asked, change: Callable[[], None]) -> Reply:
    if asked.method != "POST":
        return 405, {}, b""
    change()
    return 303, {"Location": f"{asked.double.url}/{asked.shop.domain}/admin/apps/app"}, b""


def _store(asked: Asked) -> Reply:
    """Answer under the admin's own address: the theme editor, and the app's pages by their place in the app."""
    page = asked.rest.removeprefix("store").strip("/")
    if page == "themes/current/editor":
        return editor.reply(asked)
    inside = page.removeprefix(f"apps/{asked.double.client_id}").strip("/") if page.startswith("apps/") else ""
    query = urlencode({"path": f"/shopify/{inside}/" if inside else "/shopify/"} | asked.pairs)
    return 302, {"Location": f"{asked.double.url}/{asked.shop.domain}/admin/apps/app?{query}"}, b""


def _front(asked: Asked) -> Reply:
    return front.reply(replace(asked, rest=asked.rest.removeprefix("front/")))


def _id_token(asked: Asked) -> Reply:
    return 200, {"Content-Type": "text/plain"}, asked.shop.session_token().encode()


def _scopes(asked: Asked) -> Reply:
    if asked.method == "POST":
        more = json.loads(asked.body or b"[]")
        asked.shop.install_scopes(",".join([*asked.shop.grants.scopes.split(","), *more]))
    granted = asked.shop.grants.scopes.split(",")
    return 200, JSON, json.dumps({"result": "granted-all", "detail": {"granted": granted}}).encode()


def _bulk_file(asked: Asked) -> Reply:
    content = asked.shop.bulks.files.get(asked.rest.removeprefix("bulk/"))
    return (404, {}, b"") if content is None else (200, {"Content-Type": "application/jsonl"}, content)


def _file(asked: Asked) -> Reply:
    kind, content = asked.shop.files.get(asked.rest.removeprefix("files/"), ("", b""))
    return (200, {"Content-Type": kind, "Cache-Control": "max-age=86400"}, content) if kind else (404, {}, b"")


def _proxy(asked: Asked) -> Reply:
    return admin.proxied(
        f"{asked.double.app_url}/proxy/shopify",
        asked.double.secret,
        asked.shop.domain,
        asked.rest.removeprefix("apps/shopconnect/"),
        asked.query,
        asked.method,
        asked.body,
        asked.headers,
        _customer(asked.headers),
        asked.moment,
    )


def _customer(headers: Any) -> str:
    """Return which customer is signed in, as a cookie of the shop's says it."""
    found = SimpleCookie(headers.get("Cookie") or "").get("customer")
    return found.value if found else ""


def _admin_api(asked: Asked) -> Reply:
    if asked.rest != f"admin/api/{VERSION}/graphql.json" or asked.method != "POST":
        return 404, JSON, b'{"errors":"Not Found"}'
    if not asked.shop.grants.is_valid(asked.headers.get("X-Shopify-Access-Token") or ""):
        return FAILURES["401"]
    try:
        question = json.loads(asked.body)
    except ValueError:
        return 400, JSON, b'{"errors":"Bad request"}'
    return 200, JSON, json.dumps(asked.shop.api.answer(question)).encode()


PLACES: dict[str, Callable[[Asked], Reply]] = {
    "admin/api/": _admin_api,
    "admin/oauth/access_token": _access_token,
    "admin/oauth/authorize": _authorize,
    "admin/apps/app": _frame,
    "admin/uninstall": _uninstall,
    "admin/install": _install,
    "store": _store,
    "id-token": _id_token,
    "scopes": _scopes,
    "bulk/": _bulk_file,
    "apps/shopconnect/": _proxy,
    "files/": _file,
    "front/": _front,
}
