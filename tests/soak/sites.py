"""A running site beside a Shopify of the test's own, on servers that the test can stop, and what its tables hold."""

import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

import psycopg
import requests

from shopconnect.embedded.servers import PostgresServer, RedisServer, start_postgres, start_redis
from tests.doubles.shopify import webhooks
from tests.doubles.shopify.double import Double, DoubleShop
from tests.servers import environment
from tests.soak import ups

PREPARED = "import django, sys; django.setup(); "


@dataclass(frozen=True)
class Site:
    """The site's folder, its servers, and the Shopify whose shops it serves."""

    folder: Path
    postgres: PostgresServer
    redis: RedisServer
    shopify: Double

    @property
    def database(self) -> str:
        """The site's database, as its owner."""
        return self.postgres.urls("site").owner

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Return what the database says."""
        with psycopg.connect(self.database, autocommit=True) as owner:
            return owner.execute(sql, values).fetchall()

    def environment(self) -> dict[str, str]:
        """Return what tells a process of ours where it is."""
        servers = environment(self.postgres, self.redis, "site", 0)
        return {**servers, **self.shopify.environment(), "DJANGO_SETTINGS_MODULE": "shopconnect.settings"}

    def run(self, code: str, *given: str) -> None:
        """Run some Python as a process of the site, with `given` as its arguments."""
        subprocess.run(
            [sys.executable, "-c", PREPARED + code, *given],
            cwd=ups.ROOT,
            check=True,
            timeout=300,
            env=ups.environment(self.folder) | self.environment(),
        )

    def open(self, shop: DoubleShop) -> None:
        """Have a merchant open our app in a shop's admin: it is installed, if it was not."""
        asked = {"id_token": shop.session_token(), "shop": shop.domain, "embedded": "1"}
        opened = requests.get(f"{self.shopify.app_url}/shopify/", asked, timeout=60)
        assert opened.status_code == 200, opened.text[:500]
        assert "shopify-reload" not in opened.url, "The session token did not let the merchant in."

    def coming_in(self) -> set[str]:
        """Return the shops, by their names in addresses, of which something is still to come in."""
        return {
            slug
            for (slug,) in self.ask(
                "SELECT DISTINCT s.slug FROM shops_shop s "
                "JOIN sync_backfill b ON b.shop_id = s.id WHERE b.state <> 'done'"
            )
        }

    def waits(self) -> int:
        """Return how many webhooks, and how much of the platform's work, are still to be done."""
        return self.ask(
            "SELECT (SELECT count(*) FROM sync_inboxwebhook WHERE handled_at IS NULL) + (SELECT count(*) FROM core_due "
            "WHERE kind IN ('hooks', 'reconcile', 'sweep_ids', 'backfill') AND due_at < now() + interval '10 minutes' "
            # What the timetable asks for has a moment of its own in the quarter and in the night.
            "OR kind IN ('reconcile_shop', 'sweep_shop') AND due_at < now())"
        )[0][0]


@contextmanager
def running_site() -> Iterator[Site]:
    """Run the whole of it, each part in a process of its own as for an operator."""
    place = Path(tempfile.mkdtemp(prefix="sc-site-"))
    place.chmod(0o755)
    postgres, redis = start_postgres(place / "postgres", fast=True), start_redis(place / "redis", lasting=False)
    postgres.make_database("site")
    try:
        # A secret of its own, for another test's double may send to the port that we happen to have.
        with Double(secret=f"shpss_{token_hex(16)}") as shopify:
            shopify.answer_seconds = webhooks.TIMEOUT_SECONDS
            site = Site(place / "up", postgres, redis, shopify)
            with ups.up(site.folder, more=site.environment()):
                shopify.app_url = f"http://localhost:{(site.folder / 'port').read_text()}"
                yield site
                shopify.remove_shops()
    finally:
        redis.stop()
        postgres.stop()
        shutil.rmtree(place, ignore_errors=True)


def until(holds: Callable[[], bool], seconds: float, every: float = 0.5) -> bool:
    """Ask again and again whether something holds, for so long."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if holds():
            return True
        threading.Event().wait(every)
    return holds()


def show(figures: str) -> None:
    """Write figures to the terminal, past what pytest catches: they are worth seeing of a story that went well too."""
    sys.__stdout__.write(f"\n    {figures}\n")
    sys.__stdout__.flush()
