"""A real shop, given by SHOPCONNECT_WOO_URL, _USER and _PASSWORD; nothing here runs without `make test-live`."""

import os
import re
from collections.abc import Iterator
from json import loads
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from requests.adapters import HTTPAdapter

from shopconnect.connectors.woocommerce import addresses
from shopconnect.connectors.woocommerce.approval import approval_url, read_key
from shopconnect.core import http
from shopconnect.core.security import crypto
from tests.connectors.woocommerce.live.front import PORT, Front
from tests.connectors.woocommerce.live.merchant import Merchant
from tests.connectors.woocommerce.live.sources import LiveSource

URL = os.environ.get("SHOPCONNECT_WOO_URL", "").rstrip("/")
# Where the shop reaches these tests, if it does not stand beside them.
SITE = os.environ.get("SHOPCONNECT_WOO_SITE", f"https://localhost:{PORT}").rstrip("/")


@pytest.fixture
def _no_network() -> None:
    """The shop may stand anywhere."""


@pytest.fixture(autouse=True, scope="package")
def _as_it_stands() -> Iterator[None]:
    """Take, in this process only, a certificate that nobody vouches for, and an address with a number and a port."""
    with pytest.MonkeyPatch.context() as patch:
        if os.environ.get("SHOPCONNECT_WOO_INSECURE") == "1":
            send = HTTPAdapter.send
            patch.setattr(HTTPAdapter, "send", lambda *given, **more: send(*given, **more | {"verify": False}))
        if not addresses.read_address(URL):
            patch.setattr(addresses, "HOST", re.compile(r"[a-z0-9.-]+"))
            patch.setattr(addresses, "PORTS", (*addresses.PORTS, urlsplit(URL).port))
        http.configure(allow_loopback=True)
        crypto.configure(settings.FIELD_KEYS, settings.HASH_KEY)
        yield
        http.configure(allow_loopback=settings.ALLOW_LOOPBACK)


@pytest.fixture(scope="package")
def merchant(_as_it_stands: None) -> Merchant:
    """Its manager, signed in."""
    return Merchant(URL, os.environ["SHOPCONNECT_WOO_USER"], os.environ["SHOPCONNECT_WOO_PASSWORD"])


@pytest.fixture(scope="package")
def front() -> Iterator[Front]:
    """Where the shop reaches us."""
    running = Front(SITE)
    running.begin()
    yield running
    running.end()


@pytest.fixture(scope="package")
def shop_name() -> str:
    """The shop's id."""
    return addresses.read_address(URL)


@pytest.fixture(scope="package")
def source(merchant: Merchant, front: Front, shop_name: str) -> Iterator[LiveSource]:
    """The shop with things of ours, and with a key that its manager gave for the tests."""
    merchant.answer(approval_url(URL, "live", f"{SITE}/return", f"{SITE}/keys"))
    body = next(one.body for one in front.heard if one.path == "/keys")
    source = LiveSource(shop_name, read_key(body)[1], merchant, front, SITE)
    try:
        source.goods.make()
        yield source
    finally:
        source.remove()
        merchant.revoke(loads(body)["key_id"])
