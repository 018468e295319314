"""The double itself: shops, their keys, what goes wrong."""

import time
from collections.abc import Callable, Mapping
from email.utils import formatdate
from types import TracebackType

from tests.doubles.woocommerce import front, pages
from tests.doubles.woocommerce.errors import Reply
from tests.doubles.woocommerce.plugin import WooPlugin, WooSession
from tests.doubles.woocommerce.rest import RestRequest, answer
from tests.doubles.woocommerce.server import WooServer
from tests.doubles.woocommerce.store import Row, WooStore
from tests.doubles.woocommerce.webhooks import WooWebhooks

KEY, SECRET = "ck_double", "cs_double"
NOTHING: Reply = (404, {"Content-Type": "text/html"}, b"<html>Not found</html>")
UPLOADS = "/wp-content/uploads/"
HTML = b"<!DOCTYPE html><html><body>Checking your browser</body></html>"


class WooShop:
    """One shop, and how its host behaves."""

    def __init__(self, name: str, home: str) -> None:
        self.name, self.home, self.title, self.currency = name, home, name, "EUR"
        self.keys = {KEY: SECRET}
        self.post_key: pages.PostKey = pages.post_key
        self.version = (11, 0)
        self.plugins: tuple[str, ...] = ()  # by their namespaces
        self.plugin = WooPlugin()
        self.front = ""  # where its storefront stands, if shoppers may look at it
        self.session = WooSession(self)  # theirs
        self.store = WooStore(home)
        self.webhooks = WooWebhooks(self)
        self.settings: dict[str, dict[str, str]] = {"tax": {"woocommerce_prices_include_tax": "yes"}}
        self.is_revoked = self.is_read_only = self.is_switched_off = self.strips_authorization = False
        self.has_plain_permalinks = self.strips_query = self.takes_http = False
        self.seconds_ahead, self.runs_cron = 0, True
        self.is_cached = False  # WooCommerce's own cache of answers
        self.refusals: dict[int, str] = {}  # of prices, by product, or by 0 for all
        self.bears: int | None = None  # how long lists may be
        self.wall: int | None = None  # a status with which a firewall answers in its place
        self.failures: list[Reply] = []  # in the place of the next answers
        self.asked: list[str] = []
        self.files: dict[str, tuple[str, bytes]] = {}  # uploads by name: media type and bytes
        self.meanwhile: Callable[[], object] = lambda: None  # what happens before each answer
        self._cache: dict[str, Reply] = {}
        self.store.listeners.append(self.webhooks.say)

    def index(self) -> Row:
        """Return what WordPress says to anybody."""
        row = self.store.shape("index")
        late = {"variations": (10, 3), "refunds": (9, 0), "products/brands": (9, 6)}
        hidden = {f"/wc/v3/{name}" for name, since in late.items() if self.version < since}
        routes = {route: {} for route in row["routes"] if route not in hidden}
        row["namespaces"] += [*self.plugins, *self.plugin.namespaces]
        return row | {"routes": routes, "timezone_string": self.store.timezone, "name": self.title}

    def system_status(self) -> Row:
        """Return the shop's own report."""
        row = self.store.shape("system_status")
        row["settings"]["currency"] = self.currency
        row["environment"] |= {"site_url": self.front} if self.front else {}
        row["environment"] |= {"wp_cron": self.runs_cron, "version": ".".join(map(str, (*self.version, 1)))}
        return row

    def in_languages(self, rows: list[Row], wanted: str) -> list[Row]:
        """Return rows as a plugin for languages lists them: WPML those of the main one, unless asked for all."""
        is_one = "wpml/v1" in self.plugins and wanted != "all"
        return [row for row in rows if not is_one or row.get("lang", "fr") == "fr"]

    def reply(self, request: RestRequest, url: str) -> Reply:
        """Answer a request, as the host lets it."""
        self.asked.append(f"{request.method} {url}")
        self.meanwhile()
        if self.wall is not None:
            return self.wall, {"Content-Type": "text/html"}, HTML
        if self.failures:
            return self.failures.pop(0)
        if not self.is_cached or request.method != "GET" or request.pairs.get("_skip_cache") == "true":
            return answer(request)
        if url in self._cache:
            status, headers, body = self._cache.pop(url)  # stale once
            return status, {**headers, "X-WC-Cache": "HIT"}, body
        self._cache[url] = status, headers, body = answer(request)
        return status, {**headers, "X-WC-Cache": "MISS"}, body


class WooDouble:
    """Shops by name, each under a path of its own."""

    def __init__(self, port: int = 0) -> None:
        self.shops: dict[str, WooShop] = {}
        self._server = WooServer(self.reply, port)

    @property
    def origin(self) -> str:
        """Where shops stand, for whoever asks them."""
        return f"{self._server.url}/{{shop}}"

    def add_shop(self, name: str = "tea.example.com") -> WooShop:
        """Open a shop."""
        self.shops[name] = WooShop(name, f"https://{name}")
        return self.shops[name]

    def open_front(self, shop: WooShop, service: str) -> None:
        """Let shoppers look at a shop, whose plugin leads to a service of ours."""
        shop.plugin.is_active, shop.plugin.service = True, service
        shop.front = f"{self.origin.format(shop=shop.name).replace('127.0.0.1', 'localhost')}/"

    def reply(self, method: str, path: str, pairs: Mapping[str, str], body: bytes, headers: object) -> Reply:
        """Answer whatever comes in."""
        shop = next((one for name, one in self.shops.items() if path.startswith(f"/{name}/")), None)
        if shop is None:
            return NOTHING
        page = path.removeprefix(f"/{shop.name}")
        if shop.has_plain_permalinks and pairs.get("rest_route") != "/":
            return NOTHING
        if page.startswith("/wc-auth/v1/"):
            return pages.answer(shop, page, pairs)
        if page.startswith(UPLOADS):
            kind, content = shop.files.get(page.removeprefix(UPLOADS), ("", b""))
            return (200, {"Content-Type": kind}, content) if kind else NOTHING
        if shop.front and "rest_route" not in pairs and not page.startswith("/wp-json"):
            return front.answer(shop, front.Visit(method, page, pairs, body))
        if page != "/" and not page.startswith("/wp-json"):
            return NOTHING
        rest = page.removeprefix("/wp-json")
        shown = "&".join(f"{key}={value}" for key, value in pairs.items() if not key.startswith("consumer_"))
        status, said, content = shop.reply(RestRequest(shop, method, rest, pairs, body, headers), f"{rest}?{shown}")
        return status, {"Date": formatdate(time.time() + shop.seconds_ahead, usegmt=True), **said}, content

    def __enter__(self) -> "WooDouble":
        self._server.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.end()
