"""The double itself: shops, their app, what goes wrong."""

import tomllib
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from tests.doubles.shopify.admin_api import AdminApi
from tests.doubles.shopify.bulk import Bulks
from tests.doubles.shopify.clock import Clock
from tests.doubles.shopify.server import Server
from tests.doubles.shopify.store import Node, Store
from tests.doubles.shopify.theme import Theme
from tests.doubles.shopify.tokens import Grants, session_token
from tests.doubles.shopify.webhooks import Sender, Subscriptions
from tests.waiting import PATIENCE_SECONDS

APP_TOML = Path(__file__).resolve().parents[3] / "shopconnect" / "connectors" / "shopify" / "app" / "shopify.app.toml"
CLIENT_ID, SECRET = "double-client-id", "shpss_0123456789abcdef0123456789abcdef"  # noqa: S105


class DoubleShop:
    """One shop, with our app on it or not."""

    def __init__(self, double: "Double", domain: str, name: str, data_level: int) -> None:
        self.double, self.domain = double, domain
        self.name = domain.partition(".")[0]
        self.files: dict[str, tuple[str, bytes]] = {}
        self.theme = Theme()
        self.password = ""  # of the storefront
        self.market_prices: dict[str, str] = {}  # what products cost in the market of whoever looks, by their ids
        self.company_prices: dict[str, str | None] = {}  # by the list of whoever signed in for a company
        self.store = Store(double.clock, name=name, domain=domain)
        self.grants = Grants(double.clock, domain, double.client_id, double.secret, double.scopes)
        self.webhooks = Sender(
            double.clock, domain, double.secret, double.subscriptions, f"{double.app_url}/hooks/shopify"
        )
        self.bulks = Bulks(double.clock, lambda name: f"{double.url}/{domain}/bulk/{name}", self.webhooks.say)
        self.api = AdminApi(self.store, self.bulks, self.webhooks, data_level=data_level)
        self.webhooks.answer_seconds = double.answer_seconds
        self.install_scopes(double.scopes)
        self.store.listeners.append(lambda topic, body: self.webhooks.say(topic, body) and None)

    def keep_file(self, name: str, kind: str, content: bytes) -> str:
        """Keep a file as Shopify's own network does, and return its address."""
        self.files[name] = (kind, content)
        return f"{self.double.url}/{self.domain}/files/{name}"

    def install_scopes(self, scopes: str) -> None:
        """Give the app scopes: the next tokens bear them, and the API heeds them at once."""
        self.grants.scopes = ",".join(dict.fromkeys(filter(None, scopes.split(","))))
        granted = set(self.grants.scopes.split(","))
        granted |= {f"read_{scope.removeprefix('write_')}" for scope in granted if scope.startswith("write_")}
        self.api.scopes = frozenset(granted)

    def session_token(self, **claims: Any) -> str:
        """Return a session token of this shop's admin."""
        return session_token(self.double.clock, self.domain, self.double.client_id, self.double.secret, **claims)

    @property
    def front(self) -> str:
        """The address of the storefront; browsers find every name under localhost on their own machine."""
        return f"http://{self.name}.localhost:{urlsplit(self.double.url).port}"

    def block(self, place: str, locale: str, product: Node | None = None) -> str:
        """Return what stands at a place of the theme, "" while the app is not installed."""
        return "" if self.grants.is_left else self.theme.render(place, locale, product)

    def install(self) -> None:
        """Have a merchant agree to what the app asks for; it learns of it when it is opened."""
        self.install_scopes(self.double.scopes)
        self.grants.is_left = False

    def uninstall(self) -> None:
        """Remove the app: its tokens end, its pixel goes, its blocks are hidden until it is back, and it is told."""
        self.grants.leave()
        self.api.pixel = None
        body = {"id": 1, "updated_at": self.store.clock.text(), "myshopify_domain": self.webhooks.shop}
        self.webhooks.say("app/uninstalled", body)

    def ask_privacy(self, topic: str, customer: Node | None = None, **more: Any) -> None:
        """Send a compliance webhook."""
        body: Node = {"shop_id": 1, "shop_domain": self.domain, **more}
        if customer is not None:
            email = (customer["defaultEmailAddress"] or {}).get("emailAddress")
            body["customer"] = {"id": int(customer["id"].rpartition("/")[2]), "email": email, "phone": None}
        self.webhooks.say(topic, body)


class Double:
    """A Shopify on a port of this machine: `with Double(app_url) as shopify: shop = shopify.add_shop("first")`.

    `url` is its address; the product reaches a shop under `origin`. `fail` plans failures of coming requests.
    """

    def __init__(
        self, app_url: str = "http://localhost:8000", *, port: int = 0, client_id: str = CLIENT_ID, secret: str = SECRET
    ) -> None:
        self.app_url, self.client_id, self.secret = app_url.rstrip("/"), client_id, secret
        self.clock = Clock()
        self.subscriptions = Subscriptions.of(APP_TOML)
        self.scopes = tomllib.loads(APP_TOML.read_text())["access_scopes"]["scopes"]
        self.shops: dict[str, DoubleShop] = {}
        self.slow_seconds = 30.0
        self.answer_seconds = PATIENCE_SECONDS  # how long a webhook waits for an answer
        self._failures: list[tuple[str, str]] = []
        self._server = Server(self, port)
        self.url = self._server.url
        self.origin = f"{self.url}/{{shop}}"

    def __enter__(self) -> "Double":
        self._server.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.end()
        self.remove_shops()

    def add_shop(self, name: str = "first", *, data_level: int = 1) -> DoubleShop:
        """Add a shop under <name>.myshopify.com."""
        domain = f"{name}.myshopify.com"
        self.shops[domain] = DoubleShop(self, domain, name.title(), data_level)
        return self.shops[domain]

    def environment(self) -> dict[str, str]:
        """Return the settings by which the product is this app, and finds us in Shopify's place."""
        return {
            "SHOPIFY_CLIENT_ID": self.client_id,
            "SHOPIFY_CLIENT_SECRET": self.secret,
            "SHOPIFY_ORIGIN": self.origin,
            "ALLOW_LOOPBACK": "1",
            "SHOPIFY_ADMIN": self.url,
            "SHOPIFY_APP_BRIDGE_URL": f"{self.url}/app-bridge.js",
        }

    def remove_shops(self) -> None:
        """Have no shops, no failures planned and the machine's time again."""
        for shop in self.shops.values():
            shop.webhooks.stop()
        self.shops.clear()
        self._failures.clear()
        self.clock.ahead = timedelta()

    def fail(self, how: str, times: int = 1, path: str = "graphql.json") -> None:
        """Have the next requests whose path holds `path` fail: a name of server.FAILURES, drop, slow or lost."""
        self._failures += [(path, how)] * times

    def next_failure(self, path: str) -> str:
        """Return how this request fails, or ""."""
        for place, (wanted, how) in enumerate(self._failures):
            if wanted in path:
                self._failures.pop(place)
                return how
        return ""
