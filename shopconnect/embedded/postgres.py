"""PostgreSQL 18 from a wheel: made, started on a socket with scram passwords, and stopped, by ourselves."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from shopconnect.core.machine import SetupProblem
from shopconnect.embedded import roles
from shopconnect.embedded.places import (
    PostgresPaths,
    find_postgres_paths,
    give,
    hold_lock,
    passwords,
    socket_folder,
    wait_until,
)
from shopconnect.embedded.process import LAST_LINES, Process, stop_strays

PORT = 5432  # only the name of the socket: nothing listens on the network
START_SECONDS, STOP_SECONDS = 60.0, 20.0
SUPERUSER = "postgres"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",  # passwords guard it, and root may lack the right to pass by permissions
    "max_connections": "120",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "log_line_prefix": "%m [%p] %u ",
    "log_min_error_statement": "panic",  # statements hold personal data
    "log_parameter_max_length_on_error": "0",
}
THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "autovacuum_naptime": "10min",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """The addresses of one database for each of the three roles."""

    app: str
    owner: str
    ingest: str


class PostgresServer:
    """A running server: its databases, their addresses, its end. A server guard may have to start `process` again."""

    def __init__(self, folder: Path, paths: PostgresPaths, *, throwaway: bool) -> None:
        self.folder, self.paths, self.throwaway = folder, paths, throwaway
        self.socket = socket_folder(paths)
        self._passwords = passwords(paths.folder / "passwords", (SUPERUSER, *roles.ROLES))
        self.process: Process | None = None
        self.lock: int | None = None

    def urls(self, database: str) -> DatabaseUrls:
        """Return the addresses of a database, whether it exists or not."""
        return DatabaseUrls(
            app=self._url(roles.APP, database),
            owner=self._url(roles.OWNER, database),
            ingest=self._url(roles.INGEST, database),
        )

    def make_database(self, name: str) -> bool:
        """Make a database unless it exists; return whether it was made."""
        with self._admin() as admin:
            return roles.make_database(admin, name)

    def drop_database(self, name: str) -> None:
        """Drop a database if it exists, whoever is connected."""
        with self._admin() as admin:
            roles.drop_database(admin, name)

    def make_roles(self) -> None:
        """Make the three roles with the passwords kept beside the data."""
        with self._admin() as admin:
            roles.make_roles(admin, self._passwords)
            if self.throwaway:  # tests copy a database for each of their workers
                admin.execute(f"ALTER ROLE {roles.OWNER} CREATEDB")

    def run(self) -> None:
        """Start the server and wait until it answers; raises SetupProblem with its last lines when it does not."""
        if not (self.paths.data / "PG_VERSION").is_file():
            self._initialise()
        self._clear_away()
        settings = SETTINGS | (THROWAWAY if self.throwaway else {}) | {"unix_socket_directories": str(self.socket)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.process = Process(
            "PostgreSQL",
            [self.paths.programs / "postgres", "-D", self.paths.data, "-p", str(PORT), *options],
            log=self.folder / "log" / "postgres.log",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            account=self.paths.account,
            at_our_death=signal.SIGINT,
        )
        wait_until(lambda: self._answers() or self._ended(), START_SECONDS)
        if not self._answers():
            failure = self.process.failure("ended at its start" if self._ended() else "does not answer")
            self.end()
            raise failure

    def stop(self) -> None:
        """End the server and let go of its folder; a throwaway one leaves nothing outside it."""
        self.end()
        if self.throwaway and self.paths.folder != self.folder:
            shutil.rmtree(self.paths.folder, ignore_errors=True)
        if self.socket.parent != self.paths.folder:
            shutil.rmtree(self.socket, ignore_errors=True)
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None

    def end(self) -> None:
        """End the server and keep all it holds, so that it may run again."""
        if self.process is not None:
            self.process.stop((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5.0))

    def _ended(self) -> bool:
        return self.process is None or self.process.exit_code is not None

    def _url(self, role: str, database: str) -> str:
        return roles.postgres_url(role, self._passwords[role], database, host=str(self.socket), port=PORT)

    @contextlib.contextmanager
    def _admin(self) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(self._url(SUPERUSER, "postgres"), autocommit=True, connect_timeout=5) as connection:
            yield connection

    def _answers(self) -> bool:
        try:
            with self._admin() as admin:
                return admin.execute("SELECT 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    def _initialise(self) -> None:
        """Make the data folder; the superuser's password goes by a file that only the server's account can read."""
        account = self.paths.account
        data = self.paths.data.with_suffix(".new")  # renamed when whole, so that an initdb cut short is no data
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(mode=0o700)
        give(data, account)
        handle, name = tempfile.mkstemp(dir=self.socket)
        word = Path(name)
        try:
            with os.fdopen(handle, "w") as file:
                file.write(self._passwords[SUPERUSER])
            give(word, account)
            done = subprocess.run(
                [
                    self.paths.programs / "initdb",
                    "-D",
                    data,
                    "-U",
                    SUPERUSER,
                    "-E",
                    "UTF8",
                    "--no-sync",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--locale=C",
                    "--auth=scram-sha-256",
                    f"--pwfile={word}",
                    "--no-instructions",
                ],
                capture_output=True,
                text=True,
                check=False,
                cwd="/",
                stdin=subprocess.DEVNULL,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )
        finally:
            word.unlink()
        if done.returncode != 0:
            lines = "\n".join(f"    {line}" for line in (done.stdout + done.stderr).splitlines()[-LAST_LINES:])
            raise SetupProblem(f"PostgreSQL's data could not be made in {data} (initdb). Its last lines:\n{lines}")
        data.rename(self.paths.data)

    def _clear_away(self) -> None:
        """Stop what a killed server guard left on our data and drop its note, whose number may be taken by now."""
        if not Path("/proc/self/cwd").exists():
            return  # PostgreSQL's own check must do
        stop_strays(self.paths.data, "postgres", signal.SIGINT)
        for stale in (self.paths.data / "postmaster.pid", *self.socket.glob(".s.PGSQL.*")):
            stale.unlink(missing_ok=True)


def start_postgres(folder: Path, *, fast: bool = False) -> PostgresServer:
    """Run PostgreSQL for a folder of ours, made on first use with its roles; it ends when we end.

    `fast` is for tests: no care for a crash, and stop() leaves nothing behind outside the folder. Raises SetupProblem
    where it cannot start, or runs for this folder already.
    """
    folder = folder.resolve()
    paths = find_postgres_paths(folder)
    lock = hold_lock(folder / "postgres.lock", seconds=10.0)
    if lock is None:
        raise SetupProblem(f"PostgreSQL runs already for {folder}.")
    server = PostgresServer(folder, paths, throwaway=fast)
    server.lock = lock
    server.run()
    server.make_roles()
    return server
