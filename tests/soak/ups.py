"""Running `manage.py up` in a folder of its own, and seeing what it leaves."""

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from shopconnect.embedded.parts import marking_variable
from shopconnect.embedded.places import find_postgres_paths, wait_until
from shopconnect.embedded.process import strays

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS, GONE_SECONDS = 180.0, 15.0
OURS = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_INGEST_URL", "REDIS_URL", "DEMO", "DJANGO_SETTINGS_MODULE")


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a new terminal, with the data elsewhere."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS and not name.startswith("PYTEST")}
    return kept | {"DATA_FOLDER": str(folder), "PYTHONUNBUFFERED": "1"}


@contextmanager
def up(
    folder: Path, *options: str, more: Mapping[str, str] | None = None, until: str = "Ctrl-C"
) -> Iterator[subprocess.Popen[str]]:
    """Run `up` until it says that it is ready, or something else; it ends with the test."""
    output = output_of(folder)
    with output.open("w") as file:
        running = subprocess.Popen(
            [sys.executable, "manage.py", "up", *options],
            cwd=ROOT,
            env=environment(folder) | dict(more or {}),
            text=True,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until(lambda: until in output.read_text() or running.poll() is not None, READY_SECONDS, every=0.1)
        assert running.poll() is None, output.read_text()
        yield running
    finally:
        if running.poll() is None:
            running.send_signal(signal.SIGINT)
            running.wait(60)


def output_of(folder: Path) -> Path:
    """Return the file in which what `up` says stands."""
    return folder.with_name(f"{folder.name}.out")


def once(folder: Path, *options: str, more: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run `up --once` to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", "up", "--once", *options],
        cwd=ROOT,
        env=environment(folder) | dict(more or {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def marked(folder: Path) -> list[int]:
    """Return the parts of a folder that run."""
    wanted, found = marking_variable(folder.resolve()).encode(), []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def servers_of(folder: Path) -> list[int]:
    """Return the processes of PostgreSQL and Redis of a folder."""
    folder = folder.resolve()
    return strays(find_postgres_paths(folder).data, "postgres") + strays(folder / "redis", "redis-server")


def all_gone(folder: Path) -> bool:
    """Whether nothing of a folder runs any more, after a while."""
    return wait_until(lambda: not marked(folder) and not servers_of(folder), GONE_SECONDS, every=0.1)


def status(folder: Path, path: str = "/healthz") -> int:
    """Return the HTTP status of a path of the web server of a folder; 0 when it does not answer."""
    return answer(folder, path)[0]


def answer(folder: Path, path: str) -> tuple[int, str]:
    """Return the HTTP status of a path of the web server of a folder, and the page; 0 when it does not answer."""
    connection = http.client.HTTPConnection("127.0.0.1", int((folder / "port").read_text()), timeout=10)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        response = connection.getresponse()
        return response.status, response.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()
