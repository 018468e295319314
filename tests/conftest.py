"""Real servers for every test: rows as the application, two shops, no network but loopback."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.servers.basehttp import WSGIRequestHandler
from django.db import connections
from django.test import TransactionTestCase
from django.utils import translation

from shopconnect.connectors import registry
from shopconnect.connectors.shopify import client
from shopconnect.connectors.shopify.platform import Shopify
from shopconnect.core import caches as memories
from shopconnect.core import registries
from shopconnect.core.environment import database
from shopconnect.core.jobs import broker
from shopconnect.core.jobs.work import sweep
from shopconnect.core.startup import settle_memory
from shopconnect.core.tenancy.context import ShopId
from shopconnect.platforms.shopify.app import find_app
from shopconnect.platforms.shopify.buckets import SharedBucket
from shopconnect.widgets import registry as endpoints
from shopconnect.widgets.types import Endpoint
from tests import servers
from tests.doubles.shopify.double import Double
from tests.doubles.woocommerce.double import WooDouble
from tests.makers import make_shop
from tests.waiting import BEATS, PATIENCE_SECONDS

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the tests' thread


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers once, in the process that starts the workers; give each worker its own share of them."""
    if not hasattr(config, "workerinput"):
        if config.option.collectonly or config.option.help:
            return
        config.stash[_RUNNING] = running = servers.start_servers()
        os.environ |= servers.environment(running.postgres, running.redis, servers.TEMPLATE, 0)
    _take_share(os.environ.get("PYTEST_XDIST_WORKER", "alone"))


DATA_PREFIX = "sc-data-"
# Whoever says that no head is on them is taken for a robot.
SHOPPERS_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
_RUNNING = pytest.StashKey[servers.Servers]()


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of the collector's rounds, as our processes do."""
    settle_memory()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what was started, and leave no file behind."""
    if settings.DATA_FOLDER.name.startswith(DATA_PREFIX):
        shutil.rmtree(settings.DATA_FOLDER, ignore_errors=True)
    if _RUNNING in config.stash:
        connections.close_all()
        config.stash[_RUNNING].stop()


def _take_share(worker: str) -> None:
    number = int(worker.removeprefix("gw")) + 1 if worker.startswith("gw") else 0
    urls = {
        name: _with_path(os.environ[name], f"shopconnect_{worker}", connect_timeout=int(PATIENCE_SECONDS))
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_INGEST_URL")
    }
    servers.copy_template(os.environ["DATABASE_OWNER_URL"], f"shopconnect_{worker}")
    os.environ |= urls | {"REDIS_URL": _with_path(os.environ["REDIS_URL"], str(number))}
    folder = Path(tempfile.mkdtemp(prefix=DATA_PREFIX))
    os.environ |= {"DATA_FOLDER": str(folder), "DEMO": "1"}
    settings.DATA_FOLDER, settings.MEDIA_ROOT = folder, folder / "storage"
    settings.ARTEFACT_CACHE, settings.DEMO_FOLDER = folder / "artefacts", folder / "demo"
    settings.REDIS_URL = settings.CELERY_BROKER_URL = os.environ["REDIS_URL"]
    settings.CACHES["default"]["LOCATION"] = settings.REDIS_URL
    for alias, name in (("default", "DATABASE"), ("owner", "DATABASE_OWNER"), ("ingest", "DATABASE_INGEST")):
        connections.databases.setdefault(alias, dict(connections.databases["default"])).update(
            database(os.environ[f"{name}_URL"])
        )


def _with_path(url: str, path: str, **query: int) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{path}", query=urlencode([*parse_qsl(parts.query), *query.items()])))


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """Use the database made above instead of pytest-django's."""


@pytest.fixture(autouse=True, scope="session")
def _prompt_live_server() -> None:
    # It sends an answer in parts, each of which would wait up to 40 ms for word of the one before.
    WSGIRequestHandler.disable_nagle_algorithm = True


