"""The double's HTTP side: every shop under the path of its domain, and the failures that a test asks for."""

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.doubles.local_server import LocalServer, QuietHandler
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


class Server(LocalServer):
    """Serves the double of Shopify."""

    def __init__(self, double: "Double", port: int = 0) -> None:
        super().__init__(_Handler, port)
        self.double = double


class _Handler(QuietHandler):
    server: Server

    def _get(self) -> None:
        self._reply("GET", b"")

    def _post(self) -> None:
        self._reply("POST", self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _options(self) -> None:
        self._write((204, {"Access-Control-Allow-Headers": "*", "Access-Control-Allow-Methods": "*"}, b""))

    do_GET, do_POST, do_OPTIONS = _get, _post, _options  # noqa: N815  the library's names

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
    return PLACES[place](ShopRequest(double, shop, method, rest, parts.query, body, headers))


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
class ShopRequest:
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


def _access_token(request: ShopRequest) -> Reply:
    status, said = request.shop.grants.answer(json.loads(request.body or b"{}"))
    return status, JSON, json.dumps(said).encode()


def _authorize(request: ShopRequest) -> Reply:
    request.shop.install_scopes(request.pairs.get("scope", ""))
    code = request.shop.grants.new_code()
    there = admin.agreed(request.pairs, request.double.secret, request.shop.domain, code, request.moment)
    return 302, {"Location": there}, b""


def _frame(request: ShopRequest) -> Reply:
    if request.shop.grants.is_left:
        return 200, front.HTML, admin.install_page(request, admin.locale_of(request)).encode()
    path, locale = request.pairs.get("path", "/shopify/"), request.pairs.get("locale") or admin.locale_of(request)
    return 200, front.HTML, admin.frame(request, path, locale).encode()


def _uninstall(request: ShopRequest) -> Reply:
    return _changed(request, request.shop.uninstall)


def _install(request: ShopRequest) -> Reply:
    return _changed(request, request.shop.install)


def _changed(request: ShopRequest, change: Callable[[], None]) -> Reply:
    if request.method != "POST":
        return 405, {}, b""
    change()
    return 303, {"Location": f"{request.double.url}/{request.shop.domain}/admin/apps/app"}, b""


def _store(request: ShopRequest) -> Reply:
    """Answer under the admin's own address: the theme editor, and the app's pages by their place in the app."""
    page = request.rest.removeprefix("store").strip("/")
    if page == "themes/current/editor":
        return editor.reply(request)
    inside = page.removeprefix(f"apps/{request.double.client_id}").strip("/") if page.startswith("apps/") else ""
    query = urlencode({"path": f"/shopify/{inside}/" if inside else "/shopify/"} | request.pairs)
    return 302, {"Location": f"{request.double.url}/{request.shop.domain}/admin/apps/app?{query}"}, b""


def _front(request: ShopRequest) -> Reply:
    return front.reply(replace(request, rest=request.rest.removeprefix("front/")))


def _id_token(request: ShopRequest) -> Reply:
    return 200, {"Content-Type": "text/plain"}, request.shop.session_token().encode()


def _scopes(request: ShopRequest) -> Reply:
    if request.method == "POST":
        more = json.loads(request.body or b"[]")
        request.shop.install_scopes(",".join([*request.shop.grants.scopes.split(","), *more]))
    granted = request.shop.grants.scopes.split(",")
    return 200, JSON, json.dumps({"result": "granted-all", "detail": {"granted": granted}}).encode()


def _bulk_file(request: ShopRequest) -> Reply:
    content = request.shop.bulks.files.get(request.rest.removeprefix("bulk/"))
    return (404, {}, b"") if content is None else (200, {"Content-Type": "application/jsonl"}, content)


def _file(request: ShopRequest) -> Reply:
    kind, content = request.shop.files.get(request.rest.removeprefix("files/"), ("", b""))
    return (200, {"Content-Type": kind, "Cache-Control": "max-age=86400"}, content) if kind else (404, {}, b"")


def _proxy(request: ShopRequest) -> Reply:
    if not front.is_let_in(request):
        return 302, {"Location": "/password"}, b""
    return admin.proxied(
        f"{request.double.app_url}/proxy/shopify",
        request.double.secret,
        request.shop.domain,
        request.rest.removeprefix("apps/shopconnect/"),
        request.query,
        request.method,
        request.body,
        request.headers,
        _customer(request.headers),
        request.moment,
    )


def _customer(headers: Any) -> str:
    """Return which customer is signed in, as a cookie of the shop's says it."""
    found = SimpleCookie(headers.get("Cookie") or "").get("customer")
    return found.value if found else ""


def _admin_api(request: ShopRequest) -> Reply:
    if request.rest != f"admin/api/{VERSION}/graphql.json" or request.method != "POST":
        return 404, JSON, b'{"errors":"Not Found"}'
    if not request.shop.grants.is_valid(request.headers.get("X-Shopify-Access-Token") or ""):
        return FAILURES["401"]
    try:
        question = json.loads(request.body)
    except ValueError:
        return 400, JSON, b'{"errors":"Bad request"}'
    return 200, JSON, json.dumps(request.shop.api.answer(question)).encode()


PLACES: dict[str, Callable[[ShopRequest], Reply]] = {
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
