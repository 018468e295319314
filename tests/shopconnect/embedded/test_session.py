"""Commands join the servers of their checkout, and the last one to leave has them stopped."""

import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
import redis

from shopconnect.core.machine import SetupProblem
from shopconnect.embedded import demo_setup, parts, reset, session
from shopconnect.embedded.places import find_postgres_paths, wait_until
from shopconnect.embedded.process import Restarts, strays
from shopconnect.embedded.supervisor import RunConfig, Supervisor
from shopconnect.sync.types import FolderDefaults
from tests.servers import remove_ground


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that any account may enter."""
    made = Path(tempfile.mkdtemp(prefix="sc-"))
    made.chmod(0o755)
    yield made
    remove_ground(made)


def answers(addresses: session.Addresses) -> bool:
    """Whether both servers answer."""
    try:
        with psycopg.connect(addresses.app, connect_timeout=2):
            return redis.Redis.from_url(addresses.redis).ping() is True
    except (psycopg.OperationalError, redis.RedisError):
        return False


def keeper_of(folder: Path) -> int:
    """Return the process that keeps the servers of a folder."""
    return int(json.loads((folder / "servers.json").read_text())["server_guard"])


def test_the_servers_stay_until_the_last_user_leaves(folder: Path) -> None:
    with session.joined(folder) as first:
        assert answers(first)
        with session.joined(folder) as second:
            assert second == first
        assert session.wait_for_end(folder) is False
        assert answers(first)
    assert session.wait_for_end(folder) is True
    assert strays(find_postgres_paths(folder.resolve()).data, "postgres") == []
    with session.joined(folder) as again:
        assert answers(again)
        assert again.app == first.app
    assert session.wait_for_end(folder) is True


def test_what_dies_is_started_again_at_the_same_place(folder: Path) -> None:
    with session.joined(folder) as addresses:
        for program, place in (
            ("postgres", find_postgres_paths(folder.resolve()).data),
            ("redis-server", folder / "redis"),
        ):
            for pid in strays(place.resolve(), program):
                with suppress(ProcessLookupError):  # one may die with another
                    os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: answers(addresses), 30)
        os.kill(keeper_of(folder), signal.SIGKILL)
        assert wait_until(lambda: not session.server_guard_runs(folder), 10)
        assert session.find_or_start(folder) == addresses
        assert answers(addresses)
    assert session.wait_for_end(folder) is True


def test_a_failed_start_is_told_to_whoever_waits(folder: Path) -> None:
    words = find_postgres_paths(folder.resolve()).folder / "passwords"
    words.write_text("{}")
    words.chmod(0o644)
    with pytest.raises(SetupProblem, match="others can read it"), session.joined(folder):
        raise AssertionError("There is nothing to join.")


@pytest.mark.parametrize(
    ("arguments", "given", "expected"),
    [
        (["load_shop", "demo", "folder"], {}, True),
        (["load_shop", "demo", "folder"], {"DATABASE_URL": "postgres:///x"}, True),
        (["load_shop", "demo", "folder"], {"DATABASE_URL": "postgres:///x", "REDIS_URL_FILE": "/run/redis"}, False),
        (["load_shop", "--help"], {}, False),
        (["train", "demo"], {"SHOPCONNECT_MODE": "production"}, False),
        (["makemigrations"], {}, False),
        (["up"], {}, False),
        ([], {}, False),
    ],
)
def test_which_commands_need_servers(
    arguments: list[str], given: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "SHOPCONNECT_MODE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert session.needs_servers(arguments) is expected


def test_the_application_is_not_told_the_owners_address() -> None:
    owner = {"DATABASE_URL": "a", "DATABASE_OWNER_URL": "b", "DATABASE_ADMIN_URL": "c", "DATABASE_OWNER_URL_FILE": "d"}
    given = parts.application_environment(owner, port=8123, demo=True)
    assert given == {"DATABASE_URL": "a", "SITE_URL": "http://localhost:8123", "DEMO": "1"}


def test_migrations_run_once_for_one_schema(tmp_path: Path) -> None:
    calls: list[str] = []

    def run(name: str, *_: str, **__: object) -> None:
        calls.append(name)

    for url in ("postgres:///one", "postgres:///one", "postgres:///two"):
        session.migrate(tmp_path, {"DATABASE_URL": url}, run)
    assert calls == ["migrate", "migrate"]


def test_a_part_that_keeps_dying_starts_after_longer_pauses() -> None:
    restarts = Restarts()
    restarts.pause()
    assert [restarts.pause() for _ in range(7)][-3:] == [30.0, 30.0, 30.0]


def test_fresh_empties_what_is_ours_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for name in ("postgres", "storage", "my photos"):
        (tmp_path / name).mkdir()
    (tmp_path / "secrets").write_text("{}")
    reset.empty(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["my photos", "users.lock"]


def test_fresh_does_not_touch_a_database_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres:///mine")
    (tmp_path / "storage").mkdir()
    with pytest.raises(SetupProblem, match="DATABASE_URL names another"):
        reset.empty(tmp_path)
    assert (tmp_path / "storage").is_dir()


def test_a_shop_is_named_after_its_folder(tmp_path: Path) -> None:
    source = tmp_path / "Online_Retail II"
    source.mkdir()
    with pytest.raises(SetupProblem, match="No products found"):
        demo_setup.shop_of(source)
    with pytest.raises(SetupProblem, match="doesn’t exist"):
        demo_setup.shop_of(tmp_path / "nowhere")
    (source / "products.jsonl.gz").write_bytes(b"")
    assert demo_setup.shop_of(source) == demo_setup.ShopSource(name="online_retail-ii", source=source, invented=False)


def test_a_shop_is_what_its_platform_exports_too(tmp_path: Path) -> None:
    source = tmp_path / "exports"
    source.mkdir()
    (source / "products.csv").write_text("Handle,Title,Variant SKU,Variant Price\nmug,Mug,M1,9.50\n")
    shop = demo_setup.shop_of(source, FolderDefaults(currency="EUR", timezone="Europe/Paris"))
    assert shop.load_options == ("exports", str(source), "--currency=EUR", "--timezone=Europe/Paris")
    stamp = tmp_path / "brought_in" / shop.name
    demo_setup.remember_brought_in(tmp_path, shop, "postgres:///x")
    before = stamp.read_text()
    (source / "products.csv").write_text("Handle,Title,Variant SKU,Variant Price\nmug,Mug,M1,9.50\njug,Jug,J1,12\n")
    demo_setup.remember_brought_in(tmp_path, shop, "postgres:///x")
    assert stamp.read_text() != before  # so the next start loads it again


def test_a_platform_that_cannot_run_here_is_said_before_anything_is_made(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = (sys.executable, "-c", "import sys; sys.exit('Its schema is not installed.')")
    monkeypatch.setattr(parts, "double", lambda platform, *options: parts.ProcessSpec(platform, ends))
    config = RunConfig(folder=folder, say=print, shop=demo_setup.demo_shop(folder, "shopify"))
    with pytest.raises(SetupProblem, match=r"`make demo PLATFORM=shopify` brings .*: Its schema is not installed\."):
        Supervisor(config).run()
    assert {path.name for path in folder.iterdir()} == {"up.lock", "shopify.port"}
    assert not (find_postgres_paths(folder).data).exists()
