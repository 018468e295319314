"""Redis 6.2 from a wheel: started on a free port of this machine with a generated password, and stopped."""

import os
import signal
from pathlib import Path
from urllib.parse import quote

import redis

from shopconnect.core.machine import SetupProblem, redis_program, write_private
from shopconnect.embedded.places import free_port, hold_lock, own_folder, passwords, wait_until
from shopconnect.embedded.process import Process, stop_strays

START_SECONDS, STOP_SECONDS, TRIES = 10.0, 10.0, 3
NUMBERS = 64  # databases 0 to 63: tests take one for each of their workers


class RedisServer:
    """A running server: its address and its end."""

    def __init__(self, folder: Path, *, lasting: bool) -> None:
        self.folder, self.lasting = folder, lasting
        self.data = own_folder(folder / "redis", 0o700)
        self._password = passwords(self.data / "password", ("redis",))["redis"]
        self._port_file = self.data / "port"
        self.port = 0
        self.process: Process | None = None
        self.lock: int | None = None

    def url(self, number: int = 0) -> str:
        """Return the address of one of its numbered databases."""
        return f"redis://:{quote(self._password, safe='')}@127.0.0.1:{self.port}/{number}"

    def run(self) -> None:
        """Start on the remembered port, or another when that is taken; raises SetupProblem with its last lines."""
        stop_strays(self.data, "redis-server", signal.SIGTERM)
        for _ in range(TRIES):
            self.port = free_port(self.port or self._remembered())
            self._launch()
            if self.process is not None and self.process.exit_code is None:
                self._port_file.write_text(str(self.port))
                return
        raise self._failure("ended at its start")

    def stop(self) -> None:
        """End the server; a lasting one keeps what it held."""
        if self.process is not None:
            self.process.stop((signal.SIGTERM, STOP_SECONDS))
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None

    def _launch(self) -> None:
        settings = self.data / "redis.conf"
        lines = {
            "bind": "127.0.0.1",
            "port": self.port,
            "dir": f'"{self.data}"',
            "databases": NUMBERS,
            "requirepass": self._password,
            "daemonize": "no",
            "save": '""',
            "appendonly": "yes" if self.lasting else "no",
            "appendfsync": "everysec",
            "tcp-keepalive": 60,
            "maxmemory-policy": "noeviction",
        }
        write_private(settings, "".join(f"{name} {value}\n" for name, value in lines.items()))
        self.process = Process(
            "Redis",
            [redis_program(), settings],
            log=self.folder / "log" / "redis.log",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            folder=self.data,
        )
        process = self.process
        wait_until(lambda: process.exit_code is not None or self._answers(), START_SECONDS)
        if process.exit_code is None and not self._answers():
            process.stop()
            raise self._failure("does not answer")

    def _answers(self) -> bool:
        with redis.Redis.from_url(self.url(), socket_timeout=0.5, socket_connect_timeout=0.5, retry=None) as client:
            try:
                # Somebody else's Redis may have taken the port: ours names its own process.
                info = client.info("server")
            except redis.RedisError:
                return False
        return self.process is not None and info["process_id"] == self.process.pid

    def _failure(self, what: str) -> SetupProblem:
        return self.process.failure(what) if self.process else SetupProblem(f"Redis {what}.")

    def _remembered(self) -> int | None:
        try:
            return int(self._port_file.read_text())
        except (OSError, ValueError):
            return None


def start_redis(folder: Path, *, lasting: bool) -> RedisServer:
    """Run Redis for a folder of ours; it ends when we end. `lasting` keeps its content on disk.

    Raises SetupProblem where it cannot start, or runs for this folder already.
    """
    folder = own_folder(folder.resolve())
    lock = hold_lock(folder / "redis.lock", seconds=10.0)
    if lock is None:
        raise SetupProblem(f"Redis runs already for {folder}.")
    server = RedisServer(folder, lasting=lasting)
    server.lock = lock
    server.run()
    return server
