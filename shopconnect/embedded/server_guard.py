"""Keeps the two servers of a checkout running while anybody uses them: a process that the first user starts.

Users hold a shared lock on `users.lock`; the system frees it however they end. When nobody holds it, the guard stops
the servers and goes. A server that dies is started again. Run as `python -m shopconnect.embedded.server_guard FOLDER`.
"""

import contextlib
import fcntl
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from shopconnect.core.machine import SetupProblem, write_private
from shopconnect.embedded.places import hold_lock
from shopconnect.embedded.postgres import PostgresServer, start_postgres
from shopconnect.embedded.process import Restarts, StopSignal
from shopconnect.embedded.redis import RedisServer, start_redis

DATABASE = "shopconnect"
GUARD_LOCK, USERS_LOCK, STATE, MIGRATED = "server_guard.lock", "users.lock", "servers.json", "migrated"
LOOK_SECONDS = 0.25


def unused(users: int) -> bool:
    """Whether nobody holds the users' lock; when so it is ours, and newcomers wait until we are gone."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def servers(folder: Path) -> Iterator[tuple[PostgresServer, RedisServer]]:
    """Start both servers and the database, and stop them at the end."""
    postgres = start_postgres(folder)
    try:
        if postgres.make_database(DATABASE):
            (folder / MIGRATED).unlink(missing_ok=True)
        redis = start_redis(folder, lasting=True)
        try:
            yield postgres, redis
        finally:
            redis.stop()
    finally:
        postgres.stop()


def revive(server: PostgresServer | RedisServer, restarts: Restarts, due: dict[int, float]) -> None:
    """Start a server again that has died, when its pause is over; a start that fails is tried again later."""
    if server.process is not None and server.process.exit_code is None:
        return
    at = due.setdefault(id(server), time.monotonic() + restarts.pause())
    if time.monotonic() < at:
        return
    del due[id(server)]
    with contextlib.suppress(SetupProblem):  # its log says why
        server.run()


def state(postgres: PostgresServer, redis: RedisServer) -> str:
    """Return what users read: the addresses, and who keeps the servers."""
    urls = postgres.urls(DATABASE)
    return json.dumps(
        {"app": urls.app, "owner": urls.owner, "ingest": urls.ingest, "redis": redis.url(), "server_guard": os.getpid()}
    )


def keep(folder: Path) -> None:
    """Run both servers until nobody uses them, or a signal asks."""
    stop_signal, turn = StopSignal(), threading.Event()
    users = os.open(folder / USERS_LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with servers(folder) as (postgres, redis):
        known = state(postgres, redis)
        write_private(folder / STATE, known)
        restarts: dict[int, Restarts] = {id(postgres): Restarts(), id(redis): Restarts()}
        due: dict[int, float] = {}
        while not stop_signal.to_stop and not unused(users):
            turn.wait(LOOK_SECONDS)
            for server in (postgres, redis):
                revive(server, restarts[id(server)], due)
        (folder / STATE).unlink(missing_ok=True)


def main(folder: Path) -> int:
    """Keep the servers of a folder; what went wrong is left in its state file for whoever waits."""
    if hold_lock(folder / GUARD_LOCK, seconds=5.0) is None:
        return 0
    try:
        keep(folder)
    except SetupProblem as problem:
        write_private(folder / STATE, json.dumps({"problem": str(problem)}))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
