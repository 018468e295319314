"""A double of Shopify with a small shop in it, and an app that it sends webhooks to."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest

from tests.doubles.shopify.double import Double, DoubleShop
from tests.waiting import PATIENCE_SECONDS


@pytest.fixture
def shopify() -> Iterator[Double]:
    with Double() as double:
        yield double


@pytest.fixture
def shop(shopify: Double) -> DoubleShop:
    shop = shopify.add_shop()
    shop.bulks.seconds = 0.01
    pot = shop.store.add_product("Pot", "12.00", stock=7, words={"en": {"title": "A pot"}})
    small, large = (
        {"title": "S", "price": "3.00", "stock": 0},
        {"title": "L", "price": "4.00", "stock": 2, "cost": "1.50"},
    )
    cup = shop.store.add_product("Cup", variants=[small, large])
    zoe = shop.store.add_customer(email="zoe@example.com")
    order = shop.store.add_order([(pot["variants"][0], 2), (cup["variants"][1], 1)], customer=zoe)
    shop.store.refund(order, [(order["lineItems"][0], 1)])
    return shop


class _App(BaseHTTPRequestHandler):
    """An app that takes what it is sent, once it may where told to hold it, after refusing as often as it was told.

    It tries to leave a cookie each time, as apps do.
    """

    seen: list[tuple[dict[str, str], bytes]]
    asked: list[str]
    refusals: list[int]
    holds: list[Event]

    def _take(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append((dict(self.headers), body))
        self.asked.append(self.path)
        if self.holds:
            self.holds.pop(0).wait(PATIENCE_SECONDS)
        self.send_response(self.refusals.pop() if self.refusals else 200)
        self.send_header("Set-Cookie", "left=behind")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET, do_POST = _take, _take  # noqa: N815  the library's names

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def app() -> Iterator[Any]:
    kind = type("App", (_App,), {"seen": [], "asked": [], "refusals": [], "holds": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    kind.url = f"http://127.0.0.1:{server.server_port}"
    yield kind
    server.shutdown()
