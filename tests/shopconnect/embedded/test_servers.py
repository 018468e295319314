"""PostgreSQL and Redis from wheels, each on a folder of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
import redis

from shopconnect.core import machine
from shopconnect.core.machine import SetupProblem
from shopconnect.embedded import places
from shopconnect.embedded.places import wait_until
from shopconnect.embedded.postgres import PostgresServer, start_postgres
from shopconnect.embedded.process import Process, strays
from shopconnect.embedded.redis import RedisServer, start_redis
from tests.servers import remove_ground

ROOT = Path(__file__).resolve().parents[3]
START_AND_WAIT = """
import sys
from pathlib import Path
from shopconnect.embedded.servers import start_postgres
server = start_postgres(Path(sys.argv[1]), fast=True)
server.make_database("kept")
print("up", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that keeps its data between the tests of this file, and that any account may enter."""
    made = Path(tempfile.mkdtemp(prefix="sc-"))
    made.chmod(0o755)
    yield made
    remove_ground(made)


@pytest.fixture
def postgres(folder: Path) -> Iterator[PostgresServer]:
    """A server on that folder, started for each test."""
    server = start_postgres(folder)
    yield server
    server.stop()


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis of its own."""
    server = start_redis(tmp_path, lasting=True)
    yield server
    server.stop()


def test_data_is_there_at_the_next_start(folder: Path) -> None:
    server = start_postgres(folder)
    assert server.make_database("kept") in (True, False)
    with psycopg.connect(server.urls("kept").owner) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        owner.execute("INSERT INTO kept VALUES ('here')")
    server.stop()
    again = start_postgres(folder)
    try:
        assert again.make_database("kept") is False
        assert again.urls("kept") == server.urls("kept")
        with psycopg.connect(again.urls("kept").owner) as owner:
            assert owner.execute("SELECT DISTINCT word FROM kept").fetchall() == [("here",)]
    finally:
        again.stop()


def test_the_roles_may_do_nothing_special(postgres: PostgresServer) -> None:
    postgres.make_database("roles")
    urls = postgres.urls("roles")
    for url, may_create in ((urls.app, False), (urls.ingest, False), (urls.owner, True)):
        with psycopg.connect(url) as connection:
            row = connection.execute(
                "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, has_schema_privilege('public', 'CREATE'), "
                "pg_has_role('shopconnect_owner', 'MEMBER') FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
        assert row == (False, False, False, False, may_create, may_create)


def test_a_server_that_runs_is_not_started_twice(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shopconnect.embedded.postgres.hold_lock", lambda *_, **__: None)
    with pytest.raises(SetupProblem, match="runs already"):
        start_postgres(postgres.folder)


def test_two_folders_do_not_meet(postgres: PostgresServer, tmp_path: Path) -> None:
    other = start_postgres(tmp_path / "other", fast=True)
    try:
        mine, theirs = urlsplit(postgres.urls("postgres").app), urlsplit(other.urls("postgres").app)
        assert mine.query != theirs.query
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(mine._replace(query=theirs.query).geturl())
    finally:
        other.stop()
    with psycopg.connect(postgres.urls("postgres").owner) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_no_password_is_on_a_command_line(postgres: PostgresServer, redis_server: RedisServer) -> None:
    urls = postgres.urls("postgres")
    words = {unquote(urlsplit(url).password or "") for url in (urls.app, urls.owner, redis_server.url())}
    assert len(words) == 3
    lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if os.access(path, os.R_OK)]
    assert not [line for line in lines for word in words if word.encode() in line]


def test_postgres_does_not_run_as_root(postgres: PostgresServer) -> None:
    first = int((postgres.paths.data / "postmaster.pid").read_text().split()[0])
    assert first in strays(postgres.paths.data, "postgres")
    assert Path(f"/proc/{first}").stat().st_uid != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else")
def test_root_below_a_folder_only_it_can_enter_stands_elsewhere(tmp_path: Path) -> None:
    folder, closed = tmp_path / "closed" / "home", tmp_path / "closed"
    folder.mkdir(parents=True)
    closed.chmod(0o700)
    server = start_postgres(folder, fast=True)
    elsewhere = server.paths.folder
    try:
        assert elsewhere == places.public_postgres_folder(folder)
        assert (folder / "where").read_text().strip() == str(elsewhere)
        assert server.make_database("elsewhere") is True
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()
    assert not elsewhere.exists()


def test_a_killed_starter_takes_its_server_along(tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    starter = subprocess.Popen(
        [sys.executable, "-c", START_AND_WAIT, folder], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert starter.stdout is not None
    assert starter.stdout.readline() == b"up\n"
    data = places.find_postgres_paths(folder.resolve()).data
    assert strays(data, "postgres")
    starter.kill()
    starter.communicate()
    assert wait_until(lambda: not strays(data, "postgres"), 15)
    again = start_postgres(folder, fast=True)
    try:
        assert again.make_database("kept") is False
    finally:
        again.stop()


def test_a_stray_server_on_our_data_is_replaced(folder: Path) -> None:
    first = start_postgres(folder)
    assert first.process is not None
    old = first.process.pid
    assert first.lock is not None
    os.close(first.lock)  # as if its server guard had died and the server had not
    first.lock = None
    second = start_postgres(folder)
    try:
        assert second.process is not None
        assert second.process.pid != old
        assert first.process.exit_code is not None
    finally:
        second.stop()


def test_a_password_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    server = start_redis(tmp_path, lasting=False)
    server.stop()
    (tmp_path / "redis" / "password").chmod(0o644)
    with pytest.raises(SetupProblem, match="others can read it: chmod 600"):
        start_redis(tmp_path, lasting=False)


def test_a_failed_start_says_which_part_and_shows_its_last_lines(folder: Path) -> None:
    start_postgres(folder).stop()
    settings = places.find_postgres_paths(folder.resolve()).data / "postgresql.conf"
    good = settings.read_text()
    settings.write_text(good + "\nno_such_setting = 1\n")
    try:
        with pytest.raises(SetupProblem, match=r"PostgreSQL ended at its start(.|\n)*no_such_setting"):
            start_postgres(folder)
    finally:
        settings.write_text(good)


def test_redis_asks_for_its_password_and_keeps_what_it_held(tmp_path: Path) -> None:
    server = start_redis(tmp_path, lasting=True)
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=server.port, retry=None).ping()
    redis.Redis.from_url(server.url(5)).set("word", "here")
    server.stop()
    again = start_redis(tmp_path, lasting=True)
    assert again.url(5) == server.url(5)
    assert redis.Redis.from_url(again.url(5)).get("word") == b"here"
    again.stop()


def test_a_held_port_is_nobody_elses_and_a_server_that_shares_its_port_listens_beside(tmp_path: Path) -> None:
    with places.hold_port() as first:
        port = first.getsockname()[1]
        assert places.free_port(port) != port
        with places.hold_port(port) as second, socket.create_server(("127.0.0.1", port), reuse_port=True):
            assert second.getsockname()[1] != port
            assert places.free_port(port) != port
            # Only the server listens, so that all connections are its own.
            socket.create_connection(("127.0.0.1", port)).close()
    # The connection that has just ended keeps nobody from the port.
    assert places.free_port(port) == port


def test_a_taken_port_is_replaced_by_a_free_one(tmp_path: Path) -> None:
    start_redis(tmp_path, lasting=False).stop()
    port = int((tmp_path / "redis" / "port").read_text())
    with socket.create_server(("127.0.0.1", port)):
        server = start_redis(tmp_path, lasting=False)
        assert server.port != port
        assert redis.Redis.from_url(server.url()).ping() is True
        server.stop()


def test_a_system_without_the_programs_asks_for_the_two_addresses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "find_spec", lambda _: None)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    for start in (lambda: start_postgres(tmp_path), lambda: start_redis(tmp_path, lasting=False)):
        with pytest.raises(SetupProblem, match="DATABASE_URL(.|\n)*REDIS_URL"):
            start()


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    paths = places.PostgresPaths(folder=tmp_path / ("long" * 30), programs=tmp_path, account=places.other_account())
    paths.folder.mkdir(parents=True)
    place = places.socket_folder(paths)
    try:
        assert len(os.fsencode(place / ".s.PGSQL.5432")) < 104
    finally:
        place.rmdir()


def test_passwords_are_made_once_and_are_private(tmp_path: Path) -> None:
    made = places.passwords(tmp_path / "words", ("one", "two"))
    assert places.passwords(tmp_path / "words", ("one", "two")) == made
    assert json.loads((tmp_path / "words").read_text()) == made
    assert (tmp_path / "words").stat().st_mode & 0o777 == 0o600
    assert made["one"] != made["two"]


def test_a_process_says_how_it_failed(tmp_path: Path) -> None:
    process = Process("Baker", [sys.executable, "-c", "print('no flour'); exit(3)"], log=tmp_path / "log" / "baker.log")
    assert wait_until(lambda: process.exit_code == 3, 10)
    assert str(process.failure("ended")).startswith("Baker ended. Its last lines (all of them: ")
    assert "no flour" in str(process.failure("ended"))


def test_a_process_that_will_not_go_is_killed(tmp_path: Path) -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    )
    process = Process("deaf", [sys.executable, "-c", deaf], log=tmp_path / "log" / "deaf.log")
    assert wait_until(lambda: "deaf" in process.last_lines(), 10)
    process.stop((signal.SIGTERM, 0.2))
    assert process.exit_code == -signal.SIGKILL
