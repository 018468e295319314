"""A merchant who connects a shop: a browser of ours, and one that walks through the shop's own pages."""

import html
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.test import Client

from tests.doubles.woocommerce import pages
from tests.doubles.woocommerce.double import WooShop
from tests.doubles.woocommerce.errors import Reply
from tests.doubles.woocommerce.webhooks import WooDelivery

HOME = "https://shopconnect.example"
LINK = re.compile(r'<a class="(approve|deny)" href="([^"]+)"')
Posted = list[tuple[bytes, int]]


def post_to_us(posted: Posted) -> Callable[[str, bytes], int]:
    """Have a shop's keys arrive at our own view; what was sent, and how it was answered, is noted."""

    def post(url: str, body: bytes) -> int:
        assert url.startswith(HOME)
        path, sender = urlsplit(url).path, Client(enforce_csrf_checks=True)
        answer = sender.post(path, body, content_type="application/json;charset=UTF-8", secure=True)
        posted.append((body, answer.status_code))
        return answer.status_code

    return post


def deliver(delivery: WooDelivery) -> int:
    """Send a webhook to our own door; returns how it is answered."""
    path, kind = urlsplit(delivery.url).path, delivery.headers["Content-Type"]
    sender = Client(enforce_csrf_checks=True, raise_request_exception=False)
    return sender.post(path, delivery.body, content_type=kind, headers=delivery.headers, secure=True).status_code


def name_shop(browser: Client, site: str) -> Any:
    """Give a shop's address; returns the page that comes of it."""
    return browser.post("/woocommerce/connect", {"site": site}, secure=True, follow=True)


def link_of(page: Any) -> str:
    """Return where a page of ours sends the merchant."""
    return html.unescape(re.search(r'href="(http[^"]+/wc-auth/[^"]+)"', page.content.decode())[1])  # type: ignore[index]


def answer_in_shop(shop: WooShop, link: str, choice: str = "approve", home: str = HOME) -> str:
    """Say yes or no on the shop's own page; returns the path on our site to which its merchant comes back.

    Raises KeyError where the shop sends nobody back.
    """
    _status, _headers, asked = _browse(shop, link)
    there = {name: html.unescape(href) for name, href in LINK.findall(asked.decode())}[choice]
    if not there.startswith(home):
        _status, headers, _body = _browse(shop, urljoin(link, there))
        there = headers["Location"]
    return there.removeprefix(home)


def _browse(shop: WooShop, url: str) -> Reply:
    # In the test's own thread: what comes of it stands in the transaction of the test.
    parts = urlsplit(url)
    return pages.answer(shop, parts.path, dict(parse_qsl(parts.query)))


def connect(browser: Client, shop: WooShop, choice: str = "approve", home: str = HOME) -> Any:
    """Go the whole way; returns the page on which it ends."""
    return browser.get(answer_in_shop(shop, link_of(name_shop(browser, shop.name)), choice, home), secure=True)
