"""The system comes up, survives what happens to it, and goes down whole."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from shopconnect.embedded.places import other_account, public_postgres_folder, wait_until
from tests.servers import remove_ground
from tests.soak.ups import ROOT, all_gone, answer, environment, marked, once, output_of, servers_of, status, up

SOURCES = (
    "Makefile",
    ".ci",
    "requirements-redis.txt",
    "requirements-semantic.txt",
    "manage.py",
    "shopconnect",
    "recommender",
    "chatbot",
    "templates",
    "requirements.txt",
    "pyproject.toml",
)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that any account may enter, for the folders of `up`."""
    made = Path(tempfile.mkdtemp(prefix="sc-soak-"))
    made.chmod(0o755)
    yield made
    remove_ground(made)


def part(folder: Path, name: str) -> int:
    """Return the process of a part: the first of those whose command names it."""
    for pid in sorted(marked(folder)):
        if name.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
            return pid
    raise AssertionError(f"{name} does not run.")


def test_ctrl_c_stops_everything(place: Path) -> None:
    with up(place / "a") as running:
        assert status(place / "a") != 0
        assert marked(place / "a")
        assert servers_of(place / "a")
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == 0
        assert all_gone(place / "a")


def test_two_at_once_do_not_meet(place: Path) -> None:
    with up(place / "a"), up(place / "b") as second:
        assert (place / "a" / "port").read_text() != (place / "b" / "port").read_text()
        assert (status(place / "a") != 0, status(place / "b") != 0) == (True, True)
        again = once(place / "a")
        assert again.returncode == 1
        assert "runs already for this checkout at http://localhost:" in again.stderr
        second.send_signal(signal.SIGTERM)
        assert second.wait(30) == 0
        assert all_gone(place / "b")
        assert status(place / "a") != 0


def test_a_killed_supervisor_takes_all_along_and_the_next_start_recovers(place: Path) -> None:
    with up(place / "a") as running:
        running.kill()
        running.wait(10)
        assert all_gone(place / "a")
    done = once(place / "a")
    assert (done.returncode, "Ready after" in done.stdout) == (0, True), done.stderr
    assert all_gone(place / "a")


def test_what_is_killed_while_it_runs_is_started_again(place: Path) -> None:
    folder = place / "a"
    with up(folder):
        for name in ("granian", "learner@", "beat"):
            killed = part(folder, name)
            os.kill(killed, signal.SIGKILL)
            assert wait_until(lambda name=name, killed=killed: _lives_anew(folder, name, killed), 30, every=0.1)
        assert wait_until(lambda: status(folder) != 0, 60, every=0.2)
        for pid in servers_of(folder):
            os.kill(pid, signal.SIGKILL)
        known = json.loads((folder / "servers.json").read_text())
        assert wait_until(lambda: _database_answers(known["app"]), 60, every=0.2)
        os.kill(known["server_guard"], signal.SIGKILL)
        assert wait_until(lambda: _kept_by(folder) not in (0, known["server_guard"]), 60, every=0.2)
        assert wait_until(lambda: _database_answers(known["app"]), 60, every=0.2)
    assert all_gone(folder)


def _lives_anew(folder: Path, name: str, killed: int) -> bool:
    try:
        return part(folder, name) != killed
    except (AssertionError, OSError):
        return False


def _kept_by(folder: Path) -> int:
    try:
        return int(json.loads((folder / "servers.json").read_text())["server_guard"])
    except (OSError, ValueError, KeyError):
        return 0


def _database_answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=2) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def test_a_part_that_does_not_start_is_named_with_its_last_lines(place: Path) -> None:
    done = once(place / "a", more={"GRANIAN_LOG_LEVEL": "nonsense"})
    assert done.returncode == 1
    assert "web ended at its start. Its last lines" in done.stderr
    assert "'nonsense' is not one of" in done.stderr
    assert all_gone(place / "a")
    done = once(place / "b", more={"SITE_URL": "gopher://nowhere"})
    assert (done.returncode, done.stderr) == (1, "SITE_URL must begin with one of: http://, https://.\n")


def test_the_demo_is_brought_in_once(place: Path) -> None:
    first = once(place / "a", "--demo")
    assert first.returncode == 0, first.stderr
    assert [sentence in first.stdout for sentence in ("The shop demo is loaded", "Suggestions are trained")] == [
        True
    ] * 2
    second = once(place / "a", "--demo")
    assert second.returncode == 0, second.stderr
    assert [sentence in second.stdout for sentence in ("is loaded", "are trained", "Ready after")] == [
        False,
        False,
        True,
    ]
    assert all_gone(place / "a")


def test_the_page_is_there_before_the_shop_and_shows_it_coming_in(place: Path) -> None:
    folder = place / "a"
    with up(folder, "--demo", until="The page is there"):
        assert answer(folder, "/")[0] == 200
        said = output_of(folder).read_text()
        assert ("The shop demo is loaded" in said, "Suggestions are trained" in said) == (False, False)
        assert wait_until(lambda: "Ctrl-C" in output_of(folder).read_text(), 300, every=0.2)
        assert answer(folder, "/")[0] == 200
        said = output_of(folder).read_text()
        assert re.search(r"The shop comes in: \d+ % \(\w+\)", said)
        assert "\r" not in said
    assert all_gone(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root meets folders that another account cannot enter")
def test_root_below_a_folder_only_root_can_enter(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    done = once(closed / "a")
    assert done.returncode == 0, done.stderr
    elsewhere = public_postgres_folder((closed / "a").resolve())
    assert (closed / "a" / "where").read_text().strip() == str(elsewhere)
    assert (elsewhere / "postgres" / "PG_VERSION").is_file()
    done = once(closed / "a", "--fresh")
    assert done.returncode == 0, done.stderr
    assert closed.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(elsewhere)


@pytest.mark.skipif(os.geteuid() != 0, reason="the whole suite runs as another user already")
def test_another_user_brings_it_up(place: Path) -> None:
    account = other_account()
    assert account is not None
    checkout = place / "checkout"
    checkout.mkdir()
    for name in filter(lambda name: (ROOT / name).exists(), SOURCES):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, checkout / name)
    for path in [checkout, *checkout.rglob("*")]:
        os.chown(path, account.uid, account.gid)
    given = environment(checkout / ".shopconnect") | {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent"}
    for command in (["make", "install"], [".venv/bin/python", "manage.py", "up", "--once"]):
        done = subprocess.run(
            command,
            cwd=checkout,
            env=given,
            capture_output=True,
            text=True,
            check=False,
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            timeout=600,
        )
    assert (done.returncode, "Ready after" in done.stdout) == (0, True), done.stderr
    assert all_gone(checkout / ".shopconnect")
    assert (checkout / ".shopconnect" / "postgres").stat().st_uid == account.uid
