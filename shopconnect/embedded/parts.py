"""What `manage.py up` runs beside the two servers, and in which environment: the application's, never the owner's."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shopconnect.embedded.places import CHECKOUT
from shopconnect.embedded.process import Process
from shopconnect.embedded.session import Addresses, is_set, keys

WEB_WORKERS, WEB_THREADS = 2, 12
PART_OF = "SHOPCONNECT_PART_OF"
OWNERS_ONLY = ("DATABASE_OWNER_URL", "DATABASE_ADMIN_URL")
WORKERS = {
    "answerer": ("hooks,chat", 2),
    "mover": ("sync,send,compose", 2),
    "loader": ("load", 1),
    "learner": ("learn", 1),
}


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """One kind of process: its name, which is also its log's, and how it is run."""

    name: str
    command: tuple[str, ...]
    more: tuple[tuple[str, str], ...] = ()

    def start(self, folder: Path, environment: Mapping[str, str]) -> Process:
        """Run it from the checkout, in the environment of the application."""
        return Process(
            self.name,
            self.command,
            log=folder / "log" / f"{self.name}.log",
            env={**environment, **dict(self.more)},
            folder=CHECKOUT,
        )


def web(port: int) -> ProcessSpec:
    """Return the web server."""
    command = (
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        str(WEB_WORKERS),
        "--blocking-threads",
        str(WEB_THREADS),
        "--respawn-failed-workers",
        "--workers-kill-timeout",
        "5",
        "shopconnect.wsgi:application",
    )
    return ProcessSpec("web", command, more=(("DATABASE_POOL", "1"),))


def background(folder: Path) -> list[ProcessSpec]:
    """Return the workers and the beat. What lasts has nodes of its own, so that it never stands before a shopper."""
    celery = (sys.executable, "-m", "celery", "-A", "shopconnect.celery")
    workers = [
        ProcessSpec(
            name,
            (
                *celery,
                "worker",
                "-Q",
                queues,
                "-c",
                str(at_once),
                "-n",
                f"{name}@%h",
                "-l",
                "INFO",
                "--without-gossip",
                "--without-mingle",
            ),
        )
        for name, (queues, at_once) in WORKERS.items()
    ]
    beat = ProcessSpec("beat", (*celery, "beat", "-l", "INFO", "--pidfile=", "-s", str(folder / "beat")))
    return [*workers, beat]


def command(name: str, *options: str) -> ProcessSpec:
    """Return a management command as a part."""
    return ProcessSpec(name, (sys.executable, str(CHECKOUT / "manage.py"), name, *options))


def double(platform: str, *options: str) -> ProcessSpec:
    """Return a platform's double, which comes with the tests."""
    return ProcessSpec(platform, (sys.executable, "-m", f"tests.doubles.{platform}", *options))


def marking_variable(folder: Path) -> str:
    """Return what the environment of each part carries, by which a later start finds those of a killed one."""
    return f"{PART_OF}={folder}"


def owner_environment(folder: Path, addresses: Addresses | None) -> dict[str, str]:
    """Return the environment of migrations: ours, with the servers' addresses and the secrets that it lacks."""
    given = addresses.environment() if addresses else {}
    if addresses and is_set("DATABASE_URL"):
        given = {"REDIS_URL": addresses.redis}
    given |= keys(folder)
    missing = {name: value for name, value in given.items() if not is_set(name)}
    # Each part imports all our modules: they are compiled once and kept, whatever this terminal's habit.
    habits = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**habits, **missing, PART_OF: str(folder), "DATA_FOLDER": str(folder), "PYTHONUNBUFFERED": "1"}


def application_environment(owner: Mapping[str, str], *, port: int, demo: bool) -> dict[str, str]:
    """Return the environment of everything else: without the owner's address, and with where the site is reached."""
    unwanted = {*OWNERS_ONLY, *(f"{name}_FILE" for name in OWNERS_ONLY)}
    environment = {name: value for name, value in owner.items() if name not in unwanted}
    environment.setdefault("SITE_URL", f"http://localhost:{port}")
    return environment | ({"DEMO": "1"} if demo else {})
