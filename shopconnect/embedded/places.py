"""Where the embedded servers stand: folders, programs, sockets, and the account that PostgreSQL runs under."""

import base64
import fcntl
import hashlib
import json
import os
import pwd
import shutil
import socket
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from shopconnect.core.machine import ASK_FOR_URLS, SetupProblem, postgres_programs, write_private

CHECKOUT = Path(__file__).resolve().parents[2]
PUBLIC_FOLDER = Path("/var/lib/shopconnect")
# The system's limit is 108 bytes with the closing zero (104 on macOS); PostgreSQL adds "/.s.PGSQL.5432".
LONGEST_SOCKET_FOLDER = 85


@dataclass(frozen=True, slots=True)
class Account:
    """A system account that is not our own."""

    uid: int
    gid: int


def home() -> Path:
    """Return this checkout's own folder (.shopconnect, or DATA_FOLDER), where data, logs and passwords lie."""
    return Path(os.environ.get("DATA_FOLDER") or CHECKOUT / ".shopconnect").resolve()


def own_folder(path: Path, mode: int | None = None) -> Path:
    """Make a folder of ours. As root others may pass through it (0711), since PostgreSQL runs under another account."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(mode if mode is not None else 0o711 if os.geteuid() == 0 else 0o700)
    except PermissionError as error:
        raise _not_ours(path) from error
    return path


def _not_ours(path: Path) -> SetupProblem:
    return SetupProblem(f"{path} belongs to another user. Run as the user of before, or remove the folder it lies in.")


def other_account() -> Account | None:
    """Return the account PostgreSQL must run under as it refuses root: nobody; None when we are not root."""
    if os.geteuid() != 0:
        return None
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise SetupProblem("PostgreSQL refuses to run as root, and there is no account named nobody here.") from None
    return Account(uid=nobody.pw_uid, gid=nobody.pw_gid)


def works_as(account: Account, *command: str | Path) -> bool:
    """Whether an account can run a command: the surest way to learn what it may enter."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            env={"PATH": "/usr/bin:/bin"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=30,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


@dataclass(frozen=True, slots=True)
class PostgresPaths:
    """Where PostgreSQL stands: its data and passwords in `folder`, its programs, and the account it runs under."""

    folder: Path
    programs: Path
    account: Account | None

    @property
    def data(self) -> Path:
        """Return PostgreSQL's data folder."""
        return self.folder / "postgres"


def public_postgres_folder(folder: Path) -> Path:
    """Return the folder below /var/lib/shopconnect that serves `folder` when only root can enter `folder`."""
    return PUBLIC_FOLDER / hashlib.sha256(str(folder).encode()).hexdigest()[:12]


def find_postgres_paths(folder: Path) -> PostgresPaths:
    """Return where PostgreSQL stands for a folder of ours; `where` in it names the place when that is elsewhere."""
    programs, account = postgres_programs(), other_account()
    own_folder(folder)
    where = folder / "where"
    if account is None:
        return PostgresPaths(folder=folder, programs=programs, account=None)
    if not where.is_file() and works_as(account, "/usr/bin/test", "-x", folder) and _runs(account, programs):
        return PostgresPaths(folder=folder, programs=programs, account=account)
    public = public_postgres_folder(folder)
    try:
        own_folder(PUBLIC_FOLDER, 0o755)
        own_folder(public)
    except OSError as error:
        raise SetupProblem(
            f"PostgreSQL refuses to run as root, and its account cannot enter {folder}; {public} could not be made "
            f"either ({error.strerror}). Put the checkout where every account may enter, or run as another user."
        ) from error
    where.write_text(f"{public}\n")
    if not _runs(account, programs):
        programs = _copied(programs, public)
        if not _runs(account, programs):
            raise SetupProblem(f"PostgreSQL's programs do not run from {programs}. {ASK_FOR_URLS}")
    return PostgresPaths(folder=public, programs=programs, account=account)


def _runs(account: Account, programs: Path) -> bool:
    return works_as(account, programs / "initdb", "--version") and works_as(account, programs / "postgres", "--version")


