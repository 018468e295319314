"""Using this checkout's servers: join those that run or have them started, migrated, and stopped after the last user.

Light on imports: every management command passes here before Django starts.
"""

import contextlib
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shopconnect.core.machine import SECRETS, SetupProblem, write_private
from shopconnect.embedded.places import CHECKOUT, hold_lock, home, own_folder, passwords, wait_until

USERS_LOCK, START_LOCK, GUARD_LOCK, MIGRATE_LOCK = "users.lock", "start.lock", "server_guard.lock", "migrate.lock"
STATE, MIGRATED = "servers.json", "migrated"
WAIT_SECONDS, STOP_SECONDS, OTHERS_SECONDS = 90.0, 30.0, 1.5
# These read no row and queue no work; `up` joins by itself, since it shows how it goes.
WITHOUT_SERVERS = {
    "help",
    "version",
    "up",
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "make_demo_shop",
    "make_roles",
    "makemessages",
    "makemigrations",
    "spectacular",
}


MIGRATE_THEMSELVES = {"migrate", "restore"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the servers are, for each role."""

    app: str
    owner: str
    ingest: str
    redis: str

    def environment(self) -> dict[str, str]:
        """Return them as the variables that the settings read."""
        return {
            "DATABASE_URL": self.app,
            "DATABASE_OWNER_URL": self.owner,
            "DATABASE_INGEST_URL": self.ingest,
            "REDIS_URL": self.redis,
        }


def is_set(name: str, environment: Mapping[str, str] | None = None) -> bool:
    """Whether the environment gives a setting, itself or by NAME_FILE."""
    given = os.environ if environment is None else environment
    return bool(given.get(name) or given.get(f"{name}_FILE"))


@contextlib.contextmanager
def joined(folder: Path) -> Iterator[Addresses]:
    """Be one of the users of a folder's servers, starting them when nobody has; raises SetupProblem."""
    own_folder(folder)
    # A server guard that is stopping holds it alone; it is gone within seconds.
    seat = hold_lock(folder / USERS_LOCK, shared=True, seconds=STOP_SECONDS)
    if seat is None:
        raise SetupProblem(f"The servers of {folder} are being stopped, and do not end. Its log: {folder / 'log'}")
    try:
        yield find_or_start(folder)
    finally:
        os.close(seat)


def server_guard_runs(folder: Path) -> bool:
    """Whether somebody keeps the servers of a folder."""
    lock = hold_lock(folder / GUARD_LOCK)
    if lock is not None:
        os.close(lock)
    return lock is None


def find_or_start(folder: Path) -> Addresses:
    """Return where the servers are, starting them when nobody keeps them; for those who are users of them."""
    start = hold_lock(folder / START_LOCK, seconds=WAIT_SECONDS)
    if start is None:
        raise SetupProblem(f"Somebody else is starting the servers of {folder}, and does not end.")
    try:
        if not server_guard_runs(folder):
            _start_server_guard(folder)
        return _read_state(folder)
    finally:
        os.close(start)


def _start_server_guard(folder: Path) -> None:
    (folder / STATE).unlink(missing_ok=True)
    log = own_folder(folder / "log", 0o700) / "server_guard.log"
    with log.open("wb") as output:
        guard = subprocess.Popen(
            [sys.executable, "-m", "shopconnect.embedded.server_guard", str(folder)],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    wait_until(lambda: (folder / STATE).exists() or guard.poll() is not None, WAIT_SECONDS)
    if not (folder / STATE).exists():
        raise SetupProblem(f"The embedded servers did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _read_state(folder: Path) -> Addresses:
    wait_until((folder / STATE).exists, WAIT_SECONDS)
    known = json.loads((folder / STATE).read_text())
    if "problem" in known:
        raise SetupProblem(known["problem"])
    return Addresses(app=known["app"], owner=known["owner"], ingest=known["ingest"], redis=known["redis"])


def wait_for_end(folder: Path) -> bool:
    """Wait until the servers have stopped after our leaving; return False at once when others still use them."""

    def gone() -> bool:
        return not server_guard_runs(folder)

    if wait_until(gone, OTHERS_SECONDS, every=0.1):
        return True
    alone = hold_lock(folder / USERS_LOCK, shared=True)
    if alone is not None:  # the server guard has not taken it, so somebody else sits there
        os.close(alone)
        return False
    return wait_until(gone, STOP_SECONDS, every=0.1)


def keys(folder: Path) -> dict[str, str]:
    """Return this checkout's own secrets, made on first use and kept in a file only we can read."""
    own_folder(folder)
    return passwords(folder / SECRETS, ("SECRET_KEY", "FIELD_KEYS", "HASH_KEY"))


def migrate(folder: Path, environment: Mapping[str, str], run: Callable[..., None] | None = None) -> bool:
    """Bring the database to this code's schema, as the owner; return False when it was known to be there already."""
    wanted = fingerprint(
        [CHECKOUT / "requirements.txt", *sorted(CHECKOUT.glob("*/*/migrations/*.py"))], environment["DATABASE_URL"]
    )
    lock = hold_lock(folder / MIGRATE_LOCK, seconds=600.0)
    if lock is None:
        raise SetupProblem("Somebody else is migrating this checkout's database, and does not end.")
    try:
        known = folder / MIGRATED
        if known.is_file() and known.read_text() == wanted:
            return False
        (run or run_command)("migrate", "--database=owner", "--noinput", environment=environment, folder=folder)
        write_private(known, wanted)
        return True
    finally:
        os.close(lock)


def fingerprint(files: Sequence[Path], *more: str) -> str:
    """Return a hash of some files' names and content, and of more."""
    digest = hashlib.sha256("\n".join(more).encode())
    for file in files:
        digest.update(str(file).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def run_command(name: str, *options: str, environment: Mapping[str, str], folder: Path) -> None:
    """Run a management command to its end, its output into a log; raises SetupProblem with its last lines."""
    log = own_folder(folder / "log", 0o700) / f"{name}.log"
    with log.open("wb") as output:
        done = subprocess.run(
            [sys.executable, str(CHECKOUT / "manage.py"), name, *options],
            cwd=CHECKOUT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
        )
    if done.returncode != 0:
        lines = "\n".join(f"    {line}" for line in log.read_text(errors="replace").splitlines()[-15:])
        raise SetupProblem(f"`manage.py {name}` failed. Its last lines (all of them: {log}):\n{lines}")


def needs_servers(arguments: Sequence[str]) -> bool:
    """Whether a command line of manage.py works with servers that the environment does not name."""
    asks_for_help = not arguments or {"-h", "--help"} & set(arguments)
    if asks_for_help or arguments[0] in WITHOUT_SERVERS or os.environ.get("SHOPCONNECT_MODE") == "production":
        return False
    return not (is_set("DATABASE_URL") and is_set("REDIS_URL"))


@contextlib.contextmanager
def servers_for(arguments: Sequence[str]) -> Iterator[None]:
    """Put into the environment what a command lacks there: servers, migrated, and this checkout's secrets."""
    if not needs_servers(arguments):
        yield
        return
    folder, ours = home(), not is_set("DATABASE_URL")
    with joined(folder) as addresses:
        given = addresses.environment() if ours else {"REDIS_URL": addresses.redis}
        given = {name: value for name, value in (given | keys(folder)).items() if not is_set(name)}
        os.environ |= given
        if ours and arguments[0] not in MIGRATE_THEMSELVES:
            migrate(folder, os.environ)
        yield
