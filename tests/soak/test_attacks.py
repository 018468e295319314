"""What a stranger tries on a running site, over its own port: it is refused, and the site goes on answering."""

import base64
import hashlib
import hmac
import json
import re
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
import requests

from shopconnect.core.clock import now
from shopconnect.embedded.places import wait_until
from tests.servers import remove_ground
from tests.soak.ups import up
from tests.waiting import PATIENCE_SECONDS, at_once

SECRET, SHOP, ANOTHER = "shpss_0123456789abcdef0123456789abcdef", "first.myshopify.com", "second.myshopify.com"
PASSWORD, HALF_SENT = "a long one that is hers", 24
ERASING = ("shop/redact", "customers/redact", "app/uninstalled")
_networks = count()


@dataclass(frozen=True)
class Site:
    """A running site behind a proxy of its own: the address that it believes is the one that the proxy names."""

    folder: Path
    port: int

    def browser(self, network: str = "") -> requests.Session:
        """Return a browser somewhere, in a network of its own unless one is named."""
        session, number = requests.Session(), next(_networks)
        session.trust_env = False
        address = network or f"10.{number // 250}.{number % 250}.9"
        session.headers.update({"X-Forwarded-For": address, "X-Forwarded-Proto": "http"})
        return session

    def get(self, path: str, **headers: str) -> requests.Response:
        url = f"http://localhost:{self.port}{path}"
        return self.browser().get(url, headers=headers, timeout=PATIENCE_SECONDS, allow_redirects=False)

    def send(self, browser: requests.Session, path: str, **fields: str) -> requests.Response:
        """Fill in the form of a page and send it."""
        url = f"http://localhost:{self.port}{path}"
        page = browser.get(url, timeout=PATIENCE_SECONDS).text
        token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]
        sent = {**fields, "csrfmiddlewaretoken": token}
        return browser.post(url, sent, headers={"Referer": url}, timeout=PATIENCE_SECONDS, allow_redirects=False)

    def sign_in(self, password: str, network: str = "") -> requests.Response:
        """Try to sign in as the owner, in a browser that was never seen."""
        return self.send(self.browser(network), "/accounts/login/", login="owner@example.com", password=password)

    def mails(self) -> str:
        """Return all that was mailed, which a site without a mail server writes to its log."""
        return (self.folder / "log" / "web.log").read_text().replace("=\n", "")

    def link(self, pattern: str) -> str:
        """Return the path of the latest link mailed, once it is there."""
        wanted = rf"http://localhost:{self.port}({pattern}\S+)"
        assert wait_until(lambda: re.search(wanted, self.mails()) is not None, PATIENCE_SECONDS)
        return re.findall(wanted, self.mails())[-1]

    def hook(self, body: bytes, topic: str, **headers: str) -> int:
        """Send a webhook that Shopify signed, whose headers somebody else may have written."""
        signature = base64.b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256)).decode()
        told = {"topic": topic, "hmac-sha256": signature, "webhook-id": "1", **headers}
        named = {f"X-Shopify-{name.replace('_', '-')}": value for name, value in told.items()}
        url = f"http://localhost:{self.port}/hooks/shopify"
        return self.browser().post(url, body, headers=named, timeout=PATIENCE_SECONDS).status_code


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    ground = Path(tempfile.mkdtemp(prefix="sc-soak-"))
    ground.chmod(0o755)
    told: Mapping[str, str] = {"BEHIND_PROXY": "1", "SHOPIFY_CLIENT_ID": "id", "SHOPIFY_CLIENT_SECRET": SECRET}
    with up(ground / "a", more=told):
        yield Site(ground / "a", int((ground / "a" / "port").read_text()))
    remove_ground(ground)


@pytest.mark.parametrize("part", ["a", "a@", "a.", "%40a"])
def test_an_address_of_60_kilobytes_is_nothing_but_a_page_that_is_not_there(site: Site, part: str):
    path = "/" + part * (60_000 // len(part))
    assert at_once(lambda place: site.get("/healthz" if place == 0 else path).status_code, 7) == [200, *[404] * 6]


def test_half_sent_bodies_leave_room_for_who_signs_in(site: Site):
    with ExitStack() as stack:
        for number in range(HALF_SENT):
            one = stack.enter_context(socket.create_connection(("127.0.0.1", site.port), timeout=PATIENCE_SECONDS))
            head = f"Host: localhost\r\nX-Forwarded-For: 203.0.113.{number}\r\nContent-Length: 100\r\n\r\n{{"
            one.sendall(f"POST /hooks/shopify HTTP/1.1\r\n{head}".encode())
        assert site.get("/healthz").status_code == 200
        assert site.get("/accounts/login/").status_code == 200


@pytest.mark.parametrize("topic", ERASING)
def test_nobody_has_a_shop_erased_by_headers_of_their_own(site: Site, topic: str):
    body = json.dumps({"shop_domain": SHOP, "myshopify_domain": SHOP, "customer": {"id": 1}}).encode()
    fresh, stale = now().isoformat(), (now() - timedelta(days=4)).isoformat()
    assert site.hook(body, topic, shop_domain=ANOTHER, triggered_at=fresh) == 400
    assert site.hook(body, topic, shop_domain=SHOP, triggered_at=stale) == 400
    assert site.hook(body, topic, shop_domain=SHOP) == 400
    assert site.hook(b"{}", topic, shop_domain=SHOP, triggered_at=fresh) == 400
    assert site.hook(body, topic, shop_domain=SHOP, triggered_at=fresh, hmac_sha256="forged") == 401
    assert site.hook(body, topic, shop_domain=SHOP, triggered_at=fresh) == 200


@pytest.mark.parametrize("body", ['{"a":' * 100_000 + "1" + "}" * 100_000, "[" * 200_000])
def test_a_body_however_deep_is_refused(site: Site, body: str):
    assert site.hook(body.encode(), "products/update", shop_domain=SHOP, triggered_at=now().isoformat()) == 400
    assert site.get("/healthz").status_code == 200


def test_strangers_neither_lock_the_owner_out_nor_send_her_astray(site: Site):
    own, fields = site.browser("198.51.100.7"), {"password1": PASSWORD, "password2": PASSWORD}
    site.send(own, "/accounts/signup/", email="owner@example.com", **fields)
    assert site.send(own, site.link("/accounts/confirm-email/")).status_code == 302
    # One network tries, and is stopped; then a hundred do: from then on an unknown browser goes by the mailbox.
    assert "Too many" in [site.sign_in(f"guess {number}", "203.0.113.9") for number in range(7)][-1].text
    assert site.sign_in(PASSWORD).status_code == 302
    assert "Too many" in [site.sign_in(f"guess {number}") for number in range(101)][-1].text
    assert "link that lets you back in" in site.sign_in(PASSWORD).text
    assert site.get("/accounts/password/reset/", Host="evil.example").status_code == 400
    forged = site.browser()
    forged.headers["X-Forwarded-Host"] = "evil.example"
    site.send(forged, "/accounts/password/reset/", email="owner@example.com")
    assert site.get(site.link("/accounts/password/reset/key/")).status_code in (200, 302)
    assert "//evil.example" not in site.mails()


def test_nothing_that_is_stored_is_anothers_to_read(site: Site):
    open_to_others = [path for path in site.folder.rglob("*") if not path.is_symlink() and path.stat().st_mode & 0o077]
    assert [path for path in open_to_others if not path.is_socket()] == []