def _copied(programs: Path, public: Path) -> Path:
    """Copy both folders of the wheel (libpq lies in the second) to a place that every account may enter."""
    package = programs.parents[1]
    target = public / "programs"
    copy = target / package.name / programs.parent.name / programs.name
    origin = f"{package} {package.stat().st_mtime_ns}\n"
    made_of = target / "origin"
    if made_of.is_file() and made_of.read_text() == origin:
        return copy
    shutil.rmtree(target, ignore_errors=True)
    for part in (Path(package.name) / programs.parent.name, Path(f"{package.name}.libs")):
        if (package.parent / part).is_dir():
            shutil.copytree(package.parent / part, target / part, symlinks=True)
    for path in [target, *target.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
    made_of.write_text(origin)
    return copy


def socket_folder(paths: PostgresPaths) -> Path:
    """Return a folder for the socket: beside the data, or in the temporary folder where that path is too long."""
    folder = paths.folder / "socket"
    if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
        name = hashlib.sha256(str(paths.folder).encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"shopconnect-{name}"
        if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
            raise SetupProblem(f"{folder} is too long a path for a socket: set TMPDIR to a shorter one.")
    uid = paths.account.uid if paths.account else os.geteuid()
    folder.mkdir(exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in (uid, os.geteuid()):
        raise SetupProblem(f"{folder} belongs to somebody else; PostgreSQL's socket cannot lie there.")
    give(folder, paths.account)
    return folder


def give(path: Path, account: Account | None) -> None:
    """Hand a file or folder of ours to the account PostgreSQL runs under."""
    if account is not None:
        os.chown(path, account.uid, account.gid)


def passwords(path: Path, names: tuple[str, ...]) -> dict[str, str]:
    """Return the passwords kept in a file of ours, generating those it lacks. Refuses a file that others can read."""
    known: dict[str, str] = {}
    if path.exists():
        if path.stat().st_mode & 0o077:
            raise SetupProblem(f"{path} holds passwords and others can read it: chmod 600 {path}")
        known = json.loads(path.read_text())
    missing = {name: _new_password() for name in names if name not in known}
    if missing:
        known |= missing
        write_private(path, json.dumps(known, indent=1) + "\n")
    return known


def _new_password() -> str:
    """Return 32 random bytes in the form that a key of Fernet has, which serves everywhere."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def hold_port(wanted: int | None = None) -> socket.socket:
    """Return a socket that keeps the wanted port of 127.0.0.1 while it is open, or a free one where that is taken.

    It does not listen, so a server of this account that shares its port, as our web does, can listen there meanwhile.
    """
    # A port of which old connections remain can be had only by reuse, which two could ask for at the same moment.
    for port, is_reused in ((wanted, False), (wanted, True), (0, False)):
        if port is None:
            continue
        held = socket.socket()
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, is_reused)
        try:
            held.bind(("127.0.0.1", port))
        except OSError:
            held.close()
            continue
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        return held
    raise SetupProblem("No free port on 127.0.0.1.")


def free_port(wanted: int | None = None) -> int:
    """Return the wanted port of 127.0.0.1 when nobody has it, else a free one."""
    with hold_port(wanted) as held:
        return int(held.getsockname()[1])


def hold_lock(path: Path, *, shared: bool = False, seconds: float = 0.0) -> int | None:
    """Lock a file and return its descriptor (closing it, or dying, frees it); None when it stays taken so long."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except PermissionError as error:
        raise _not_ours(path) from error
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX

    def taken() -> bool:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    if wait_until(taken, seconds):
        return descriptor
    os.close(descriptor)
    return None


def wait_until(check: Callable[[], bool], seconds: float, every: float = 0.02) -> bool:
    """Ask until the answer is yes or the seconds are over; return the last answer."""
    ends, turn = time.monotonic() + seconds, threading.Event()
    while not check():
        if time.monotonic() >= ends:
            return False
        turn.wait(every)
    return True