@pytest.fixture(autouse=True, scope="session")
def _known_urls() -> None:
    # Read once a process, and by the tests' settings: else by those that the first test with a request had changed.
    import_module(settings.ROOT_URLCONF)


@pytest.fixture(autouse=True, scope="session")
def _sweeps() -> None:
    BEATS.append(sweep)


@pytest.fixture(autouse=True, scope="session")
def _empty_as_owner() -> None:
    TransactionTestCase._fixture_teardown = lambda self: servers.empty_tables(  # type: ignore[method-assign]
        os.environ["DATABASE_OWNER_URL"]
    )


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    """No test is shown what another one made ready, in this process or in Redis, or told that a server was away."""
    memories.reset_all()
    caches["default"].clear()
    translation.deactivate()


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect: Callable[..., Any] = socket.socket.connect

    def connect_near(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"A test reached for {address}.")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_near)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls that failed are tried again at once: how long is waited is the client's own tests' business."""
    monkeypatch.setattr(client, "FIRST_PAUSE", 0.01)


@pytest.fixture
def owner_url() -> str:
    """The database as its owner."""
    return os.environ["DATABASE_OWNER_URL"]


@pytest.fixture
def shop(db: None) -> ShopId:
    """A shop."""
    return make_shop("first")


@pytest.fixture
def other_shop(db: None) -> ShopId:
    """Another shop, which must never be seen from the first."""
    return make_shop("second")


@pytest.fixture(scope="session")
def double() -> Iterator[Double]:
    """A Shopify that this test process and its worker reach; its shops come and go with the tests."""
    with Double() as running:
        yield running


@pytest.fixture(scope="session")
def woo() -> Iterator[WooDouble]:
    """The same of WooCommerce."""
    with WooDouble() as running:
        yield running


@pytest.fixture(scope="session")
def worker(double: Double, woo: WooDouble, live_server: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A real Celery worker on every queue of this test process's own Redis number."""
    ours = {"SITE_URL": live_server.url, "WOOCOMMERCE_ORIGIN": woo.origin}
    running = servers.start_worker({**double.environment(), **ours})
    yield running
    running.terminate()
    running.wait(PATIENCE_SECONDS)


@pytest.fixture
def offer() -> Iterator[Callable[..., None]]:
    """Have these platforms, and no others, until the test ends."""
    with ExitStack() as enters:
        yield lambda *platforms, **more: enters.enter_context(registry.only(*platforms, **more))


@pytest.fixture
def new_room() -> Iterator[None]:
    """What a test enters in registries, as a room does that comes up, is forgotten after it."""
    with registries.put_back():
        yield


@pytest.fixture
def serve() -> Iterator[Callable[[str, Endpoint], None]]:
    """Have an endpoint for shoppers under a name until the test ends."""
    with ExitStack() as enters:
        yield lambda name, endpoint: enters.enter_context(endpoints.served(name, endpoint))


@pytest.fixture
def nobody_is_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker but those of the test hears of work, not even of what an install asks for."""
    for name in ("wake", "wake_later"):
        monkeypatch.setattr(broker, name, lambda *_, **__: None)


@pytest.fixture
def site(worker: subprocess.Popen[bytes], live_server: Any) -> str:
    """The address of the running site, with a worker behind it; rows are committed, and gone after the test."""
    return str(live_server.url)


@pytest.fixture
def shopify(site: str, double: Double, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Double]:
    """A Shopify with our app on the running site: webhooks and pages of its shops lead there."""
    for name, value in double.environment().items():
        setattr(settings, name, value)
    app = find_app()
    assert app is not None
    double.app_url = site
    with registry.only(Shopify(app, SharedBucket)):
        yield double
    double.remove_shops()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415

    from tests.browser.chromium import find_chromium  # noqa: PLC0415

    expect.set_options(timeout=1000 * PATIENCE_SECONDS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=find_chromium(),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-sync",
                "--disable-background-networking",
                "--disable-component-update",
                f"--user-agent={SHOPPERS_AGENT}",
            ],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A new page; a test fails when a script of the page does."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(1000 * PATIENCE_SECONDS)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []
