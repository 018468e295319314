"""Redis or PostgreSQL stops while shoppers and a merchant are there: what each sees, and that it passes by itself."""

import os
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import requests

from shopconnect.demo.engine.shop import make_shop
from shopconnect.embedded.servers import PostgresServer, RedisServer, start_postgres, start_redis
from tests.servers import environment
from tests.soak.ups import up

RECOVERY_SECONDS = 90


class Site:
    """A running demo on servers that the test can stop, with a merchant signed in and a shopper on the storefront."""

    def __init__(self, address: str, postgres: PostgresServer, redis: RedisServer) -> None:
        self.address, self.postgres, self.redis = address, postgres, redis
        self.merchant = requests.Session()
        page = self.merchant.get(f"{address}/demo/").text
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page)[1]
        home = self.merchant.post(f"{address}/demo/", {"csrfmiddlewaretoken": token, "part": "owner"})
        assert home.status_code == 200
        front = requests.get(f"{address}/storefront/demo/fr/", timeout=20).text
        self.widget = f"{address}/w/{re.search(r'/w/([^./]+)[.]js', front)[1]}"

    def shelf(self) -> requests.Response:
        """Return what a shopper's shelf gets."""
        return requests.get(f"{self.widget}/shelf?lang=fr&k=4", timeout=20)

    def chat(self) -> requests.Response:
        """Return what a shopper's question gets."""
        asked = {"text": "Quels sont les délais de livraison ?", "lang": "fr"}
        return requests.post(f"{self.widget}/chat", json=asked, headers={"Origin": self.address}, timeout=20)

    def home(self) -> requests.Response:
        """Return what the merchant's home shows."""
        return self.merchant.get(f"{self.address}/", headers={"Accept": "text/html"}, timeout=20)

    def ready(self) -> int:
        """Return the status of /readyz."""
        return requests.get(f"{self.address}/readyz", timeout=20).status_code


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    place = Path(tempfile.mkdtemp(prefix="sc-outage-"))
    place.chmod(0o755)
    make_shop(place / "demo", until=date(2026, 11, 1), scale=0.05)
    postgres, redis = start_postgres(place / "postgres", fast=True), start_redis(place / "redis", lasting=False)
    postgres.make_database("outage")
    more = environment(postgres, redis, "outage", 0)
    try:
        with up(place / "up", "--data", str(place / "demo"), more=more):
            address = f"http://localhost:{(place / 'up' / 'port').read_text()}"
            made = Site(address, postgres, redis)
            assert until(lambda: made.ready() == 200)
            yield made
    finally:
        redis.stop()
        postgres.stop()
        shutil.rmtree(place, ignore_errors=True)


def until(holds: Callable[[], bool]) -> bool:
    """Ask again and again, for as long as recovery may take."""
    ends = time.monotonic() + RECOVERY_SECONDS
    while time.monotonic() < ends:
        if holds():
            return True
        threading.Event().wait(0.5)
    return False


def answered_at_once(site: Site) -> bool:
    reply = site.chat()
    return reply.status_code == 200 and reply.json()["outcome"] == "answer"


def test_while_redis_is_away_everything_still_answers_and_readyz_says_what_is_down(site):
    assert answered_at_once(site)
    site.redis.stop()
    try:
        assert len(site.shelf().json()["items"]) == 4
        assert answered_at_once(site)
        assert site.home().status_code == 200
        assert site.ready() == 503
    finally:
        site.redis.run()
    assert until(lambda: site.ready() == 200)
    assert until(lambda: answered_at_once(site))


def test_while_postgresql_is_away_shelves_stay_and_the_rest_says_so(site):
    for _ in range(12):  # each process of the web has seen the shop
        assert len(site.shelf().json()["items"]) == 4
    site.postgres.end()
    try:
        assert len(site.shelf().json()["items"]) == 4
        chat, home = site.chat(), site.home()
        assert (chat.status_code, home.status_code, site.ready()) == (503, 503, 503)
        assert chat.json()["error"]["message"].startswith("Nous ne pouvons pas répondre")
        assert chat.headers["Retry-After"]
        assert "Nothing is lost" in home.text
        assert "Traceback" not in home.text
    finally:
        site.postgres.run()
    # One process of the web may have found the way back while the other's next try is still to come.
    assert until(lambda: site.ready() == 200)
    assert until(lambda: site.home().status_code == 200)
    assert until(lambda: answered_at_once(site))


def test_the_web_of_a_killed_process_is_back_by_itself(site):
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (
                b"granian" in (entry / "cmdline").read_bytes()
                and str(site.postgres.folder.parent).encode() in (entry / "environ").read_bytes()
            ):
                os.kill(int(entry.name), 9)
        except OSError:
            continue
    assert until(lambda: _is_up(site))


def _is_up(site: Site) -> bool:
    try:
        return site.shelf().status_code == 200
    except requests.ConnectionError:
        return False
